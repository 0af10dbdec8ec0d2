"""Put together what is known of the links of some versions, a row for each."""

from __future__ import annotations

import numpy as np

from prioritizer.history.arrays import Array, distinct, joined, parted
from prioritizer.history.clusters import ClustersThen
from prioritizer.history.keys import BURST_DAYS, KeyKind, cut_of
from prioritizer.history.sightings import Sightings
from prioritizer.history.statements import NEVER
from prioritizer.history.stretch import Stretch

_DAY = 86_400_000_000  # microseconds

KNOWN = {
    "known_accounts": KeyKind.ACCOUNT,
    "known_screen_names": KeyKind.SCREEN_NAME,
    "known_devices": KeyKind.DEVICE,
    "known_names": KeyKind.NAME,
    "known_addresses": KeyKind.ADDRESS,
    "known_groups": KeyKind.GROUP,
}
_MATCHES = {"address_matches": KeyKind.ADDRESS, "group_matches": KeyKind.GROUP}
_SETS = {
    "exact_duplicates": KeyKind.FILE_SET,
    "near_duplicates": KeyKind.LOOK_SET,
}


def links_of(
    stretch: Stretch,
    sightings: Sightings,
    account: ClustersThen,
    duplicate: ClustersThen,
) -> dict[str, Array]:
    """Return the columns of `links` for a stretch of versions.

    Parameters
    ----------
    stretch : Stretch
        The versions.
    sightings : Sightings
        What all keys tell of them.
    account, duplicate : ClustersThen
        Their clusters.

    Returns
    -------
    dict of str to numpy.ndarray of shape (n_versions,)
    """
    ids = stretch.timeline.arrivals["report_id"]
    return {
        **_linked(stretch, sightings.pairs),
        **_known(stretch, sightings.seen),
        "account_cluster": ids[account.cluster],
        "account_cluster_reports": account.reports,
        "account_cluster_joins": account.joins,
        "duplicate_cluster": ids[duplicate.cluster],
        "duplicate_cluster_reports": duplicate.reports,
    }


def _linked(stretch: Stretch, pairs: Array) -> dict[str, Array]:
    row, report = _distinct(pairs["place"] - stretch.begin, pairs["report"])
    arrivals = stretch.timeline.arrivals
    now, then = (arrivals["arrival"][at] for at in (row + stretch.begin, report))
    acted_at, closed_at = stretch.acted_at[report], stretch.closed_at[report]
    is_acted, is_closed = acted_at < now, closed_at < now
    provider = stretch.timeline.provider[report]
    is_named = provider != 0
    of_provider, _ = _distinct(row[is_named], provider[is_named])
    count = stretch.count
    linked_acted_at = np.full(stretch.size, NEVER)
    np.minimum.at(linked_acted_at, row[is_acted], acted_at[is_acted])
    # Rows come in order of the reports, and those in order of arrival.
    last_linked_at = np.full(stretch.size, NEVER)
    last_linked_at[row] = then
    return {
        "linked_reports": count(row),
        "linked_providers": count(of_provider),
        "burst_reports": count(row[now - then <= BURST_DAYS * _DAY]),
        "last_linked_at": last_linked_at,
        "linked_acted": count(row[is_acted]),
        "linked_acted_at": linked_acted_at,
        "linked_closed": count(row[is_closed & ~is_acted]),
    }


def _known(stretch: Stretch, seen: Array) -> dict[str, Array]:
    row, kind = seen["place"].astype(np.int64) - stretch.begin, seen["kind"]
    times, is_cut = seen["seen"].astype(np.int64), seen["seen"] >= cut_of(seen["kind"])
    is_file = (kind == KeyKind.FILE) | (kind == KeyKind.LOOK)
    once, count = ~seen["is_repeat"], stretch.count
    files = row[is_file], seen["item"][is_file]
    looks = row[kind == KeyKind.LOOK], seen["item"][kind == KeyKind.LOOK]
    is_listed = once & (kind == KeyKind.REPORT) & (seen["item"] == 1)
    columns = {"listed_reports": count(row[is_listed])}
    for name, of in KNOWN.items():
        columns[name] = count(row[once & (kind == of)])
    for name, of in _MATCHES.items():
        is_counted = once & ~is_cut & (kind == of)
        columns[name] = count(row[is_counted], times[is_counted])
    for name, of in _SETS.items():
        columns[name] = stretch.most(row[kind == of], times[kind == of])
    return columns | {
        "cut_keys": count(row[once & is_cut]),
        "widest_cut": stretch.most(row[is_cut], times[is_cut]),
        "widest_file": stretch.most(row[is_file], times[is_file]),
        "known_file_count": count(_distinct(*files)[0]),
        "known_look_count": count(_distinct(*looks)[0]),
    }


def addresses_of(stretch: Stretch, seen: Array) -> dict[str, Array]:
    """Return the columns of `address_history` for a stretch of versions.

    Parameters
    ----------
    stretch : Stretch
        The versions.
    seen : numpy.ndarray of SIGHTING, shape (n_seen,)
        What all keys tell of them.

    Returns
    -------
    dict of str to numpy.ndarray of shape (n_addresses,)
        In order of the versions and their captures.
    """
    seen = seen[seen["kind"] == KeyKind.ADDRESS]
    seen = seen[np.lexsort((seen["item"], seen["place"]))]
    arrivals = stretch.timeline.arrivals[seen["place"]]
    return {
        "report_id": arrivals["report_id"],
        "version": arrivals["version"],
        "capture_no": seen["item"],
        "earlier_reports": seen["seen"],
    }


def _distinct(row: Array, of: Array) -> tuple[Array, Array]:
    """Return the distinct pairs of a row and a number, in order."""
    return parted(distinct(joined(row, of)))
