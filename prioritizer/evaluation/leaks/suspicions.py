"""What a column may not tell, each as one test of one column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from prioritizer.evaluation.leaks.concordance import (
    concordance,
    log_chance_of_function,
    neighbours_of,
    share_at_least,
    told_by_others,
)
from prioritizer.evaluation.leaks.facts import NEIGHBOURS, Facts
from prioritizer.evaluation.leaks.leak import Leak, LeakKind
from prioritizer.seeds import Floats

TOO_WELL = 0.875
"""Nothing known on arrival tells seven of eight pairs apart. In the invented world the
best feature tells 0.61 of them, and the probability from which outcomes are drawn, that
nothing can beat, 0.82. A copy of the label in which one in twenty is wrong tells 0.95.
"""

TOO_ALIKE = 0.99
"""What drifts over the years stays below this rank correlation with them; a place, a
moment or a number does not."""

LEAST_ROWS = 10
"""Below this, ranks go together by chance."""

TESTS = 8
"""Tests of each column: a function of outcomes, presence, and three readings each
against labels and work. Rank correlations of `TOO_ALIKE` do not come by chance."""


def suspect(column: pd.Series, facts: Facts) -> Iterator[Leak]:
    """Yield the leaks of a column, at most one of each kind.

    Parameters
    ----------
    column : pandas.Series of float
        A column of X, its name the column's.
    facts : Facts
        What is known of its reports by now.
    """
    found = (
        _of_outcomes(column, facts)
        or _of_moments(column, facts)
        or _telling(
            column,
            facts,
            facts.labels,
            LeakKind.OUTCOME,
            "actionable reports from others",
        ),
        _of_presence(column, facts)
        or _telling(
            column,
            facts,
            facts.is_worked.astype(np.float64),
            LeakKind.AFTER_TRIAGE,
            "reports with an outcome from others",
        ),
        _of_order(column, facts),
    )
    yield from filter(None, found)


def _of_outcomes(column: pd.Series, facts: Facts) -> Leak | None:
    """Return a leak if the column is a code of the outcome, whole or in part."""
    for statement in (facts.first, facts.last):
        log_chance = log_chance_of_function(column, statement["what"])
        if log_chance < np.log(facts.chance):
            n = int((column.notna() & statement["what"].notna()).sum())
            words = "its value follows from case_status and closed_reason in all"
            return _leak(
                column, LeakKind.OUTCOME, 1.0, n, f"{words} {n:,} reports with both"
            )
    return None


def _of_moments(column: pd.Series, facts: Facts) -> Leak | None:
    """Return a leak if the column goes with an outcome's moment, or the days until it.

    The moment itself goes with the arrival too, and must do so less than the column.
    """
    arrivals = pd.Series(facts.arrivals, column.index)
    for statement in (facts.first, facts.last):
        for name in ("decided_at", "known_at"):
            moments = statement[name]
            waited, n = _alike(column, moments - arrivals)
            moment, _ = _alike(column, moments)
            arrival, _ = _alike(column, arrivals.where(moments.notna()))
            figure = max(waited, moment if moment > arrival else 0.0)
            if figure >= TOO_ALIKE:
                words = f"it goes with {name}, or the time until then"
                return _leak(
                    column, LeakKind.OUTCOME, figure, n, _correlated(words, figure, n)
                )
    return None


def _of_presence(column: pd.Series, facts: Facts) -> Leak | None:
    """Return a leak if next to no report that was not worked has something there.

    Work may add something to a few reports only, so what counts is how many of those
    with a value, other than the one that most reports have, were worked. The rest must
    be an eighth of what it is among their neighbours in arrival.
    """
    usual = column.mode(dropna=False).iloc[0]
    is_usual = column.eq(usual) | (column.isna() & pd.isna(usual))
    has_something = np.asarray(~is_usual if is_usual.mean() > 0.5 else column.notna())
    worked = pd.Series(facts.is_worked)
    shares = worked.groupby(facts.groups).transform("mean").to_numpy()
    counted = has_something & (shares < 1)
    n, found = int(counted.sum()), int(facts.is_worked[counted].sum())
    if not n:
        return None
    usually = float(shares[counted].mean())
    if share_at_least(found, n, facts.chance) <= 1 - (1 - usually) * (1 - TOO_WELL):
        return None
    return _leak(
        column,
        LeakKind.AFTER_TRIAGE,
        found / n,
        n,
        f"{found:,} of the {n:,} reports where it says something have an outcome, "
        f"against {usually:.2f} of their neighbours in arrival",
    )


def _telling(
    column: pd.Series, facts: Facts, target: Floats, kind: LeakKind, which: str
) -> Leak | None:
    """Return a leak if its values, or whether it has one, tell reports apart."""
    known = ~np.isnan(target)
    values, is_case = np.asarray(column)[known], target[known] == 1
    groups = neighbours_of(facts.arrivals[known], NEIGHBOURS)
    readings = {
        "its values tell": (values, True),
        "whether it has a value tells": (1.0 - np.isnan(values), True),
        "which value it has tells": (
            told_by_others(values, is_case, facts.folds[known]),
            False,
        ),
    }
    for words, (reading, both) in readings.items():
        told = concordance(reading, is_case, groups, chance=facts.chance, both=both)
        if told is not None and told.low > TOO_WELL:
            figures = f"{told.value:.3f} of pairs, and at least {told.low:.3f}"
            return _leak(
                column,
                kind,
                told.value,
                told.reports,
                f"{words} {which} in {figures} if chance is allowed for "
                f"({told.reports:,} reports), and nothing known on arrival tells "
                f"{TOO_WELL:g}",
            )
    return None


def _of_order(column: pd.Series, facts: Facts) -> Leak | None:
    """Return a leak if the column is near to a place, a moment or a number."""
    orders = {
        "the order of arrival": facts.arrivals,
        "the order of rows": np.arange(len(column), dtype=np.float64),
        "the report's number": facts.ids,
    }
    found = {
        name: _alike(column, pd.Series(order, column.index))
        for name, order in orders.items()
    }
    name, (figure, n) = max(found.items(), key=lambda each: each[1][0])
    if figure < TOO_ALIKE:
        return None
    is_number = name == "the report's number"
    kind = LeakKind.REPORT_ID if is_number else LeakKind.ROW_ORDER
    return _leak(
        column, kind, figure, n, _correlated(f"it goes with {name}", figure, n)
    )


def _alike(left: pd.Series, right: pd.Series) -> tuple[float, int]:
    """Return the size of the rank correlation, and of how many reports it is."""
    both = left.notna() & right.notna()
    n = int(both.sum())
    a, b = left[both].rank(), right[both].rank()
    if n < LEAST_ROWS or not (a.std() and b.std()):
        return 0.0, n
    return float(abs(np.corrcoef(a, b)[0, 1])), n


def _correlated(words: str, figure: float, reports: int) -> str:
    return f"{words}, by a rank correlation of {figure:.3f} ({reports:,} reports)"


def _leak(
    column: pd.Series, kind: LeakKind, figure: float, reports: int, words: str
) -> Leak:
    return Leak(str(column.name), kind, round(figure, 4), reports, words)
