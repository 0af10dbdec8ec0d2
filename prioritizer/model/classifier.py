"""The estimator: depth-two boosted trees that score as tables of points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from prioritizer.features import codes_of
from prioritizer.model.growing import Growth, Rows, checked_directions, grow, rows_of
from prioritizer.model.interactions import strongest_pairs
from prioritizer.model.tables import Floats, Node, compile_trees

if TYPE_CHECKING:
    import lightgbm as lgb

# What two features do only together shows after what each does alone, some two
# hundred trees on; these are grown quickly, and on a part of the rows.
_SKETCH_ROUNDS, _SKETCH_RATE, _SKETCH_ROWS = 300, 0.1, 50_000


class ActionabilityClassifier(ClassifierMixin, BaseEstimator):
    """Predict P(actionable) as a sum of small tables of points.

    LightGBM grows trees of depth two, which are compiled into tables once; the
    tables are what scores. A first fit finds which pairs of features interact,
    a second one may combine only these.

    Parameters
    ----------
    rounds : int, default=300
        Trees of the model; the most, where `fit` is given later rows to stop on.
    learning_rate : float, default=0.05
        Weight of each tree.
    pairs : int, default=64
        How many pairs of features may interact.
    interactions : {"pairs", "any"}, default="pairs"
        With "any" ordinary deep trees grow, which are no sum of tables: a rival to
        compare with, that cannot be stored or explained.
    max_bin : int, default=63
        Bins of a number; fewer bins make shorter tables.
    min_leaf_weight : float, default=5.0
        Least sum of Hessians in a leaf: about 20 reports where half of them
        are actionable, more where few are.
    directions : mapping of str to int or None, default=None
        1 for a feature of which more never lowers the score, -1 for one of
        which more never raises it; by column name of a data frame.
    class_weight : "balanced", dict or None, default=None
        Weights of the classes, by which those of rows are multiplied.
    threads : int or None, default=None
        How many work at it; the model is the same on any number. If None one, or all
        cores for many rows.
    random_state : int, default=0
        Seed of LightGBM; the fit itself draws nothing.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The two classes, the second being the one predicted.
    n_features_in_ : int
        Features seen in `fit`.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names, when `fit` was given a data frame.
    booster_ : lightgbm.Booster
        The trees.
    tables_ : PointTables
        The same model as tables; not there if `interactions` is "any".
    pairs_ : list of (int, int)
        Pairs of features that may interact; not there if `interactions` is "any".

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(400.0).reshape(-1, 1)
    >>> y = (X[:, 0] > 200).astype(int)
    >>> model = ActionabilityClassifier(rounds=20).fit(X, y)
    >>> model.predict([[10.0], [390.0]]).tolist()
    [0, 1]
    """

    def __init__(  # noqa: PLR0913  (scikit-learn sets parameters one by one)
        self,
        rounds: int = 300,
        learning_rate: float = 0.05,
        pairs: int = 64,
        interactions: Literal["pairs", "any"] = "pairs",
        max_bin: int = 63,
        min_leaf_weight: float = 5.0,
        directions: Mapping[str, int] | None = None,
        class_weight: str | Mapping[object, float] | None = None,
        threads: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.pairs = pairs
        self.interactions = interactions
        self.max_bin = max_bin
        self.min_leaf_weight = min_leaf_weight
        self.directions = directions
        self.class_weight = class_weight
        self.threads = threads
        self.random_state = random_state

    def fit(
        self,
        X: object,
        y: object,
        sample_weight: object | None = None,
        *,
        stop_on: tuple[object, object, object | None] | None = None,
    ) -> Self:
        """Learn from labelled reports.

        Parameters
        ----------
        X : array-like of shape (n_reports, n_features)
            Features; a data frame may have Categorical columns.
        y : array-like of shape (n_reports,)
            Two classes, such as 0 and 1.
        sample_weight : array-like of shape (n_reports,), default=None
            Weights, 0 or more.
        stop_on : tuple of (X, y, sample_weight), default=None
            Later reports: trees stop growing where they no longer help with these.

        Returns
        -------
        ActionabilityClassifier
            This estimator, fitted.

        Raises
        ------
        ValueError
            If there are not two classes, the arrays do not fit together, or a
            parameter is none that there is.
        """
        if self.interactions not in ("pairs", "any"):
            raise ValueError('interactions must be "pairs" or "any"')
        values, labels = validate_data(
            self, _numbers(X), y, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        weights = _check_sample_weight(
            sample_weight, values, dtype=np.float64, ensure_non_negative=True
        )
        self.classes_ = _two_classes(labels[weights > 0])
        rows = self._rows(values, labels, weights)
        later = None if stop_on is None else self._later(*stop_on)
        how = self._growth(_categories(X, values.shape[1]))
        if self.interactions == "any":
            self.booster_ = grow(rows, how, later=later)
            return self
        thin = rows.thinned(_SKETCH_ROWS)
        first = grow(thin, how.for_sketch(_SKETCH_ROUNDS, _SKETCH_RATE))
        sketch = compile_trees(_trees(first), how.categories, thin.values)
        binned = sketch.bin_rows(thin.values)
        self.pairs_ = strongest_pairs(sketch, binned, self.pairs)
        self.booster_ = grow(rows, how.with_pairs(self.pairs_), later=later)
        trees = _trees(self.booster_)
        self.tables_ = compile_trees(trees, how.categories, rows.values)
        return self

    def decision_function(self, X: object) -> Floats:
        """Return the log-odds of the second class.

        Parameters
        ----------
        X : array-like of shape (n_reports, n_features)
            Features as in `fit`.

        Returns
        -------
        ndarray of shape (n_reports,)
        """
        check_is_fitted(self)
        values = validate_data(
            self,
            _numbers(X),
            dtype=np.float64,
            ensure_all_finite="allow-nan",
            reset=False,
        )
        if self.interactions == "any":
            return np.asarray(self.booster_.predict(values, raw_score=True))
        return self.tables_.raw_scores(self.tables_.bin_rows(values))

    def predict_proba(self, X: object) -> Floats:
        """Return the probabilities of both classes, before calibration.

        Parameters
        ----------
        X : array-like of shape (n_reports, n_features)
            Features as in `fit`.

        Returns
        -------
        ndarray of shape (n_reports, 2)
        """
        positive = 1.0 / (1.0 + np.exp(-self.decision_function(X)))
        return np.column_stack([1.0 - positive, positive])

    def predict(self, X: object) -> np.ndarray:
        """Return the more probable class of each report.

        Parameters
        ----------
        X : array-like of shape (n_reports, n_features)
            Features as in `fit`.

        Returns
        -------
        ndarray of shape (n_reports,)
        """
        second = (self.decision_function(X) > 0).astype(int)
        return np.asarray(self.classes_[second])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def _growth(self, categories: list[int]) -> Growth:
        names = [str(name) for name in getattr(self, "feature_names_in_", [])]
        return Growth(
            rounds=self.rounds,
            learning_rate=self.learning_rate,
            max_bin=self.max_bin,
            min_leaf_weight=self.min_leaf_weight,
            random_state=self.random_state,
            threads=self.threads,
            names=names,
            categories=categories,
            directions=checked_directions(self.directions or {}, names, categories),
            depth=0 if self.interactions == "any" else 2,
        )

    def _later(self, X: object, y: object, sample_weight: object | None) -> Rows:
        values, labels = validate_data(
            self,
            _numbers(X),
            y,
            dtype=np.float64,
            ensure_all_finite="allow-nan",
            reset=False,
        )
        unknown = set(np.unique(labels)) - set(self.classes_)
        if unknown:
            raise ValueError("the later reports have classes that are not learned from")
        weights = _check_sample_weight(
            sample_weight, values, dtype=np.float64, ensure_non_negative=True
        )
        return self._rows(values, labels, weights)

    def _rows(self, values: Floats, labels: np.ndarray, weights: Floats) -> Rows:
        of_class = compute_sample_weight(self.class_weight, labels)
        return rows_of(values, labels == self.classes_[1], weights * of_class)


def _trees(booster: lgb.Booster) -> list[Node]:
    return list(booster.dump_model()["tree_info"])


def _categories(X: object, features: int) -> list[int]:
    """Return for each column how many categories it has, 0 for a number."""
    if not isinstance(X, pd.DataFrame):
        return [0] * features
    return [
        len(dtype.categories) if isinstance(dtype, pd.CategoricalDtype) else 0
        for dtype in X.dtypes
    ]


def _numbers(X: object) -> object:
    return codes_of(X) if isinstance(X, pd.DataFrame) else X


def _two_classes(labels: np.ndarray) -> np.ndarray:
    check_classification_targets(labels)
    if type_of_target(labels, input_name="y") == "multiclass":
        raise ValueError(
            "Only binary classification is supported. The type of the target is "
            "multiclass."
        )
    classes = np.unique(labels)
    if len(classes) < 2:
        raise ValueError(
            "Classifier can't train when only one class is present: the labels must "
            "hold both reports that were acted on and reports that were not"
        )
    return classes
