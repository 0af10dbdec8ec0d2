"""What calibrates is scored by fits that saw nothing of its case."""

import numpy as np
import pandas as pd
import pytest

from prioritizer.errors import ModelError
from prioritizer.model import ActionabilityClassifier
from prioritizer.model.selective import LearningRows
from prioritizer.model.training import held_out_scores

OLDER, RECENT = pd.RangeIndex(200), pd.RangeIndex(200, 280)
X = pd.DataFrame({"noise": np.arange(280.0) % 7, "name": np.arange(280.0)})


def rows(ids: pd.Index, y: np.ndarray) -> LearningRows:
    return LearningRows(ids, y, np.ones(len(ids)), {})


def scores(cases: pd.Series, y: np.ndarray) -> np.ndarray:
    estimator = ActionabilityClassifier(rounds=40, min_leaf_weight=0.0, max_bin=255)
    older, recent = rows(OLDER, y[:200]), rows(RECENT, y[200:])
    return held_out_scores(estimator, X, older, recent, cases)


def test_a_case_does_not_help_to_score_itself() -> None:
    """Each case has its own label, which only its name tells: nothing must know it."""
    random = np.random.default_rng(0)
    cases = pd.Series(np.arange(280) % 40)
    y = random.integers(0, 2, 40)[cases].astype(float)
    named = X.assign(name=cases.astype(float))
    estimator = ActionabilityClassifier(rounds=40, min_leaf_weight=0.0, max_bin=255)
    older, recent = rows(OLDER, y[:200]), rows(RECENT, y[200:])
    raw = held_out_scores(estimator, named, older, recent, cases)
    told = estimator.fit(named, y).decision_function(named.loc[RECENT])
    assert np.mean((told > 0) == (y[200:] == 1)) > 0.85
    assert np.mean((raw > 0) == (y[200:] == 1)) < 0.75


def test_every_recent_row_is_scored() -> None:
    y = (np.arange(280) % 2).astype(float)
    assert np.isfinite(scores(pd.Series(np.arange(280)), y)).all()


def test_one_label_left_is_said_in_words() -> None:
    y = np.zeros(280)
    y[200] = 1.0
    with pytest.raises(ModelError, match="have the same label"):
        scores(pd.Series(np.arange(280)), y)
