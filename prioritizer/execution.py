"""How work on shards is carried out: a protocol, and its form on one machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Executor(Protocol):
    """Anything that applies a function to shards and keeps their order."""

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield `function(item)` for each item, in the order of `items`."""
        ...


class LocalExecutor:
    """Work through the shards one after another in this process.

    Polars and NumPy already use every core inside a shard, so a plain loop is
    the honest default; a cluster takes the same functions.

    Examples
    --------
    >>> list(LocalExecutor().map(len, ["a", "bc"]))
    [1, 2]
    """

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield `function(item)` for each item, in the order of `items`."""
        return map(function, items)
