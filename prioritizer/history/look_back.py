"""Look back from each report at the reports and outcomes known before it.

*Before* means a strictly earlier arrival: reports that arrive at the same
moment do not see each other, and an outcome counts from its `known_at`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.tables import as_table
from prioritizer.vocabulary import LINKS, PROVIDER_HISTORY
from prioritizer.vocabulary.enums import ACTIONS, IdentifierKind

_REPORT = ["report_id", "version"]
# An address or name that this many earlier reports share tells that something
# is popular and not that two reports are about the same person.
_HUB_REPORTS = 50
Frames = dict[str, pl.DataFrame]


def look_back(tables: Mapping[str, pl.DataFrame]) -> Frames:
    """Return what was known of each report's links and provider on arrival.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The tables reports, identifiers, captures and outcomes.

    Returns
    -------
    dict of str to polars.DataFrame
        The tables `links` and `provider_history`, a row for each version of
        a report, in the order of `reports`.
    """
    return {
        "links": _links(tables),
        "provider_history": _provider_history(tables["reports"], tables["outcomes"]),
    }


def _links(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    arrivals = tables["reports"].select(*_REPORT, "arrival_at")
    identifiers = tables["identifiers"].join(arrivals, on=_REPORT)
    is_file = pl.col("identifier_kind") == IdentifierKind.FILE_HASH
    accounts = _seen_before(identifiers.filter(~is_file), "identifier_key")
    captures = tables["captures"].join(arrivals, on=_REPORT)
    addresses = _seen_before(captures, "capture_key")
    is_hub = pl.col("seen") >= _HUB_REPORTS
    rare = pl.col("seen").filter(~is_hub).sum()
    summed = (
        accounts.group_by(_REPORT).agg(account_matches=rare, _hubs_1=is_hub.sum()),
        addresses.group_by(_REPORT).agg(address_matches=rare, _hubs_2=is_hub.sum()),
        _files(identifiers.filter(is_file)),
    )
    links = arrivals
    for each in summed:
        links = links.join(each, on=_REPORT, how="left", maintain_order="left")
    links = links.with_columns(hub_count=pl.sum_horizontal("_hubs_1", "_hubs_2"))
    return as_table(links.fill_null(0), LINKS)


def _files(hashes: pl.DataFrame) -> pl.DataFrame:
    """Return how known each report's files are; a file is known by any hash."""
    seen = _seen_before(hashes, "identifier_key")
    each = hashes.join(seen, on=[*_REPORT, "identifier_key"], how="left")
    files = each.group_by(*_REPORT, "file_no").agg(pl.col("seen").max())
    return files.group_by(_REPORT).agg(
        widest_file=pl.col("seen").max(), known_file_count=(pl.col("seen") > 0).sum()
    )


def _seen_before(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return each version's keys with how many other reports had them before.

    A key counts once a report, however often and in how many versions the
    report states it, from the first arrival at which it does.
    """
    once = rows.select(*_REPORT, "arrival_at", key).drop_nulls(key).unique()
    firsts = once.group_by(key, "report_id").agg(first_at=pl.col("arrival_at").min())
    counted = firsts.sort("first_at").with_columns(
        seen=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(key)
    )
    own = once.join(firsts, on=[key, "report_id"], how="left")
    found = own.sort("arrival_at").join_asof(
        counted.select(key, "first_at", "seen"),
        left_on="arrival_at",
        right_on="first_at",
        by=key,
        # Equal arrivals do not see each other.
        allow_exact_matches=False,
        check_sortedness=False,
        suffix="_of_key",
    )
    is_own = (pl.col("first_at") < pl.col("arrival_at")).cast(pl.Int64)
    return found.select(
        *_REPORT, key, seen=(pl.col("seen").fill_null(0) - is_own).clip(0)
    )


def _provider_history(reports: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    keyed = reports.select(*_REPORT, "arrival_at", "esp_key")
    seen = _seen_before(keyed, "esp_key").select(*_REPORT, provider_reports="seen")
    known = _known_outcomes(keyed, outcomes)
    joined = (
        keyed.join(seen, on=_REPORT, how="left")
        .sort("arrival_at")
        .join_asof(
            known,
            left_on="arrival_at",
            right_on="known_at",
            by="esp_key",
            allow_exact_matches=False,
            check_sortedness=False,
        )
    )
    in_order = keyed.select(_REPORT).join(
        joined, on=_REPORT, how="left", maintain_order="left"
    )
    return as_table(in_order.fill_null(0), PROVIDER_HISTORY)


def _known_outcomes(keyed: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Return, at each moment at which one became known, a provider's outcomes.

    A later statement on a report replaces the earlier one.
    """
    providers = keyed.select("report_id", "esp_key").unique("report_id", keep="first")
    before = pl.col("acts").shift(1).over("report_id")
    return (
        outcomes.join(providers, on="report_id")
        .sort("known_at", "report_id")
        .with_columns(acts=pl.col("case_status").is_in(ACTIONS).cast(pl.Int64))
        .with_columns(
            more_outcomes=before.is_null().cast(pl.Int64),
            more_actions=pl.col("acts") - before.fill_null(0),
        )
        .select(
            "esp_key",
            "known_at",
            provider_outcomes=pl.col("more_outcomes").cum_sum().over("esp_key"),
            provider_actions=pl.col("more_actions").cum_sum().over("esp_key"),
        )
    )
