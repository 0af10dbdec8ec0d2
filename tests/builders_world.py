"""Invented worlds before they are written down, for tests that look behind them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from prioritizer.settings import load_world
from prioritizer.synthetic import World
from prioritizer.synthetic.drawing import Drawn, draw_reports
from prioritizer.synthetic.parameters import Event
from prioritizer.synthetic.senders import Senders, year_place
from prioritizer.synthetic.settling import Levels, settle
from prioritizer.synthetic.shards import draws_of
from prioritizer.synthetic.timeline import Timeline, draw_timeline

MANY = 40_000


@cache
def timeline(profile: str = "icac", reports: int = MANY, seed: int = 7) -> Timeline:
    world = load_world(profile)
    whole = draw_timeline(world, Senders(world), draws_of(seed), reports)
    return whole.take(whole.order())


@cache
def drawn(profile: str = "icac", reports: int = MANY, seed: int = 7) -> Drawn:
    return drawn_of(load_world(profile), timeline(profile, reports, seed), seed)


def drawn_of(world: World, when: Timeline, seed: int = 7) -> Drawn:
    return draw_reports(world, Senders(world), draws_of(seed), when)


@cache
def levels(profile: str = "icac") -> Levels:
    world = load_world(profile)
    return settle(world, Senders(world))


def with_event(world: World, name: str, **changes: object) -> World:
    """Return a world in which one event of the calendar is changed."""
    event = replace(getattr(world.calendar, name), **changes)
    assert isinstance(event, Event)
    return replace(world, calendar=replace(world.calendar, **{name: event}))


def of_year(when: Timeline, year: int) -> np.ndarray:
    """Return which reports were received in a year."""
    return year_place(when.received_us) == year - 2019
