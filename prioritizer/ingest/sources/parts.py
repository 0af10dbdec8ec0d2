"""Cut what was listed into batches that workers read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, TypeVar

from prioritizer.ingest.sources.document import Given, Input, Why, refused
from prioritizer.ingest.sources.limits import Cut


class Sized(Protocol):
    """Something with a number of reports and of bytes."""

    @property
    def reports(self) -> int:
        """About how many reports it holds."""
        ...

    @property
    def size(self) -> int:
        """About how many bytes are read for them."""
        ...


class Listed(Sized, Protocol):
    """Some documents that lie together; it can be sent to another process."""

    @property
    def stamp(self) -> bytes:
        """A digest of which they are, and in what state their files were."""
        ...

    def documents(self) -> Iterator[Given]:
        """Read and yield them, in their order."""
        ...


Thing = TypeVar("Thing", bound=Sized)


@dataclass(frozen=True, slots=True)
class ListedRefusal:
    """A document of which it was known when it was listed that it is refused."""

    given: Given
    reports: int = 1
    size: int = 0

    @property
    def stamp(self) -> bytes:
        """A digest of its name, its inputs and the reason."""
        given = self.given
        return stamp_of(given.name, given.inputs, given.refusal)

    def documents(self) -> Iterator[Given]:
        """Yield it."""
        yield self.given


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A batch of what was listed.

    Parameters
    ----------
    parts : tuple of Listed
        What it is made of.
    identity : str
        Which files those are, and in what state, as hexadecimal digits.
    """

    parts: tuple[Listed, ...]
    identity: str

    def documents(self) -> Iterator[Given]:
        """Yield the documents, in their order."""
        for part in self.parts:
            yield from part.documents()


def refusal(name: str, why: Why, *inputs: Input) -> ListedRefusal:
    """Return what is refused when it is listed."""
    return ListedRefusal(refused(name, why, *inputs))


def batches_of(parts: Iterable[Listed], most: Cut) -> Iterator[ListedBatch]:
    """Yield batches; where they are cut depends on nothing but what was listed."""
    for run in runs(parts, most):
        identity = sha256(b"".join(part.stamp for part in run)).hexdigest()
        yield ListedBatch(tuple(run), identity)


def runs(things: Iterable[Thing], most: Cut) -> Iterator[list[Thing]]:
    """Yield lists of things that follow each other, each as long as `most` allows.

    Examples
    --------
    >>> parts = [refusal(name, ("x", "y", "z")) for name in "abc"]
    >>> [len(run) for run in runs(parts, Cut(reports=2))]
    [2, 1]
    """
    run: list[Thing] = []
    reports = size = 0
    for thing in things:
        reports, size = reports + thing.reports, size + thing.size
        if run and (reports > most.reports or size > most.size):
            yield run
            run, reports, size = [], thing.reports, thing.size
        run.append(thing)
    if run:
        yield run


def stamp_of(*facts: object) -> bytes:
    """Return a digest of facts; none of them can be taken for two."""
    return sha256(repr(facts).encode("utf-8", "surrogateescape")).digest()
