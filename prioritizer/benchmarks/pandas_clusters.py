"""The rival of clusters: union and find over the pairs that pandas has found."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby

import pandas as pd

from prioritizer.history.keys import CUTS, KeyKind

_Edge = tuple[int, int, bool]


def clusters_of(
    mentions: pd.DataFrame, kinds: Collection[KeyKind], reports: pd.DataFrame
) -> pd.DataFrame:
    """Return the cluster of each version as of its arrival, in order of arrival.

    Parameters
    ----------
    mentions : pandas.DataFrame
        Every key that a version names, with who named it before.
    kinds : collection of KeyKind
        What joins reports.
    reports : pandas.DataFrame
        The table, in order of arrival.

    Returns
    -------
    pandas.DataFrame of shape (n_versions, 3)
        Columns `cluster`, `cluster_reports` and `cluster_joins`.
    """
    places = pd.Series(reports.index, index=reports.index)
    first = places.groupby(reports["report_id"]).transform("min")
    edges: dict[int, list[tuple[int, bool]]] = {}
    for place, other, is_together in _edges(mentions, kinds, first):
        edges.setdefault(place, []).append((other, is_together))
    forest = _Forest(len(reports))
    rows = []
    own, moments = first.tolist(), reports.groupby("arrival_at").ngroup().tolist()
    for _, group in groupby(range(len(reports)), moments.__getitem__):
        together = list(group)
        rows += [forest.seen(own[each], edges.get(each, [])) for each in together]
        for each in together:
            for other, _ in edges.get(each, []):
                forest.unite(own[each], other)
    found = pd.DataFrame(rows, columns=["cluster", "cluster_reports", "cluster_joins"])
    return found.assign(cluster=found["cluster"].map(reports["report_id"]))


def _edges(
    mentions: pd.DataFrame, kinds: Collection[KeyKind], first: pd.Series
) -> Iterator[_Edge]:
    """Yield each version with the last report before it that named a key.

    Where both arrived together, each learns of the other only afterwards.
    """
    names = mentions[mentions["kind"].isin(kinds)]
    firsts = names.loc[names["is_first"], ["key", "before", "place"]].assign(
        other=lambda rows: rows["place"].map(first)
    )
    firsts = firsts.drop(columns="place")
    cut = names["kind"].map(CUTS).fillna(float("inf"))
    is_new = ~names["is_again"]
    for number, some, is_together in (
        ("earlier", is_new, False),
        ("before", names["is_first"] & (names["before"] > names["earlier"]), True),
    ):
        rows = names[some & (names[number] > 0) & (names[number] < cut)]
        wanted = rows[["key", "place"]].assign(before=rows[number] - 1)
        found = wanted.merge(firsts, on=["key", "before"])
        found = found.drop_duplicates(["place", "other"])
        for place, other in zip(found["place"], found["other"], strict=True):
            yield place, other, is_together


class _Forest:
    """Reports that are joined, each named by the place of its first version."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))
        self._sizes = [1] * size

    def find(self, report: int) -> int:
        while self._above[report] != report:
            self._above[report] = self._above[self._above[report]]
            report = self._above[report]
        return report

    def unite(self, one: int, other: int) -> None:
        into, absorbed = sorted((self.find(one), self.find(other)))
        if into != absorbed:
            self._above[absorbed] = into
            self._sizes[into] += self._sizes[absorbed]

    def seen(self, own: int, edges: list[tuple[int, bool]]) -> tuple[int, int, int]:
        """Return the cluster that a version sees, others in it, and clusters joined."""
        roots = {self.find(other) for other, is_together in edges if not is_together}
        roots.add(self.find(own))
        others = sum(self._sizes[root] for root in roots) - 1
        return min(roots), others, len(roots) - 1
