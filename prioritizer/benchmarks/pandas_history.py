"""The rival of history: the same tables, as one writes them in pandas.

It is also the oracle of a test: it shares no code with `prioritizer.history` but the
constants, and comes to the same numbers.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from prioritizer.benchmarks.pandas_clusters import clusters_of
from prioritizer.benchmarks.pandas_mentions import REPORT, mentions_of
from prioritizer.benchmarks.pandas_providers import provider_history
from prioritizer.history.keys import (
    BURST_DAYS,
    CUTS,
    DUPLICATING,
    LINKING,
    NEWEST_LINKED,
    KeyKind,
)
from prioritizer.vocabulary import ADDRESS_HISTORY, LINKS
from prioritizer.vocabulary.enums import ACTIONS, CaseStatus

_TABLES = ("reports", "people", "files", "captures", "identifiers", "locations")
_KNOWN = {
    "known_accounts": KeyKind.ACCOUNT,
    "known_screen_names": KeyKind.SCREEN_NAME,
    "known_devices": KeyKind.DEVICE,
    "known_names": KeyKind.NAME,
    "known_addresses": KeyKind.ADDRESS,
    "known_groups": KeyKind.GROUP,
}
_FILES = [KeyKind.FILE, KeyKind.LOOK]


def read_frames(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a folder as pandas reads them.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    """
    return {name: pd.read_parquet(folder / name) for name in (*_TABLES, "outcomes")}


def pandas_history(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return what was known of each report's links and provider on arrival.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        The tables reports, people, files, captures, identifiers and outcomes.

    Returns
    -------
    dict of str to pandas.DataFrame
        The tables links, provider_history and address_history, in order of arrival.
    """
    reports = frames["reports"].sort_values(["arrival_at", *REPORT], ignore_index=True)
    versions = reports[[*REPORT, "arrival_at"]].assign(place=reports.index)
    mentions = _with_sightings(mentions_of(frames, versions))
    return {
        "links": _links(mentions, reports, frames["outcomes"]),
        "provider_history": provider_history(reports, frames["outcomes"]),
        "address_history": _address_history(mentions),
    }


def _with_sightings(mentions: pd.DataFrame) -> pd.DataFrame:
    """Return mentions with how many reports named their key before.

    Columns `before` (in earlier rows), `earlier` (strictly earlier), `seen` (strictly
    earlier, and another report), `is_first` (its report's first mention of the key),
    `is_again` (the report had named it strictly earlier) and `is_cut`.
    """
    is_first = ~mentions.duplicated(["key", "report_id"])
    of_key = is_first.groupby(mentions["key"])
    mentions = mentions.assign(
        is_first=is_first, before=of_key.cumsum() - is_first.astype(int)
    )
    of_moment = mentions.groupby(["key", "arrival_at"])
    of_report = mentions.groupby(["key", "report_id"])
    earlier = of_moment["before"].transform("min")
    is_again = of_report["arrival_at"].transform("min") < mentions["arrival_at"]
    seen = earlier - is_again
    is_cut = seen >= mentions["kind"].map(CUTS)
    return mentions.assign(earlier=earlier, is_again=is_again, seen=seen, is_cut=is_cut)


def _links(
    mentions: pd.DataFrame, reports: pd.DataFrame, outcomes: pd.DataFrame
) -> pd.DataFrame:
    once = mentions.drop_duplicates(["place", "key"])
    columns = [
        _linked(once, reports, outcomes),
        _known(once),
        _known_files(mentions),
        clusters_of(mentions, LINKING, reports).add_prefix("account_"),
        clusters_of(mentions, DUPLICATING, reports).add_prefix("duplicate_"),
    ]
    links = pd.concat([reports[REPORT], *columns], axis=1)
    counts = list(links.columns.difference(["last_linked_at", "linked_acted_at"]))
    return links.fillna(dict.fromkeys(counts, 0)).astype(dict.fromkeys(counts, int))[
        list(LINKS.columns)
    ]


def _linked(
    once: pd.DataFrame, reports: pd.DataFrame, outcomes: pd.DataFrame
) -> pd.DataFrame:
    """Return what is known of the linked reports, by place."""
    pairs = _pairs(once).merge(_fates(reports, outcomes), on="linked_id", how="left")
    now = pairs["arrival_at"]
    is_acted = pairs["acted_at"] < now
    pairs = pairs.assign(
        is_recent=now - pairs["first_at"] <= pd.Timedelta(days=BURST_DAYS),
        is_acted=is_acted,
        acted_at=pairs["acted_at"].where(is_acted),
        is_closed=(pairs["closed_at"] < now) & ~is_acted,
    )
    return pairs.groupby("place").agg(
        linked_reports=("linked_id", "size"),
        linked_providers=("provider", "nunique"),
        burst_reports=("is_recent", "sum"),
        last_linked_at=("first_at", "max"),
        linked_acted=("is_acted", "sum"),
        linked_acted_at=("acted_at", "min"),
        linked_closed=("is_closed", "sum"),
    )


def _pairs(once: pd.DataFrame) -> pd.DataFrame:
    """Return each version with the reports to which a key links it."""
    once = once[once["kind"].isin(LINKING)]
    firsts = once.loc[once["is_first"], ["key", "before", "report_id"]]
    firsts = firsts.rename(columns={"report_id": "linked_id"})
    links = once[(once["seen"] > 0) & ~once["is_cut"]]
    links = links[["place", "report_id", "arrival_at", "key", "earlier"]]
    # A row for each of the newest, and one more, for one may be the report itself.
    newest = links["earlier"].clip(upper=NEWEST_LINKED + 1)
    pairs = links.loc[links.index.repeat(newest)]
    pairs["before"] = pairs["earlier"] - 1 - pairs.groupby(["place", "key"]).cumcount()
    pairs = pairs.merge(firsts, on=["key", "before"])
    pairs = pairs[pairs["linked_id"] != pairs["report_id"]]
    pairs = pairs.sort_values(["place", "key", "before"], ascending=False)
    pairs = pairs.groupby(["place", "key"]).head(NEWEST_LINKED)
    return pairs.drop_duplicates(["place", "linked_id"])


def _fates(reports: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return who sent each report first and when, and when what was known of it."""
    first = reports.drop_duplicates("report_id")
    fates = first[["report_id", "arrival_at", "esp_key"]].set_axis(
        ["linked_id", "first_at", "provider"], axis=1
    )
    for name, statuses in (("acted_at", ACTIONS), ("closed_at", [CaseStatus.CLOSED])):
        some = outcomes[outcomes["case_status"].isin(statuses)]
        known_at = some.groupby("report_id")["known_at"].min().rename(name)
        fates = fates.join(known_at, on="linked_id")
        # Nothing is known of a report that is not there yet.
        fates[name] = fates[name].clip(lower=fates["first_at"])
    return fates


def _known(once: pd.DataFrame) -> pd.DataFrame:
    """Return how many keys were known, and how widely they are shared, by place."""
    kind, seen, is_cut = once["kind"], once["seen"], once["is_cut"]
    is_listed = (kind == KeyKind.REPORT) & (once["item"] == 1)
    counted = {name: (kind == of) & (seen > 0) for name, of in _KNOWN.items()}
    of_place = once.assign(
        **counted,
        listed_reports=is_listed & (seen > 0),
        address_matches=seen.where((kind == KeyKind.ADDRESS) & ~is_cut, 0),
        group_matches=seen.where((kind == KeyKind.GROUP) & ~is_cut, 0),
        widest_cut=seen.where(is_cut, 0),
        widest_file=seen.where(kind.isin(_FILES), 0),
        exact_duplicates=seen.where(kind == KeyKind.FILE_SET, 0),
        near_duplicates=seen.where(kind == KeyKind.LOOK_SET, 0),
    ).groupby("place")
    summed = [*_KNOWN, "listed_reports", "address_matches", "group_matches", "is_cut"]
    most = ["widest_cut", "widest_file", "exact_duplicates", "near_duplicates"]
    sums = of_place[summed].sum().rename(columns={"is_cut": "cut_keys"})
    return sums.join(of_place[most].max())


def _known_files(mentions: pd.DataFrame) -> pd.DataFrame:
    """Return how many files were known, each counted once, by place."""
    known = mentions[mentions["kind"].isin(_FILES) & (mentions["seen"] > 0)]
    looks = known[known["kind"] == KeyKind.LOOK]
    return pd.DataFrame(
        {
            "known_file_count": known.groupby("place")["item"].nunique(),
            "known_look_count": looks.groupby("place")["item"].nunique(),
        }
    )


def _address_history(mentions: pd.DataFrame) -> pd.DataFrame:
    is_known = (mentions["kind"] == KeyKind.ADDRESS) & (mentions["seen"] > 0)
    known = mentions[is_known].sort_values(["place", "item"], ignore_index=True)
    return known[[*REPORT, "item", "seen"]].set_axis(
        list(ADDRESS_HISTORY.columns), axis=1
    )
