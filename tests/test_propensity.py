"""How likely outcomes were to become known, and what weights that gives."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import ModelError, SettingsError
from prioritizer.model.propensity import (
    PropensitySettings,
    checked_propensity,
    estimate_propensity,
    inverse_weights,
)

FEW = PropensitySettings(rounds=60, threads=1)


def past(reports: int = 4000, seed: int = 3) -> tuple[pd.DataFrame, pd.Series]:
    """Reports of which the known share is 0.2 or 0.7, by one feature."""
    random = np.random.default_rng(seed)
    X = pd.DataFrame(random.normal(size=(reports, 3)), columns=["a", "b", "c"])
    known = random.random(reports) < np.where(X["a"] > 0, 0.7, 0.2)
    return X, pd.Series(known, index=X.index)


def test_the_estimate_finds_the_share_that_became_known() -> None:
    X, known = past()
    found = estimate_propensity(X, known, settings=FEW)
    assert found.index.equals(X.index)
    by_side = found.groupby(X["a"] > 0).mean()
    assert by_side.tolist() == pytest.approx([0.2, 0.7], abs=0.03)


def test_the_young_are_not_taken_for_reports_that_nobody_works() -> None:
    X, known = past()
    ages = pd.Series(np.linspace(800, 0, len(X)), index=X.index)
    young = ages < FEW.mature_days
    told = known & ~young  # nothing came back of the young yet
    right = estimate_propensity(X, told, ages_days=ages, settings=FEW)
    wrong = estimate_propensity(X, told, settings=FEW)
    assert right[young].mean() == pytest.approx(known[young].mean(), abs=0.03)
    assert wrong[young].mean() < 0.8 * known[young].mean()


def test_no_report_is_estimated_by_trees_that_saw_its_case() -> None:
    """Here the case alone decides, so whoever saw it would know."""
    random = np.random.default_rng(5)
    case = pd.Series(np.repeat(np.arange(100), 20))
    X = pd.DataFrame({"name": random.normal(size=100)[case]})
    known = pd.Series((random.random(100) < 0.5)[case])
    apart = estimate_propensity(X, known, clusters=case, settings=FEW)
    mixed = estimate_propensity(X, known, settings=FEW)
    assert mixed[known].mean() - mixed[~known].mean() > 0.4
    assert abs(apart[known].mean() - apart[~known].mean()) < 0.15


def test_reports_without_a_case_are_alone() -> None:
    X, known = past(600)
    nobody = pd.Series(np.nan, index=X.index)
    found = estimate_propensity(X, known, clusters=nobody, settings=FEW)
    pd.testing.assert_series_equal(found, estimate_propensity(X, known, settings=FEW))


def test_the_same_reports_give_the_same_estimate() -> None:
    X, known = past(600)
    one, again = (estimate_propensity(X, known, settings=FEW) for _ in range(2))
    pd.testing.assert_series_equal(one, again, check_exact=True)
    other = replace(FEW, random_state=1)
    assert not one.equals(estimate_propensity(X, known, settings=other))


def test_the_order_of_the_labels_does_not_matter() -> None:
    X, known = past(600)
    expected = estimate_propensity(X, known, settings=FEW)
    found = estimate_propensity(X, known[::-1], settings=FEW)
    pd.testing.assert_series_equal(found, expected)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nobody_or_everybody_known_teaches_nothing(share: float) -> None:
    X, _ = past(100)
    all_alike = pd.Series(share == 1.0, index=X.index)
    with pytest.raises(ModelError, match="nothing tells who is known"):
        estimate_propensity(X, all_alike, settings=FEW)


def test_too_young_a_past_is_refused() -> None:
    X, known = past(100)
    young = pd.Series(30.0, index=X.index)
    with pytest.raises(ModelError, match="of 0 reports that are 180 days old"):
        estimate_propensity(X, known, ages_days=young, settings=FEW)


def test_all_gaps_are_named_at_once() -> None:
    X, known = past(100)
    ages = pd.Series(300.0, index=X.index)
    ages.iloc[:4] = np.nan
    said = "2 problems: is_labelled lacks 1 of 100 reports; ages_days is empty for 4"
    with pytest.raises(ModelError, match=said):
        estimate_propensity(X, known.iloc[1:], ages_days=ages, settings=FEW)


def test_logged_propensities_come_in_the_order_asked_for() -> None:
    logged = pd.Series([0.1, 0.2, 0.3], index=[5, 6, 7])
    assert checked_propensity(logged, pd.Index([7, 5])).tolist() == [0.3, 0.1]


def test_all_that_is_wrong_with_a_log_is_said_without_its_values() -> None:
    values = [0.5, 0.0, -0.125, 1.5, np.nan, "often", 0.25, 0.25, np.inf]
    logged = pd.Series(values, index=[1, 2, 3, 4, 5, 6, 7, 7, 8], dtype=object)
    with pytest.raises(SettingsError) as caught:
        checked_propensity(logged, pd.Index([1, 2, 3, 4, 5, 6, 7, 8, 9]))
    said = str(caught.value)
    assert "4 problems: 1 reports are named more than once" in said
    assert "1 of 9 reports that need one have none" in said
    assert "2 are empty or no numbers" in said
    assert "4 are not above 0 and at most 1" in said
    assert "often" not in said
    assert "0.125" not in said


def test_weights_by_hand() -> None:
    """1 / 0.5, 1 / 0.25 and, clipped, 1 / 0.1 are 2, 4 and 10, whose mean is 16 / 3."""
    chances = pd.Series([0.5, 0.25, 0.01], index=[7, 8, 9])
    found = inverse_weights(chances, clip=0.1)
    assert found.weights.to_dict() == pytest.approx({7: 0.375, 8: 0.75, 9: 1.875})
    assert found.clipped_count == 1
    assert found.effective_count == pytest.approx(16**2 / (4 + 16 + 100))


@given(
    st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=20),
    st.floats(1e-3, 1.0),
)
@settings(max_examples=60, deadline=None)
def test_weights_keep_their_mean_and_their_bounds(
    chances: list[float], clip: float
) -> None:
    found = inverse_weights(pd.Series(chances), clip=clip)
    assert found.weights.mean() == pytest.approx(1.0)
    assert found.weights.max() / found.weights.min() <= 1 / clip + 1e-9
    assert 1 - 1e-9 <= found.effective_count <= len(chances) + 1e-9
    assert found.clipped_count == sum(chance < clip for chance in chances)
    by_chance = found.weights[np.argsort(chances)]
    assert (by_chance.diff().dropna() <= 1e-12).all()


def test_equal_propensities_weigh_nothing() -> None:
    found = inverse_weights(pd.Series([0.3, 0.3, 0.3]), clip=0.05)
    assert found.weights.tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert found.effective_count == pytest.approx(3.0)


@pytest.mark.parametrize("clip", [0.0, -0.1, 1.01, float("nan")])
def test_a_clip_is_a_chance(clip: float) -> None:
    with pytest.raises(SettingsError, match="a clip above 0 and at most 1"):
        inverse_weights(pd.Series([0.5]), clip=clip)


def test_no_report_has_no_weights() -> None:
    with pytest.raises(SettingsError, match="at least one report"):
        inverse_weights(pd.Series(dtype=float), clip=0.1)


def test_weights_by_the_true_propensity_find_the_true_share() -> None:
    """What was worked often is actionable more often, so its labels mislead."""
    random = np.random.default_rng(11)
    chance = random.uniform(0.05, 0.9, 20_000)
    actionable = random.random(20_000) < chance
    worked = random.random(20_000) < chance
    labels, chances = actionable[worked].astype(float), pd.Series(chance[worked])
    weights = inverse_weights(chances, clip=0.01).weights
    assert labels.mean() > actionable.mean() + 0.1
    assert (labels * weights).mean() == pytest.approx(actionable.mean(), abs=0.015)
