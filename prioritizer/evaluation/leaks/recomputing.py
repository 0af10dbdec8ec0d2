"""Leaks by intervention: change what must not matter, and see what moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from prioritizer.evaluation.leaks.columns import find_leaks_in_columns
from prioritizer.evaluation.leaks.leak import Leak, LeakCheck, LeakKind
from prioritizer.evaluation.leaks.trials import Trial, every_trial
from prioritizer.features import CATALOGUE, Feature, codes_of, compute_features
from prioritizer.history import look_back as look_back_here
from prioritizer.seeds import Bools, Draws
from prioritizer.tables import latest_versions
from prioritizer.vocabulary import HISTORY_TABLES

LookBack = Callable[[Mapping[str, pl.DataFrame]], Mapping[str, pl.DataFrame]]
_HISTORY = frozenset(table.name for table in HISTORY_TABLES)


def find_leaks(
    tables: Mapping[str, pl.DataFrame],
    features: Sequence[Feature] = CATALOGUE,
    *,
    look_back: LookBack = look_back_here,
    seed: int = 0,
) -> LeakCheck:
    """Return which features know more than was known when a report arrived.

    A feature that can be computed again can be put to the proof: the tables are
    changed where nothing may depend on it (later reports, later outcomes, order,
    numbers, who else is there), and a feature that moves by a single bit is told.
    What somebody wrote into the tables does not move with them, so the columns
    are then measured as well, as `find_leaks_in_columns` does.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables and outcomes; those of `prioritizer.history` are not
        read but made again.
    features : sequence of Feature
        The features to check.
    look_back : callable
        What makes the tables of history from the others; a data scientist's own
        is checked along with the features.
    seed : int
        Same seed, same changes.

    Returns
    -------
    LeakCheck
        What was found, what was tried, and what could not be tried.
    """
    documents = {n: frame for n, frame in tables.items() if n not in _HISTORY}
    history = dict(look_back(documents))
    known = {**documents, **history}

    def compute(trial: Trial) -> _Result:
        if trial.tables is None:
            return _Result(trial, pd.Index([]), {})
        again = look_back(trial.tables) if trial.history is None else trial.history
        return _compared(
            trial,
            compute_features(known, features, as_of=trial.as_of),
            compute_features({**trial.tables, **again}, features, as_of=trial.as_of),
        )

    results = list(map(compute, every_trial(documents, history, Draws(seed, "leaks"))))
    latest = latest_versions(documents["reports"]).select("report_id", "arrival_at")
    return _told(results) + find_leaks_in_columns(
        compute_features(known, features),
        latest.to_pandas().set_index("report_id")["arrival_at"],
        documents["outcomes"],
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _Result:
    """Which reports were compared in a trial, and which moved, by feature."""

    trial: Trial
    reports: pd.Index
    moved: dict[str, pd.Index]


def _compared(trial: Trial, before: pd.DataFrame, after: pd.DataFrame) -> _Result:
    if trial.ids is not None:
        old = dict(zip(trial.ids["new"], trial.ids["old"], strict=True))
        after = after.set_axis([old.get(new, new) for new in after.index])
    reports = before.index.intersection(after.index)
    left, right = codes_of(before.loc[reports]), codes_of(after.loc[reports])
    moved = {
        str(name): reports[differs]
        for name in left.columns
        if (differs := _differ(left[name], right[name])).any()
    }
    return _Result(trial, reports, moved)


def _differ(left: pd.Series, right: pd.Series) -> Bools:
    """Return where two columns are not the same bits; one missing value is as good."""
    a, b = left.to_numpy(), right.to_numpy()
    whole = f"i{a.dtype.itemsize}"
    return np.asarray((a.view(whole) != b.view(whole)) & ~(np.isnan(a) & np.isnan(b)))


def _told(results: Sequence[_Result]) -> LeakCheck:
    counts: dict[str, int] = {}
    for each in results:
        what = f"{each.trial.kind}: {each.trial.change}"
        counts[what] = counts.get(what, 0) + len(each.reports)
    return LeakCheck(
        tuple(_leaks(results)),
        tuple(
            f"{what}; {count:,} rows of features computed again"
            for what, count in counts.items()
            if count
        ),
        tuple(
            f"{what}; there is nothing to change"
            for what, count in counts.items()
            if not count
        ),
    )


def _leaks(results: Sequence[_Result]) -> Iterator[Leak]:
    names = dict.fromkeys(name for each in results for name in each.moved)
    for name in names:
        for kind in LeakKind:
            trials = [each for each in results if each.trial.kind is kind]
            found = [each for each in trials if name in each.moved]
            if not found:
                continue
            moved = _union([each.moved[name] for each in found])
            compared = _union([each.reports for each in trials])
            yield Leak(
                name,
                kind,
                moved / compared,
                compared,
                f"it moved in {moved:,} of {compared:,} reports when "
                f"{found[0].trial.change}",
            )
            if kind is LeakKind.CHANCE:
                break  # it moves whatever is changed, so nothing else is shown


def _union(ids: Sequence[pd.Index]) -> int:
    return len(np.unique(np.concatenate([each.to_numpy() for each in ids])))
