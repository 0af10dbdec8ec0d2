"""Raw reports as frames, as the door wants them, and back, as the writers do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from prioritizer.formats.raw import RawReport, Row
from prioritizer.tables import raw_schema_of
from prioritizer.vocabulary import (
    DOCUMENT_TABLES,
    REPORTS,
    Field,
    Kind,
    Table,
)

_KEY = ["report_id", "version"]
_PLACE = "place in the order of reports"
_AT_ONCE = 1_000  # so that the rows of a large world are never all there


def silence_of(field: Field, format: str) -> object:
    """Return what a column holds that says nothing.

    What a format cannot say is not known, and not false.

    Examples
    --------
    >>> from prioritizer.vocabulary import PEOPLE
    >>> gender = PEOPLE.field("has_gender")
    >>> silence_of(gender, "json"), silence_of(gender, "xml")
    (False, None)
    """
    return field.reading.silence if getattr(field, format) else None


class RawColumns:
    """Raw reports of one format, gathered into columns as they are read.

    A report's rows are quickest to go through when it has just been read, and need
    not be kept then.

    Parameters
    ----------
    format : str
        ``"xml"`` or ``"json"``.

    Examples
    --------
    >>> raw = RawReport()
    >>> raw.rows["reports"] = [{"report_id": 7, "is_informational": False}]
    >>> columns = RawColumns("json")
    >>> columns.add(raw, version=1)
    >>> columns.frames()["reports"]["report_id"].to_list()
    [7]
    """

    def __init__(self, format: str) -> None:
        self._tables = {each.name: _Gathered(each, format) for each in DOCUMENT_TABLES}

    def add(self, raw: RawReport, version: int) -> None:
        """Add the rows of a report, as those of a version."""
        report_id = raw.report["report_id"]
        for name, rows in raw.rows.items():
            self._tables[name].add(rows, report_id, version)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the document tables, as `prioritizer.privacy.protect` takes them."""
        return {name: table.frame() for name, table in self._tables.items()}


class _Gathered:
    """The rows of one table, as columns that end where they last say something."""

    def __init__(self, table: Table, format: str) -> None:
        self._table = table
        self._silence = {each.name: silence_of(each, format) for each in table.fields}
        self._ids: list[object] = []
        self._versions: list[int] = []
        self._columns: dict[str, list[object]] = {}

    def add(self, rows: list[Row], report_id: object, version: int) -> None:
        columns, ids = self._columns, self._ids
        for row in rows:
            place = len(ids)
            ids.append(report_id)
            self._versions.append(version)
            for name, value in row.items():
                column = columns.get(name)
                if column is None:
                    column = columns[name] = [self._silence[name]] * place
                elif len(column) < place:
                    column += [self._silence[name]] * (place - len(column))
                column.append(value)

    def frame(self) -> pl.DataFrame:
        types, size = raw_schema_of(self._table), len(self._ids)
        series = [
            pl.Series("report_id", self._ids, dtype=pl.Int64),
            pl.Series("version", self._versions, dtype=pl.Int32),
        ]
        for field in self._table.fields:
            name, silence = field.name, self._silence[field.name]
            if name in _KEY:
                continue
            values = self._columns.get(name)
            if values is None:
                silent = pl.Series(name, [silence], dtype=types[name])
                series.append(silent.new_from_index(0, size))
            else:
                whole = values + [silence] * (size - len(values))
                series.append(_column(whole, field, types[name]))
        return pl.DataFrame(series)


def _column(values: list[object], field: Field, dtype: pl.DataType) -> pl.Series:
    if field.kind is not Kind.TIME:
        return pl.Series(field.name, values, dtype=dtype)
    return pl.Series(field.name, values, dtype=pl.Int64).cast(dtype)


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
    if field.reading.silence is not None:
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
