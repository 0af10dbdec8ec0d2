"""The raw reports that stand in frames, one by one, as the writers want them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from prioritizer.formats.raw import RawReport, Row
from prioritizer.vocabulary import DOCUMENT_TABLES, REPORTS, Field, Kind, Reading, Table

_KEY = ["report_id", "version"]
_PLACE = "place in the order of reports"
_AT_ONCE = 1_000  # so that the rows of a large world are never all there
# What these readings say of something that is not stated.
_SILENCE = (Reading.STATED, Reading.COUNT, Reading.LENGTH)


def raw_reports(frames: Mapping[str, pl.DataFrame]) -> Iterator[RawReport]:
    """Yield the raw reports that stand in raw frames.

    Rows are sparse, which is what makes writing them quick: a column is there
    only if it says something.

    Parameters
    ----------
    frames : mapping of str to polars.DataFrame
        The document tables as `raw_schema_of` has them, identifiers in clear
        text; a table may be missing, and its rows be in any order. Not modified.

    Yields
    ------
    RawReport
        A report with its rows, in the order of ``frames["reports"]``. Rows below
        it keep the order of their frame and do not repeat the key.

    Examples
    --------
    >>> reports = pl.DataFrame({"report_id": [7, 5], "version": [1, 1]})
    >>> [raw.report["report_id"] for raw in raw_reports({"reports": reports})]
    [7, 5]
    """
    places = frames["reports"].select(_KEY).with_row_index(_PLACE)
    placed = {
        table.name: _placed(frames[table.name], table, places)
        for table in DOCUMENT_TABLES
        if table.name in frames
    }
    for start in range(0, len(places), _AT_ONCE):
        raws = [RawReport() for _ in range(start, min(start + _AT_ONCE, len(places)))]
        ends = pl.Series([start, start + len(raws)])
        for name, frame in placed.items():
            first, last = frame[_PLACE].search_sorted(ends)
            for place, row in _rows(frame[first:last]):
                raws[place - start].rows[name].append(row)
        yield from raws


def _placed(frame: pl.DataFrame, table: Table, places: pl.DataFrame) -> pl.DataFrame:
    """Return rows in the order of their reports, null where they say nothing."""
    joined = frame.join(places, on=_KEY, how="inner", maintain_order="left")
    return joined.sort(_PLACE, maintain_order=True).select(
        _PLACE,
        *(
            _stated(field)
            for field in table.fields
            if field.name in frame.columns
            and (table is REPORTS or field.name not in _KEY)
        ),
    )


def _stated(field: Field) -> pl.Expr:
    column = pl.col(field.name)
    if field.kind is Kind.TIME:
        return column.cast(pl.Int64)
    if field.reading in _SILENCE:
        return pl.when(column.cast(pl.Boolean)).then(column)
    return column


def _rows(frame: pl.DataFrame) -> Iterator[tuple[int, Row]]:
    """Return the rows of a frame without nulls, each after its report's place."""
    rows: list[Row] = [{} for _ in range(len(frame))]
    for column in frame.drop(_PLACE):
        if column.null_count() < len(rows):
            name = column.name
            for row, value in zip(rows, column.to_list(), strict=True):
                if value is not None:
                    row[name] = value
    return zip(frame[_PLACE].to_list(), rows, strict=True)
