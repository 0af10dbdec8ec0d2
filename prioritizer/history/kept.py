"""The history of a folder of tables, kept beside them and brought up to date.

One machine streams it: shards are read one by one, keys are looked at part by part,
and what is held of each report in memory at a time is a hundred bytes. Only the
shards whose history no longer holds are looked at anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from prioritizer.execution import Executor
from prioritizer.history.arrays import Array
from prioritizer.history.clusters import join_clusters
from prioritizer.history.manifest import (
    KeptShard,
    chain_hashes,
    files_of,
    own_hash,
    read_manifest,
    whole_hash,
    write_manifest,
)
from prioritizer.history.mentions import BUCKETS
from prioritizer.history.providers import provider_history
from prioritizer.history.shards import (
    ARRIVALS,
    ENDS,
    KEPT,
    MENTIONS,
    TOLD,
    ReadTask,
    load,
    path_of,
    read_history,
    read_shard,
)
from prioritizer.history.statements import Statements, statements_of
from prioritizer.history.tasks import (
    KeyTask,
    ShardTask,
    Workspace,
    look_at_keys,
    put_together,
)
from prioritizer.history.timeline import Timeline, timeline_of
from prioritizer.tables.folder import TableFolder
from prioritizer.vocabulary.enums import ClusterKind

Frames = dict[str, pl.DataFrame]
_MENTIONS_AT_ONCE = 2_000_000  # with what is made of them, 200 MB


@dataclass(frozen=True, slots=True)
class History:
    """The kept history of a folder of tables.

    Attributes
    ----------
    kept : pathlib.Path
        Where it lies.
    timeline : Timeline
        All arrivals.
    renewed : tuple of int
        The shards that were looked at anew.
    """

    kept: Path
    timeline: Timeline
    renewed: tuple[int, ...]

    def read(self) -> Frames:
        """Return the tables of history of all shards, in order of arrival."""
        shards = [read_history(self.kept, each) for each in range(self.timeline.shards)]
        return {name: pl.concat([shard[name] for shard in shards]) for name in TOLD}


def bring_up_to_date(tables: TableFolder, kept: Path, executor: Executor) -> History:
    """Look back from all reports whose history is not kept, or no longer holds.

    Parameters
    ----------
    tables : TableFolder
        The tables.
    kept : pathlib.Path
        The folder in which their history is kept. Whoever asks holds it (see
        `prioritizer.tables.sole_writer`) for as long as the history is read.
    executor : Executor
        Maps the steps over shards and over parts of the keys.

    Returns
    -------
    History
        The whole, the same whatever of it was kept.

    Raises
    ------
    TableError
        If a shard is missing or altered, does not obey the vocabulary, or does not
        follow the one before it.
    """
    return _Renewal(tables, kept, executor).run()


class _Renewal:
    """One run: what is kept, what no longer holds, and the steps between them."""

    def __init__(self, tables: TableFolder, kept: Path, executor: Executor) -> None:
        self._tables, self._kept, self._executor = tables, kept, executor
        self._shards = range(tables.shards)
        self._own = [own_hash(tables, number) for number in self._shards]
        self._whole = [whole_hash(tables, number) for number in self._shards]
        self._said = read_manifest(kept)
        self._just_read: set[int] = set()
        self._work = Workspace(kept, kept / ".scratch")

    def run(self) -> History:
        shutil.rmtree(self._work.scratch, ignore_errors=True)
        wanted = {
            path_of(self._kept, name, each) for name in KEPT for each in self._shards
        }
        there = {path for name in KEPT for path in self._kept.glob(f"{name}/part-*")}
        for path in there - wanted:
            path.unlink()
        self._read([ARRIVALS])
        arrivals = [load(path_of(self._kept, ARRIVALS, each)) for each in self._shards]
        timeline = timeline_of(arrivals)
        outcomes = [
            self._tables.read_shard(each, ["outcomes"]) for each in self._shards
        ]
        statements = statements_of(
            pl.concat([each["outcomes"] for each in outcomes]), timeline
        )
        chains = chain_hashes(self._own, timeline, statements)
        stale = self._first_stale(chains, timeline)
        if stale < len(self._shards):
            self._read([MENTIONS, ENDS])
            self._work.put_timeline(timeline, statements.fates(timeline.size))
            self._renew(timeline, statements, stale)
            shutil.rmtree(self._work.scratch)
        if stale < len(self._shards) or self._just_read:
            self._remember(chains, stale)
        return History(self._kept, timeline, tuple(self._shards[stale:]))

    def _is_kept(self, number: int, names: Sequence[str]) -> bool:
        if number >= len(self._said) or self._said[number].own != self._own[number]:
            return False
        return self._said[number].is_whole(self._kept, names, number)

    def _is_checked(self, number: int) -> bool:
        return self._said[number].whole == self._whole[number]

    def _read(self, names: Sequence[str]) -> None:
        """Read the shards of which these files are not kept, or that are others."""
        lost = [
            number
            for number in self._shards
            if number not in self._just_read
            and not (self._is_kept(number, names) and self._is_checked(number))
        ]
        tasks = [ReadTask(self._tables, number, self._kept) for number in lost]
        self._just_read.update(self._executor.map(read_shard, tasks))

    def _first_stale(self, chains: Sequence[str], timeline: Timeline) -> int:
        stale = next(
            (
                each
                for each in self._shards
                if not self._is_kept(each, TOLD)
                or self._said[each].chain != chains[each]
            ),
            len(self._shards),
        )
        # What arrives at one moment is joined at once, in whatever shard it lies.
        while 0 < stale < len(self._shards) and not timeline.begins_anew(stale):
            stale -= 1
        return stale

    def _renew(self, timeline: Timeline, statements: Statements, stale: int) -> None:
        key_tasks = self._key_tasks(stale)
        begin = timeline.begins[stale]
        with ThreadPoolExecutor(1) as beside:  # it needs no keys
            record = beside.submit(provider_history, timeline, statements, since=begin)
            parts = list(self._executor.map(look_at_keys, key_tasks))
            edges = [load(self._work.sighted(part, "edges")) for part in parts]
            clusters = join_clusters(
                np.concatenate(edges),
                timeline,
                begin=begin,
                so_far=self._clusters_until(timeline, stale) if stale else None,
            )
        providers = record.result()
        shard_tasks = []
        for number in self._shards[stale:]:
            rows = slice(
                *(each - begin for each in timeline.begins[number : number + 2])
            )
            shard_tasks.append(
                ShardTask(
                    self._work,
                    number,
                    len(parts),
                    {
                        kind: then.between(rows, begin)
                        for kind, then in clusters.items()
                    },
                    {name: column[rows] for name, column in providers.items()},
                )
            )
        list(self._executor.map(put_together, shard_tasks))

    def _key_tasks(self, stale: int) -> list[KeyTask]:
        """Cut the keys into parts of about as many mentions as are held at a time."""
        each = [load(path_of(self._kept, ENDS, number)) for number in self._shards]
        ends = np.sum(each, axis=0)
        tasks: list[KeyTask] = []
        first = 0
        for past in range(1, BUCKETS + 1):
            is_full = (
                past == BUCKETS or ends[past + 1] - ends[first] > _MENTIONS_AT_ONCE
            )
            if is_full:
                tasks.append(KeyTask(self._work, len(tasks), first, past, stale))
                first = past
        return tasks

    def _clusters_until(
        self, timeline: Timeline, stale: int
    ) -> dict[ClusterKind, tuple[Array, list[tuple[int, int]]]]:
        """Return what is kept of the clusters of the shards before a stale one."""
        firsts = timeline.first_versions
        ids = timeline.arrivals["report_id"][firsts]
        order = np.argsort(ids)

        def places(reports: pl.Series) -> Array:
            at = np.searchsorted(ids, reports.to_numpy(), sorter=order)
            return firsts[order[at]]

        links, merges = (
            pl.read_parquet([path_of(self._kept, name, each) for each in range(stale)])
            for name in ("links", "cluster_merges")
        )
        found = {}
        for kind in ClusterKind:
            mine = merges.filter(pl.col("cluster_kind") == kind)
            pairs = zip(places(mine["absorbed"]), places(mine["into"]), strict=True)
            found[kind] = (places(links[f"{kind}_cluster"]), list(pairs))
        return found

    def _remember(self, chains: Sequence[str], stale: int) -> None:
        write_manifest(
            self._kept,
            [
                self._said[number]
                if number < stale and number not in self._just_read
                else KeptShard(
                    self._own[number],
                    self._whole[number],
                    chains[number],
                    files_of(self._kept, number),
                )
                for number in self._shards
            ],
        )
