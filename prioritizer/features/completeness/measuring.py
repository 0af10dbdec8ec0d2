"""Measure how complete reports are, each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from prioritizer.features.completeness.scale import (
    POINTS,
    WHOLE,
    Item,
    Scale,
    ScaleSection,
    items_of,
    most_helpful_first,
)
from prioritizer.features.completeness.weights import SCALE
from prioritizer.tables import REPORT, latest_versions


def completeness_of(
    tables: Mapping[str, pl.DataFrame],
    *,
    as_of: datetime | None = None,
    scale: Scale = SCALE,
) -> pl.DataFrame:
    """Return how complete the latest version of each report is.

    A section's score is its points that are stated, in percent of its points;
    the whole is the mean of the sections by their weights. An item is stated if
    one row says it: to send more never lowers the scale. Every report is judged
    alone, so any part of the tables gives the same rows as the whole.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables.
    as_of : datetime or None
        Versions that arrive later are not there yet.
    scale : tuple of ScaleSection
        What is looked for, and what it counts.

    Returns
    -------
    polars.DataFrame
        A row for each report in the order of `reports`: `report_id`, `version`,
        `completeness` from 0 to 100, `completeness_<section>` from 0 to 100, and
        `missing`, the names of the items that are not stated, parted by blanks,
        that which would add most first.
    """
    found = latest_versions(tables["reports"], as_of).select(REPORT)
    for table in dict.fromkeys(
        table for _, item in items_of(scale) for table in item.stated
    ):
        rows = _stated_in(table, tables, scale)
        found = found.join(rows, on=REPORT, how="left", maintain_order="left")
    flags = found.select(*REPORT, *(_is_stated(item) for _, item in items_of(scale)))
    points = {section.name: _points(section) for section in scale}
    total = pl.sum_horizontal(
        [points[section.name] * section.weight for section in scale]
    )
    return flags.select(
        *REPORT,
        (total / POINTS).alias("completeness"),
        *((points[each.name] * (WHOLE // POINTS)).alias(each.column) for each in scale),
        _missing(scale),
    )


def columns_of(scale: Scale = SCALE) -> tuple[str, ...]:
    """Return the columns with numbers that stand beside a score.

    Examples
    --------
    >>> columns_of()[:2]
    ('completeness', 'completeness_identity')
    """
    return ("completeness", *(section.column for section in scale))


def _stated_in(
    table: str, tables: Mapping[str, pl.DataFrame], scale: Scale
) -> pl.DataFrame:
    """Return what the rows of one table state of each report."""
    flags = {
        _flag(item, table): item.stated[table].fill_null(value=False)
        for _, item in items_of(scale)
        if table in item.stated
    }
    rows = tables[table]
    if any((table, "person_role") in item.reads for _, item in items_of(scale)):
        person = [*REPORT, "person_no"]
        roles = tables["people"].select(*person, person_role="role")
        rows = rows.join(roles, on=person, how="left")
    said = rows.select(*REPORT, **flags)
    if table == "reports":
        return said
    # What states nothing is dropped first: most identifiers do, and grouping is dear.
    stating = said.filter(pl.any_horizontal(list(flags)))
    return stating.group_by(REPORT).agg(pl.col(list(flags)).max())


def _flag(item: Item, table: str) -> str:
    return f"{item.name} in {table}"


def _is_stated(item: Item) -> pl.Expr:
    flags = [pl.col(_flag(item, table)).fill_null(value=False) for table in item.stated]
    return pl.any_horizontal(flags).alias(item.name)


def _points(section: ScaleSection) -> pl.Expr:
    return pl.sum_horizontal(
        [pl.col(item.name).cast(pl.Int32) * item.points for item in section.items]
    )


def _missing(scale: Scale) -> pl.Expr:
    names = [
        pl.when(~pl.col(item.name)).then(pl.lit(item.name))
        for _, item in most_helpful_first(scale)
    ]
    return pl.concat_str(names, separator=" ", ignore_nulls=True).alias("missing")
