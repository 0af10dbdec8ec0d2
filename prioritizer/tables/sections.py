"""The same reports, as if only some sections of them had been sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import polars as pl

from prioritizer.tables.frames import dtype_of
from prioritizer.tables.layout import STORED
from prioritizer.vocabulary import Field, Table
from prioritizer.vocabulary.section import SECTIONS, Section

Frames = dict[str, pl.DataFrame]


def only_sections(
    frames: Mapping[str, pl.DataFrame], sections: Collection[Section]
) -> Frames:
    """Return the same reports without what other sections say.

    What a report then holds is what a reader would have found had nobody else
    spoken: rows that others made are not there, and columns that others filled
    say nothing. The submission XML is all of section A. NCMEC's designation
    `is_informational` is of section C: it stands outside the blocks of the JSON,
    but it is NCMEC's analysts who decide it.

    The envelope stays: keys, times and what this package says of the document as
    a whole, such as how many values it states, which no feature reads. Outcomes
    stay too, for no report says them.

    Parameters
    ----------
    frames : mapping of str to polars.DataFrame
        Tables by name. Not modified.
    sections : collection of Section
        Whose words are wanted.

    Returns
    -------
    dict of str to polars.DataFrame
        The tables, in the order given. Those of `prioritizer.history` are left
        out unless all sections are wanted: they were computed from all of them,
        and are to be computed again.

    Examples
    --------
    >>> from prioritizer.vocabulary.section import Section
    >>> reports = pl.DataFrame({"report_id": [7], "is_informational": [True]})
    >>> only_sections({"reports": reports}, [Section.A])["reports"].row(0)
    (7, None)
    """
    wanted = {*sections, Section.ENVELOPE}
    if wanted.issuperset(SECTIONS):
        return dict(frames)
    return {
        name: _without_others(frame, _TABLES[name], wanted)
        for name, frame in frames.items()
        if name in _TABLES
    }


_TABLES = {table.name: table for table in STORED}


def _without_others(
    frame: pl.DataFrame, table: Table, wanted: set[Section]
) -> pl.DataFrame:
    sections = {source.section for source in table.sources}
    if Section.ENVELOPE in sections:
        return frame.with_columns(_silenced(frame, table, wanted))
    name, told = table.told_apart
    if name:
        kept = [value for value, section in told.items() if section in wanted]
        return frame.filter(pl.col(name).cast(pl.String).is_in(kept))
    return frame if sections <= wanted else frame.clear()


def _silenced(
    frame: pl.DataFrame, table: Table, wanted: set[Section]
) -> Iterator[pl.Expr]:
    for field in table.fields:
        if field.name in frame.columns and wanted.isdisjoint(table.sections(field)):
            yield _silence(field)


def _silence(field: Field) -> pl.Expr:
    """Return a column that says nothing; what a format cannot say stays unknown."""
    column = pl.col(field.name)
    silent = pl.lit(field.reading.silence, dtype=dtype_of(field))
    return pl.when(column.is_not_null()).then(silent).alias(field.name)
