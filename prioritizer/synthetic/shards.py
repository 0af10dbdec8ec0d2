"""Split a world into shards, and draw one shard whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from prioritizer.errors import SettingsError
from prioritizer.seeds import Draws
from prioritizer.synthetic.drawing import Drawn, draw_reports
from prioritizer.synthetic.file_rows import file_rows
from prioritizer.synthetic.identifier_rows import identifier_rows
from prioritizer.synthetic.past import CAUSES, designations, outcomes, past_work
from prioritizer.synthetic.person_rows import list_persons, person_rows
from prioritizer.synthetic.place_rows import (
    address_texts,
    capture_rows,
    location_rows,
)
from prioritizer.synthetic.records import coded
from prioritizer.synthetic.report_rows import report_rows
from prioritizer.synthetic.senders import Senders
from prioritizer.synthetic.settling import Levels, settle
from prioritizer.synthetic.timeline import MOST_REPORTS, Timeline, draw_timeline
from prioritizer.synthetic.truth import truth_frame
from prioritizer.synthetic.world import World

REPORTS_OF_A_SHARD = 100_000
Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Shard:
    """Some reports of a world, and what a worker needs to draw them."""

    world: World
    levels: Levels
    seed: int
    number: int
    timeline: Timeline


def check_size(*, reports: int, seed: int, reports_of_a_shard: int) -> None:
    """Raise if a world of such a size cannot be made.

    Raises
    ------
    SettingsError
        If a number cannot be used.
    """
    if not 1 <= reports <= MOST_REPORTS or seed < 0 or reports_of_a_shard < 1:
        raise SettingsError(
            f"reports must be 1 to {MOST_REPORTS:,}, seed 0 or more",
            "--reports and --seed",
            "choose other numbers",
        )


def plan_shards(
    world: World, *, reports: int, seed: int, reports_of_a_shard: int
) -> Iterator[Shard]:
    """Yield the shards of a world, in order of arrival.

    Parameters
    ----------
    world : World
        The world, already checked.
    reports, seed, reports_of_a_shard : int
        As `check_size` allows.

    Yields
    ------
    Shard
    """
    senders = Senders(world)
    levels = settle(world, senders)
    whole = draw_timeline(world, senders, draws_of(seed), reports)
    order = whole.order()
    for number, begin in enumerate(range(0, reports, reports_of_a_shard)):
        part = whole.take(order[begin : begin + reports_of_a_shard])
        yield Shard(world, levels, seed, number, part)


def draw_shard(shard: Shard) -> tuple[Frames, Frames]:
    """Return a shard's raw tables, and what is not in them.

    Returns
    -------
    dict of str to polars.DataFrame
        The document tables, identifiers in clear text.
    dict of str to polars.DataFrame
        ``outcomes`` and ``truth``.
    """
    world, draws = shard.world, draws_of(shard.seed)
    senders = Senders(world)
    drawn = draw_reports(world, senders, draws, shard.timeline)
    is_informational, cause = designations(world, shard.levels, draws, drawn)
    persons = list_persons(world, senders, drawn)
    texts = address_texts(world, draws, drawn)
    raw = {
        "reports": report_rows(world, senders, draws, drawn, is_informational),
        "people": person_rows(senders, draws, drawn, persons),
        "files": file_rows(world, draws, drawn),
        "captures": capture_rows(world, draws, drawn, texts),
        "identifiers": identifier_rows(world, draws, drawn, persons),
        "locations": location_rows(world, draws, drawn, texts),
    }
    truth = _truth(shard, draws, drawn).with_columns(
        informational_cause=coded(CAUSES, cause, cause >= 0).as_series(pl.String())
    )
    told, wrong = outcomes(world, draws, drawn, truth)
    return raw, {
        "outcomes": told,
        "truth": truth.with_columns(is_noted_wrong=pl.Series(wrong)),
    }


def draws_of(seed: int) -> Draws:
    """Return the chance of a world of this seed."""
    return Draws(seed, "world")


def _truth(shard: Shard, draws: Draws, drawn: Drawn) -> pl.DataFrame:
    known = truth_frame(
        shard.world,
        draws,
        drawn.circumstances,
        drawn.files,
        drawn.worth,
        shard.levels.action,
    )
    past = past_work(shard.world, shard.levels, draws, drawn)
    return pl.concat([known, past], how="horizontal")
