"""How arrays become raw frames of the vocabulary's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from prioritizer.seeds import Bools, Ints
from prioritizer.tables import raw_schema_of
from prioritizer.vocabulary import Reading, Table


@dataclass(frozen=True, slots=True)
class Coded:
    """Members of a closed list, as their places in it.

    Attributes
    ----------
    members : tuple of str
        The list, or some of it.
    codes : ndarray of int64
        The place of each row's member; as many as there are members for none.
    """

    members: tuple[str, ...]
    codes: Ints

    def as_series(self, dtype: pl.DataType) -> pl.Series:
        """Return the members themselves, null for none."""
        return pl.Series([*self.members, None]).cast(dtype).gather(self.codes)


Array = pl.Series | NDArray[Any] | Sequence[object]
Values = Array | Coded | str | bool | int
_NOT_STATED = {Reading.STATED: False, Reading.COUNT: 0, Reading.LENGTH: 0}


def raw_frame(table: Table, columns: Mapping[str, Values], rows: int) -> pl.DataFrame:
    """Return `columns` as a raw frame of `table`; the rest says nothing.

    Parameters
    ----------
    table : Table
        The table.
    columns : mapping of str to array-like, Coded, str, bool or int
        What is drawn; null where it is not stated. One value stands for all rows.
    rows : int
        How many rows.

    Returns
    -------
    polars.DataFrame of shape (rows, n_fields)
        All columns of the table in order.
    """
    schema = raw_schema_of(table)
    silent = {field.name: _NOT_STATED.get(field.reading) for field in table.fields}
    return pl.DataFrame(
        [
            _series(name, columns.get(name, silent[name]), dtype, rows)
            for name, dtype in schema.items()
        ]
    )


def _series(
    name: str, values: Values | None, dtype: pl.DataType, rows: int
) -> pl.Series:
    if values is None or isinstance(values, str | bool | int):
        one = pl.Series(name, [values], dtype=dtype)
        return one.new_from_index(0, rows)
    if isinstance(values, Coded):
        return values.as_series(dtype).alias(name)
    return _as_series(values).cast(dtype).alias(name)


def _as_series(values: Array) -> pl.Series:
    return values if isinstance(values, pl.Series) else pl.Series(values)


def coded(
    members: Sequence[str], codes: Ints | int, mask: Bools | None = None
) -> Coded:
    """Return the members of a closed list at some places, none where not in `mask`."""
    texts = tuple(map(str, members))
    places = np.asarray(codes) if mask is None else np.where(mask, codes, len(texts))
    return Coded(texts, places)


def where(mask: Bools, values: Array) -> pl.Series:
    """Return values where `mask` holds and null elsewhere."""
    series = _as_series(values)
    nothing = pl.Series([None], dtype=series.dtype)
    return series.zip_with(pl.Series(mask), nothing)


def flags(mask: Bools) -> pl.Series:
    """Return true where `mask` holds and not stated elsewhere."""
    return where(mask, pl.Series(mask))


def three_states(states: Bools, values: Bools) -> pl.Series:
    """Return true, false, or null where nothing is stated."""
    return where(states, pl.Series(values))


def moments(values_us: Ints, mask: Bools | None = None) -> pl.Series:
    """Return µs since 1970 as times, null where not in `mask`."""
    series = pl.Series(values_us).cast(pl.Datetime("us", "UTC"))
    return series if mask is None else where(mask, series)


def keys(report_ids: Ints) -> dict[str, Values]:
    """Return the key columns of rows of some reports; invented ones come once."""
    return {"report_id": report_ids, "version": 1}


def number_within(row: Ints) -> Ints:
    """Return the number of each row among those of its report, from one.

    Examples
    --------
    >>> number_within(np.array([4, 4, 9])).tolist()
    [1, 2, 1]
    """
    begins = np.concatenate([[True], row[1:] != row[:-1]])[: len(row)]
    starts = np.flatnonzero(begins)
    return np.arange(len(row)) - np.repeat(starts, np.diff([*starts, len(row)])) + 1
