"""How long training takes beside LightGBM alone, on the same invented numbers."""

from __future__ import annotations

from collections.abc import Iterator

import lightgbm as lgb
import numpy as np
import pandas as pd

from prioritizer.benchmarks.measure import Measure, of_runs, seconds_of
from prioritizer.model import ActionabilityClassifier
from prioritizer.seeds import Floats

_ROWS, _FEATURES, _CATEGORIES, _GROUPS = 300_000, 80, 4, 8
_MISSING_SHARE = 0.2
_THREADS = 2
_MOST_TIMES = 1.5


def measure_training(runs: int) -> Iterator[Measure]:
    """Yield the lines of the benchmark as they are measured.

    Parameters
    ----------
    runs : int
        How often each of the two trains, by turns.
    """
    yield from measure_rows(runs, _ROWS)


def measure_rows(runs: int, rows: int, threads: int = _THREADS) -> Iterator[Measure]:
    """Yield what training on so many rows takes, ours and LightGBM's by turns.

    Ours grows a sketch before, to find which features interact, and compiles tables
    after; both make their data set from the same frame, and grow as many trees of
    depth two at the same rate, with as many bins and threads.

    Parameters
    ----------
    runs : int
        How often each of the two trains.
    rows : int
        How many reports.
    threads : int
        How many work at each.
    """
    X, y = invented_numbers(rows)
    ours, plain = [], []
    for _ in range(runs):
        ours.append(seconds_of(lambda: _train_ours(X, y, threads)))
        plain.append(seconds_of(lambda: _train_plain(X, y, threads)))
    said = f"{rows // 1000} k reports, {_FEATURES} features"
    yield of_runs(f"training, {said}", "s", ours)
    yield of_runs(f"lightgbm.train, {said}", "s", plain)
    ratios = [our / their for our, their in zip(ours, plain, strict=True)]
    yield of_runs("ratio_lightgbm", "times", ratios, limit=_MOST_TIMES)


def invented_numbers(rows: int, seed: int = 0) -> tuple[pd.DataFrame, Floats]:
    """Return features without a meaning, and labels that depend on some of them.

    Of 80 features, 4 are categories of 8 and 76 numbers: a third of them counts, a
    third skewed, a third normal. A fifth of the numbers is missing. The label follows
    twelve features alone and six pairs together, two of them pure products.

    Parameters
    ----------
    rows : int
        How many reports.
    seed : int
        Of what is drawn.

    Returns
    -------
    pandas.DataFrame of shape (n_rows, 80)
    ndarray of shape (n_rows,)
        1 or 0, about a third of them 1.

    Examples
    --------
    >>> X, y = invented_numbers(1000)
    >>> X.shape, round(float(y.mean()), 1)
    ((1000, 80), 0.3)
    """
    random = np.random.Generator(np.random.PCG64(seed))
    numbers = _FEATURES - _CATEGORIES
    values = random.normal(size=(rows, numbers))
    values[:, 0::3] = np.floor(np.exp(values[:, 0::3]))
    values[:, 1::3] = np.exp(values[:, 1::3])
    groups = random.integers(0, _GROUPS, size=(rows, _CATEGORIES))
    centered = (values - values.mean(axis=0)) / values.std(axis=0)
    score = 0.4 * np.tanh(centered[:, :12]).sum(axis=1) + 0.3 * (groups[:, 0] < 3) - 1.0
    for i, j in ((12, 13), (14, 15)):
        score += 0.5 * np.tanh(centered[:, i]) * np.tanh(centered[:, j])
    for i, j in ((0, 16), (1, 17), (2, 18), (3, 19)):
        score += 0.5 * ((centered[:, i] > 0) & (centered[:, j] > 0))
    y = (random.random(rows) < 1.0 / (1.0 + np.exp(-score))).astype(np.float64)
    values[random.random(values.shape) < _MISSING_SHARE] = np.nan
    X = pd.DataFrame(values, columns=[f"number_{i}" for i in range(numbers)])
    closed = {
        f"category_{i}": pd.Categorical.from_codes(groups[:, i], pd.RangeIndex(_GROUPS))
        for i in range(_CATEGORIES)
    }
    return X.assign(**closed), y


def _train_ours(X: pd.DataFrame, y: Floats, threads: int) -> None:
    ActionabilityClassifier(threads=threads).fit(X, y)


def _train_plain(X: pd.DataFrame, y: Floats, threads: int) -> None:
    same = ActionabilityClassifier()
    settings = {
        "objective": "binary",
        "max_depth": 2,
        "num_leaves": 4,
        "learning_rate": same.learning_rate,
        "max_bin": same.max_bin,
        "num_threads": threads,
        "verbosity": -1,
    }
    lgb.train(settings, lgb.Dataset(X, y), num_boost_round=same.rounds)
