import numpy as np
import pandas as pd
import pytest

from prioritizer.errors import SettingsError
from prioritizer.evaluation import (
    FLOOR_FAIL,
    NOT_CLEAR,
    failed_floors,
    leaderboard,
    leaderboard_as_text,
    precision_at,
)

IDS = pd.Index(np.arange(1000, 1300), name="report_id")
RANDOM = np.random.default_rng(5)
LABELS = pd.Series((RANDOM.random(300) < 0.4).astype(int), index=IDS)


def noisy(signal: float) -> pd.Series:
    noise = np.random.default_rng(8).normal(size=300)
    return pd.Series(noise + signal * LABELS.to_numpy(), index=IDS)


ORDERS = {
    "weak": noisy(0.3),
    "close": noisy(1.8) + pd.Series(RANDOM.normal(size=300) * 0.4, index=IDS),
    "model": noisy(2.0),
    "strong": noisy(9.0),
    "twin": noisy(2.0) * 3 + 1,
}


def board(**changes) -> pd.DataFrame:
    given = {"model": "model", "capacity": 60, "resamples": 200} | changes
    return leaderboard(ORDERS, LABELS, **given)


def test_the_best_stands_first_and_every_metric_has_its_interval() -> None:
    found = board()
    assert found.index.name == "order"
    assert found["precision"].is_monotonic_decreasing
    assert found.index[0] == "strong"
    for metric in ("average_precision", "precision", "recall", "lift"):
        between = found[metric].between(found[f"{metric}_low"], found[f"{metric}_high"])
        assert between.all()


def test_precision_is_that_of_the_office() -> None:
    found = board(capacity=47)
    for name, scores in ORDERS.items():
        expected = precision_at(scores.to_numpy(), LABELS.to_numpy(float), 47)
        assert found.loc[name, "precision"] == pytest.approx(expected, abs=1e-14)
    by_recall = found["recall"] * LABELS.sum() / 47
    assert by_recall.to_numpy() == pytest.approx(found["precision"].to_numpy())
    assert found["lift"].to_numpy() * LABELS.mean() == pytest.approx(
        found["precision"].to_numpy()
    )


def test_floors_are_marked_only_where_they_are_floors() -> None:
    found = board(baselines=["weak", "close", "strong"])
    marks = {"weak": "", "strong": FLOOR_FAIL, "model": "", "twin": ""}
    assert {name: found.loc[name, "floor"] for name in marks} == marks
    assert failed_floors(found) == ["strong"]


def test_a_lead_within_chance_is_not_clear() -> None:
    row = board(baselines=["close"]).loc["close"]
    assert min(row["ap_difference"], row["precision_difference"]) > 0
    assert min(row["ap_difference_low"], row["precision_difference_low"]) <= 0
    assert row["floor"] == NOT_CLEAR


def test_a_report_more_at_capacity_does_not_fail_a_floor() -> None:
    """Few reports stand there: one of them may turn the figure."""
    labels = pd.Series([1, 0] * 60, index=range(120))
    other = pd.Series(np.linspace(1, 0, 120), index=labels.index)
    model = other + 0.3 * labels
    model[[2, 1]] = model[[1, 2]].to_numpy()
    orders = {"model": model, "other": other}
    found = leaderboard(orders, labels, model="model", capacity=2, baselines=["other"])
    row = found.loc["other"]
    assert row["ap_difference_low"] > 0
    assert row["precision_difference"] <= 0 < row["precision_difference_high"]
    assert row["floor"] == NOT_CLEAR


def test_an_order_that_is_as_good_is_a_floor_that_fails() -> None:
    found = board(baselines=["twin"])
    assert found.loc["twin", "precision_difference"] == 0
    assert failed_floors(found) == ["twin"]


def test_a_model_is_no_floor_of_its_own() -> None:
    assert failed_floors(board(baselines=["model", "weak"])) == []


def test_being_ahead_in_one_metric_alone_is_not_enough() -> None:
    labels = pd.Series([1, 0, 0, 1, 0, 0], index=range(6))
    # The model leads in precision at 2; the other in average precision.
    model = pd.Series([4.0, 5, 1, 2, 3, 0], index=range(6))
    other = pd.Series([5.0, 4, 1, 2, 3, 0], index=range(6))
    orders = {"model": model, "other": other}
    found = leaderboard(orders, labels, model="model", capacity=2, baselines=["other"])
    assert found.loc["other", "precision_difference"] == 0
    assert found.loc["other", "ap_difference"] < 0
    assert failed_floors(found) == ["other"]


def test_differences_are_the_models_less_the_others() -> None:
    found = board()
    ahead = found.loc["model", "precision"] - found["precision"]
    np.testing.assert_allclose(found["precision_difference"], ahead)
    ahead = found.loc["model", "average_precision"] - found["average_precision"]
    np.testing.assert_allclose(found["ap_difference"], ahead)


def test_paired_differences_are_surer_than_two_intervals() -> None:
    orders = {"one": noisy(1.0), "other": noisy(1.0) + ORDERS["weak"] * 0.1}
    found = leaderboard(orders, LABELS, model="one", capacity=60)
    alone = found["precision_high"] - found["precision_low"]
    paired = found["precision_difference_high"] - found["precision_difference_low"]
    assert paired["other"] < 0.5 * np.hypot(*alone)


def test_weights_stand_for_as_many_reports() -> None:
    weights = pd.Series(RANDOM.integers(1, 4, 300), index=IDS)
    each = IDS.repeat(weights)
    copied = {
        name: pd.Series(scores.loc[each].to_numpy()) for name, scores in ORDERS.items()
    }
    labels = pd.Series(LABELS.loc[each].to_numpy())
    share = 60 / 300
    one = board(weights=weights, resamples=1)
    other = leaderboard(
        copied, labels, model="model", capacity=round(share * len(each)), resamples=1
    )
    tolerance = 1 / len(each)
    for metric in ("average_precision", "precision", "recall"):
        expected = other.loc[one.index, metric].to_numpy()
        assert one[metric].to_numpy() == pytest.approx(expected, abs=tolerance)


def test_cases_widen_intervals_and_equal_seeds_repeat_them() -> None:
    cases = pd.Series(LABELS.to_numpy() * 50 + np.arange(300) % 5, index=IDS)
    alone, together = (
        each["lift_high"] - each["lift_low"]
        for each in (board(), board(clusters=cases))
    )
    assert together["model"] > 2 * alone["model"]
    pd.testing.assert_frame_equal(board(clusters=cases), board(clusters=cases))
    assert not board(seed=1).equals(board(seed=2))


def test_reports_without_a_label_are_left_out() -> None:
    some = LABELS.iloc[:200]
    found = leaderboard(ORDERS, some, model="model", capacity=20, resamples=5)
    cut = {name: scores.loc[some.index] for name, scores in ORDERS.items()}
    other = leaderboard(cut, some, model="model", capacity=20, resamples=5)
    pd.testing.assert_frame_equal(found, other)


def test_all_problems_of_a_leaderboard_are_listed() -> None:
    with pytest.raises(SettingsError, match=r"4 problems: 'mine'.*'rule'.*cap.*both"):
        leaderboard(ORDERS, LABELS * 0, model="mine", capacity=0, baselines=["rule"])
    twice = {"model": pd.concat([ORDERS["model"], ORDERS["model"]])}
    clusters = pd.Series(1, index=[1000, 1000])
    with pytest.raises(SettingsError, match=r"2 problems: model .*; clusters has"):
        leaderboard(twice, LABELS, model="model", capacity=5, clusters=clusters)


def test_where_all_are_worked_every_floor_fails() -> None:
    found = board(capacity=300, baselines=["weak"])
    assert found["precision"].to_numpy() == pytest.approx(LABELS.mean())
    assert failed_floors(found) == ["weak"]


def test_rows_without_score_or_weight_are_counted() -> None:
    odd = {"model": ORDERS["model"].iloc[3:], "wild": ORDERS["weak"] / 0.0}
    weights = pd.Series(1.0, index=IDS[1:])
    with pytest.raises(SettingsError, match=r"model has no .* 3 .*wild .* 300 .*; 1 l"):
        leaderboard(odd, LABELS, model="model", capacity=5, weights=weights)
    with pytest.raises(SettingsError, match="of each label one must have a weight"):
        leaderboard(
            ORDERS, LABELS, model="model", capacity=5, weights=LABELS.astype(float)
        )


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(TypeError, match="sead"):
        board(sead=3)


def test_text_is_aligned_and_leaves_the_model_beside_itself_blank() -> None:
    found = board(baselines=["strong", "twin"])
    lines = leaderboard_as_text(found).splitlines()
    assert len(lines) == 1 + len(found)
    assert len({line.index("[") for line in lines[1:]}) == 1
    (model,) = (line for line in lines if line.startswith("model"))
    assert "+" not in model
    assert all(line == line.rstrip() for line in lines)
    (twin,) = (line for line in lines if line.startswith("twin"))
    assert twin.endswith(FLOOR_FAIL)
    assert "+0.000 [+0.000, +0.000]" in twin
