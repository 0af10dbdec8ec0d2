"""Clusters of reports, as they stood when each report arrived.

A cluster is named by its first report. When a report shows that two clusters are one,
the older name stays, and later arrivals know of it. So a name, once given, is never
given anew, and what was known of a report's cluster at its arrival never changes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from prioritizer.history.arrays import Array, differs, distinct, joined, parted, taken
from prioritizer.history.timeline import Timeline
from prioritizer.vocabulary.enums import ClusterKind

_Edge = tuple[int, int, bool]


@dataclass(frozen=True, slots=True)
class ClustersThen:
    """The clusters of some versions as of their arrival.

    Attributes
    ----------
    cluster : numpy.ndarray of int64, shape (n,)
        The place of the cluster's first report, the report's own if it is alone.
    reports : numpy.ndarray of int64, shape (n,)
        How many other reports were in it.
    joins : numpy.ndarray of int64, shape (n,)
        How many clusters of others the version shows to be one, and its own with them.
    merges : list of (int, int, int)
        The cluster that ends, the one that it is part of, and the place of the
        version that shows it.
    """

    cluster: Array
    reports: Array
    joins: Array
    merges: list[tuple[int, int, int]] = field(default_factory=list)

    def between(self, rows: slice, begin: int) -> ClustersThen:
        """Return those of some versions; the first of all is at place `begin`."""
        merges = [
            merge for merge in self.merges if rows.start <= merge[2] - begin < rows.stop
        ]
        cluster, reports, joins = self.cluster, self.reports, self.joins
        return ClustersThen(cluster[rows], reports[rows], joins[rows], merges)


class Clusters:
    """Reports that are joined as they arrive.

    Parameters
    ----------
    timeline : Timeline
        All arrivals.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._above = array("q", range(len(timeline.first)))
        self._sizes = array("q", [1]) * len(timeline.first)

    def resume(self, cluster: Array, merges: Iterable[tuple[int, int]]) -> None:
        """Take up what was known of the first versions.

        Parameters
        ----------
        cluster : numpy.ndarray of int64, shape (n,)
            The clusters of the versions at the first `n` places at their arrival.
        merges : iterable of (int, int)
            Clusters that ended since, and those that they are part of.
        """
        above = np.arange(len(self._above))
        firsts = np.flatnonzero(
            self._timeline.first[: len(cluster)] == above[: len(cluster)]
        )
        above[firsts] = cluster[firsts]
        for absorbed, into in merges:
            above[absorbed] = into
        while (above != above[above]).any():
            above = above[above]
        sizes = np.bincount(above[firsts], minlength=len(above))
        self._above = array("q", above.tobytes())
        self._sizes = array("q", np.maximum(sizes, 1).tobytes())

    def join(self, edges: Array, begin: int) -> ClustersThen:
        """Let all versions from a place on arrive, one moment after the other.

        Parameters
        ----------
        edges : numpy.ndarray of EDGE, shape (n_edges,)
            What they are joined by.
        begin : int
            The first place; nothing before it arrived at the same moment.

        Returns
        -------
        ClustersThen
            Of the versions from that place on.
        """
        first = self._timeline.first[begin:].astype(np.int64)
        reports, joins = np.zeros((2, len(first)), np.int64)
        then = ClustersThen(first.copy(), reports, joins)
        others = self._join_founded(_each_once(edges, first, begin), then, begin)
        columns = (others[name].tolist() for name in ("place", "report", "is_together"))
        rows = list(zip(*columns, strict=True))
        moments = self._timeline.earlier[others["place"]].tolist()
        at = 0
        for _, group in groupby(moments):
            past = at + sum(1 for _ in group)
            self._arrive(rows[at:past], then, begin)
            at = past
        return then

    def _join_founded(self, edges: Array, then: ClustersThen, begin: int) -> Array:
        """Say what is seen of clusters with one founder; return the edges of others.

        Nearly all grow from one report and join no other: whoever arrives sees the
        founder's name, and as many reports as are there. They need no turn.
        """
        roots = np.frombuffer(self._above, np.int64)
        who, to = self._timeline.first[edges["place"]], roots[edges["report"]]
        reports = distinct(np.concatenate([who, to]))
        ends = np.searchsorted(reports, who), np.searchsorted(reports, to)
        size = (len(reports), len(reports))
        graph = coo_array((np.ones(len(edges), np.int8), ends), size)
        count, component = connected_components(graph, directed=False)
        came = component[distinct(ends[0])]
        founders = np.bincount(component, minlength=count)
        founders -= np.bincount(came, minlength=count)
        is_odd = founders != 1
        is_odd[component[ends[0]][edges["is_together"] | (who != edges["place"])]] = (
            True
        )
        founder = np.full(count, self._timeline.size)
        np.minimum.at(founder, component, reports)
        is_founded = ~is_odd[component[ends[0]]]
        of, place = parted(
            distinct(joined(component[ends[0]][is_founded], edges["place"][is_founded]))
        )
        rows, is_new = np.arange(len(of)), differs(of)
        start = np.maximum.accumulate(np.where(is_new, rows, 0))
        is_later = is_new | differs(self._timeline.earlier[place])
        together = np.maximum.accumulate(np.where(is_later, rows, 0))
        sizes = np.frombuffer(self._sizes, np.int64)
        then.cluster[place - begin] = founder[of]
        then.reports[place - begin] = sizes[founder[of]] + together - start
        then.joins[place - begin] = 1
        others: Array = edges[~is_founded]
        return others

    def _arrive(self, rows: list[_Edge], then: ClustersThen, begin: int) -> None:
        """Say what each version of one moment sees, then join them all."""
        first = self._timeline.first
        for place, edges in groupby(rows, itemgetter(0)):
            own = self._find(int(first[place]))
            roots = {
                self._find(report) for _, report, together in edges if not together
            }
            roots.add(own)
            then.cluster[place - begin] = min(roots)
            then.reports[place - begin] = sum(self._sizes[root] for root in roots) - 1
            then.joins[place - begin] = len(roots) - 1
        for place, report, _ in rows:
            ended = self._unite(int(first[place]), report)
            # A report that saw its cluster when it arrived has named none after itself.
            if ended and (
                ended[0] < begin or then.cluster[ended[0] - begin] == ended[0]
            ):
                then.merges.append((*ended, place))

    def _unite(self, one: int, other: int) -> tuple[int, int] | None:
        """Join the clusters of two reports; return the one that ends, and its heir."""
        one, other = self._find(one), self._find(other)
        if one == other:
            return None
        into, absorbed = min(one, other), max(one, other)
        self._above[absorbed] = into
        self._sizes[into] += self._sizes[absorbed]
        return absorbed, into

    def _find(self, report: int) -> int:
        above = self._above
        while above[report] != report:
            above[report] = report = above[above[report]]
        return report


def join_clusters(
    edges: Array,
    timeline: Timeline,
    *,
    begin: int = 0,
    so_far: Mapping[ClusterKind, tuple[Array, Iterable[tuple[int, int]]]] | None = None,
) -> dict[ClusterKind, ClustersThen]:
    """Return the clusters of all versions from a place on, as of their arrival.

    Parameters
    ----------
    edges : numpy.ndarray of EDGE, shape (n_edges,)
        What joins them, of both kinds.
    timeline : Timeline
        All arrivals.
    begin : int
        The first place; nothing before it arrived at the same moment.
    so_far : mapping or None
        What `Clusters.resume` takes, where there is something before it.
    """
    then = {}
    for kind in ClusterKind:
        clusters = Clusters(timeline)
        if so_far is not None:
            clusters.resume(*so_far[kind])
        is_kind = edges["is_duplicate"] == (kind is ClusterKind.DUPLICATE)
        then[kind] = clusters.join(edges[is_kind], begin)
    return then


def _each_once(edges: Array, first: Array, begin: int) -> Array:
    """Return the edges in order, each once; a later version is joined to its report."""
    places = np.arange(begin, begin + len(first))
    later = places[first != places]
    versions = np.zeros(len(later), edges.dtype)
    versions["place"], versions["report"] = later, first[later - begin]
    every = np.concatenate([versions, edges])
    # What arrived earlier by one key is seen, though by another it came together.
    every = taken(every, np.argsort(every["is_together"], kind="stable"))
    both = joined(every["place"], every["report"])
    order = np.argsort(both, kind="stable")
    return taken(every, order[differs(both[order])])
