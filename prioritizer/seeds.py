"""Chance that is the same everywhere: one seed, named draws, a number for each row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

# Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014:
# the increment and the two multipliers of SplitMix64.
_INCREMENT = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_BITS_OF_A_DOUBLE = 53


class Draws:
    """Random numbers that belong to rows, not to the order in which one asks.

    The draw called `name` of row `r` is the `r`-th output of a SplitMix64
    generator that starts at a place of its own for each seed and name. So a row
    keeps its numbers in whatever part of a table it is computed, on whichever
    worker, and however many rows there are besides.

    Parameters
    ----------
    seed : int
        The one seed of the run, 0 or more.
    *names : str
        What the draws are for, from the general to the particular.

    Examples
    --------
    >>> rows = np.arange(4, dtype=np.uint64)
    >>> draws = Draws(7, "files")
    >>> bool((draws.uniform("size", rows)[2:] == draws.uniform("size", rows[2:])).all())
    True
    """

    def __init__(self, seed: int, *names: str) -> None:
        self._names = (str(seed), *names)

    def words(self, name: str, rows: Words) -> Words:
        """Return 64 random bits for each row.

        Parameters
        ----------
        name : str
            Which draw.
        rows : ndarray of uint64 of shape (n,)
            The rows' own numbers.

        Returns
        -------
        ndarray of uint64 of shape (n,)
        """
        word = rows * _INCREMENT
        word += _start((*self._names, name))
        word ^= word >> np.uint64(30)
        word *= _FIRST
        word ^= word >> np.uint64(27)
        word *= _SECOND
        word ^= word >> np.uint64(31)
        return word

    def uniform(self, name: str, rows: Words) -> Floats:
        """Return a number strictly between 0 and 1 for each row."""
        word = self.words(name, rows)
        word >>= np.uint64(64 - _BITS_OF_A_DOUBLE + 1)
        number = word.astype(np.float64)
        number += 0.5  # neither end, so that every quantile is finite
        number *= 2.0 ** -(_BITS_OF_A_DOUBLE - 1)
        return number

    def chance(self, name: str, rows: Words, share: Floats | float) -> Bools:
        """Return true for each row with probability `share`."""
        return np.asarray(self.uniform(name, rows) < share)

    def normal(self, name: str, rows: Words) -> Floats:
        """Return a standard normal number for each row."""
        return np.asarray(ndtri(self.uniform(name, rows)))

    def lognormal(
        self, name: str, rows: Words, median: Floats | float, sigma: Floats | float
    ) -> Floats:
        """Return a lognormal number for each row, by its median and log's deviation."""
        return np.asarray(median * np.exp(sigma * self.normal(name, rows)))

    def choice(self, name: str, rows: Words, weights: Sequence[float]) -> Ints:
        """Return for each row the place of one of `weights`, as likely as it says."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn = self.uniform(name, rows) * edges[-1]
        place = np.searchsorted(edges, drawn, side="right")
        return np.asarray(np.minimum(place, len(edges) - 1), dtype=np.int64)

    def whole(self, name: str, rows: Words, least: int, past: int) -> Ints:
        """Return a whole number in ``least..past - 1`` for each row."""
        drawn = self.uniform(name, rows) * (past - least)
        return np.asarray(least + drawn.astype(np.int64))


@cache
def _start(names: tuple[str, ...]) -> np.uint64:
    # Each name with its length: ("a", "bc") and ("ab", "c") start apart.
    text = "".join(f"{len(name)}:{name}" for name in names)
    digest = hashlib.sha256(text.encode()).digest()
    return np.uint64(int.from_bytes(digest[:8], "little"))
