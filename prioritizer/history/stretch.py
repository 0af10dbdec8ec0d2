"""Versions that follow each other: what is told of at one time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prioritizer.history.arrays import Array
from prioritizer.history.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Stretch:
    """Versions that follow each other, and what reports were known to come to.

    Attributes
    ----------
    timeline : Timeline
        All arrivals.
    begin, end : int
        The first place, and past the last.
    acted_at, closed_at : numpy.ndarray of int64, shape (n_versions,)
        By place of a first version: when its report was first known to have led to
        police action, or to be closed; `NEVER` where it was not.
    """

    timeline: Timeline
    begin: int
    end: int
    acted_at: Array
    closed_at: Array

    @property
    def size(self) -> int:
        """How many versions there are."""
        return self.end - self.begin

    def count(self, row: Array, times: Array | None = None) -> Array:
        """Return how often each row stands there, or the sum of what stands beside."""
        counted = np.bincount(row, times, minlength=self.size)
        return counted.astype(np.int64)

    def most(self, row: Array, times: Array) -> Array:
        """Return the greatest number beside each row, or 0."""
        most = np.zeros(self.size, np.int64)
        np.maximum.at(most, row, times)
        return most
