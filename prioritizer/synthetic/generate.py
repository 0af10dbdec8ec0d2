"""Generate a world as tables, shard by shard, and beside them the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prioritizer.execution import Executor, LocalExecutor
from prioritizer.privacy import PUBLIC_KEY, protect
from prioritizer.synthetic.answer_key import freeze_truth, write_truth
from prioritizer.synthetic.documents import forget_documents
from prioritizer.synthetic.settling import Levels
from prioritizer.synthetic.shards import (
    REPORTS_OF_A_SHARD,
    Shard,
    check_size,
    draw_shard,
    plan_shards,
)
from prioritizer.synthetic.world import World
from prioritizer.tables import (
    Parts,
    TableFolder,
    close_tables,
    forget_tables,
    write_shard,
)


def generate(
    world: World,
    folder: Path,
    *,
    reports: int,
    seed: int,
    executor: Executor | None = None,
    reports_of_a_shard: int = REPORTS_OF_A_SHARD,
    progress: Callable[[int], None] = lambda done: None,
) -> TableFolder:
    """Write a world of `reports` reports as tables, and its truth beside them.

    Parameters
    ----------
    world : World
        Rates and shares.
    folder : pathlib.Path
        Where to write.
    reports : int
        How many reports, 1 or more.
    seed : int
        The seed, 0 or more; equal seeds give equal rows.
    executor : Executor or None
        Who writes the shards; processes of this machine if left out.
    reports_of_a_shard : int
        How many reports go into a file of each table.
    progress : callable
        Called after each shard with the number of reports it has.

    Returns
    -------
    TableFolder
        The tables.

    Raises
    ------
    SettingsError
        If a number cannot be used.
    """
    check_size(reports=reports, seed=seed, reports_of_a_shard=reports_of_a_shard)
    forget_tables(folder)
    forget_documents(folder)
    shards = plan_shards(
        world, reports=reports, seed=seed, reports_of_a_shard=reports_of_a_shard
    )
    if executor is None:
        executor = LocalExecutor(1 if reports <= reports_of_a_shard else None)
    parts: Parts = {}
    truth_parts: dict[str, str] = {}
    tasks = (_Task(folder, shard) for shard in shards)
    for written in executor.map(_write, tasks):
        parts |= written.parts
        truth_parts |= written.truth_parts
        progress(written.reports)
    freeze_truth(folder, world, seed, written.levels, truth_parts)
    return close_tables(folder, parts, origin="synthetic")


@dataclass(frozen=True, slots=True)
class _Task:
    """One shard and the folder that it goes to."""

    folder: Path
    shard: Shard


@dataclass(frozen=True, slots=True)
class _Written:
    """What became of a shard."""

    parts: Parts
    truth_parts: dict[str, str]
    reports: int
    levels: Levels


def _write(task: _Task) -> _Written:
    shard = task.shard
    raw, beside = draw_shard(shard)
    frames = protect(raw, PUBLIC_KEY, invented=True)
    frames["outcomes"] = beside["outcomes"]
    return _Written(
        write_shard(task.folder, shard.number, frames, is_ordered=True),
        write_truth(task.folder, shard.number, beside["truth"]),
        len(shard.timeline),
        shard.levels,
    )
