"""Leaks by statistics: for columns that cannot be computed again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import polars as pl

from prioritizer.errors import FeatureError, numbered
from prioritizer.evaluation.leaks.facts import Facts, gather_facts
from prioritizer.evaluation.leaks.leak import LeakCheck, LeakKind
from prioritizer.evaluation.leaks.suspicions import (
    LEAST_ROWS,
    TESTS,
    TOO_WELL,
    suspect,
)
from prioritizer.features import codes_of

CHANCE = 0.05
"""How often chance alone may flag anything at all in one check of all columns."""

MOST_ROWS = 200_000
"""Of more reports, evenly many are measured: chance leaves little room by then."""


def find_leaks_in_columns(
    X: pd.DataFrame, arrivals: pd.Series, outcomes: pl.DataFrame, *, seed: int = 0
) -> LeakCheck:
    """Return which columns tell more than anything known on arrival can.

    This is for columns that come without the code that made them. Each is compared
    with what became of the reports, with whether they were worked at all, and with
    their order and numbers. Reports are compared with their neighbours in arrival, so
    that what drifts over the years is not flagged, and a figure counts by the least
    that chance leaves of it, over all columns together.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_columns)
        Numbers, truth values or categories; index `report_id`. Not modified.
    arrivals : pandas.Series of datetime
        Arrival of each report, index `report_id`; may hold further reports.
    outcomes : polars.DataFrame
        The table `outcomes`. What was known before a report's arrival does not
        count.
    seed : int
        Same seed, same folds.

    Returns
    -------
    LeakCheck
        What was found, what was tried, and what could not be tried.

    Raises
    ------
    FeatureError
        If reports are not known or stand twice, or columns hold no numbers.
    """
    _refuse_odd(X, arrivals)
    step = -(-len(X) // MOST_ROWS)
    numbers = codes_of(X.iloc[::step]).astype("float64")
    varied = [name for name in numbers if _is_varied(numbers[name])]
    facts = gather_facts(
        arrivals.loc[numbers.index],
        outcomes,
        chance=CHANCE / max(1, len(varied)) / TESTS,
        seed=seed,
    )
    leaks = tuple(leak for name in varied for leak in suspect(numbers[name], facts))
    lines = list(_account(facts))
    flat = numbers.shape[1] - len(varied)
    left = [f"columns that say the same of all reports: {flat:,}"] * (flat > 0)
    left += [f"the others: 1 of every {step:,} reports was measured"] * (step > 1)
    return LeakCheck(
        leaks,
        tuple(
            f"{line}; {len(varied):,} columns" for is_tried, line in lines if is_tried
        ),
        (*(line for is_tried, line in lines if not is_tried), *left),
    )


def _is_varied(column: pd.Series) -> bool:
    values = column.to_numpy()
    return bool(len(values)) and not bool(
        ((values == values[0]) | (np.isnan(values) & np.isnan(values[0]))).all()
    )


def _refuse_odd(X: pd.DataFrame, arrivals: pd.Series) -> None:
    counts = {
        "rows of reports that the tables do not hold": ~X.index.isin(arrivals.index),
        "rows of a report that has one already": X.index.duplicated(),
        "columns with the name of another": X.columns.duplicated(),
    }
    found = [f"{what}: {odd.sum():,}" for what, odd in counts.items() if odd.any()]
    found += [
        f"column {name!r} holds no numbers"
        for name, dtype in X.dtypes.items()
        if not _is_number(dtype)
    ]
    if not X.size:
        found.append("there are no rows or no columns")
    if found:
        raise FeatureError(
            numbered(found),
            "the columns to check",
            "give one row a report, and columns of numbers, truth values or categories",
        )


def _is_number(dtype: object) -> bool:
    is_category = isinstance(dtype, pd.CategoricalDtype)
    return is_category or pd.api.types.is_numeric_dtype(dtype)  # type: ignore[arg-type]  # a dtype


def _account(facts: Facts) -> Iterator[tuple[bool, str]]:
    """Yield each thing to try, whether there was enough to try it, on what."""
    n, worked = len(facts.ids), int(facts.is_worked.sum())
    yield (
        n >= LEAST_ROWS,
        f"{LeakKind.ROW_ORDER}, {LeakKind.REPORT_ID}: rank correlations, {n:,} reports",
    )
    yield (
        worked >= LEAST_ROWS,
        f"{LeakKind.OUTCOME}: whether it follows from an outcome or goes with its "
        f"moment, {worked:,} reports whose outcome became known after arrival",
    )
    yield (
        worked > 0,
        f"{LeakKind.AFTER_TRIAGE}: whether it is there only where there is an outcome, "
        f"{worked:,} of {n:,} reports",
    )
    # So many of the rarer kind are needed for a perfect copy to be told from chance.
    needed = int(np.ceil(np.log(facts.chance) / np.log(TOO_WELL)))
    for kind, what, these in (
        (LeakKind.OUTCOME, "actionable or not", facts.labels),
        (LeakKind.AFTER_TRIAGE, "with or without an outcome", facts.is_worked),
    ):
        ones, zeros = int((these == 1).sum()), int((these == 0).sum())
        fewer = f", of which {needed:,} are needed" * (min(ones, zeros) < needed)
        yield (
            not fewer,
            f"{kind}: pairs of neighbours told apart, {ones + zeros:,} reports {what}, "
            f"{min(ones, zeros):,} of the rarer kind{fewer}",
        )
