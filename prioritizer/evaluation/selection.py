"""Which candidate to take, judged over time, and what each way to choose would cost.

A single fold favors whoever was lucky in it. So candidates are measured on several
folds, one after the other, and each *rule* for choosing is judged as it would have
been used: it sees the folds before a moment, chooses, and loses in the next fold what
the best candidate there was ahead of its choice. That loss is its regret. The idea is
that of the audition in triage (Center for Data Science and Public Policy).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from prioritizer.errors import SettingsError, numbered
from prioritizer.seeds import Floats

_CLOSE = 0.01
# Equal means must be equal, in whatever order they were summed.
_DIGITS = 12
_WHERE = "the folds of validation"


def _newest(values: Floats) -> Floats:
    return np.asarray(values[-1])


def _mean(values: Floats) -> Floats:
    return np.asarray(values.mean(axis=0))


def _steady(values: Floats) -> Floats:
    return np.asarray(values.mean(axis=0) - values.std(axis=0))


def _close(values: Floats) -> Floats:
    best = values.max(axis=1, keepdims=True)
    is_close = np.round(values - best + _CLOSE * np.abs(best), _DIGITS) >= 0
    return np.asarray(is_close.mean(axis=0))


def _weighted(values: Floats) -> Floats:
    return np.average(values, axis=0, weights=np.arange(1, len(values) + 1))


RULES: dict[str, Callable[[Floats], Floats]] = {
    "newest": _newest,
    "mean": _mean,
    "steady": _steady,
    "close": _close,
    "weighted": _weighted,
}
"""How each rule rates candidates from the folds seen, shape (n_folds, n_candidates).

`newest` by the last fold; `mean` by the mean; `steady` by the mean less the standard
deviation; `close` by how often it is within 1 % of the fold's best; `weighted` by the
mean with weights 1, 2, 3, ..., the newest fold the heaviest.
"""


def selection_regrets(folds: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return what each rule would have chosen over time, and how much that lost.

    Parameters
    ----------
    folds : pandas.DataFrame
        A row for each fold and candidate: columns `fold`, which sorts in order of time,
        `candidate`, and `metric`.
    metric : str
        The column to choose by; higher is better.

    Returns
    -------
    pandas.DataFrame
        Index `rule`; columns `mean_regret` and `worst_regret`, in the metric's unit,
        0 or more, and `choices`, a tuple with the candidate chosen for each
        fold but the first. With a single fold regret is NaN and there is no choice.

    Raises
    ------
    SettingsError
        If there is no fold, a column is missing, a candidate lacks a fold or has it
        twice, or a value is not a finite number.

    Examples
    --------
    >>> folds = pd.DataFrame(
    ...     {
    ...         "fold": [1, 1, 2, 2, 3, 3],
    ...         "candidate": ["small", "large"] * 3,
    ...         "precision": [0.50, 0.40, 0.30, 0.60, 0.50, 0.51],
    ...     }
    ... )
    >>> regrets = selection_regrets(folds, "precision")
    >>> regrets.loc["newest", "choices"]
    ('small', 'large')
    >>> round(float(regrets.loc["newest", "mean_regret"]), 3)
    0.15
    """
    values, candidates = _by_fold(folds, metric)
    rows = []
    for rule in RULES:
        picks = [_best(rule, values[:fold]) for fold in range(1, len(values))]
        losses = [
            float(now.max() - now[pick])
            for now, pick in zip(values[1:], picks, strict=True)
        ]
        rows.append(
            {
                "rule": rule,
                "mean_regret": float(np.mean(losses)) if losses else np.nan,
                "worst_regret": max(losses, default=np.nan),
                "choices": tuple(candidates[pick] for pick in picks),
            }
        )
    return pd.DataFrame(rows).set_index("rule")


def chosen(folds: pd.DataFrame, *, rule: str, metric: str) -> str:
    """Return the candidate that a rule chooses from all folds.

    Parameters
    ----------
    folds : pandas.DataFrame
        As for `selection_regrets`.
    rule : str
        One of `RULES`.
    metric : str
        The column to choose by; higher is better.

    Returns
    -------
    str
        Of several that are rated alike, the one that `folds` names first.

    Raises
    ------
    SettingsError
        If there is no such rule, and as for `selection_regrets`.

    Examples
    --------
    >>> folds = pd.DataFrame(
    ...     {"fold": [1, 1], "candidate": ["a", "b"], "precision": [0.5, 0.6]}
    ... )
    >>> chosen(folds, rule="mean", metric="precision")
    'b'
    """
    if rule not in RULES:
        raise SettingsError(
            f"there is no rule {rule!r} for choosing a candidate",
            "the selection of a model",
            f"take one of {', '.join(RULES)}",
        )
    values, candidates = _by_fold(folds, metric)
    return candidates[_best(rule, values)]


def _best(rule: str, values: Floats) -> int:
    # The first of those rated highest, so candidates stand in the order stated.
    return int(np.argmax(np.round(RULES[rule](values), _DIGITS)))


def _by_fold(folds: pd.DataFrame, metric: str) -> tuple[Floats, list[str]]:
    """Return values of shape (n_folds, n_candidates), oldest first, and candidates."""
    missing = [
        f"column {name!r} is missing"
        for name in ("fold", "candidate", metric)
        if name not in folds.columns
    ]
    if missing:
        raise SettingsError(numbered(missing), _WHERE, "measure it in each fold")
    if folds.empty:
        raise SettingsError(
            "there is no fold to choose from", _WHERE, "validate on one fold or more"
        )
    folds = folds.assign(**{metric: pd.to_numeric(folds[metric], errors="coerce")})
    problems = _odd_folds(folds, metric)
    if problems:
        raise SettingsError(numbered(problems), _WHERE, "measure all on the same folds")
    candidates = list(dict.fromkeys(folds["candidate"]))
    table = folds.pivot_table(index="fold", columns="candidate", values=metric)
    values = table.sort_index()[candidates].to_numpy(np.float64)
    return values, [str(name) for name in candidates]


def _odd_folds(folds: pd.DataFrame, metric: str) -> list[str]:
    keys = folds[["fold", "candidate"]]
    problems = []
    if keys.isna().any(axis=None):
        problems.append("a row names no fold or no candidate")
    if twice := int(keys.duplicated().sum()):
        problems.append(f"{twice} rows repeat a candidate in a fold")
    wanted = folds["fold"].nunique() * folds["candidate"].nunique()
    if lacking := wanted - len(keys.drop_duplicates()):
        problems.append(f"{lacking} measurements of a candidate in a fold are missing")
    if not np.isfinite(folds[metric].to_numpy(np.float64)).all():
        problems.append(f"column {metric!r} holds values that are not finite numbers")
    return problems
