"""Which rows teach where outcomes are known only of some reports."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import ModelError, SettingsError
from prioritizer.model import ActionabilityClassifier, Split, split_at
from prioritizer.model.positive_unlabelled import actionable_weights, told_share
from prioritizer.model.propensity import PropensitySettings
from prioritizer.model.selective import (
    Feedback,
    LearningRows,
    Selection,
    SelectionSettings,
    understand_selection,
)

JANUARY = pd.Timestamp("2024-01-01T00:00:00Z")
FEW = PropensitySettings(rounds=60, mature_days=0, threads=1)
NOTHING = pd.Series(dtype=float)


def by(feedback: Feedback, **changes: object) -> SelectionSettings:
    return replace(SelectionSettings(feedback, propensity=FEW), **changes)


def small(settings: SelectionSettings, **known: object) -> Selection:
    """Ten reports before the test: 0 to 4 train, 5 to 9 calibrate or wait."""
    split = Split(
        JANUARY,
        JANUARY,
        train=pd.Index([0, 2, 4]),
        calibration=pd.Index([6, 9]),
        test=pd.Index([10]),
        waiting=pd.Index([1, 5, 7, 8]),
        purged=pd.Index([3]),
    )
    labels = pd.Series([1, 0, 1, 0, 1, 1], index=[0, 2, 3, 4, 6, 9])
    parts = {"propensity": NOTHING, "known_chance": NOTHING} | known
    return Selection(settings, split, labels, **parts)


def test_naive_rows_are_those_with_a_label() -> None:
    rows = small(by(Feedback.NAIVE)).rows("train")
    assert rows.ids.tolist() == [0, 2, 4]
    assert rows.y.tolist() == [1, 0, 0]
    assert rows.weights.tolist() == [1, 1, 1]
    assert rows.facts == {"feedback": "naive"}


def test_weighted_rows_stand_for_those_without() -> None:
    """1 / 0.5, 1 / 0.25 and 1 / 0.1 are 2, 4 and 10; their mean is 16 / 3."""
    chances = pd.Series([0.5, 0.25, 0.01], index=[0, 2, 4])
    found = small(by(Feedback.WEIGHTED, clip=0.1), propensity=chances)
    rows = found.rows("train")
    assert rows.ids.tolist() == [0, 2, 4]
    assert rows.weights == pytest.approx([0.375, 0.75, 1.875])
    assert rows.facts["clipped_reports"] == 1
    assert rows.facts["effective_reports"] == pytest.approx(256 / 120, abs=0.05)


def silent(**changes: object) -> Selection:
    chances = pd.Series(0.1, index=pd.RangeIndex(10))
    settings = by(Feedback.POSITIVE_UNLABELLED, told_share=0.2, **changes)
    return small(settings, propensity=chances * 0 + 1, known_chance=chances)


def counted(rows: LearningRows) -> pd.DataFrame:
    frame = pd.DataFrame({"id": rows.ids, "y": rows.y, "w": rows.weights})
    return frame.pivot_table("w", "id", "y", aggfunc="sum", fill_value=0.0)


def test_silence_counts_twice_and_a_known_action_once() -> None:
    """g is 0.1 and e is 0.2, so w is 4 * 1 / 9; closed reports are unlabelled too."""
    found = counted(silent().rows("train"))
    assert found.index.tolist() == [0, 1, 2, 4]  # 3 goes on in the test
    assert found[1.0].tolist() == pytest.approx([1, 4 / 9, 4 / 9, 4 / 9])
    assert found[0.0].tolist() == pytest.approx([0, 5 / 9, 5 / 9, 5 / 9])


def test_waiting_reports_belong_to_the_part_in_whose_time_they_came() -> None:
    rows = silent().rows("calibration")
    assert sorted(set(rows.ids)) == [5, 6, 7, 8, 9]
    assert rows.facts["known_actionable_reports"] == 2
    assert rows.facts["unlabelled_reports"] == 3


def test_silence_about_what_was_hardly_worked_says_little() -> None:
    """At half the propensity e is 0.1, and the chance is all that is left: 1."""
    found = silent()
    seldom = replace(
        found, propensity=found.propensity.where(lambda p: p.index != 1, 0.5)
    )
    assert counted(seldom.rows("train"))[1.0].tolist() == pytest.approx(
        [1, 1, 4 / 9, 4 / 9]
    )


def test_a_part_in_which_no_action_is_known_is_named() -> None:
    found = silent()
    closed = replace(found, labels=found.labels.drop([6, 9]))
    with pytest.raises(ModelError, match=r"0 of 5 reports.*\n.*called calibration"):
        closed.rows("calibration")


@given(
    st.lists(st.tuples(st.floats(0, 0.99), st.floats(0.01, 1)), min_size=1, max_size=9)
)
@settings(max_examples=60, deadline=None)
def test_weights_of_silence_are_shares(pairs: list[tuple[float, float]]) -> None:
    g, e = np.array(pairs).T
    found = actionable_weights(g, e)
    assert ((found >= 0) & (found <= 1)).all()
    assert (actionable_weights(g, np.minimum(2 * e, 1)) <= found + 1e-12).all()


def test_the_told_share_is_counted_among_the_surest() -> None:
    """Of 20 known the surest tenth begins at 0.18: 3 are, and 3 others look so."""
    known = np.linspace(0.01, 0.20, 20)
    chances = np.concatenate([known, [0.25, 0.3, 0.05, 0.21]])
    is_known = np.arange(24) < 20
    assert told_share(chances, is_known, np.ones(24)) == pytest.approx(3 / 6)
    assert told_share(chances, is_known, np.full(24, 0.8)) == pytest.approx(3 / 4.8)
    assert told_share(chances, is_known, np.full(24, 0.4)) == 1.0


def test_without_a_known_action_nothing_is_told() -> None:
    with pytest.raises(ModelError, match="no report that is old enough"):
        told_share(np.array([0.5]), np.array([False]), np.ones(1))


def world(
    reports: int = 6000, told: float = 0.4
) -> tuple[pd.DataFrame, pd.Series, pd.Series, Split, pd.Series]:
    """Reports a day, two features; labels are told of at random."""
    random = np.random.default_rng(7)
    X = pd.DataFrame(random.normal(size=(reports, 2)), columns=["a", "b"])
    truth = pd.Series(random.random(reports) < 1 / (1 + np.exp(-5 * X["a"] + 3)))
    moments = [JANUARY + pd.Timedelta(hours=hour) for hour in range(reports)]
    arrivals = pd.Series(moments)
    window = (moments[-500], moments[-1])
    labels = truth[(random.random(reports) < told) & (X.index < reports - 500)]
    split = split_at(arrivals, labels, window, calibration_share=0.25)
    return X, labels.astype(int), arrivals, split, truth


def test_from_actions_alone_the_share_of_actions_is_found() -> None:
    X, labels, arrivals, split, truth = world()
    found = understand_selection(
        X,
        labels[labels == 1],
        split,
        arrivals=arrivals,
        settings=by(Feedback.POSITIVE_UNLABELLED),
    )
    rows = found.rows("train")
    assert rows.facts["told_share"] == pytest.approx(0.4, abs=0.08)
    share = np.average(rows.y, weights=rows.weights)
    assert share == pytest.approx(truth[: split.train[-1]].mean(), abs=0.05)
    model = ActionabilityClassifier(rounds=40, pairs=1, threads=1)
    model.fit(X.loc[rows.ids], rows.y, sample_weight=rows.weights)
    said = model.predict_proba(X.loc[split.test])[:, 1]
    assert said.mean() == pytest.approx(truth[split.test].mean(), abs=0.06)


def test_logged_propensities_are_used_as_they_are() -> None:
    X, labels, arrivals, split, _ = world(600)
    logged = pd.Series(np.where(X["a"] > 0, 0.8, 0.2))
    found = understand_selection(
        X,
        labels,
        split,
        arrivals=arrivals,
        logged=logged,
        settings=by(Feedback.WEIGHTED),
    )
    rows = found.rows("calibration")
    ratio = rows.weights.max() / rows.weights.min()
    assert ratio == pytest.approx(4.0)
    assert rows.ids.equals(split.calibration)


def test_a_labelled_report_without_a_logged_propensity_is_refused() -> None:
    X, labels, arrivals, split, _ = world(600)
    logged = pd.Series(0.5, index=X.index).drop(split.train[:3])
    with pytest.raises(
        SettingsError, match=r"3 of \d+ reports that need one have none"
    ):
        understand_selection(
            X,
            labels,
            split,
            arrivals=arrivals,
            logged=logged,
            settings=by(Feedback.WEIGHTED),
        )


def test_estimated_propensities_see_nothing_of_the_test() -> None:
    X, labels, arrivals, split, _ = world(1200)
    found = [
        understand_selection(
            features, labels, split, arrivals=arrivals, settings=by(Feedback.WEIGHTED)
        ).rows("train")
        for features in (X, X.loc[: split.test[0] - 1])
    ]
    assert (found[0].weights == found[1].weights).all()
    assert len(set(found[0].weights)) > 100


def test_naive_feedback_estimates_nothing() -> None:
    X, labels, arrivals, split, _ = world(600)
    found = understand_selection(X, labels, split, arrivals=arrivals)
    assert found.settings.feedback is Feedback.NAIVE
    assert found.rows("calibration").ids.equals(split.calibration)
    assert found.propensity.empty
