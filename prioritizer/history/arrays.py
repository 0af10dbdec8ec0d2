"""What the look back does with arrays again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

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

    `numpy.unique` hashes them, which takes several times as long as to sort them.

    Examples
    --------
    >>> distinct(np.array([7, 5, 7])).tolist()
    [5, 7]
    """
    values = np.sort(values)
    return values[differs(values)]


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
