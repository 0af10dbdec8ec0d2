"""When which actor's reports come: the frame on which everything else is drawn.

Reports are numbered actor by actor. A smaller world is the first actors of a larger
one, each with all its reports, so that links and years survive any number; and
since every draw belongs to a report's number, a report keeps what it says.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from prioritizer.seeds import Bools, Draws, Ints, Words
from prioritizer.synthetic.moments import DAY_US, SECOND_US
from prioritizer.synthetic.origins import Origins, draw_origins
from prioritizer.synthetic.senders import YEAR_BEGINS_US, Senders, moment_us
from prioritizer.synthetic.world import World

_CLUSTERS_AT_ONCE = 1 << 17
# Report numbers rise with the day of receipt, as NCMEC's do with time. Within a day
# a report's own number is scattered over 28 bits, so that it tells nothing.
_NUMBER_BITS = 28
MOST_REPORTS = 1 << _NUMBER_BITS
_ROUNDS = 6
# Findings that flood in have no actor; each counts as one of its own.
_ALONE_FIRST = 1 << 40
_EARLIER = 2
_SECONDS_BITS = 28  # eight years of seconds


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every report's place in time and among those of its actor.

    Attributes
    ----------
    number : ndarray of uint64 of shape (n_reports,)
        The report's own number, actor by actor; every draw belongs to it.
    cluster, ordinal, size : ndarray of int64
        Its actor, how many of the actor's reports came before it, and how
        many the actor has in all.
    state, line : ndarray of int64
        The US state in which its actor would be, as a place in the world's list,
        and the actor's number among those of that state; no two share both.
    received_us, arrival_us : ndarray of int64
        When NCMEC received it, and when law enforcement did; µs UTC.
    report_id : ndarray of int64
    earlier_id : ndarray of int64 of shape (n_reports, 2)
        The actor's last two reports before it; 0 for none.
    """

    number: Words
    cluster: Ints
    ordinal: Ints
    size: Ints
    state: Ints
    line: Ints
    received_us: Ints
    arrival_us: Ints
    report_id: Ints
    earlier_id: Ints

    def __len__(self) -> int:
        return len(self.number)

    def take(self, places: Ints | slice) -> Timeline:
        """Return the reports at some places, in that order."""
        return Timeline(*(getattr(self, each.name)[places] for each in fields(self)))

    def order(self) -> Ints:
        """Return the places of the reports in order of arrival and number."""
        return np.lexsort((self.report_id, self.arrival_us))


def draw_timeline(
    world: World, senders: Senders, draws: Draws, reports: int
) -> Timeline:
    """Return the timeline of the first `reports` reports, actor by actor.

    Parameters
    ----------
    world : World
        Volume by year, sizes of clusters.
    senders : Senders
        Its providers, on whom it depends how long NCMEC takes.
    draws : Draws
        The chance of this run.
    reports : int
        How many, 1 to `MOST_REPORTS`.

    Returns
    -------
    Timeline
        In the order of the reports' own numbers; see `Timeline.order`.
    """
    parts, first_cluster, first_number = [], 0, 0
    lines = np.zeros(len(world.places.state_weights), dtype=np.int64)
    while first_number < reports:
        clusters = np.arange(
            first_cluster, first_cluster + _CLUSTERS_AT_ONCE, dtype=np.uint64
        )
        homes = _homes(world, draws, clusters, lines)
        part = _some_clusters(world, senders, draws, clusters, first_number, homes)
        lines += np.bincount(homes[0], minlength=len(lines))
        parts.append(part.take(slice(0, reports - first_number)))
        first_cluster += _CLUSTERS_AT_ONCE
        first_number += len(part)
    return Timeline(
        *(
            np.concatenate([getattr(part, each.name) for part in parts])
            for each in fields(Timeline)
        )
    )


def _homes(
    world: World, draws: Draws, clusters: Words, lines: Ints
) -> tuple[Ints, Ints]:
    """Return the state of each actor, and its number among those of the state."""
    weights = list(world.places.state_weights.values())
    state = draws.choice("state", clusters, weights)
    by_state = np.argsort(state, kind="stable")
    counts = np.bincount(state, minlength=len(lines))
    line = np.empty_like(state)
    begins = np.repeat(np.cumsum(counts) - counts, counts)
    line[by_state] = np.arange(len(state)) - begins
    return state, line + lines[state]


def _some_clusters(
    world: World,
    senders: Senders,
    draws: Draws,
    clusters: Words,
    first_number: int,
    homes: tuple[Ints, Ints],
) -> Timeline:
    size = _sizes(world, draws, clusters)
    cluster = np.repeat(clusters.astype(np.int64), size)
    number = np.arange(first_number, first_number + len(cluster), dtype=np.uint64)
    received = _received(world, draws, cluster, number)
    is_alone = senders.flooding(draws, number, received) >= 0
    report_id = _report_ids(draws, received, number)
    actor = np.where(is_alone, _ALONE_FIRST + number.astype(np.int64), cluster)
    origins = draw_origins(world, senders, draws, number, actor, received)
    ordinal, counted, earlier = _among_own(cluster, report_id, is_alone)
    return Timeline(
        number=number,
        cluster=actor,
        ordinal=ordinal,
        size=counted,
        state=np.repeat(homes[0], size),
        line=np.repeat(homes[1], size),
        received_us=received,
        arrival_us=received + _handling_us(world, draws, number, origins),
        report_id=report_id,
        earlier_id=earlier,
    )


def _among_own(
    cluster: Ints, report_id: Ints, is_alone: Bools
) -> tuple[Ints, Ints, Ints]:
    """Return how many reports of the actor come before each, in all, and which.

    Parameters
    ----------
    cluster, report_id : ndarray of int64 of shape (n_reports,)
        Actor by actor, in order of receipt.
    is_alone : ndarray of bool of shape (n_reports,)
        What belongs to no actor, though it stands among its reports.
    """
    ordinal, size = np.zeros_like(cluster), np.ones_like(cluster)
    earlier = np.zeros((len(cluster), _EARLIER), dtype=np.int64)
    (own,) = np.nonzero(~is_alone)
    begins = np.flatnonzero(np.diff(cluster[own], prepend=-1))
    counts = np.diff([*begins, len(own)])
    ordinal[own] = np.arange(len(own)) - np.repeat(begins, counts)
    size[own] = np.repeat(counts, counts)
    for back in range(1, _EARLIER + 1):
        (rows,) = np.nonzero(ordinal[own] >= back)
        earlier[own[rows], back - 1] = report_id[own[rows - back]]
    return ordinal, size, earlier


def _sizes(world: World, draws: Draws, clusters: Words) -> Ints:
    drawn = draws.uniform("cluster size", clusters)
    size = np.floor(drawn ** (-1.0 / world.clusters.tail_index))
    return np.asarray(np.minimum(size, world.clusters.largest), dtype=np.int64)


def _received(world: World, draws: Draws, cluster: Ints, number: Words) -> Ints:
    """Return when each report was received, in order within its cluster.

    Time is drawn on a clock that runs as fast as reports come in. On it the
    middle of an actor's reports is anywhere alike, and what would fall outside
    the period is turned back in, so the volume of each year is as it should be.
    """
    rows = cluster.astype(np.uint64)
    middle = draws.uniform("cluster middle", rows)
    days = draws.lognormal("cluster span", rows, world.clusters.span_days, 1.0)
    volume, moments = _clock(world)
    period_days = (moments[-1] - moments[0]) / DAY_US
    around = (draws.uniform("time in span", number) - 0.5) * days / period_days
    place = np.abs(middle + around) % 2.0
    place = np.where(place > 1.0, 2.0 - place, place)
    since = (np.interp(place, volume, moments) - moments[0]) // SECOND_US
    # Actor and second in one number, so that one fast sort puts both in order.
    which = (cluster - cluster[0]) << _SECONDS_BITS
    in_order = np.sort(which + since.astype(np.int64)) & ((1 << _SECONDS_BITS) - 1)
    return np.asarray(int(moments[0]) + in_order * SECOND_US)


def _clock(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of the period's reports received by some moments."""
    begins, ends = moment_us(world.period.begins_at), moment_us(world.period.ends_at)
    volume = np.concatenate([[0.0], np.cumsum(world.volume.reports)])
    inside = YEAR_BEGINS_US[(begins < YEAR_BEGINS_US) & (ends > YEAR_BEGINS_US)]
    moments = np.concatenate([[begins], inside, [ends]]).astype(np.float64)
    by_then = np.interp(moments, YEAR_BEGINS_US.astype(np.float64), volume)
    return (by_then - by_then[0]) / (by_then[-1] - by_then[0]), moments


def _report_ids(draws: Draws, received: Ints, number: Words) -> Ints:
    """Return NCMEC's numbers: by day, and within it in an order that tells nothing."""
    half = np.uint64(_NUMBER_BITS // 2)
    mask = np.uint64((1 << int(half)) - 1)
    left, right = number >> half, number & mask
    # A Feistel network: whatever its rounds do, different numbers stay different.
    for turn in range(_ROUNDS):
        left, right = right, left ^ (draws.words(f"report id {turn}", right) & mask)
    day = (received - YEAR_BEGINS_US[0]) // DAY_US + 1
    scattered = (left << half | right).astype(np.int64)
    return np.asarray(day * MOST_REPORTS + scattered)


def _handling_us(world: World, draws: Draws, number: Words, origins: Origins) -> Ints:
    """Return how long NCMEC took; what it or the provider marks goes first."""
    marked: Bools = origins.is_priority_one | origins.is_escalated
    median = np.where(
        marked, world.ncmec.handling_hours_urgent, world.ncmec.handling_hours
    )
    hours = draws.lognormal("handling", number, median, 0.9)
    return np.maximum(hours * 3600, 1).astype(np.int64) * SECOND_US
