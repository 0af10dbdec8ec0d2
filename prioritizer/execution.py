"""Run one function over many parts: here, or in processes of this machine."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor as PoolExecutor
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")
_AHEAD = 3  # parts of each worker that wait for it
# Libraries that would each take all cores for themselves in every process.
_THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS")


class Executor(Protocol):
    """Something that maps a function over parts that do not need each other."""

    def map(
        self, function: Callable[[Part], Result], parts: Iterable[Part]
    ) -> Iterator[Result]:
        """Yield the results in the order of the parts."""
        ...


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """Processes of this machine; with one worker no further process at all.

    Parameters
    ----------
    workers : int or None
        How many; as many as there are cores if left out.

    Examples
    --------
    >>> list(LocalExecutor(workers=1).map(abs, [-2, 3]))
    [2, 3]
    """

    workers: int | None = None

    def map(
        self, function: Callable[[Part], Result], parts: Iterable[Part]
    ) -> Iterator[Result]:
        """Yield the results in the order of the parts."""
        workers = self.workers or available_cores()
        if workers == 1:
            yield from map(function, parts)
            return
        # Forking would copy the locks of threads that the copy does not have.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, initializer=_begin) as pool:
            # They start, and load what the function needs, while parts are made.
            for _ in range(workers):
                pool.submit(_load, function)
            yield from _in_turn(pool, function, parts, workers)


@dataclass(frozen=True, slots=True)
class ThreadExecutor:
    """Threads of this process: for work that lets go of Python's lock.

    Parameters
    ----------
    workers : int or None
        How many; as many as there are cores if left out.

    Examples
    --------
    >>> list(ThreadExecutor(workers=2).map(abs, [-2, 3]))
    [2, 3]
    """

    workers: int | None = None

    def map(
        self, function: Callable[[Part], Result], parts: Iterable[Part]
    ) -> Iterator[Result]:
        """Yield the results in the order of the parts."""
        with ThreadPoolExecutor(self.workers or available_cores()) as pool:
            yield from _in_turn(
                pool, function, parts, self.workers or available_cores()
            )


def _in_turn(
    pool: PoolExecutor,
    function: Callable[[Part], Result],
    parts: Iterable[Part],
    workers: int,
) -> Iterator[Result]:
    """Yield results in the order of the parts, of which only a few are made ahead."""
    waiting: deque[Future[Result]] = deque()
    for part in parts:
        waiting.append(pool.submit(function, part))
        if len(waiting) > _AHEAD * workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def available_cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _begin() -> None:
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the parent was killed; a worker would wait for its parts for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _load(function: Callable[..., object]) -> None:
    """Do nothing: to receive a function is to import its module."""
