"""Processes that are really killed, at any call that changes the disk."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import polars as pl

from prioritizer.model.parts import write_parts
from prioritizer.tables import changing
from tests.builders_documents import frame, report_rows

_CHANGE_THE_DISK = ("replace", "unlink", "rmdir", "mkdir", "fsync")
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.builders_kills"])


def survives(function: Callable[..., None], *words: object, kill_at: int) -> bool:
    """Run a function in a process that is killed before its n-th such call."""
    process = _FORKS.Process(target=_run, args=(function, words, kill_at))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == 0


def _run(function: Callable[..., None], words: tuple[object, ...], kill_at: int):
    calls = count(1)

    def deadly(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            if next(calls) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    for name in _CHANGE_THE_DISK:
        setattr(os, name, deadly(getattr(os, name)))
    function(*words)


def shard_of(*ids: int, first_hour: int = 0) -> dict[str, pl.DataFrame]:
    """A shard whose reports arrive an hour apart."""
    return {"reports": frame("reports", report_rows(*ids, first_hour=first_hour))}


def change(folder: Path) -> None:
    """Keep a shard, replace one, let one go, and put files beside them."""
    with changing(folder) as begun:
        staged = begun.scratch / "staged" / "batch-000000"
        staged.mkdir(parents=True, exist_ok=True)
        (staged / "rows.txt").write_text("a writer's own", encoding="utf-8")
        begun.keep_shards(1)
        begun.put_shard(1, shard_of(3, 4, 5, first_hour=10))
        begun.file("ledger/part-00000.parquet").write_text("1", encoding="utf-8")
        begun.file("ingest.json").write_text("{}", encoding="utf-8")
        begun.commit(origin="ingest", key_check="abcd")


def finish(folder: Path) -> None:
    """Do nothing but what a killed writer had begun."""
    with changing(folder):
        pass


def write_model(folder: Path, word: str) -> None:
    """Put a model in place, two of whose parts say a word."""
    write_parts(folder, {"card.md": word, "model.txt": word})
