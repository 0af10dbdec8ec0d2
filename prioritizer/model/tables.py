"""Compile depth-two trees into the tables of points that they are.

A tree of depth two is, on each path, a function of at most two features. The
sum of all trees is therefore exactly a sum of tables of one and of two
features, and so are its Shapley values: both are look-ups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prioritizer.errors import ModelError

# LightGBM takes numbers this close to zero for zero before it compares them.
_LIGHTGBM_ZERO = 1.0000000180025095e-35
# Its trees compare with infinity, which its description of them writes as this.
_LIGHTGBM_INFINITY = 1e300
# Log-odds of a million are no points of a model that was trained.
_MOST_POINTS = 1e6

_MOST_THRESHOLDS = 260  # LightGBM makes 255 bins at the most, and some at zero

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pair = tuple[int, int]
Node = Mapping[str, Any]  # a node of LightGBM's own description of its trees


@dataclass(frozen=True, slots=True)
class Bins:
    """The bins of one feature; the last one is for missing and unseen values.

    Parameters
    ----------
    thresholds : ndarray of shape (n_bins - 2,)
        Upper ends of the bins of a number; empty for a category.
    categories : int
        How many categories there are; 0 for a number.
    """

    thresholds: Floats
    categories: int = 0

    @property
    def count(self) -> int:
        """How many bins there are, that for missing values included."""
        return (self.categories or len(self.thresholds) + 1) + 1

    def of(self, values: Floats) -> Ints:
        """Return the bin of each value, by LightGBM's own rules."""
        missing = np.isnan(values)
        if self.categories:
            codes = np.where(missing, -1.0, values)
            seen = (codes > -1.0) & (codes < self.categories)
            # Categories are whole numbers to LightGBM, cut towards zero.
            return np.where(seen, np.trunc(codes), self.categories).astype(np.int64)
        values = np.where(np.abs(values) <= _LIGHTGBM_ZERO, 0.0, values)
        found = np.searchsorted(self.thresholds, values, side="left")
        return np.where(missing, self.count - 1, found)


@dataclass(frozen=True, slots=True)
class PointTables:
    """A model as base + tables of one feature + tables of two features.

    The tables are arranged against a background, the training rows: `base` is
    the mean score of the background, a table of two features holds only their
    interaction, and a report's look-ups, with half of each table of two given
    to each of its features, are its exact Shapley values.

    Parameters
    ----------
    bins : tuple of Bins
        For each feature, in the order of the columns of X.
    base : float
        The mean raw score over the background, in log-odds.
    mains : dict of int to ndarray of shape (n_bins,)
        Points by feature.
    pairs : dict of (int, int) to ndarray of shape (n_bins_i, n_bins_j)
        Points by pair of features, i < j.
    """

    bins: tuple[Bins, ...]
    base: float
    mains: Mapping[int, Floats]
    pairs: Mapping[Pair, Floats]

    def problems(self) -> list[str]:
        """Return each way in which the tables do not fit together."""
        found = [problem for bins in self.bins for problem in _odd_edges(bins)]
        sizes = [bins.count for bins in self.bins]
        for i, table in self.mains.items():
            found += _odd_table((i,), 1, table, sizes)
        for pair, table in self.pairs.items():
            found += _odd_table(pair, 2, table, sizes)
        if not abs(self.base) < _MOST_POINTS:
            found.append("the base is not a number")
        return found

    def bin_rows(self, values: Floats) -> Ints:
        """Return the bins of rows of features.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_features)
            Numbers, categories as codes, NaN for missing.

        Returns
        -------
        ndarray of shape (n_features, n_rows)
            Bin numbers, a row for each feature.
        """
        if values.ndim != 2 or values.shape[1] != len(self.bins):
            raise ModelError(
                "the rows have another number of features than the model",
                "the feature frame",
                "compute X with the model's own features",
            )
        return np.stack(
            [bins.of(values[:, column]) for column, bins in enumerate(self.bins)]
        )

    def raw_scores(self, binned: Ints) -> Floats:
        """Return the log-odds of rows, before calibration.

        Parameters
        ----------
        binned : ndarray of shape (n_features, n_rows)
            As `bin_rows` returns it.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        scores = np.full(binned.shape[1], self.base)
        for i, table in self.mains.items():
            scores += table[binned[i]]
        for (i, j), table in self.pairs.items():
            scores += table[binned[i], binned[j]]
        return scores

    def contributions(self, binned: Ints) -> Floats:
        """Return the Shapley values of rows, in log-odds before calibration.

        Parameters
        ----------
        binned : ndarray of shape (n_features, n_rows)
            As `bin_rows` returns it.

        Returns
        -------
        ndarray of shape (n_rows, n_features)
            With `base` they add up to `raw_scores`.
        """
        values = np.zeros((len(self.bins), binned.shape[1]))
        for i, table in self.mains.items():
            values[i] += table[binned[i]]
        for (i, j), table in self.pairs.items():
            half = 0.5 * table[binned[i], binned[j]]
            values[i] += half
            values[j] += half
        return values.T


def _odd_edges(bins: Bins) -> Iterator[str]:
    edges = bins.thresholds
    if edges.ndim != 1 or not ((np.diff(edges) > 0).all() and np.isfinite(edges).all()):
        yield "thresholds are not in order"
    if edges.size > _MOST_THRESHOLDS:
        yield f"a feature has more than {_MOST_THRESHOLDS} thresholds"


def _odd_table(
    features: Sequence[object], number: int, table: Floats, sizes: Sequence[int]
) -> Iterator[str]:
    # A file may say true for 1, which is no place.
    places = [i for i in features if type(i) is int and 0 <= i < len(sizes)]
    if [*features] != places or places != sorted(set(places)):
        yield "a table is of features that there are not"
    elif len(places) != number or table.shape != tuple(sizes[i] for i in places):
        yield "a table has another size than its bins"
    elif not (np.abs(table) < _MOST_POINTS).all():
        yield "a table holds points that are not numbers"


@dataclass(slots=True)
class _Sums:
    """Tables being added up while the trees are walked."""

    bins: tuple[Bins, ...]
    base: float
    mains: dict[int, Floats]
    pairs: dict[Pair, Floats]

    def add(self, i: int, j: int, points: Floats) -> None:
        """Add points of shape (n_bins_i, n_bins_j) to the table of two features."""
        if i == j:
            self.add_main(i, points.diagonal())
            return
        if i > j:
            i, j, points = j, i, points.T
        shape = (self.bins[i].count, self.bins[j].count)
        self.pairs.setdefault((i, j), np.zeros(shape))[:] += points

    def add_main(self, i: int, points: Floats) -> None:
        """Add points of shape (n_bins,) to the table of one feature."""
        self.mains.setdefault(i, np.zeros(self.bins[i].count))[:] += points


def compile_trees(
    trees: Sequence[Node],
    categories: Sequence[int],
    background: Floats,
) -> PointTables:
    """Return the tables of points that trees of depth two are.

    Parameters
    ----------
    trees : sequence of mapping
        `tree_info` of a booster's `dump_model()`.
    categories : sequence of int
        For each feature how many categories it has, 0 for a number.
    background : ndarray of shape (n_rows, n_features)
        The rows against which contributions are measured.

    Returns
    -------
    PointTables
        Tables whose sum is the booster's raw score, to rounding.

    Raises
    ------
    ModelError
        If a tree is deeper than two, or has splits of another kind.
    """
    roots = [tree["tree_structure"] for tree in trees]
    bins = _bins(roots, categories)
    sums = _Sums(bins, 0.0, {}, {})
    for root in roots:
        _add_tree(sums, root)
    tables = PointTables(bins, sums.base, sums.mains, sums.pairs)
    return _centered(tables, tables.bin_rows(background))


def _bins(roots: Sequence[Node], categories: Sequence[int]) -> tuple[Bins, ...]:
    found: list[set[float]] = [set() for _ in categories]
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if _is_split(node):
            if node["decision_type"] == "<=" and np.isfinite(_threshold(node)):
                found[node["split_feature"]].add(_threshold(node))
            waiting += [node["left_child"], node["right_child"]]
    return tuple(
        Bins(np.array(sorted(thresholds)), count)
        for thresholds, count in zip(found, categories, strict=True)
    )


def _add_tree(sums: _Sums, root: Node) -> None:
    if not _is_split(root):
        sums.base += root["leaf_value"]
        return
    i = root["split_feature"]
    left = _goes_left(root, sums.bins[i])
    for child, side in ((root["left_child"], left), (root["right_child"], 1.0 - left)):
        if not _is_split(child):
            sums.add_main(i, side * child["leaf_value"])
            continue
        j = child["split_feature"]
        below = _goes_left(child, sums.bins[j])
        leaves = (child["left_child"], child["right_child"])
        if any(_is_split(leaf) for leaf in leaves):
            raise ModelError(
                "a tree is deeper than two splits",
                "model.txt",
                "train with max_depth=2; deeper trees are not a sum of tables",
            )
        one, other = (leaf["leaf_value"] for leaf in leaves)
        sums.add(i, j, np.outer(side, below * one + (1.0 - below) * other))


def _is_split(node: Node) -> bool:
    return "split_feature" in node


def _threshold(node: Node) -> float:
    """Return a split's threshold; one at infinity parts missing values from others."""
    threshold = float(node["threshold"])
    return np.inf if threshold >= _LIGHTGBM_INFINITY else threshold


def _goes_left(node: Node, bins: Bins) -> Floats:
    """Return 1 for each bin whose rows go left at this split, else 0."""
    left = np.zeros(bins.count)
    if node["decision_type"] == "==":
        # Categories that are listed go left; missing and unseen ones go right.
        listed = [int(code) for code in str(node["threshold"]).split("||")]
        left[[code for code in listed if code < bins.categories]] = 1.0
        return left
    left[: np.searchsorted(bins.thresholds, _threshold(node)) + 1] = 1.0
    match node["missing_type"]:
        case "NaN":
            left[-1] = 1.0 if node["default_left"] else 0.0
        case "None":
            # Training saw no missing value here; LightGBM then takes it for zero.
            left[-1] = left[bins.of(np.zeros(1))[0]]
        case other:
            raise ModelError(
                f"splits of missing type {other} cannot be compiled",
                "model.txt",
                "train with zero_as_missing=false",
            )
    return left


def _centered(tables: PointTables, background: Ints) -> PointTables:
    """Return tables with the same sum, whose parts are Shapley values.

    A table of one feature loses its mean. Of a table t of two, with
    e_i(a) = mean of t(a, b_j), e_j(c) = mean of t(b_i, c) and e = mean of
    t(b_i, b_j) over background rows b, the interaction t - e_i - e_j + e stays,
    and e_i - e and e_j - e go to the tables of one feature. The mean e is taken
    over rows: a product of margins would also add up, and be wrong.
    """
    shares = [
        np.bincount(row, minlength=bins.count) / background.shape[1]
        for row, bins in zip(background, tables.bins, strict=True)
    ]
    base, mains, pairs = tables.base, {}, {}
    for i, table in tables.mains.items():
        mean = float(shares[i] @ table)
        base += mean
        mains[i] = table - mean
    for (i, j), table in tables.pairs.items():
        over_j = table @ shares[j]
        over_i = shares[i] @ table
        mean = float(table[background[i], background[j]].mean())
        base += mean
        pairs[i, j] = table - over_j[:, None] - over_i[None, :] + mean
        for feature, margin in ((i, over_j), (j, over_i)):
            mains[feature] = mains.get(feature, 0.0) + margin - mean
    return PointTables(
        tables.bins, base, dict(sorted(mains.items())), dict(sorted(pairs.items()))
    )
