"""What is lost when a flood begins after training, or a provider was never seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from prioritizer.benchmarks.gains import METRICS, Order
from prioritizer.benchmarks.known_worlds import (
    KnownWorld,
    flooded,
    invent,
    largest_sender,
    scores_of,
    trained_on,
    truth_of,
    without_sender,
)
from prioritizer.benchmarks.measure import Measure, of_runs
from prioritizer.model import ScoringModel, TrainSettings
from prioritizer.seeds import Floats
from prioritizer.synthetic import World

_FLOODS = (2, 5)


def flood_lines(
    known: KnownWorld, model: ScoringModel, world: World, reports: int, seed: int
) -> Iterator[Measure]:
    """Yield what is lost where generated content floods in from the newest year on.

    The newest year stays as it is, and so do the model and the number of reports that
    are worked. Reports with generated content come on top, from a world of the same
    seed in which the flood is stronger, until there are so many times as many.

    Parameters
    ----------
    known : KnownWorld
        The world as it is.
    model : ScoringModel
        What was trained on its past.
    world : World
        Its settings.
    reports, seed : int
        What it was made from.
    """
    source = invent(flooded(world, max(_FLOODS)), reports=reports, seed=seed)
    ids = known.split.test
    calm = _Year.of(known, model, ids)
    generated = int(known.tested["is_generated"].sum())
    pool = source.split.test[source.tested["is_generated"].to_numpy(dtype=bool)]
    for times in _FLOODS:
        more = min(len(pool), (times - 1) * generated)
        chosen = pool[np.linspace(0, len(pool) - 1, more).astype(np.int64)]
        flood = calm.joined(_Year.of(source, model, chosen))
        share = (generated + more) / (len(ids) + more)
        yield of_runs(f"flood x{times}, share generated", "%", [100 * share])
        volume = float(len(ids))
        before, after = calm.measured(volume), flood.measured(volume)
        for name, place in (("ours", 0), ("oracle", 1)):
            lost = before[place] - after[place]
            yield from _losses(f"flood x{times}, {name}", lost)


@dataclass(frozen=True, slots=True, eq=False)
class _Year:
    """Reports to test on, as ours and the oracle score them."""

    ours: Floats
    hidden: Floats
    truth: Floats

    @classmethod
    def of(cls, known: KnownWorld, model: ScoringModel, ids: pd.Index) -> Self:
        hidden = np.asarray(known.truth.loc[ids, "p_actionable"], dtype=np.float64)
        return cls(scores_of(model, known.X.loc[ids]), hidden, truth_of(known, ids))

    def joined(self, other: _Year) -> _Year:
        return _Year(
            np.concatenate([self.ours, other.ours]),
            np.concatenate([self.hidden, other.hidden]),
            np.concatenate([self.truth, other.truth]),
        )

    def measured(self, volume: float) -> tuple[Floats, Floats]:
        """Return `METRICS` of ours and of the oracle."""
        ours, hidden = (Order.by(each, self.truth) for each in (self.ours, self.hidden))
        return ours.measured(volume=volume), hidden.measured(volume=volume)


def unseen_lines(
    known: KnownWorld, model: ScoringModel, settings: TrainSettings
) -> Iterator[Measure]:
    """Yield what is lost on the largest provider where nothing of it trained.

    Measured on its reports of the newest year, against the model that saw it. What
    history knows of it by then, features say in both.

    Parameters
    ----------
    known : KnownWorld
        The world.
    model : ScoringModel
        What was trained on all of its past.
    settings : TrainSettings
        How it was trained.
    """
    sender = largest_sender(known)
    split = without_sender(known, sender)
    blind = trained_on(known, split, settings)
    own = known.split.test[(known.senders.loc[known.split.test] == sender).to_numpy()]
    left = 1 - len(split.labelled) / len(known.split.labelled)
    yield of_runs("unseen provider, share of what trains", "%", [100 * left])
    saw, saw_not = (
        Order.by(scores_of(each, known.X.loc[own]), truth_of(known, own)).measured()
        for each in (model, blind)
    )
    yield from _losses("unseen provider", saw - saw_not)


def _losses(name: str, lost: Floats) -> Iterator[Measure]:
    """Yield how many points of each metric are lost."""
    for metric, points in zip(METRICS, 100 * lost, strict=True):
        yield of_runs(f"{name}: {metric} lost", "points", [float(points)])
