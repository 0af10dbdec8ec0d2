"""How a thing more is written into the tables of every report: a row, or a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl
import polars.selectors as cs

from prioritizer.features.joins import PLACE, placed
from prioritizer.features.stated_states import stated_states
from prioritizer.tables import REPORT, as_table
from prioritizer.vocabulary import DOCUMENT_TABLES
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    IdentifierKind,
    IpRange,
    Role,
)

Tables = Mapping[str, pl.DataFrame]
SOME_STATE = "WY"
"""A state like any other."""

_TABLES = {table.name: table for table in DOCUMENT_TABLES}
# What the values of a new row may be made of.
_READ = (*REPORT, "arrival_at", "stated")
_IS_USER = pl.col("role") == Role.REPORTED_USER


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing added to every report.

    Attributes
    ----------
    name : str
        What is added.
    add : callable
        Returns tables with it, from tables without; inputs are not modified.
    exempt : mapping of str to str
        Features that may move against a report all the same, and why.
    """

    name: str
    add: Callable[[Tables], Tables]
    exempt: Mapping[str, str] = field(default_factory=dict)


def row(table: str, **columns: object) -> Callable[[Tables], Tables]:
    """Return what adds a row to a table for each version of each report."""
    number = _TABLES[table].key[-1]

    def add(tables: Tables) -> Tables:
        rows = tables[table]
        more = (
            tables["reports"]
            .select(cs.by_name(*_READ, require_all=False))
            .with_columns(
                **{
                    name: value if isinstance(value, pl.Expr) else pl.lit(value)
                    for name, value in {
                        number: int(str(rows[number].max() or 0)) + 1,
                        **columns,
                    }.items()
                },
            )
        )
        missing = [
            pl.lit(each.reading.silence).alias(each.name)
            for each in _TABLES[table].fields
            if each.name not in more.columns
        ]
        more = as_table(more.with_columns(missing), _TABLES[table])
        return {**tables, table: pl.concat([rows, more])}

    return add


def capture(**columns: object) -> Callable[[Tables], Tables]:
    """Return what adds an address, public and new unless it is said otherwise."""
    usual: dict[str, object] = {
        "capture_of": str(CaptureOf.PERSON),
        "capture_type": str(CaptureType.IP_ADDRESS),
        "capture_key": fresh("address"),
        "ip_group_key": fresh("group"),
        "ip_version": 4,
        "ip_range": str(IpRange.PUBLIC),
    }
    return row("captures", **{**usual, **columns})


def identifier(kind: IdentifierKind, **columns: object) -> Callable[[Tables], Tables]:
    """Return what adds an identifier that no other report has."""
    key = fresh(str(kind))
    return row("identifiers", identifier_kind=str(kind), identifier_key=key, **columns)


def fresh(what: str) -> pl.Expr:
    """Return a key that no other report has."""
    return (
        pl.format(f"{what[:4]}{{}}", pl.col("report_id"))
        .str.pad_end(16, " ")
        .str.slice(0, 16)
        .cast(pl.Binary)
    )


def set_columns(
    table: str, where: pl.Expr | None = None, **columns: pl.Expr | object
) -> Callable[[Tables], Tables]:
    """Return what sets columns of some rows of a table."""
    which = pl.lit(value=True) if where is None else where

    def add(tables: Tables) -> Tables:
        rows = tables[table]
        changed = [
            pl.when(which)
            .then(value if isinstance(value, pl.Expr) else pl.lit(value))
            .otherwise(pl.col(name))
            .cast(rows.schema[name])
            .alias(name)
            for name, value in columns.items()
        ]
        return {**tables, table: rows.with_columns(changed)}

    return add


def both(*steps: Callable[[Tables], Tables]) -> Callable[[Tables], Tables]:
    """Return what does one step after the other."""

    def add(tables: Tables) -> Tables:
        for step in steps:
            tables = step(tables)
        return tables

    return add


def _with_user(tables: Tables) -> Tables:
    """Return tables in which each report has an account to say more of."""
    users = tables["people"].filter(_IS_USER)
    without = tables["reports"].join(users, on=REPORT, how="anti")
    made = row("people", role=str(Role.REPORTED_USER))({**tables, "reports": without})
    return {**made, "reports": tables["reports"]}


def user_says(**columns: pl.Expr | object) -> Callable[[Tables], Tables]:
    """Return what sets columns of reported accounts; of a new one where none is."""
    return both(_with_user, set_columns("people", _IS_USER, **columns))


def of_user(column: str, kind: IdentifierKind) -> Callable[[Tables], Tables]:
    """Return what gives each reported account one more of something."""
    return both(user_says(**{column: pl.col(column) + 1}), identifier(kind))


def more(column: str, by: int) -> Callable[[Tables], Tables]:
    """Return what raises a count or a length of each report."""
    return set_columns("reports", **{column: pl.col(column) + by})


def located(**columns: object) -> Callable[[Tables], Tables]:
    """Return what adds a place in the state that the report names most, or in one."""

    def add(tables: Tables) -> Tables:
        named = (
            stated_states(placed(tables))
            .sort("sources", "us_state", descending=[True, False])
            .unique(PLACE, keep="first")
            .select(PLACE, stated=pl.col("us_state").cast(pl.String))
        )
        reports = tables["reports"].with_row_index(PLACE)
        given = {
            **tables,
            "reports": reports.join(named, on=PLACE, how="left", maintain_order="left"),
        }
        state = pl.col("stated").fill_null(SOME_STATE)
        return {
            **row("locations", country="US", us_state=state, **columns)(given),
            "reports": tables["reports"],
        }

    return add
