"""How much a place in the order hangs on which past cases were there to learn from.

The model is fitted some further times on cases drawn anew, and each fit puts the
reports in an order of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import poisson, rankdata
from sklearn.base import clone

from prioritizer.errors import ModelError
from prioritizer.model.classifier import ActionabilityClassifier
from prioritizer.model.shared_bins import bins_in
from prioritizer.model.tables import Bins, Floats, Ints, PointTables
from prioritizer.model.tables_json import tables_as_json, tables_from_json
from prioritizer.seeds import Draws

MOST_REFITS = 32
# Points of a refit are written with so many digits: what is lost is far below what
# refits differ by.
_DIGITS = 5
# How likely a case counts at most 0, 1, 2 ... times; 13 are one in ten billion.
_AT_MOST = poisson.cdf(np.arange(13), 1.0)
_TRIES = 10

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Refits:
    """Models of the same features, each learned from other draws of the past cases.

    Parameters
    ----------
    tables : tuple of PointTables
        One a refit; none is allowed.
    """

    tables: tuple[PointTables, ...] = ()

    def raw_scores(self, binned: Ints, bins: tuple[Bins, ...]) -> Floats32:
        """Return what each refit scores.

        Parameters
        ----------
        binned : ndarray of shape (n_features, n_rows)
            Bin numbers, a row for each feature.
        bins : tuple of Bins
            The bins, such as those of `shared_bins`: no finer ones are in any refit.

        Returns
        -------
        ndarray of float32 of shape (n_rows, n_refits)
            Log-odds before calibration.
        """
        scores = np.zeros((binned.shape[1], len(self.tables)), np.float32)
        for number, tables in enumerate(self.tables):
            own = bins_in(bins, tables.bins)
            total = np.full(len(scores), tables.base)
            # To spread a table over the shared bins is less work than to find the
            # bins of this refit for every row.
            for i, table in tables.mains.items():
                total += table[own[i]][binned[i]]
            for (i, j), table in tables.pairs.items():
                total += table[np.ix_(own[i], own[j])][binned[i], binned[j]]
            scores[:, number] = total
        return scores

    def problems(self, categories: Sequence[int]) -> list[str]:
        """Return in which ways these are no refits of a model.

        Parameters
        ----------
        categories : sequence of int
            For each feature of the model how many categories it has, 0 for a number.
        """
        if len(self.tables) > MOST_REFITS:
            return [f"there are more than {MOST_REFITS} refits"]
        found = {
            f"a refit: {problem}"
            for tables in self.tables
            for problem in tables.problems()
        }
        if any(
            [bins.categories for bins in tables.bins] != list(categories)
            for tables in self.tables
        ):
            found.add("a refit is not of the model's features")
        return sorted(found)

    def as_json(self) -> dict[str, object]:
        """Return the refits as they are stored."""
        return {"refits": [tables_as_json(tables) for tables in self.tables]}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        """Return the refits that `as_json` gave; see `problems` before use."""
        return cls(tuple(tables_from_json(each) for each in said["refits"]))


def refit(
    estimator: ActionabilityClassifier,
    X: pd.DataFrame,
    y: Floats | pd.Series[int],
    *,
    weights: Floats | None = None,
    clusters: Ints | None = None,
    refits: int = 8,
    random_state: int = 0,
) -> Refits:
    """Fit an estimator again on cases that are drawn anew.

    Each case counts as often as a Poisson draw says, once on average, and with all of
    its reports: reports of one case are no independent witnesses. The pairs of
    features are found again too; with those of the model given, places seem a fifth
    steadier than they are.

    Parameters
    ----------
    estimator : ActionabilityClassifier
        The model, fitted or not; its parameters are taken.
    X : pandas.DataFrame of shape (n_reports, n_features)
        What it learned from.
    y : pandas.Series of shape (n_reports,)
        The labels.
    weights : ndarray of shape (n_reports,) or None
        Weights of the reports; 1 if left out.
    clusters : ndarray of int of shape (n_reports,) or None
        The case of each report, 0 or more; each is one of its own if left out. A case
        keeps its draws whatever else is there.
    refits : int
        How many, 0 to 32.
    random_state : int
        Seed of the draws.

    Returns
    -------
    Refits

    Raises
    ------
    ModelError
        If there are so few cases that draw after draw holds one label only.
    """
    own = np.ones(len(X)) if weights is None else np.asarray(weights, float)
    names = np.arange(len(X)) if clusters is None else np.asarray(clusters)
    draws = Draws(random_state, "refits")
    found = []
    for number in range(refits):
        drawn = own * _times(draws, number, names.astype(np.uint64), own, y)
        again = clone(estimator).fit(X, y, drawn)
        found.append(_rounded(again.tables_))
    return Refits(tuple(found))


def _times(
    draws: Draws,
    number: int,
    names: NDArray[np.uint64],
    weights: Floats,
    y: Floats | pd.Series[int],
) -> Ints:
    """Return how often each row counts, such that both labels are there."""
    labels = np.asarray(y)
    for attempt in range(_TRIES):
        chance = draws.uniform(f"{number} {attempt}", names)
        times = np.searchsorted(_AT_MOST, chance, side="right")
        if len(np.unique(labels[(times > 0) & (weights > 0)])) > 1:
            return times
    raise ModelError(
        "there are too few cases of one label to draw them anew",
        "the reports that train",
        "train on more outcomes, or set refits to 0",
    )


def _rounded(tables: PointTables) -> PointTables:
    return replace(
        tables,
        base=round(tables.base, _DIGITS),
        mains={key: each.round(_DIGITS) for key, each in tables.mains.items()},
        pairs={key: each.round(_DIGITS) for key, each in tables.pairs.items()},
    )


def refit_columns(refits: int) -> list[str]:
    """Return the names under which scores hold what each refit says.

    Examples
    --------
    >>> refit_columns(2)
    ['refit_1', 'refit_2']
    """
    return [f"refit_{number}" for number in range(1, refits + 1)]


def rank_interval(scores: Floats | Floats32) -> tuple[Floats, Floats]:
    """Return the best and the worst place of each row over the refits.

    Given B refits, a further one would put a row between the two with a chance of
    (B - 1) / (B + 1), which is 78 % for 8. That tells how steady a place is under
    another sample of past cases. It does not tell where the report should stand.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_refits)
        What each refit scores; a row without a score goes last.

    Returns
    -------
    low, high : ndarray of shape (n_rows,)
        Places among these rows, from 1; tied rows share the mean of their places.
        NaN if there are no refits.

    Examples
    --------
    >>> low, high = rank_interval(np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 1.0]]))
    >>> low.tolist(), high.tolist()
    ([1.0, 1.0, 2.5], [2.5, 2.0, 3.0])
    """
    if not scores.size:
        nothing = np.full(len(scores), np.nan)
        return nothing, nothing.copy()
    places = rankdata(-np.where(np.isnan(scores), -np.inf, scores), axis=0)
    return places.min(axis=1), places.max(axis=1)
