"""Generate a world as tables, shard by shard, and beside them the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prioritizer.execution import Executor, LocalExecutor
from prioritizer.privacy import PUBLIC_KEY, protect
from prioritizer.synthetic.answer_key import freeze_truth, write_truth
from prioritizer.synthetic.shards import (
    REPORTS_OF_A_SHARD,
    Shard,
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
    shards = plan_shards(
        world, reports=reports, seed=seed, reports_of_a_shard=reports_of_a_shard
    )
    forget_tables(folder)
    writers = [_Writer(folder, shard) for shard in shards]
    parts: Parts = {}
    truth_parts: dict[str, str] = {}
    for shard, (written, key) in zip(
        shards, (executor or LocalExecutor()).map(_Writer.write, writers), strict=True
    ):
        parts |= written
        truth_parts |= key
        progress(len(shard.timeline))
    freeze_truth(folder, shards[0], truth_parts)
    return close_tables(folder, parts, origin="synthetic")


@dataclass(frozen=True, slots=True)
class _Writer:
    """One shard and the folder that it goes to."""

    folder: Path
    shard: Shard

    def write(self) -> tuple[Parts, dict[str, str]]:
        raw, beside = draw_shard(self.shard)
        frames = protect(raw, PUBLIC_KEY, invented=True)
        frames["outcomes"] = beside["outcomes"]
        parts = write_shard(self.folder, self.shard.number, frames)
        return parts, write_truth(self.folder, self.shard.number, beside["truth"])
