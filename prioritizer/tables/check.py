"""Check that frames are what the vocabulary says, and list every problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from prioritizer.errors import TableError, numbered
from prioritizer.tables.frames import dtype_of
from prioritizer.tables.places import REPORT
from prioritizer.vocabulary import TABLES, Field, Kind, Table

_YEARS = (1950, 2200)


def check_frames(frames: Mapping[str, pl.DataFrame]) -> None:
    """Raise if any frame does not obey its table.

    Parameters
    ----------
    frames : mapping of str to polars.DataFrame
        Tables by name.

    Raises
    ------
    TableError
        Listing every problem of every table at once.
    """
    found = problems_of_frames(frames)
    if found:
        raise TableError(
            numbered(found),
            "tables " + ", ".join(sorted({text.split(":")[0] for text in found})),
            "run `prioritizer schema` to see the expected columns",
        )


def problems_of_frames(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return each way in which frames do not obey their tables."""
    found = [
        f"{table.name}: {problem}"
        for table in TABLES
        if table.name in frames
        for problem in problems_of(table, frames[table.name])
    ]
    found += [f"{name}: no such table" for name in sorted(frames.keys() - _NAMES)]
    return found + list(_orphans(frames))


_NAMES = {table.name for table in TABLES}


def problems_of(table: Table, frame: pl.DataFrame) -> Iterator[str]:
    """Yield each way in which `frame` does not obey `table`."""
    extra = set(frame.columns) - set(table.columns)
    if extra:  # their names may be anything, so they are only counted
        yield f"{len(extra)} columns are not known"
    missing = [name for name in table.columns if name not in frame.columns]
    yield from (f"column '{name}' is missing" for name in missing)
    for field in table.fields:
        if field.name in frame.columns:
            yield from _problems_of_column(field, frame[field.name])
    has_key = set(table.key) <= set(frame.columns)
    if has_key and (copies := _copies(frame.select(table.key))):
        yield f"{copies} rows share their key ({', '.join(table.key)})"


def _copies(keys: pl.DataFrame) -> int:
    """Return how many rows share their key with another."""
    # Rows whose hashes all differ differ, and hashes are counted in a tenth of the
    # time; the rows themselves are compared only where two hashes are equal.
    if keys.hash_rows().n_unique() == keys.height:
        return 0
    return int(keys.is_duplicated().sum())


def _problems_of_column(field: Field, column: pl.Series) -> Iterator[str]:
    if column.dtype != dtype_of(field):
        yield f"column '{field.name}' does not hold {field.kind.value}"
        return
    if field.required and (nulls := column.null_count()):
        yield f"column '{field.name}' has {nulls} empty values"
    if field.kind is Kind.SMALL_INT:
        outside = (~column.is_between(*field.between)).sum()
        if outside:
            least, greatest = field.between
            where = f"not in {least}..{greatest}"
            yield f"column '{field.name}' has {outside} values {where}"
    if field.kind is Kind.TIME:
        outside = (~column.dt.year().is_between(*_YEARS)).sum()
        if outside:
            yield f"column '{field.name}' has {outside} times of no believable year"
    if field.kind is Kind.HASH and (odd := (column.bin.size() != 16).sum()):
        yield f"column '{field.name}' has {odd} values that are not 16-byte hashes"


def _orphans(frames: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    """Yield rows of no report, as far as both tables have the columns to tell."""
    reports = frames.get("reports", pl.DataFrame())
    for name in sorted(_NAMES & frames.keys() - {"reports"}):
        frame = frames[name]
        key = [column for column in REPORT if column in frame.columns]
        types = [frame.schema[column] for column in key]
        if not key or types != [reports.schema.get(column) for column in key]:
            continue
        # Only the keys: a join of whole rows would copy those that are lost.
        lost = frame.select(key).join(reports.select(key), on=key, how="anti").height
        if lost:
            yield f"{name}: {lost} rows belong to no report"
