import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import SettingsError
from prioritizer.evaluation import RULES, chosen, selection_regrets


def folds_of(**candidates: list[float]) -> pd.DataFrame:
    """Return one row for each fold and candidate, folds 0, 1, 2, ..."""
    rows = [
        {"fold": fold, "candidate": name, "precision": value}
        for name, values in candidates.items()
        for fold, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


# Steady is always fair; lucky is best but once; late grows; near is best once and
# never far from it.
FOLDS = folds_of(
    steady=[0.500, 0.500, 0.500, 0.500],
    lucky=[0.900, 0.100, 0.700, 0.508],
    late=[0.100, 0.520, 0.690, 0.510],
    near=[0.894, 0.498, 0.100, 0.100],
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param("newest", "late", id="best in the last fold"),
        pytest.param("mean", "lucky", id="best on average"),
        pytest.param("steady", "steady", id="least deviation"),
        pytest.param("close", "lucky", id="within one percent in three of four"),
        pytest.param("weighted", "late", id="the newest weigh most"),
    ],
)
def test_each_rule_chooses_by_its_own_measure(rule: str, expected: str) -> None:
    assert chosen(FOLDS, rule=rule, metric="precision") == expected


def test_regret_by_hand() -> None:
    folds = folds_of(a=[0.5, 0.2, 0.6], b=[0.4, 0.6, 0.5])
    regrets = selection_regrets(folds, "precision")
    newest, mean = regrets.loc["newest"], regrets.loc["mean"]
    assert newest["choices"] == ("a", "b")
    assert newest["mean_regret"] == pytest.approx((0.4 + 0.1) / 2)
    assert newest["worst_regret"] == pytest.approx(0.4)
    assert mean["choices"] == ("a", "b")
    assert regrets.loc["steady", "choices"] == ("a", "b")


def test_every_rule_is_judged_on_the_folds_before_alone() -> None:
    later = FOLDS.copy()
    last = later["fold"] == 3
    later.loc[last, "precision"] = [0.0, 0.0, 0.0, 1.0]
    one, other = (selection_regrets(each, "precision") for each in (FOLDS, later))
    assert list(one.index) == list(RULES)
    assert one["choices"].tolist() == other["choices"].tolist()
    assert (other["worst_regret"] == 1.0).all()


def test_the_newest_weigh_one_two_three() -> None:
    folds = folds_of(old=[0.6, 0.3, 0.3], new=[0.0, 0.3, 0.5])
    assert chosen(folds, rule="mean", metric="precision") == "old"
    # 0.6 + 0.6 + 0.9 = 2.1 and 0 + 0.6 + 1.5 = 2.1: the first that is named.
    assert chosen(folds, rule="weighted", metric="precision") == "old"
    folds.loc[5, "precision"] = 0.501
    assert chosen(folds, rule="weighted", metric="precision") == "new"


@pytest.mark.parametrize("rule", RULES)
def test_of_equals_the_first_that_is_named_is_chosen(rule: str) -> None:
    # Sums of these differ in their last digit with their order.
    folds = folds_of(z=[0.3, 0.2, 0.1], a=[0.1, 0.2, 0.3])
    if rule in {"mean", "steady"}:
        assert chosen(folds, rule=rule, metric="precision") == "z"
    same = folds_of(z=[0.3, 0.1], a=[0.3, 0.1])
    assert chosen(same, rule=rule, metric="precision") == "z"


def test_exactly_one_percent_below_is_close() -> None:
    folds = folds_of(edge=[0.099, 0.99, 0.1], best=[0.1, 1.0, 0.2], zero=[0, 0, 0])
    assert chosen(folds.iloc[[0, 1, 3, 4]], rule="close", metric="precision") == "edge"
    assert chosen(folds, rule="close", metric="precision") == "best"


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
        min_size=2,
        max_size=6,
    )
)
def test_regret_is_never_negative_and_rows_may_stand_anyhow(values) -> None:
    a, b, c = (list(column) for column in zip(*values, strict=True))
    folds = folds_of(a=a, b=b, c=c)
    regrets = selection_regrets(folds, "precision")
    assert (regrets["mean_regret"] >= 0).all()
    assert (regrets["worst_regret"] >= regrets["mean_regret"] - 1e-12).all()
    by_fold = folds.sort_values("fold", ascending=False, kind="stable")
    pd.testing.assert_frame_equal(selection_regrets(by_fold, "precision"), regrets)


def test_of_a_single_fold_no_regret_is_known() -> None:
    regrets = selection_regrets(folds_of(a=[0.5], b=[0.6]), "precision")
    assert regrets["mean_regret"].isna().all()
    assert regrets["choices"].tolist() == [()] * len(RULES)


def test_folds_may_be_moments() -> None:
    months = pd.to_datetime(["2025-02-01", "2025-01-01"], utc=True)
    folds = pd.DataFrame(
        {"fold": months.repeat(2), "candidate": ["a", "b"] * 2, "ap": [1, 0, 0, 1]}
    )
    assert chosen(folds, rule="newest", metric="ap") == "a"


def test_without_a_fold_there_is_nothing_to_choose() -> None:
    with pytest.raises(SettingsError, match="there is no fold to choose from"):
        chosen(FOLDS.iloc[:0], rule="mean", metric="precision")
    with pytest.raises(SettingsError, match="there is no fold to choose from"):
        selection_regrets(FOLDS.iloc[:0], "precision")


def test_an_unknown_rule_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"no rule 'best'(.|\n)*newest, mean"):
        chosen(FOLDS, rule="best", metric="precision")


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(SettingsError, match=r"2 problems: column 'fold'.*column 'auc'"):
        selection_regrets(FOLDS.drop(columns="fold"), "auc")


def test_all_problems_of_folds_are_listed() -> None:
    odd = pd.concat([FOLDS.iloc[1:], FOLDS.iloc[[5]]], ignore_index=True)
    odd["precision"] = odd["precision"].astype(object)
    odd.loc[2, "precision"] = "high"
    odd.loc[3, "precision"] = np.inf
    with pytest.raises(
        SettingsError, match=r"3 problems: 1 rows repeat.*; 1 meas.*fin"
    ):
        selection_regrets(odd, "precision")
