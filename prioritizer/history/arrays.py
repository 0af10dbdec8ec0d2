"""What the look back does with arrays again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Array = npt.NDArray[Any]

_LOW = np.uint64(32)


def differs(values: Array) -> Array:
    """Return whether each value is another than the one before it.

    Examples
    --------
    >>> differs(np.array([5, 5, 7])).tolist()
    [True, False, True]
    """
    is_other = np.ones(len(values), dtype=bool)
    is_other[1:] = values[1:] != values[:-1]
    return is_other


def distinct(values: Array) -> Array:
    """Return the distinct values in order.

    Examples
    --------
    >>> distinct(np.array([7, 5, 7])).tolist()
    [5, 7]
    """
    values = in_order(values)
    return values[differs(values)]


def in_order(numbers: Array) -> Array:
    """Return numbers in their order; Polars takes a third of the time of NumPy.

    Examples
    --------
    >>> in_order(np.array([7, 5, 7])).tolist()
    [5, 7, 7]
    """
    return pl.Series(numbers).sort().to_numpy()


def order_of(numbers: Array) -> Array:
    """Return the rows of numbers below 2**32 in order, of equal ones as they stand.

    Numbers that carry their row are sorted several times as fast as rows.

    Examples
    --------
    >>> order_of(np.array([7, 5, 7])).tolist()
    [1, 0, 2]
    """
    return parted(in_order(joined(numbers, np.arange(len(numbers)))))[1]


def order_of_hashes(hashes: Array) -> Array:
    """Return the rows of 64-bit hashes in order, of equal ones as they stand.

    Examples
    --------
    >>> order_of_hashes(np.array([2**63, 5, 2**63], dtype=np.uint64)).tolist()
    [1, 0, 2]
    """
    rows = np.arange(len(hashes), dtype=np.uint64)
    bits = np.uint64(len(hashes).bit_length())
    low = (np.uint64(1) << bits) - np.uint64(1)
    # The lowest bits give way to the row; hardly any two hashes differ in these alone.
    both = in_order((hashes & ~low) | rows)
    order = (both & low).astype(np.int64)
    is_mixed = differs(hashes[order]) & ~differs(both >> bits)
    return np.argsort(hashes, kind="stable") if is_mixed.any() else order


def joined(high: Array, low: Array) -> Array:
    """Return two numbers below 2**32 as one, by which both can be sorted at once.

    Examples
    --------
    >>> both = joined(np.array([1]), np.array([2]))
    >>> [part.tolist() for part in parted(both)]
    [[1], [2]]
    """
    both: Array = (high.astype(np.uint64) << _LOW) | low.astype(np.uint64)
    return both


def parted(both: Array) -> tuple[Array, Array]:
    """Return the two numbers of which each is made."""
    low = both & np.uint64(2**32 - 1)
    return (both >> _LOW).astype(np.int64), low.astype(np.int64)


def taken(records: Array, rows: Array) -> Array:
    """Return some records, in the order of the rows.

    Taken as mere bytes, which is several times as fast as field by field.
    """
    whole = records.view(np.dtype((np.void, records.dtype.itemsize)))
    found: Array = whole[rows].view(records.dtype)
    return found
