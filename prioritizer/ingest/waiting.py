"""Rows that wait until all rows of their shard are there."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import polars as pl

Frames = dict[str, pl.DataFrame]


class Waiting:
    """Rows of shards that are not whole yet; too many of them wait on the disk.

    Documents that come in order of arrival fill one shard after another, so that
    little waits. In any other order nearly all of it does.

    Parameters
    ----------
    folder : pathlib.Path
        Where they wait.
    most : int
        So many reports wait in memory.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._held = 0
        self._frames: dict[int, list[Frames]] = defaultdict(list)
        self._files: dict[int, int] = defaultdict(int)

    def add(self, shard: int, frames: Frames) -> None:
        """Let rows of a shard wait."""
        self._frames[shard].append(frames)
        self._held += frames["reports"].height
        if self._held > self._most:
            self._put_down()

    def take(self, shard: int) -> list[Frames]:
        """Return all rows of a shard that wait, and forget them."""
        frames = self._frames.pop(shard, [])
        self._held -= sum(each["reports"].height for each in frames)
        for number in range(self._files.pop(shard, 0)):
            path = self._folder / f"{shard:05d}-{number:05d}"
            files = sorted(path.iterdir())
            frames.append(
                {file.name: pl.read_parquet(file, glob=False) for file in files}
            )
            for file in files:
                file.unlink()
        return frames

    def _put_down(self) -> None:
        for shard, waiting in self._frames.items():
            path = self._folder / f"{shard:05d}-{self._files[shard]:05d}"
            path.mkdir(parents=True, exist_ok=True)
            for name in waiting[0]:
                frame = pl.concat([each[name] for each in waiting])
                frame.write_parquet(path / name, compression="lz4", statistics=False)
            self._files[shard] += 1
        self._frames.clear()
        self._held = 0
