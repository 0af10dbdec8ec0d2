"""All arrivals in order, as arrays: what arrived where, and who was there before.

A *place* is a version's number in the order of arrival, over all shards. A report is
named by the place of its first version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from prioritizer.errors import TableError
from prioritizer.history.arrays import Array


@dataclass(frozen=True, slots=True)
class Timeline:
    """The versions of all reports in order of arrival; 43 bytes for each.

    Attributes
    ----------
    arrivals : numpy.ndarray of ARRIVAL, shape (n_versions,)
        What each shard said, one after the other.
    begins : tuple of int
        The place of each shard's first version, and past them all.
    earlier : numpy.ndarray of uint32, shape (n_versions,)
        How many versions arrived strictly earlier.
    first : numpy.ndarray of uint32, shape (n_versions,)
        The report: the place of its first version.
    several : numpy.ndarray of bool, shape (n_versions,)
        Whether it is of a report with several versions.
    provider : numpy.ndarray of uint32, shape (n_versions,)
        A number for each provider; 0 where it is not known.
    """

    arrivals: Array
    begins: tuple[int, ...]
    earlier: Array
    first: Array
    several: Array
    provider: Array

    @property
    def size(self) -> int:
        """How many versions have arrived."""
        return len(self.first)

    @property
    def shards(self) -> int:
        """Into how many shards they are split."""
        return len(self.begins) - 1

    @property
    def first_versions(self) -> Array:
        """The places of first versions, which name the reports."""
        return np.flatnonzero(self.first == np.arange(len(self.first)))

    def latest(self, as_of: int | None = None) -> Array:
        """Return whether each version is the newest of its report that has arrived.

        Parameters
        ----------
        as_of : int or None
            Versions that arrive later, in microseconds, are not there yet.
        """
        arrival = self.arrivals["arrival"]
        there = self.size if as_of is None else np.searchsorted(arrival, as_of, "right")
        newest = np.zeros(self.size, bool)
        last = np.zeros(self.size, np.int64)
        last[self.first[:there]] = np.arange(there)
        newest[:there] = last[self.first[:there]] == np.arange(there)
        return newest

    def begins_anew(self, shard: int) -> bool:
        """Return whether all that arrived with a shard's first version lies in it."""
        begin = self.begins[shard]
        return begin == self.size or bool(self.earlier[begin] == begin)

    def seen_from(self, moments: Array) -> Array:
        """Return the first place that arrived after each moment, in microseconds."""
        return np.searchsorted(self.arrivals["arrival"], moments, side="right")


def timeline_of(shards: Sequence[Array]) -> Timeline:
    """Join the arrivals of all shards.

    Parameters
    ----------
    shards : sequence of numpy.ndarray of ARRIVAL
        As `arrivals_of` returns them, in order of arrival.

    Raises
    ------
    TableError
        If a shard begins before the one before it ends, or a version stands twice.
    """
    arrivals = np.concatenate(shards)
    begins = tuple(np.cumsum([0, *map(len, shards)]).tolist())
    times = arrivals["arrival"]
    if (np.diff(times) < 0).any():
        raise TableError(
            "the shards do not follow each other in order of arrival",
            "column 'arrival_at' of table reports",
            "make the tables again",
        )
    is_new = np.diff(times, prepend=times[:1] - 1) != 0
    places = np.arange(len(arrivals), dtype=np.uint32)
    earlier = np.maximum.accumulate(np.where(is_new, places, 0)).astype(np.uint32)
    first = _first_places(arrivals)
    is_later = first != places
    several = is_later.copy()
    several[first[is_later]] = True
    known = np.append(np.uint64(0), arrivals["provider"])
    provider = np.unique(known, return_inverse=True)[1][1:].astype(np.uint32)
    return Timeline(arrivals, begins, earlier, first, several, provider)


def _first_places(arrivals: Array) -> Array:
    ids, versions = arrivals["report_id"], arrivals["version"]
    order = np.argsort(ids, kind="stable")
    is_same = ids[order][1:] == ids[order][:-1]
    if (np.diff(versions[order])[is_same] <= 0).any():
        raise TableError(
            "versions of a report stand twice, or do not arrive in their order",
            "columns 'report_id' and 'version' of table reports",
            "make the tables again",
        )
    begins = np.flatnonzero(np.append(True, ~is_same)[: len(ids)])
    first = np.empty(len(ids), np.uint32)
    first[order] = np.repeat(order[begins], np.diff(begins, append=len(ids)))
    return first
