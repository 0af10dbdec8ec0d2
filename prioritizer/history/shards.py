"""What is kept of each shard, so that later runs need not read it again.

Of each shard there are its arrivals, its mentions of keys, and the tables of history.
Mentions lie in buckets by the first byte of their key, so that those of some keys are
found without reading the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from prioritizer.history.arrays import Array
from prioritizer.history.mentions import BUCKETS, arrivals_of, bucket_of, mentions_of
from prioritizer.tables import check_frames
from prioritizer.tables.folder import TableFolder
from prioritizer.vocabulary import HISTORY_TABLES

ARRIVALS, MENTIONS, ENDS = "arrivals", "mentions", "buckets"
READ = (ARRIVALS, MENTIONS, ENDS)
"""What a shard alone tells."""
TOLD = tuple(table.name for table in HISTORY_TABLES)
"""What is known of it from all that came before."""
KEPT = (*READ, *TOLD)


def path_of(kept: Path, name: str, number: int) -> Path:
    """Return where a part of what is kept of a shard lies.

    Examples
    --------
    >>> path_of(Path("history"), "links", 2).as_posix()
    'history/links/part-00002.parquet'
    """
    ending = "parquet" if name in TOLD else "npy"
    return kept / name / f"part-{number:05d}.{ending}"


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A shard to be read.

    Attributes
    ----------
    tables : TableFolder
        Where the tables lie.
    number : int
        Which shard.
    kept : pathlib.Path
        Where to write what it tells.
    """

    tables: TableFolder
    number: int
    kept: Path


def read_shard(task: ReadTask) -> int:
    """Check a shard of tables and keep what it alone tells; return its number.

    Raises
    ------
    TableError
        If a part of it is missing or altered, or does not obey the vocabulary.
    """
    frames = task.tables.read_shard(task.number)
    check_frames(frames)
    mentions = mentions_of(frames)
    ends = np.cumsum(np.bincount(bucket_of(mentions["key"]), minlength=BUCKETS))
    for name, array in (
        (ARRIVALS, arrivals_of(frames)),
        (MENTIONS, mentions),
        (ENDS, np.append(0, ends)),
    ):
        save(path_of(task.kept, name, task.number), array)
    return task.number


def mentions_between(kept: Path, number: int, first: int, past: int) -> Array:
    """Return the mentions of a shard in buckets `first` to before `past`."""
    ends = load(path_of(kept, ENDS, number))
    mentions = load(path_of(kept, MENTIONS, number))
    return np.array(mentions[ends[first] : ends[past]])


def save(path: Path, array: Array) -> None:
    """Write an array; folders above are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, array, allow_pickle=False)


def load(path: Path) -> Array:
    """Open an array without reading all of it."""
    array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def read_history(kept: Path, number: int) -> dict[str, pl.DataFrame]:
    """Return the tables of history of a shard, in order of arrival."""
    return {name: pl.read_parquet(path_of(kept, name, number)) for name in TOLD}


def write_history(kept: Path, number: int, frames: dict[str, pl.DataFrame]) -> None:
    """Write the tables of history of a shard."""
    for name, frame in frames.items():
        path = path_of(kept, name, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            frame.write_parquet(path, compression="zstd", compression_level=1)
        except pl.exceptions.ComputeError as problem:  # a full disk, as Polars says it
            raise OSError("a part of the history cannot be written") from problem
