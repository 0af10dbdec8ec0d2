"""The two steps of the look back that map over parts: by keys, then by shards.

A task names files and nothing else, so that it can be run by any process that sees
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from prioritizer.history.arrays import Array, distinct
from prioritizer.history.clusters import ClustersThen
from prioritizer.history.frames import history_frames
from prioritizer.history.shards import load, mentions_between, save, write_history
from prioritizer.history.sightings import Sightings, sightings_of
from prioritizer.history.stretch import Stretch
from prioritizer.history.timeline import Timeline
from prioritizer.vocabulary.enums import ClusterKind

_TIMELINE = ("arrivals", "begins", "earlier", "first", "several", "provider")
_SIGHTED = ("seen", "pairs", "edges")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where the steps of one run find what the others made.

    Attributes
    ----------
    kept : pathlib.Path
        What is kept of each shard.
    scratch : pathlib.Path
        What only this run needs.
    """

    kept: Path
    scratch: Path

    def put_timeline(self, timeline: Timeline, fates: tuple[Array, Array]) -> None:
        """Lay down all arrivals, and what became known of their reports."""
        for name, array in (
            ("arrivals", timeline.arrivals),
            ("earlier", timeline.earlier),
            ("first", timeline.first),
            ("several", timeline.several),
            ("provider", timeline.provider),
            ("begins", np.array(timeline.begins)),
            ("fates", np.stack(fates)),
        ):
            save(self.scratch / f"{name}.npy", array)

    def timeline(self) -> Timeline:
        """Return all arrivals."""
        arrivals, begins, *others = (
            load(self.scratch / f"{name}.npy") for name in _TIMELINE
        )
        return Timeline(arrivals, tuple(begins.tolist()), *others)

    def stretch(self, number: int) -> Stretch:
        """Return the versions of a shard."""
        timeline = self.timeline()
        begin, end = timeline.begins[number : number + 2]
        return Stretch(timeline, begin, end, *load(self.scratch / "fates.npy"))

    def sighted(self, part: int, name: str) -> Path:
        """Return where what some keys tell lies."""
        return self.scratch / f"{name}-{part:05d}.npy"


@dataclass(frozen=True, slots=True)
class KeyTask:
    """Some keys to be looked at.

    Attributes
    ----------
    workspace : Workspace
    part : int
        Which part of all keys.
    first, past : int
        Their buckets, from and to before.
    stale : int
        The first shard whose history is wanted; earlier ones are only looked at.
    """

    workspace: Workspace
    part: int
    first: int
    past: int
    stale: int


def look_at_keys(task: KeyTask) -> int:
    """Find out what some keys tell of the shards that are wanted; return the part."""
    timeline = task.workspace.timeline()
    shards = range(len(timeline.begins) - 1)
    new = [_mentions(task, timeline, shard) for shard in shards[task.stale :]]
    old = list(_of_same_keys(task, timeline, new)) if task.stale else []
    begins = np.array(timeline.begins)
    since = timeline.begins[task.stale]
    found = sightings_of(np.concatenate([*old, *new]), timeline, since=since)
    for name in _SIGHTED:
        rows = getattr(found, name)
        path = task.workspace.sighted(task.part, name)
        save(path, rows)
        save(path.with_suffix(".begins.npy"), np.searchsorted(rows["place"], begins))
    return task.part


def _mentions(task: KeyTask, timeline: Timeline, shard: int) -> Array:
    mentions = mentions_between(task.workspace.kept, shard, task.first, task.past)
    mentions["place"] += np.uint32(timeline.begins[shard])
    return mentions


def _of_same_keys(
    task: KeyTask, timeline: Timeline, new: Sequence[Array]
) -> Iterator[Array]:
    """Yield the mentions in shards that are not stale of keys that stale ones name."""
    wanted = distinct(np.concatenate([each["key"] for each in new]))
    for shard in range(task.stale):
        mentions = _mentions(task, timeline, shard)
        yield mentions[_is_in(mentions["key"], wanted)]


def _is_in(keys: Array, wanted: Array) -> Array:
    at = np.searchsorted(wanted, keys).clip(max=max(len(wanted) - 1, 0))
    return wanted[at] == keys if len(wanted) else np.zeros(len(keys), bool)


@dataclass(frozen=True, slots=True)
class ShardTask:
    """A shard whose history is to be put together.

    Attributes
    ----------
    workspace : Workspace
    number : int
        Which shard.
    parts : int
        Into how many parts the keys were cut.
    clusters : dict of ClusterKind to ClustersThen
        The clusters of its versions.
    providers : dict of str to numpy.ndarray
        Their providers' record.
    """

    workspace: Workspace
    number: int
    parts: int
    clusters: dict[ClusterKind, ClustersThen]
    providers: dict[str, Array]


def put_together(task: ShardTask) -> int:
    """Write the tables of history of a shard; return its number."""
    stretch = task.workspace.stretch(task.number)
    seen, pairs = (
        np.concatenate(
            [
                _of_shard(task.workspace.sighted(part, name), task.number)
                for part in range(task.parts)
            ]
        )
        for name in ("seen", "pairs")
    )
    sightings = Sightings(seen, pairs, edges=seen[:0])
    frames = history_frames(stretch, sightings, task.clusters, task.providers)
    write_history(task.workspace.kept, task.number, frames)
    return task.number


def _of_shard(path: Path, number: int) -> Array:
    begin, end = load(path.with_suffix(".begins.npy"))[number : number + 2]
    return np.array(load(path)[begin:end])
