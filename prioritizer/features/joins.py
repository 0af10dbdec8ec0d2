"""What the rows of one table may read of another, of the same report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import polars as pl

from prioritizer.features.agreeing import (
    address_networks,
    address_ranges,
    address_states,
)
from prioritizer.features.feature import Feature
from prioritizer.features.stated_states import stated_states
from prioritizer.tables import REPORT, places_of

PLACE = "place"
"""The column by which rows of all tables name their version of a report."""

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Joined:
    """A column that features of another table may read.

    Parameters
    ----------
    table, column : str
        Where it comes from; no column where rows are counted.
    on : tuple of str
        By what a row is found, besides its version of a report.
    absent : int or None
        Its value for a row that has none.
    rows : callable or None
        Makes the rows that have it, where they are not those of the table.
    """

    table: str
    column: str = ""
    on: tuple[str, ...] = ()
    absent: int | None = None
    rows: Callable[[Tables], pl.DataFrame] | None = None


JOINED: dict[str, Joined] = {
    "arrival_at": Joined("reports", "arrival_at"),
    "is_bundle": Joined("reports", "is_bundle"),
    "esp_escalated": Joined("reports", "esp_escalated"),
    # Null for what belongs to a file or an incident.
    "person_role": Joined("people", "role", on=("person_no",)),
    "earlier_reports": Joined(
        "address_history", "earlier_reports", on=("capture_no",), absent=0
    ),
    "file_count": Joined(
        "files",
        absent=0,
        rows=lambda tables: (
            tables["files"].group_by(PLACE).agg(file_count=pl.len().cast(pl.Int32))
        ),
    ),
}
"""Columns by the names under which features of other tables read them."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A table that is made of others, one report at a time.

    Parameters
    ----------
    make : callable
        Makes it.
    reads : mapping of str to tuple of str
        From which columns of which tables.
    """

    make: Callable[[Tables], pl.DataFrame]
    reads: Mapping[str, tuple[str, ...]]


DERIVED: dict[str, Derived] = {
    "stated_states": Derived(
        stated_states,
        {
            "locations": ("us_state", "location_source", "role", "person_no"),
            "identifiers": ("phone_state", "person_no"),
            "captures": ("network_state", "network_at", "person_no"),
            "people": ("role", "person_no"),
            "reports": ("arrival_at",),
        },
    ),
    "address_states": Derived(
        address_states,
        {
            "locations": ("us_state", "location_source", "lookup_key", "role"),
            "captures": ("capture_key", "network_state", "network_at", "person_no"),
            "people": ("role",),
            "reports": ("arrival_at",),
        },
    ),
    "address_ranges": Derived(
        address_ranges, {"captures": ("ip_group_key", "person_no"), "people": ("role",)}
    ),
    "address_networks": Derived(
        address_networks,
        {
            "captures": ("network_number", "network_at", "person_no"),
            "people": ("role",),
            "reports": ("arrival_at",),
        },
    ),
}
"""Tables by the names under which features read them."""


def placed(tables: Tables) -> dict[str, pl.DataFrame]:
    """Return the rows of those versions of reports that stand in the table `reports`.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables and those of `prioritizer.history`.

    Returns
    -------
    dict of str to polars.DataFrame
        The tables that name versions, with a further column `place`: one number for
        the key, which is joined and grouped by in half the time.
    """
    reports = tables["reports"]
    found = {"reports": reports.with_row_index(PLACE)}
    for name, rows in tables.items():
        if name != "reports" and set(REPORT) <= set(rows.columns):
            places = rows.with_columns(places_of(rows, reports).alias(PLACE))
            found[name] = places.drop_nulls(PLACE)
    return found


def rows_for(table: str, tables: Tables, read: Collection[str]) -> pl.DataFrame:
    """Return the rows of a table, with what some features read of others.

    Parameters
    ----------
    table : str
        A table, or a key of `DERIVED`.
    tables : mapping of str to polars.DataFrame
        All tables, as `placed` returns them.
    read : collection of str
        The columns that are read.

    Returns
    -------
    polars.DataFrame
        The column `place`, and those columns.
    """
    rows = DERIVED[table].make(tables) if table in DERIVED else tables[table]
    joined = {name: JOINED[name] for name in sorted(read) if name in JOINED}
    wanted = {PLACE, *read, *(key for each in joined.values() for key in each.on)}
    rows = rows.select(name for name in rows.columns if name in wanted)
    for name, each in joined.items():
        if name in rows.columns:
            continue
        key = [PLACE, *each.on]
        found = each.rows(tables) if each.rows else tables[each.table]
        found = found.select(*key, pl.col(each.column or name).alias(name))
        rows = rows.join(found, on=key, how="left")
        if each.absent is not None:
            rows = rows.with_columns(pl.col(name).fill_null(each.absent))
    return rows


def columns_read(feature: Feature) -> tuple[tuple[str, str], ...]:
    """Return the tables and columns from which a feature is made.

    Parameters
    ----------
    feature : Feature
        The feature.

    Returns
    -------
    tuple of (str, str)
        Table and column; no column where all rows of a table count.

    Examples
    --------
    >>> from prioritizer.features import by_name
    >>> columns_read(by_name()["victim_captures"])
    (('people', 'role'),)
    """
    if feature.table in DERIVED:
        reads = DERIVED[feature.table].reads
        return tuple((table, name) for table, names in reads.items() for name in names)
    found = [
        (JOINED[name].table, JOINED[name].column)
        if name in JOINED and feature.table != JOINED[name].table
        else (feature.table, name)
        for name in feature.reads
    ]
    return tuple(dict.fromkeys(found)) or ((feature.table, ""),)
