"""The look back as its definitions read, slowly: what the fast one must equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import compress
from typing import NamedTuple

import polars as pl

from prioritizer.history.keys import (
    BURST_DAYS,
    CUTS,
    LINKING,
    NEWEST_LINKED,
    KeyKind,
)
from prioritizer.vocabulary.enums import (
    ACTIONS,
    CaptureType,
    CaseStatus,
    FileHashType,
    IdentifierKind,
)
from prioritizer.vocabulary.regimes import REGIMES

Frames = dict[str, pl.DataFrame]
Key = tuple[KeyKind, object]
_ACCOUNTS = (
    IdentifierKind.EMAIL,
    IdentifierKind.PHONE,
    IdentifierKind.ESP_USER_ID,
    IdentifierKind.PROFILE_URL,
    CaptureType.EMAIL,
    CaptureType.PHONE,
    CaptureType.PROFILE_URL,
)
_KINDS = dict.fromkeys(map(str, _ACCOUNTS), KeyKind.ACCOUNT) | {
    str(IdentifierKind.SCREEN_NAME): KeyKind.SCREEN_NAME,
    str(IdentifierKind.DISPLAY_NAME): KeyKind.NAME,
    str(IdentifierKind.GROUP): KeyKind.NAME,
    str(CaptureType.DEVICE_ID): KeyKind.DEVICE,
}
_LOOKS = (FileHashType.PHOTO_DNA, FileHashType.PDQ)
_RANKS = [None, *FileHashType]


class Version(NamedTuple):
    """A version of a report, with what it names: keys, each with its items."""

    report: int
    version: int
    arrival: datetime
    row: dict[str, object]
    names: dict[Key, set[int]]
    lists: set[Key]


def versions_of(tables: Frames) -> list[Version]:
    """Return the versions of all reports in order of arrival."""
    order = tables["reports"].sort("arrival_at", "report_id", "version")
    return [
        Version(
            row["report_id"],
            row["version"],
            row["arrival_at"],
            row,
            *_names(tables, row["report_id"], row["version"]),
        )
        for row in order.iter_rows(named=True)
    ]


def _names(
    tables: Frames, report: int, version: int
) -> tuple[dict[Key, set[int]], set[Key]]:
    names: dict[Key, set[int]] = defaultdict(set)
    names[KeyKind.REPORT, report].add(0)
    own = {
        name: frame.filter(
            (pl.col("report_id") == report) & (pl.col("version") == version)
        ).rows(named=True)
        for name, frame in tables.items()
        if name in ("people", "captures", "identifiers", "files")
    }
    listed = {each for row in own["people"] for each in row["prior_report_ids"] or []}
    lists: set[Key] = {(KeyKind.REPORT, each) for each in listed - {report}}
    for key in lists:
        names[key].add(1)
    for row in own["captures"]:
        for key in _keys_of_capture(row):
            names[key].add(row["capture_no"])
    stated = [row for row in own["identifiers"] if row["identifier_key"] is not None]
    is_hash = [row["identifier_kind"] == IdentifierKind.FILE_HASH for row in stated]
    for row in compress(stated, [not each for each in is_hash]):
        names[_KINDS[row["identifier_kind"]], row["identifier_key"]].add(0)
    _name_files(names, list(compress(stated, is_hash)), len(own["files"]))
    return names, lists


def _name_files(
    names: dict[Key, set[int]], hashes: list[dict[str, object]], files: int
) -> None:
    for look, of, whole in (
        (False, KeyKind.FILE, KeyKind.FILE_SET),
        (True, KeyKind.LOOK, KeyKind.LOOK_SET),
    ):
        some = [row for row in hashes if (row["file_hash_type"] in _LOOKS) == look]
        for row in some:
            names[of, row["identifier_key"]].add(row["file_no"])
        best = _best_of_each_file(some)
        if best and len(best) == files:
            names[whole, tuple(sorted(best))].add(0)


def _best_of_each_file(hashes: list[dict[str, object]]) -> list[object]:
    """Return the hashes of the best kind of each file."""
    by_file: dict[object, dict[int, set[object]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for row in hashes:
        rank = max(_RANKS.index(row["file_hash_type"]), 1)
        by_file[row["file_no"]][rank].add(row["identifier_key"])
    return [tuple(sorted(kinds[min(kinds)])) for kinds in by_file.values()]


def _keys_of_capture(row: dict[str, object]) -> Iterator[Key]:
    kind = _KINDS.get(row["capture_type"])
    if row["ip_version"] is not None:
        kind = KeyKind.ADDRESS
    if kind is not None and row["capture_key"] is not None:
        yield kind, row["capture_key"]
    if row["ip_group_key"] is not None:
        yield KeyKind.GROUP, row["ip_group_key"]


def slow_links(tables: Frames) -> list[dict[str, object]]:
    """Return the rows of `links` but for clusters, by their definitions."""
    versions = versions_of(tables)
    first = {}
    for each in versions:
        first.setdefault(each.report, each)
    return [_links(each, versions, first, tables["outcomes"]) for each in versions]


def seen_before(key: Key, of: Version, versions: list[Version]) -> list[int]:
    """Return the other reports that named a key strictly earlier, in that order."""
    found = dict.fromkeys(
        each.report
        for each in versions
        if each.arrival < of.arrival and key in each.names and each.report != of.report
    )
    return list(found)


def _links(
    of: Version,
    versions: list[Version],
    first: dict[int, Version],
    outcomes: pl.DataFrame,
) -> dict[str, object]:
    seen = {key: seen_before(key, of, versions) for key in of.names}
    times = {key: len(reports) for key, reports in seen.items()}
    cut = {key for key in times if times[key] >= CUTS.get(key[0], 10**9)}
    linked = {
        report
        for key, reports in seen.items()
        if key[0] in LINKING and key not in cut
        for report in reports[-NEWEST_LINKED:]
    }
    acted, closed = (
        _first_known(outcomes, which, first) for which in (ACTIONS, [CaseStatus.CLOSED])
    )
    acted_by_then = [acted[r] for r in linked if r in acted and acted[r] < of.arrival]
    closed_by_then = [
        r
        for r in linked
        if r in closed
        and closed[r] < of.arrival
        and not (r in acted and acted[r] < of.arrival)
    ]
    arrivals = [first[report].arrival for report in linked]

    def known(kind: KeyKind) -> int:
        return sum(1 for key in seen if key[0] is kind and times[key])

    def matches(kind: KeyKind) -> int:
        return sum(times[key] for key in seen if key[0] is kind and key not in cut)

    def most(*kinds: KeyKind) -> int:
        return max((times[key] for key in seen if key[0] in kinds), default=0)

    def files(*kinds: KeyKind) -> int:
        return len(
            {
                item
                for key, items in of.names.items()
                if key[0] in kinds and times[key]
                for item in items
            }
        )

    return {
        "report_id": of.report,
        "version": of.version,
        "linked_reports": len(linked),
        "linked_providers": len({first[r].row["esp_key"] for r in linked} - {None}),
        "burst_reports": sum(
            of.arrival - at <= timedelta(days=BURST_DAYS) for at in arrivals
        ),
        "last_linked_at": max(arrivals, default=None),
        "linked_acted": len(acted_by_then),
        "linked_acted_at": min(acted_by_then, default=None),
        "linked_closed": len(closed_by_then),
        "listed_reports": sum(1 for key in of.lists if times[key]),
        "known_accounts": known(KeyKind.ACCOUNT),
        "known_screen_names": known(KeyKind.SCREEN_NAME),
        "known_devices": known(KeyKind.DEVICE),
        "known_names": known(KeyKind.NAME),
        "known_addresses": known(KeyKind.ADDRESS),
        "known_groups": known(KeyKind.GROUP),
        "address_matches": matches(KeyKind.ADDRESS),
        "group_matches": matches(KeyKind.GROUP),
        "cut_keys": len(cut),
        "widest_cut": max((times[key] for key in cut), default=0),
        "widest_file": most(KeyKind.FILE, KeyKind.LOOK),
        "known_file_count": files(KeyKind.FILE, KeyKind.LOOK),
        "known_look_count": files(KeyKind.LOOK),
        "exact_duplicates": most(KeyKind.FILE_SET),
        "near_duplicates": most(KeyKind.LOOK_SET),
    }


def _first_known(
    outcomes: pl.DataFrame, statuses: object, first: dict[int, Version]
) -> dict[int, datetime]:
    """Return when reports were first known to be so, never before they were there."""
    known: dict[int, datetime] = {}
    for row in outcomes.sort("known_at").iter_rows(named=True):
        if row["case_status"] in statuses:
            report = row["report_id"]
            known.setdefault(report, max(row["known_at"], first[report].arrival))
    return known


def slow_clusters(tables: Frames, kinds: tuple[KeyKind, ...]) -> list[tuple[int, int]]:
    """Return each version's cluster as of its arrival, and the others in it."""
    versions = versions_of(tables)
    found = []
    for of in versions:
        past = [each for each in versions if each.arrival < of.arrival]
        joined = _joined(past, [of], kinds)
        ids = list(dict.fromkeys(each.report for each in [*past, of]))
        cluster = [report for report in ids if report in joined[of.report]]
        found.append((cluster[0], len(cluster) - 1))
    return found


def slow_clusters_now(tables: Frames, kinds: tuple[KeyKind, ...]) -> dict[int, int]:
    """Return the cluster of each report once all have arrived."""
    versions = versions_of(tables)
    order = list(dict.fromkeys(each.report for each in versions))
    joined = _joined(versions, [], kinds)
    return {each: min(joined[each], key=order.index) for each in order}


def _joined(
    past: list[Version], now: list[Version], kinds: tuple[KeyKind, ...]
) -> dict[int, set[int]]:
    """Return the cluster of each report, joined key by key.

    A key joins while fewer reports than its cut named it: strictly earlier for what
    came before, and in order of arrival for what came at the same moment.
    """
    clusters = {each.report: {each.report} for each in [*past, *now]}
    naming: dict[Key, dict[int, datetime]] = defaultdict(dict)
    for each in [*past, *now]:
        for key in each.names:
            if key[0] not in kinds or each.report in naming[key]:
                continue
            cut = CUTS.get(key[0], 10**9)
            earlier = [r for r, at in naming[key].items() if at < each.arrival]
            others = earlier[-1:] if len(earlier) < cut else []
            if len(naming[key]) < cut:
                others += list(naming[key])[-1:]
            for other in others:
                one = clusters[each.report] | clusters[other]
                clusters.update(dict.fromkeys(one, one))
            naming[key][each.report] = each.arrival
    return clusters


def slow_providers(tables: Frames) -> list[dict[str, int]]:
    """Return the rows of `provider_history`, by their definitions."""
    versions = versions_of(tables)
    first: dict[int, Version] = {}
    for each in versions:
        first.setdefault(each.report, each)
    return [_provider(each, first, tables["outcomes"]) for each in versions]


def _provider(
    of: Version, first: dict[int, Version], outcomes: pl.DataFrame
) -> dict[str, int]:
    past = [
        each
        for each in first.values()
        if each.arrival < of.arrival and each.report != of.report
    ]
    known = {}
    for row in outcomes.sort("known_at").iter_rows(named=True):
        if row["known_at"] < of.arrival:
            known[row["report_id"]] = row["case_status"] in ACTIONS
    provider = of.row["esp_key"]
    same = [each for each in past if provider and each.row["esp_key"] == provider]
    now = _regime(of)
    groups = {
        "provider": same,
        "provider_regime": [each for each in same if _regime(each) == now],
        "regime": [each for each in past if provider and _regime(each) == now],
    }
    row = {
        "report_id": of.report,
        "version": of.version,
        "provider_reports": len(same),
        "provider_escalated": sum(bool(each.row["esp_escalated"]) for each in same),
        "provider_registration_times": sum(
            bool(each.row["is_incident_time_registration"]) for each in same
        ),
    }
    for name, group in groups.items():
        said = [known[each.report] for each in group if each.report in known]
        row |= {f"{name}_outcomes": len(said), f"{name}_actions": sum(said)}
    return row


def _regime(each: Version) -> int:
    return sum(begin <= each.arrival for begin, _ in REGIMES)
