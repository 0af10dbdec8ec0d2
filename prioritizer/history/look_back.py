"""Look back from each report at the reports and outcomes known before it.

*Before* means a strictly earlier arrival: reports that arrive at the same
moment do not see each other, and an outcome counts from its `known_at`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.tables import as_table
from prioritizer.vocabulary import LINKS, PROVIDER_HISTORY
from prioritizer.vocabulary.enums import CaseStatus, IdentifierKind

_REPORT = ["report_id", "version"]
# An address or name that this many earlier reports share tells that something
# is popular and not that two reports are about the same person.
_HUB_REPORTS = 50
_ACTIONS = [
    CaseStatus.ARREST,
    CaseStatus.CONVICTION,
    CaseStatus.ONGOING,
    CaseStatus.REFERRED,
]

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
    accounts = _earlier(identifiers.filter(~is_file), "identifier_key")
    files = _earlier(identifiers.filter(is_file), "identifier_key")
    captures = tables["captures"].join(arrivals, on=_REPORT)
    addresses = _earlier(captures, "capture_key")
    is_hub = pl.col("earlier") >= _HUB_REPORTS
    rare = pl.col("earlier").filter(~is_hub).sum()
    summed = (
        accounts.group_by(_REPORT).agg(account_matches=rare, _hubs_1=is_hub.sum()),
        addresses.group_by(_REPORT).agg(address_matches=rare, _hubs_2=is_hub.sum()),
        files.group_by(_REPORT).agg(
            widest_file=pl.col("earlier").max(),
            known_file_count=(pl.col("earlier") > 0).sum(),
        ),
    )
    links = arrivals
    for each in summed:
        links = links.join(each, on=_REPORT, how="left", maintain_order="left")
    links = links.with_columns(hub_count=pl.sum_horizontal("_hubs_1", "_hubs_2"))
    return as_table(links.fill_null(0), LINKS)


def _earlier(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return each report's keys with how many earlier reports have the same.

    A key counts once a report, however often the report states it.
    """
    once = rows.select(*_REPORT, "arrival_at", key).drop_nulls(key).unique()
    # The lowest rank among equal arrivals, so that these do not see each other.
    earlier = pl.col("arrival_at").rank("min").over(key).cast(pl.Int64) - 1
    return once.with_columns(earlier=earlier)


def _provider_history(reports: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    keyed = reports.select(*_REPORT, "arrival_at", "esp_key")
    earlier = pl.col("arrival_at").rank("min").over("esp_key").cast(pl.Int64) - 1
    known = (
        outcomes.join(
            reports.select("report_id", "esp_key").unique("report_id"), on="report_id"
        )
        .sort("known_at")
        .select(
            "esp_key",
            # Known at the very moment of arrival is not known before it.
            known_before=pl.col("known_at") + pl.duration(microseconds=1),
            provider_outcomes=pl.int_range(1, pl.len() + 1).over("esp_key"),
            provider_actions=pl.col("case_status")
            .is_in(_ACTIONS)
            .cast(pl.Int64)
            .cum_sum()
            .over("esp_key"),
        )
    )
    joined = (
        keyed.with_columns(provider_reports=earlier)
        .sort("arrival_at", maintain_order=True)
        .join_asof(
            known,
            left_on="arrival_at",
            right_on="known_before",
            by="esp_key",
            check_sortedness=False,
        )
    )
    in_order = keyed.select(_REPORT).join(
        joined, on=_REPORT, how="left", maintain_order="left"
    )
    return as_table(in_order.fill_null(0), PROVIDER_HISTORY)
