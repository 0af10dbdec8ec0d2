"""Learners that owe nobody a table of points, each as its own authors would use it.

All of them grow up to so many trees and find on the newest reports how many help, as
ours does, and then learn from all. None is held to the law of evidence.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from prioritizer.errors import MissingInputError, numbered
from prioritizer.features import codes_of
from prioritizer.seeds import Floats, Ints

_STOP_SHARE, _PATIENCE = 0.2, 50
_RATE = 0.05
_LIBRARIES = ("xgboost", "interpret")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a rival may grow.

    Attributes
    ----------
    rounds : int
        Trees at the most.
    bags : int
        Models that the explainable boosting machine averages; its own default is 14.
    pairs : int
        Pairs of features that it may combine; its own default is three for each
        feature, which took five times as long here and ranked worse.
    threads : int or None
        How many work at it; as many as there are if None.
    """

    rounds: int = 1500
    bags: int = 4
    pairs: int = 16
    threads: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Reports with labels, in order of arrival.

    Attributes
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features.
    y : ndarray of shape (n_reports,)
        1 or 0.
    """

    X: pd.DataFrame
    y: Ints

    @property
    def categories(self) -> list[int]:
        """Places of the columns that are categories."""
        return [
            place
            for place, dtype in enumerate(self.X.dtypes)
            if isinstance(dtype, pd.CategoricalDtype)
        ]

    def parted(self) -> tuple[Lesson, Lesson]:
        """Return the older reports, and the newest, on which growth stops."""
        cut = int(len(self.y) * (1.0 - _STOP_SHARE))
        return (
            Lesson(self.X[:cut], self.y[:cut]),
            Lesson(self.X[cut:], self.y[cut:]),
        )


Learner = Callable[[Lesson, Effort], Callable[[pd.DataFrame], Floats]]


def deep_lightgbm(lesson: Lesson, effort: Effort) -> Callable[[pd.DataFrame], Floats]:
    """Learn with LightGBM's ordinary trees of 31 leaves, all else by its defaults."""
    settings = {
        "objective": "binary",
        "learning_rate": _RATE,
        "seed": 0,
        "deterministic": True,
        "verbosity": -1,
        **({"num_threads": effort.threads} if effort.threads else {}),
    }

    def rows(part: Lesson, like: lgb.Dataset | None = None) -> lgb.Dataset:
        return lgb.Dataset(
            _numbers(part.X),
            part.y,
            reference=like,
            categorical_feature=part.categories,
            params=settings,
        )

    older, newer = lesson.parted()
    data = rows(older)
    first = lgb.train(
        settings,
        data,
        effort.rounds,
        valid_sets=[rows(newer, data)],
        callbacks=[lgb.early_stopping(_PATIENCE, verbose=False)],
    )
    last = lgb.train(settings, rows(lesson), max(1, first.best_iteration))
    return lambda X: np.asarray(last.predict(_numbers(X), raw_score=True), float)


def hist_gradient_boosting(
    lesson: Lesson, effort: Effort
) -> Callable[[pd.DataFrame], Floats]:
    """Learn with scikit-learn's gradient boosting on binned features."""
    settings = {
        "learning_rate": _RATE,
        "categorical_features": lesson.categories or None,
        "random_state": 0,
    }
    older, newer = lesson.parted()
    first = HistGradientBoostingClassifier(
        max_iter=effort.rounds,
        early_stopping=True,
        n_iter_no_change=_PATIENCE,
        scoring="loss",
        **settings,
    )
    # It takes as many threads as it finds, and cannot be told otherwise.
    with threadpool_limits(effort.threads, user_api="openmp"):
        first.fit(_numbers(older.X), older.y, X_val=_numbers(newer.X), y_val=newer.y)
        # Its first score is that of no tree at all, and a higher one is better.
        helpful = max(1, int(np.argmax(first.validation_score_)))
        last = HistGradientBoostingClassifier(
            max_iter=helpful, early_stopping=False, **settings
        ).fit(_numbers(lesson.X), lesson.y)
    return lambda X: np.asarray(last.decision_function(_numbers(X)))


def xgboost(lesson: Lesson, effort: Effort) -> Callable[[pd.DataFrame], Floats]:
    """Learn with XGBoost's histograms and its default depth of six."""
    library = _library("xgboost")
    kinds = ["q"] * lesson.X.shape[1]
    for place in lesson.categories:
        kinds[place] = "c"
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "eta": _RATE,
        "seed": 0,
        **({"nthread": effort.threads} if effort.threads else {}),
    }

    def matrix(X: pd.DataFrame, y: Ints | None = None) -> object:
        return library.DMatrix(
            _numbers(X), y, feature_types=kinds, enable_categorical=True
        )

    older, newer = lesson.parted()
    first = library.train(
        settings,
        matrix(older.X, older.y),
        effort.rounds,
        evals=[(matrix(newer.X, newer.y), "newer")],
        early_stopping_rounds=_PATIENCE,
        verbose_eval=False,
    )
    last = library.train(settings, matrix(lesson.X, lesson.y), first.best_iteration + 1)
    return lambda X: np.asarray(last.predict(matrix(X), output_margin=True), float)


def explainable_boosting(
    lesson: Lesson, effort: Effort
) -> Callable[[pd.DataFrame], Floats]:
    """Learn with the explainable boosting machine, which stops by parts of its own."""
    library = _library("interpret.glassbox")
    kinds = ["continuous"] * lesson.X.shape[1]
    for place in lesson.categories:
        kinds[place] = "nominal"
    machine = library.ExplainableBoostingClassifier(
        feature_types=kinds,
        outer_bags=effort.bags,
        interactions=effort.pairs,
        n_jobs=effort.threads or -1,
        random_state=0,
    )
    with warnings.catch_warnings():
        # It cannot draw missing values, and nothing is drawn here.
        warnings.simplefilter("ignore")
        machine.fit(_numbers(lesson.X), lesson.y)
    return lambda X: np.asarray(machine.decision_function(_numbers(X)))


RIVALS: dict[str, Learner] = {
    "deep LightGBM": deep_lightgbm,
    "HistGradientBoosting": hist_gradient_boosting,
    "XGBoost": xgboost,
    "EBM": explainable_boosting,
}
"""Every rival, by the name that its lines carry."""


def check_rivals(libraries: tuple[str, ...] = _LIBRARIES) -> None:
    """Raise if a library of a rival is not there, before hours are spent.

    Raises
    ------
    MissingInputError
        Naming every library that is missing.
    """
    missing = []
    for library in libraries:
        try:
            import_module(library)
        except ImportError:
            missing.append(f"{library} is not installed")
    if missing:
        raise MissingInputError(
            numbered(missing),
            "the rivals of the benchmark",
            'install the extra `dev`: pip install "prioritizer[dev]"',
        )


def _library(name: str) -> ModuleType:
    check_rivals((name.partition(".")[0],))
    return import_module(name)


def _numbers(X: pd.DataFrame) -> Floats:
    return codes_of(X).to_numpy(dtype=np.float64)
