"""Where each path of the vocabulary leads, and what is to be done there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from prioritizer.formats.paths import Steps, steps_of
from prioritizer.formats.takes import Need, Take, takes_of
from prioritizer.vocabulary import (
    DOCUMENT_TABLES,
    Field,
    Kind,
    Reading,
    RowSource,
    Table,
)

# Which rows other rows can stand below, and the column that counts them.
OWNERS = {"people": "person", "files": "file"}
NUMBERED = {
    "people": "person_no",
    "files": "file_no",
    "captures": "capture_no",
    "identifiers": "identifier_no",
    "locations": "location_no",
}
NO_ROW = 10_000  # comes after all rows


@dataclass(frozen=True, eq=False, slots=True)
class Opening:
    """A row that starts where a path ends.

    Parameters
    ----------
    table : str
        Its table.
    sets : mapping of str to str
        Columns that have one value for all rows from this place.
    owner_column : str
        The column with the number of the row above; empty if there is none.
    number_column : str
        The column with its own number; empty for the report.
    owner_of : str
        What rows below say that they are of; empty if there can be none.
    is_early : bool
        Whether it is there before what is below it, which names its number.
    order : int
        Where its place stands among those below the same owner.
    """

    table: str
    sets: Mapping[str, str]
    owner_column: str
    number_column: str
    owner_of: str
    is_early: bool
    order: int


@dataclass(frozen=True, eq=False, slots=True)
class Route:
    """A path, and what is to be done where it ends.

    Parameters
    ----------
    steps : tuple
        Its steps, as `steps_of` has them.
    takes : tuple of (Need, Take)
        What columns do with a node there.
    opens : Opening or None
        The row that starts there.
    order : int
        Where it stands among the places of rows, which are numbered in this order.
    is_first_wins : bool
        Whether of several nodes the first holds, so that their order matters.
    """

    steps: Steps
    takes: tuple[tuple[Need, Take], ...] = ()
    opens: Opening | None = None
    order: int = NO_ROW
    is_first_wins: bool = False


@cache
def routes_from(owner: str, format: str) -> tuple[Route, ...]:
    """Return the routes to the rows that stand below an owner.

    Parameters
    ----------
    owner : str
        ``""`` for the document, ``"person"`` or ``"file"``.
    format : str
        ``"xml"`` or ``"json"``.
    """
    sources = [
        (table, source)
        for table in DOCUMENT_TABLES
        for source in table.sources
        if source.of == owner and getattr(source, format)
    ]
    return tuple(
        Route(
            steps_of(getattr(source, format)),
            opens=_opening(table, source, order),
            order=order,
        )
        for order, (table, source) in enumerate(sources)
    )


@cache
def routes_of_row(name: str, format: str) -> tuple[Route, ...]:
    """Return the routes to the columns of a row, and to the rows below it."""
    (table,) = (each for each in DOCUMENT_TABLES if each.name == name)
    by_path: dict[str, list[Field]] = {}
    for field in table.fields:
        path = getattr(field, format)
        if path and field.reading is not Reading.GIVEN:
            by_path.setdefault(path, []).append(field)
    columns = tuple(
        Route(
            steps_of(path),
            takes=takes_of(fields, name, format),
            is_first_wins=any(map(_is_first_wins, fields)),
        )
        for path, fields in by_path.items()
    )
    below = routes_from(OWNERS[name], format) if name in OWNERS else ()
    return (*columns, *below)


def _opening(table: Table, source: RowSource, order: int) -> Opening:
    above = {"person": "person_no", "file": "file_no"}.get(source.of, "")
    owner_of, number = OWNERS.get(table.name, ""), NUMBERED.get(table.name, "")
    return Opening(
        table.name,
        dict(source.sets),
        "owner_person_no" if owner_of and above else above,
        number,
        owner_of,
        is_early=bool(owner_of) or not number,
        order=order,
    )


def _is_first_wins(field: Field) -> bool:
    return field.reading is Reading.VALUE and field.kind is not Kind.CATEGORY
