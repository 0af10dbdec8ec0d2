"""The booster is the oracle: the tables must say what the trees say."""

from itertools import combinations
from math import factorial

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import ModelError
from prioritizer.model import compile_trees
from prioritizer.model.interactions import constraint_groups, strongest_pairs

_SETTINGS = {
    "objective": "binary",
    "max_depth": 2,
    "num_leaves": 4,
    "min_data_in_leaf": 5,
    "min_data_per_group": 5,
    "verbosity": -1,
    "num_threads": 2,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
}


def some_rows(seed: int, count: int = 600, missing: float = 0.2) -> np.ndarray:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, 5)).round(1)
    rows[random.random(rows.shape) < missing] = np.nan
    rows[:, 3] = random.integers(0, 6, count)
    rows[:, 4] = np.abs(random.normal(size=count)).round(1)  # never missing
    return rows


def grown(rows: np.ndarray, rounds: int = 40, **more: object) -> lgb.Booster:
    filled = np.nan_to_num(rows)
    score = filled[:, 0] * filled[:, 1] + (rows[:, 3] == 2) - filled[:, 4]
    random = np.random.default_rng(0)
    y = (score + random.normal(size=len(rows)) > 0).astype(float)
    data = lgb.Dataset(rows, y, categorical_feature=[3])
    return lgb.train({**_SETTINGS, **more}, data, num_boost_round=rounds)


def compiled(booster: lgb.Booster, background: np.ndarray):
    return compile_trees(booster.dump_model()["tree_info"], [0, 0, 0, 6, 0], background)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_tables_score_as_the_trees_do(seed: int) -> None:
    rows = some_rows(seed)
    booster = grown(rows, monotone_constraints=[1, 0, 0, 0, -1])
    tables = compiled(booster, rows)
    new = some_rows(seed + 1)
    expected = booster.predict(new, raw_score=True)
    assert tables.raw_scores(tables.bin_rows(new)) == pytest.approx(expected, abs=1e-12)


ODD = [np.nan, 0.0, -0.0, 1e-36, -1e-36, 1e-35, 2e-35, np.inf, -np.inf, 1e300, -1.0]
ODD_CODES = [np.nan, -1.0, -0.5, 0.0, 1.9, 5.0, 5.5, 6.0, 99.0]


def test_odd_values_go_where_the_trees_send_them() -> None:
    rows = some_rows(3)
    booster = grown(rows)
    tables = compiled(booster, rows)
    on_thresholds = [value for bins in tables.bins for value in bins.thresholds]
    random = np.random.default_rng(1)
    odd = random.choice([*ODD, *on_thresholds], (4000, 5))
    odd[:, 3] = random.choice(ODD_CODES, 4000)
    expected = booster.predict(odd, raw_score=True)
    assert tables.raw_scores(tables.bin_rows(odd)) == pytest.approx(expected, abs=1e-12)


def test_contributions_and_base_add_up_to_the_score() -> None:
    rows = some_rows(5)
    tables = compiled(grown(rows), rows)
    binned = tables.bin_rows(rows)
    total = tables.contributions(binned).sum(axis=1) + tables.base
    assert total == pytest.approx(tables.raw_scores(binned), abs=1e-12)


def test_base_is_the_mean_score_of_the_background() -> None:
    rows = some_rows(6)
    tables = compiled(grown(rows), rows)
    mean = tables.raw_scores(tables.bin_rows(rows)).mean()
    assert tables.base == pytest.approx(mean, abs=1e-12)


def shapley_by_definition(
    booster, row: np.ndarray, background: np.ndarray
) -> list[float]:
    """Sum over all coalitions, with features outside taken from the background."""
    count = len(row)

    def value(known: tuple[int, ...]) -> float:
        mixed = background.copy()
        mixed[:, list(known)] = row[list(known)]
        return float(booster.predict(mixed, raw_score=True).mean())

    parts = []
    for feature in range(count):
        others = [each for each in range(count) if each != feature]
        part = 0.0
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for known in combinations(others, size):
                part += weight * (value((*known, feature)) - value(known))
        parts.append(part)
    return parts


def test_contributions_are_shapley_values_by_their_definition() -> None:
    """With missing values, categories and features that depend on each other."""
    rows = some_rows(8)
    rows[:, 1] = rows[:, 0]
    background = rows[:60]
    booster = grown(rows)
    tables = compiled(booster, background)
    got = tables.contributions(tables.bin_rows(rows[100:104]))
    expected = [
        shapley_by_definition(booster, row, background) for row in rows[100:104]
    ]
    assert got == pytest.approx(np.array(expected), abs=1e-10)


def test_contributions_equal_those_of_shap() -> None:
    shap = pytest.importorskip("shap")
    rows = some_rows(9)[:, [0, 1, 2, 4]]
    y = (np.nan_to_num(rows[:, 0] * rows[:, 1]) > 0).astype(float)
    booster = lgb.train(_SETTINGS, lgb.Dataset(rows, y), num_boost_round=30)
    background = rows[:100]
    explainer = shap.TreeExplainer(
        booster, background, feature_perturbation="interventional"
    )
    tables = compile_trees(booster.dump_model()["tree_info"], [0] * 4, background)
    got = tables.contributions(tables.bin_rows(rows[200:240]))
    assert got == pytest.approx(explainer(rows[200:240]).values, abs=1e-6)


def test_a_deeper_tree_is_refused() -> None:
    rows = some_rows(10)
    booster = grown(rows, max_depth=3, num_leaves=8)
    with pytest.raises(ModelError, match="deeper than two splits"):
        compiled(booster, rows)


def test_a_tree_that_takes_zero_for_missing_is_refused() -> None:
    rows = some_rows(11)
    booster = grown(rows, zero_as_missing=True)
    with pytest.raises(ModelError, match="missing type Zero cannot be compiled"):
        compiled(booster, rows)


def test_rows_of_another_width_are_refused() -> None:
    rows = some_rows(12)
    tables = compiled(grown(rows), rows)
    with pytest.raises(ModelError, match="another number of features"):
        tables.bin_rows(rows[:, :4])


def test_the_pair_that_truly_interacts_is_found() -> None:
    random = np.random.default_rng(2)
    rows = random.normal(size=(4000, 5))
    y = (rows[:, 1] * rows[:, 3] + rows[:, 0] > 0).astype(float)
    booster = lgb.train(_SETTINGS, lgb.Dataset(rows, y), num_boost_round=200)
    tables = compile_trees(booster.dump_model()["tree_info"], [0] * 5, rows)
    assert strongest_pairs(tables, tables.bin_rows(rows), 1) == [(1, 3)]


def test_every_path_obeys_the_chosen_pairs() -> None:
    rows = some_rows(13)
    booster = grown(rows, interaction_constraints=constraint_groups([(0, 1)], 5))
    assert set(compiled(booster, rows).pairs) <= {(0, 1)}
    used = {i for i, gain in enumerate(booster.feature_importance("gain")) if gain}
    assert used >= {3, 4}, "a feature without a pair must still get splits"
