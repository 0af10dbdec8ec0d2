"""How good the ranking is: beside rivals, what could be reached, and the truth.

On the newest year of invented worlds, trained on earlier ones. Two ceilings are shown.
The *oracle* orders by the hidden probability. The *achievable* is the best of the
rivals with the same features, taught by ten times as many reports as have a label, and
by clean labels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd

from prioritizer.benchmarks.gains import METRICS, Comparison
from prioritizer.benchmarks.known_worlds import (
    OTHER_WORLD,
    KnownWorld,
    invent,
    scores_of,
    trained_on,
    truth_of,
)
from prioritizer.benchmarks.measure import Measure, of_runs
from prioritizer.benchmarks.rivals import RIVALS, Effort, Lesson, check_rivals
from prioritizer.benchmarks.stresses import flood_lines, unseen_lines
from prioritizer.model import TrainSettings
from prioritizer.settings import load_world
from prioritizer.synthetic import World

_FIRST_SEED = 11
_MORE_REPORTS = 10  # for the achievable, times those with a label
_LEAST_OF_ACHIEVABLE = 97.0  # per cent
_LEAST_OVER_RIVAL = -0.5  # per cent
# Where not all are taught ten times as much, which takes others up to five minutes.
_QUICK = ("deep LightGBM", "XGBoost")
_OURS, _ARRIVAL, _ORACLE = "ours", "order of arrival", "oracle"


@dataclass(frozen=True, slots=True)
class Trial:
    """How one world is measured.

    Attributes
    ----------
    reports : int
        Reports of the world.
    settings : TrainSettings
        How ours is trained: by default, but without refits, which change no score.
    effort : Effort
        How much rivals may grow.
    resamples : int
        How often clusters are drawn for the intervals.
    """

    reports: int = 200_000
    settings: TrainSettings = field(default_factory=lambda: TrainSettings(refits=0))
    effort: Effort = field(default_factory=Effort)
    resamples: int = 300


def measure_quality(runs: int) -> Iterator[Measure]:
    """Yield the lines of the benchmark as they are measured.

    Parameters
    ----------
    runs : int
        On how many seeds; one world with other parameters is measured besides.

    Raises
    ------
    MissingInputError
        If a rival's library is not installed.
    """
    check_rivals()
    trial, world = Trial(), load_world("icac")
    by_seed: dict[tuple[str, str], list[float]] = defaultdict(list)
    for seed in range(_FIRST_SEED, _FIRST_SEED + runs):
        teachers = tuple(RIVALS) if seed == _FIRST_SEED else _QUICK
        for line in measure_world(world, seed, trial, teachers):
            by_seed[line.name, line.unit].append(line.value)
            yield replace(line, name=f"seed {seed}: {line.name}")
    other = load_world("icac", OTHER_WORLD)
    for line in measure_world(other, _FIRST_SEED, trial, _QUICK):
        yield replace(line, name=f"other world: {line.name}")
    for (name, unit), values in by_seed.items():
        yield of_runs(f"median of {len(values)} seeds: {name}", unit, values)


def measure_world(
    world: World, seed: int, trial: Trial, teachers: Sequence[str] = tuple(RIVALS)
) -> Iterator[Measure]:
    """Yield the lines of one world.

    Parameters
    ----------
    world : World
        Its settings.
    seed : int
        Its seed; the reports that teach the achievable come from a world of the same
        settings and another seed, for its own past is too short.
    trial : Trial
        How it is measured.
    teachers : sequence of str
        Which rivals are taught what could be reached.
    """
    known = invent(world, reports=trial.reports, seed=seed)
    test = known.X.loc[known.split.test]
    compared = Comparison(
        truth_of(known, known.split.test),
        known.tested["cluster"].to_numpy(np.int64),
        trial.resamples,
    )
    model = trained_on(known, known.split, trial.settings)
    labelled = len(known.split.labelled)
    yield of_runs("reports with a label", "reports", [labelled])
    compared.add(_OURS, scores_of(model, test))
    compared.add(_ARRIVAL, -np.arange(len(test), dtype=np.float64))
    compared.add(_ORACLE, known.tested["p_actionable"].to_numpy(dtype=np.float64))
    yield from _basis(compared)
    lesson = _lesson(known, known.split.labelled, known.labels)
    for rival, learn in RIVALS.items():
        compared.add(rival, learn(lesson, trial.effort)(test))
        yield from _ahead(compared, rival)
    lesson = _clean_lesson(known, world, seed, _MORE_REPORTS * labelled)
    for rival in teachers:
        compared.add(f"clean {rival}", RIVALS[rival](lesson, trial.effort)(test))
        yield from _values(compared, f"clean {rival}")
    yield from _reached(compared, teachers)
    yield from flood_lines(known, model, world, trial.reports, seed)
    yield from unseen_lines(known, model, trial.settings)


def _lesson(known: KnownWorld, ids: pd.Index, labels: pd.Series[int]) -> Lesson:
    return Lesson(known.X.loc[ids], np.asarray(labels.loc[ids], dtype=np.int64))


def _clean_lesson(known: KnownWorld, world: World, seed: int, reports: int) -> Lesson:
    """Return so many past reports of further worlds, with the truth.

    Each world has as many reports as the one that is measured: in a larger one more
    earlier reports would be linked, and features would be others.
    """
    X, y, arrivals = [], [], []
    left, number = reports, 0
    while left > 0:
        number += 1
        further = invent(world, reports=len(known.X), seed=seed + 1000 * number)
        ids = further.past[-left:]
        X.append(further.X.loc[ids])
        y.append(truth_of(further, ids).astype(np.int64))
        arrivals.append(further.arrivals.loc[ids])
        left -= len(ids)
    # In order of arrival, for growth stops on the newest.
    order = np.argsort(pd.concat(arrivals).to_numpy(), kind="stable")
    return Lesson(pd.concat(X).iloc[order], np.concatenate(y)[order])


def _values(compared: Comparison, name: str) -> Iterator[Measure]:
    for metric, point in zip(METRICS, compared.points[name], strict=True):
        yield of_runs(f"{metric}, {name}", "%", [100 * float(point)])


def _basis(compared: Comparison) -> Iterator[Measure]:
    """Yield what ours finds between the order of arrival and the oracle."""
    for name in (_ARRIVAL, _OURS, _ORACLE):
        yield from _values(compared, name)
    ours, least, most = (compared.points[name] for name in (_OURS, _ARRIVAL, _ORACLE))
    for metric, gain in zip(METRICS, (ours - least) / (most - least), strict=True):
        yield of_runs(f"{metric}, ours of the oracle's gain", "%", [100 * float(gain)])


def _ahead(compared: Comparison, rival: str) -> Iterator[Measure]:
    """Yield by how much ours is ahead of a rival, in per cent of it."""
    yield from _values(compared, rival)
    for place, metric in enumerate(METRICS):
        share, (low, high) = compared.share(_OURS, rival, place)
        yield Measure(
            f"{metric}, ours ahead of {rival}",
            "%",
            share - 100,
            (share - 100,),
            _LEAST_OVER_RIVAL,
            is_least=True,
            interval=(low - 100, high - 100),
        )


def _reached(compared: Comparison, teachers: Sequence[str]) -> Iterator[Measure]:
    """Yield how much ours reaches of what the best of the rivals could."""
    for place, metric in enumerate(METRICS):
        best = max(teachers, key=partial(_clean_point, compared, place))
        share, within = compared.share(_OURS, f"clean {best}", place)
        yield Measure(
            f"{metric}, ours of the achievable",
            "%",
            share,
            (share,),
            _LEAST_OF_ACHIEVABLE,
            is_least=True,
            interval=within,
        )


def _clean_point(compared: Comparison, place: int, rival: str) -> float:
    return float(compared.points[f"clean {rival}"][place])
