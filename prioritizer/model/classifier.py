"""The estimator: depth-two boosted trees that score as tables of points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from prioritizer.features import codes_of
from prioritizer.model.interactions import constraint_groups, strongest_pairs
from prioritizer.model.tables import Floats, Node, Pair, compile_trees


class ActionabilityClassifier(ClassifierMixin, BaseEstimator):
    """Predict P(actionable) as a sum of small tables of points.

    LightGBM grows trees of depth two, which are compiled into tables once; the
    tables are what scores. A first fit finds which pairs of features interact,
    a second one may combine only these.

    Parameters
    ----------
    rounds : int, default=150
        Trees of the model.
    learning_rate : float, default=0.05
        Weight of each tree.
    pairs : int, default=24
        How many pairs of features may interact.
    max_bin : int, default=63
        Bins of a number; fewer bins make shorter tables.
    min_leaf_weight : float, default=5.0
        Least sum of Hessians in a leaf: about 20 reports where half of them
        are actionable, more where few are.
    directions : mapping of str to int or None, default=None
        1 for a feature of which more never lowers the score, -1 for one of
        which more never raises it; by column name of a data frame.
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
        The same model as tables.
    pairs_ : list of (int, int)
        Pairs of features that may interact.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(400.0).reshape(-1, 1)
    >>> y = (X[:, 0] > 200).astype(int)
    >>> model = ActionabilityClassifier(rounds=20).fit(X, y)
    >>> model.predict([[10.0], [390.0]]).tolist()
    [0, 1]
    """

    def __init__(
        self,
        rounds: int = 150,
        learning_rate: float = 0.05,
        pairs: int = 24,
        max_bin: int = 63,
        min_leaf_weight: float = 5.0,
        directions: Mapping[str, int] | None = None,
        random_state: int = 0,
    ) -> None:
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.pairs = pairs
        self.max_bin = max_bin
        self.min_leaf_weight = min_leaf_weight
        self.directions = directions
        self.random_state = random_state

    def fit(self, X: object, y: object, sample_weight: object | None = None) -> Self:
        """Learn from labelled reports.

        Parameters
        ----------
        X : array-like of shape (n_reports, n_features)
            Features; a data frame may have Categorical columns.
        y : array-like of shape (n_reports,)
            Two classes, such as 0 and 1.
        sample_weight : array-like of shape (n_reports,), default=None
            Weights, 0 or more.

        Returns
        -------
        ActionabilityClassifier
            This estimator, fitted.

        Raises
        ------
        ValueError
            If there are not two classes, or the arrays do not fit together.
        """
        values, labels = validate_data(
            self, _numbers(X), y, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        categories = _categories(X, values.shape[1])
        weights = _check_sample_weight(
            sample_weight, values, dtype=np.float64, ensure_non_negative=True
        )
        kept = weights > 0
        self.classes_ = _two_classes(labels[kept])
        target = (labels[kept] == self.classes_[1]).astype(float)
        data = _Data(values[kept], target, weights[kept], categories)
        first = self._grow(data, max(50, self.rounds // 3), None)
        sketch = compile_trees(_trees(first), categories, data.rows)
        self.pairs_ = strongest_pairs(sketch, sketch.bin_rows(data.rows), self.pairs)
        self.booster_ = self._grow(data, self.rounds, self.pairs_)
        self.tables_ = compile_trees(_trees(self.booster_), categories, data.rows)
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

    def _grow(self, data: _Data, rounds: int, pairs: list[Pair] | None) -> lgb.Booster:
        names = list(getattr(self, "feature_names_in_", []))
        directions = self.directions or {}
        settings: dict[str, object] = {
            "objective": "binary",
            "max_depth": 2,
            "num_leaves": 4,
            "learning_rate": self.learning_rate,
            "max_bin": self.max_bin,
            "min_data_in_bin": 1,
            "min_data_in_leaf": 1,
            # Weighted rows count by their weight, so the leaf's weight regulates.
            "min_sum_hessian_in_leaf": self.min_leaf_weight,
            "min_data_per_group": 20,
            "monotone_constraints": [directions.get(name, 0) for name in names] or None,
            "monotone_constraints_method": "intermediate",
            "interaction_constraints": None
            if pairs is None
            else constraint_groups(pairs, data.rows.shape[1]),
            # The same trees on any number of threads and in any process.
            "deterministic": True,
            "force_row_wise": True,
            # A few thousand rows: more threads would only wait for each other.
            "num_threads": 1,
            "bin_construct_sample_cnt": max(200_000, len(data.target)),
            "seed": self.random_state,
            "verbosity": -1,
        }
        chosen = {name: value for name, value in settings.items() if value is not None}
        dataset = lgb.Dataset(
            data.rows,
            data.target,
            weight=data.weights,
            feature_name=names or "auto",
            categorical_feature=[i for i, size in enumerate(data.categories) if size],
            params=chosen,
            free_raw_data=True,
        )
        return lgb.train(chosen, dataset, num_boost_round=rounds)


@dataclass(frozen=True, slots=True)
class _Data:
    """The rows of one fit."""

    rows: Floats
    target: Floats
    weights: Floats
    categories: list[int]


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
