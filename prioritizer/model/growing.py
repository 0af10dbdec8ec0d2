"""Grow trees with LightGBM, the same ones on any number of threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from prioritizer.execution import available_cores
from prioritizer.model.interactions import constraint_groups
from prioritizer.model.tables import Floats, Pair

if TYPE_CHECKING:
    import lightgbm as lgb

_LEAST_SEEN = 200_000  # LightGBM's own default of rows from which it makes bins
_ROWS_FOR_THREADS = 50_000


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled rows as LightGBM takes them.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_features)
        Numbers, categories as codes, NaN for missing.
    target : ndarray of shape (n_rows,)
        1 for the class that is predicted, else 0.
    weights : ndarray of shape (n_rows,)
        Above 0.
    """

    values: Floats
    target: Floats
    weights: Floats

    def thinned(self, most: int) -> Rows:
        """Return every n-th row, so that at most so many are left."""
        step = -(-len(self.target) // most)
        return Rows(self.values[::step], self.target[::step], self.weights[::step])


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees grow.

    Attributes
    ----------
    rounds : int
        How many trees, or the most where growth may stop earlier.
    learning_rate : float
        Weight of each tree.
    max_bin : int
        Bins of a number.
    min_leaf_weight : float
        Least sum of Hessians in a leaf.
    random_state : int
        LightGBM's seed.
    threads : int or None
        How many work at it; the trees are the same. If None one, or all cores where
        there are rows enough for them not to wait for each other.
    names : sequence of str
        Names of the features, or none.
    categories : sequence of int
        For each feature how many categories it has, 0 for a number.
    directions : sequence of int
        For each feature 1 if more never lowers the score, -1 if it never raises it.
    pairs : sequence of (int, int) or None
        Which features may stand together on a path; any if None.
    depth : int
        Splits on a path, 0 for no limit but 31 leaves.
    """

    rounds: int
    learning_rate: float
    max_bin: int
    min_leaf_weight: float
    random_state: int
    threads: int | None
    names: Sequence[str]
    categories: Sequence[int]
    directions: Sequence[int]
    pairs: Sequence[Pair] | None = None
    depth: int = 2

    def with_pairs(self, pairs: Sequence[Pair]) -> Growth:
        """Return the same growth with only these pairs."""
        return replace(self, pairs=pairs)

    def for_sketch(self, rounds: int, learning_rate: float) -> Growth:
        """Return a quicker growth that shows which features interact."""
        return replace(self, rounds=rounds, learning_rate=learning_rate)

    def settings(self, rows: int) -> dict[str, object]:
        """Return LightGBM's parameters for a fit on so many rows."""
        chosen: dict[str, object] = {
            "objective": "binary",
            "learning_rate": self.learning_rate,
            "max_bin": self.max_bin,
            "min_data_in_bin": 1,
            "min_data_in_leaf": 1,
            # Weighted rows count by their weight, so the leaf's weight regulates.
            "min_sum_hessian_in_leaf": self.min_leaf_weight,
            "min_data_per_group": 20,
            # The same trees on any number of threads and in any process.
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": self.threads or _threads_for(rows),
            "bin_construct_sample_cnt": max(_LEAST_SEEN, rows),
            "seed": self.random_state,
            "verbosity": -1,
        }
        if self.depth:
            chosen |= {"max_depth": self.depth, "num_leaves": 2**self.depth}
        if any(self.directions):
            chosen["monotone_constraints"] = list(self.directions)
            # "advanced" is broken: it lets scores fall in spite of a constraint.
            chosen["monotone_constraints_method"] = "intermediate"
        if self.pairs is not None:
            groups = constraint_groups(list(self.pairs), len(self.categories))
            chosen["interaction_constraints"] = groups
        return chosen


def _threads_for(rows: int) -> int:
    return available_cores() if rows >= _ROWS_FOR_THREADS else 1


def grow(
    rows: Rows, how: Growth, *, later: Rows | None = None, patience: int = 50
) -> lgb.Booster:
    """Grow trees.

    Parameters
    ----------
    rows : Rows
        What they learn from.
    how : Growth
        How.
    later : Rows or None
        Later rows: growth stops where their log loss no longer falls, and the trees up
        to the best are the model.
    patience : int
        Trees without a gain on the later rows before growth stops.

    Returns
    -------
    lightgbm.Booster
    """
    import lightgbm as lgb  # what only scores does without it

    settings = how.settings(len(rows.target))
    data = _dataset(rows, how, settings)
    if later is None:
        return lgb.train(settings, data, num_boost_round=how.rounds)
    return lgb.train(
        settings,
        data,
        num_boost_round=how.rounds,
        valid_sets=[_dataset(later, how, settings, data)],
        callbacks=[lgb.early_stopping(patience, verbose=False)],
    )


def _dataset(
    rows: Rows,
    how: Growth,
    settings: dict[str, object],
    reference: lgb.Dataset | None = None,
) -> lgb.Dataset:
    import lightgbm as lgb

    return lgb.Dataset(
        rows.values,
        rows.target,
        reference=reference,
        weight=rows.weights,
        feature_name=list(how.names) or "auto",
        categorical_feature=[i for i, size in enumerate(how.categories) if size],
        params=settings,
        free_raw_data=True,
    )


def checked_directions(
    directions: Mapping[str, int], names: Sequence[str], categories: Sequence[int]
) -> list[int]:
    """Return the direction of each feature; raise before LightGBM would abort.

    LightGBM ends the whole process where a category has a direction.

    Parameters
    ----------
    directions : mapping of str to int
        By name of the feature; a feature that is not named has none.
    names : sequence of str
        The features.
    categories : sequence of int
        For each how many categories it has, 0 for a number.

    Returns
    -------
    list of int

    Raises
    ------
    ValueError
        Listing everything that cannot be a direction.

    Examples
    --------
    >>> checked_directions({"files": 1}, ["hours", "files"], [0, 0])
    [0, 1]
    """
    wanted = {name: step for name, step in directions.items() if step != 0}
    is_category = dict(zip(names, map(bool, categories), strict=True)) if names else {}
    found = [f"{name} is no column" for name in wanted if name not in is_category]
    found += [
        f"{name} is a category and cannot have a direction"
        for name in wanted
        if is_category.get(name)
    ]
    found += [
        f"the direction of {name} is not -1, 0 or 1"
        for name, step in wanted.items()
        if step not in (-1, 1)
    ]
    if found:
        raise ValueError("directions: " + "; ".join(found))
    return [wanted.get(name, 0) for name in names] or [0] * len(categories)


def rows_of(values: Floats, target: Floats, weights: Floats) -> Rows:
    """Return the rows that have a weight; LightGBM would count the others in bins."""
    kept = weights > 0
    return Rows(values[kept], np.asarray(target[kept], float), weights[kept])
