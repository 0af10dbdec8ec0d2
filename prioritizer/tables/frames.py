"""Polars frames of the vocabulary's tables."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from prioritizer.vocabulary import Field, Kind, Table

_DTYPES: dict[Kind, pl.DataType] = {
    Kind.BOOL: pl.Boolean(),
    Kind.INT: pl.Int64(),
    Kind.SMALL_INT: pl.Int32(),
    Kind.TIME: pl.Datetime("us", "UTC"),
    Kind.HASH: pl.Binary(),
    Kind.REPORT_IDS: pl.List(pl.Int64),
}


def dtype_of(field: Field) -> pl.DataType:
    """Return the Polars type of a column."""
    if field.kind is Kind.CATEGORY:
        return pl.Enum(list(field.allowed))
    return _DTYPES[field.kind]


def schema_of(table: Table) -> pl.Schema:
    """Return the Polars schema of a table.

    Examples
    --------
    >>> from prioritizer.vocabulary import OUTCOMES
    >>> schema_of(OUTCOMES)["known_at"]
    Datetime(time_unit='us', time_zone='UTC')
    """
    return pl.Schema({field.name: dtype_of(field) for field in table.fields})


def raw_schema_of(table: Table) -> pl.Schema:
    """Return the schema of a table's raw records, identifiers in clear text."""
    return pl.Schema(
        {
            field.name: pl.String() if field.kind is Kind.HASH else dtype_of(field)
            for field in table.fields
        }
    )


def as_table(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the columns of a table, in its order and with its types."""
    return frame.select(
        pl.col(field.name).cast(dtype_of(field)) for field in table.fields
    )


def latest_versions(
    reports: pl.DataFrame, as_of: datetime | None = None
) -> pl.DataFrame:
    """Return the newest version of each report, in the order given.

    Parameters
    ----------
    reports : polars.DataFrame
        The table `reports`.
    as_of : datetime or None
        Versions that arrive later are not there yet.

    Returns
    -------
    polars.DataFrame
        One row for each report that has arrived.
    """
    if as_of is not None:
        reports = reports.filter(pl.col("arrival_at") <= as_of)
    newest = pl.col("version").max().over("report_id")
    return reports.filter(pl.col("version") == newest)


def empty(table: Table) -> pl.DataFrame:
    """Return a table without rows."""
    return pl.DataFrame(schema=schema_of(table))
