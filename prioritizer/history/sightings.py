"""Who named a key before: the look across reports, for keys of one part of all.

Keys are looked at apart from one another, so that all mentions of some keys are all
that is needed: any part of the keys can be looked at anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prioritizer.history.arrays import Array, differs, order_of, order_of_hashes, taken
from prioritizer.history.keys import (
    DUPLICATING,
    LINKING,
    NEWEST_LINKED,
    KeyKind,
    cut_of,
)
from prioritizer.history.timeline import Timeline

SIGHTING = np.dtype(
    [
        ("place", "<u4"),
        ("item", "<u4"),
        ("seen", "<u4"),
        ("kind", "u1"),
        ("is_repeat", "?"),
    ]
)
"""A mention of a key that `seen` other reports had named before; a version may name
one key several times."""

PAIR = np.dtype([("place", "<u4"), ("report", "<u4")])
"""A version, and an earlier report to which a key links it."""

EDGE = np.dtype(
    [("place", "<u4"), ("report", "<u4"), ("is_duplicate", "?"), ("is_together", "?")]
)
"""A version, and the report that named a key last before it. Where both arrived
together, each learns of the other only afterwards."""

_IS_LINKING = np.isin(list(KeyKind), LINKING)
_IS_DUPLICATING = np.isin(list(KeyKind), DUPLICATING)


@dataclass(frozen=True, slots=True)
class Sightings:
    """What some keys tell of the versions that name them.

    Attributes
    ----------
    seen : numpy.ndarray of SIGHTING, shape (n_seen,)
    pairs : numpy.ndarray of PAIR, shape (n_pairs,)
    edges : numpy.ndarray of EDGE, shape (n_edges,)
        Each in order of `place`.
    """

    seen: Array
    pairs: Array
    edges: Array


def sightings_of(mentions: Array, timeline: Timeline, *, since: int = 0) -> Sightings:
    """Look back from each mention at those of the same key that arrived before.

    Parameters
    ----------
    mentions : numpy.ndarray of MENTION, shape (n_mentions,)
        All mentions of some keys, places counted over all shards; those of a key in
        order of arrival.
    timeline : Timeline
        All arrivals.
    since : int
        Only versions from this place on are told of.

    Returns
    -------
    Sightings
        Of those versions.
    """
    runs = _Runs(mentions, timeline)
    is_told = runs.place >= since
    return Sightings(_seen(runs, is_told), _pairs(runs, is_told), _edges(runs, is_told))


def _shared(mentions: Array) -> tuple[Array, Array]:
    """Return where mentions of keys that stand more than once are, and these keys.

    They are in order of their keys, and those of a key as they stand.
    """
    key = np.ascontiguousarray(mentions["key"])
    order = order_of_hashes(key)
    key = key[order]
    twice = ~differs(key)
    twice[:-1] |= twice[1:]
    return order[twice], key[twice]


class _Runs:
    """Mentions of shared keys, key by key, and those of a key in order of arrival.

    Attributes
    ----------
    place, item, kind, report : numpy.ndarray
        Of each mention: where it stands, what names it, what its key is, its report.
    start, together : numpy.ndarray
        The first row of its key, and the first of these that arrived when it did.
    own : numpy.ndarray
        The first row in which its report names the key.
    before : numpy.ndarray
        How many reports named a key for the first time in an earlier row.
    seen : numpy.ndarray
        How many other reports named the key strictly earlier.
    """

    def __init__(self, mentions: Array, timeline: Timeline) -> None:
        order, key = _shared(mentions)
        self.rows = rows = np.arange(len(order))
        self.place, self.item, self.kind = (
            mentions[name][order] for name in ("place", "item", "kind")
        )
        self.report = timeline.first[self.place]
        earlier = timeline.earlier[self.place]
        is_new = differs(key)
        self.start = np.maximum.accumulate(np.where(is_new, rows, 0))
        is_later = is_new | differs(earlier)
        self.together = np.maximum.accumulate(np.where(is_later, rows, 0))
        self.is_repeat = ~(is_new | differs(self.place))
        self.own = self._own(timeline.several)
        self.is_first = self.own == rows
        self.before = np.cumsum(self.is_first) - self.is_first
        self.seen = self.before[self.together] - self.before[self.start]
        self.seen -= self.own < self.together

    def _own(self, several: Array) -> Array:
        own = np.maximum.accumulate(np.where(self.is_repeat, 0, self.rows))
        # Only a report with several versions can name a key at several places.
        some = np.flatnonzero(several[self.place])
        some = some[np.lexsort((some, self.report[some], self.start[some]))]
        is_new = differs(self.start[some]) | differs(self.report[some])
        begins = np.flatnonzero(is_new)
        own[some] = np.repeat(some[begins], np.diff(begins, append=len(some)))
        return own


def _seen(runs: _Runs, is_told: Array) -> Array:
    told = np.flatnonzero(is_told & (runs.seen > 0))
    told = told[order_of(runs.place[told])]
    seen = np.empty(len(told), SIGHTING)
    for name in SIGHTING.names or ():
        seen[name] = getattr(runs, name)[told]
    return seen


def _pairs(runs: _Runs, is_told: Array) -> Array:
    links = _IS_LINKING[runs.kind] & (runs.seen > 0) & (runs.seen < cut_of(runs.kind))
    told = np.flatnonzero(is_told & links & ~runs.is_repeat)
    firsts = np.flatnonzero(runs.is_first)
    ends = runs.before[runs.together[told]]
    newest = np.minimum(ends - runs.before[runs.start[told]], NEWEST_LINKED)
    # A report is not linked to itself: where it is among the newest, one more is.
    own = runs.own[told]
    is_own = (own < runs.together[told]) & (runs.before[own] >= ends - newest)
    newest += is_own & (runs.seen[told] >= newest)
    steps = np.arange(newest.sum()) - np.repeat(np.cumsum(newest) - newest, newest)
    pairs = np.empty(len(steps), PAIR)
    pairs["place"] = np.repeat(runs.place[told], newest)
    pairs["report"] = runs.report[firsts[np.repeat(ends - newest, newest) + steps]]
    return _in_order(pairs[pairs["report"] != np.repeat(runs.report[told], newest)])


def _edges(runs: _Runs, is_told: Array) -> Array:
    """Join each report to the last before it that named a key, and those of its moment.

    Reports before that one are joined to it already.
    """
    joins = _IS_LINKING[runs.kind] | _IS_DUPLICATING[runs.kind]
    is_new = runs.own >= runs.together  # to those that arrived strictly earlier
    told = np.flatnonzero(is_told & joins & is_new & (runs.rows > runs.start))
    firsts = np.flatnonzero(runs.is_first)
    start = runs.before[runs.start[told]]
    kept = []
    for is_together, past in (
        (False, runs.before[runs.together[told]]),
        (True, runs.before[told]),
    ):
        is_edge = (past > start) & (past - start < cut_of(runs.kind[told]))
        last = firsts[np.maximum(past - 1, 0)]
        if is_together:
            is_edge &= runs.is_first[told] & (last >= runs.together[told])
        edges = np.empty(int(is_edge.sum()), EDGE)
        edges["place"] = runs.place[told][is_edge]
        edges["report"] = runs.report[last[is_edge]]
        edges["is_duplicate"] = _IS_DUPLICATING[runs.kind[told]][is_edge]
        edges["is_together"] = is_together
        kept.append(edges)
    return _in_order(np.concatenate(kept))


def _in_order(rows: Array) -> Array:
    return taken(rows, order_of(rows["place"]))
