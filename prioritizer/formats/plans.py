"""How each table is written in each format, worked out from the vocabulary once.

A plan is the other way of a source: it says where a row goes, and for each of
its columns what puts the value there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from prioritizer.formats import puts
from prioritizer.formats.element_order import DOCUMENTS, held_by
from prioritizer.formats.places import TEXT, Place, Spelling, spellings
from prioritizer.formats.routes import OWNERS
from prioritizer.vocabulary import DOCUMENT_TABLES, REPORTS, Field, Kind, Reading, Table

_TABLES = {table.name: table for table in DOCUMENT_TABLES}
_PUTS: dict[Reading, puts.Put] = {
    Reading.VALUE: puts.put_value,
    Reading.FLAG: puts.put_flag,
    Reading.NAMED: puts.put_name,
    Reading.TAG: puts.put_name,
    Reading.LENGTH: puts.put_length,
    Reading.COUNT: puts.put_count,
    Reading.STATED: puts.put_stated,
}
_TEXTS = (TEXT, "value")
# Counts and statements only add what is missing, so they come after values.
_IN_TURN: tuple[puts.Put, ...] = (
    puts.put_things,
    puts.put_value,
    puts.put_moment,
    puts.put_flag,
    puts.put_name,
    puts.put_length,
    puts.put_count,
    puts.put_stated,
    puts.put_rest,
)


class Step(NamedTuple):
    """One column of a plan: whether it says false, what puts its value, and where."""

    column: str
    keeps_false: bool
    put: puts.Put
    slot: puts.Slot


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of one source are written.

    Parameters
    ----------
    place : Place
        Where the rows stand.
    owner : str or None
        What sources of rows below them say that they are of; None for no rows.
    before, after : tuple of Step
        Columns to put before and after the rows below.
    """

    place: Place
    owner: str | None
    before: tuple[Step, ...]
    after: tuple[Step, ...]


@cache
def report_plan(format: str) -> Plan:
    """Return how a report itself is written, all its places from the document."""
    return _plan(REPORTS, Place((), DOCUMENTS), format)


@cache
def row_plan(
    name: str, of: str, parent: str, said: tuple[object, ...], format: str
) -> Plan | None:
    """Return how a row is written, or None where the format cannot say it.

    Parameters
    ----------
    name : str
        Its table.
    of : str
        What its owner is: ``""`` the document, ``"person"`` or ``"file"``.
    parent : str
        Name of the element of its owner.
    said : tuple
        What the row says in the columns of `told_apart_by`.
    format : str
        ``"xml"`` or ``"json"``.
    """
    says = set(zip(told_apart_by(name), said, strict=True))
    for number, source in enumerate(_TABLES[name].sources):
        if source.of == of and says.issuperset(source.sets):
            plan = _source_plan(name, number, parent, format)
            if plan is not None:
                return plan
    return None


@cache
def _source_plan(name: str, number: int, parent: str, format: str) -> Plan | None:
    table = _TABLES[name]
    place = place_of(getattr(table.sources[number], format), format, parent)
    return None if place is None else _plan(table, place, format)


@cache
def told_apart_by(name: str) -> tuple[str, ...]:
    """Return the columns by which the sources of a table differ.

    Examples
    --------
    >>> told_apart_by("captures")
    ('capture_of', 'capture_type')
    """
    sources = _TABLES[name].sources
    return tuple(dict.fromkeys(name for each in sources for name, _ in each.sets))


def place_of(path: str, format: str, parent: str) -> Place | None:
    """Return where a path leads in one format, or None if nowhere.

    Examples
    --------
    >>> place_of("personOrUserReportedPerson|./email", "xml", "associatedAccount")
    Place(way=(), name='email', stem=(), kinds=())
    """
    ways = spellings(path, format, parent) if path else []
    if not ways:
        return None
    of_things = [
        (head, way[len(head) :])
        for way in ways
        for head in (_things(format) if parent == DOCUMENTS else ())
        if _leads_on(head, way)
    ]
    first, tail = of_things[0] if of_things else ((), ways[0] or (TEXT,))
    kinds = dict.fromkeys(head[-1] for head, rest in of_things if rest == tail)
    return Place(tail[:-1], tail[-1], first[:-1], tuple(kinds))


@cache
def _things(format: str) -> tuple[Spelling, ...]:
    """Return the ways to what a report counts and also speaks of."""
    ways = {
        field: spellings(path, format, DOCUMENTS)
        for field in REPORTS.fields
        for path in REPORTS.places(field, format)
    }
    counted = [ways[field][0] for field in ways if field.reading is Reading.COUNT]
    return tuple(
        head
        for head in counted
        if any(_leads_on(head, way) for each in ways.values() for way in each)
    )


def _leads_on(head: Spelling, way: Spelling) -> bool:
    return way != head and way[: len(head)] == head


def _plan(table: Table, place: Place, format: str) -> Plan:
    element = place.name
    paths = {field: _path(table, field, format) for field in table.fields}
    found = {field: place_of(paths[field], format, element) for field in paths}
    places = {field: each for field, each in found.items() if each is not None}
    owner = "" if table is REPORTS else OWNERS.get(table.name)
    rows = _places_of_rows(owner, element, format)
    steps = []
    for field, at in places.items():
        put = _put(field, at, rows, format)
        if put is not None:
            slot = _slot(put, _beside_attributes(at, places), element, format)
            slot = replace(slot, partner=_partner(field, paths))
            keeps_false = field.reading is Reading.VALUE
            steps.append(Step(field.name, keeps_false, put, slot))
    steps.sort(key=lambda step: _IN_TURN.index(step.put))
    after = tuple(step for step in steps if _waits_for_rows(step))
    return Plan(place, owner, tuple(each for each in steps if each not in after), after)


def _path(table: Table, field: Field, format: str) -> str:
    if table is REPORTS:
        return next(REPORTS.places(field, format), "")
    return str(getattr(field, format))


def _places_of_rows(owner: str | None, element: str, format: str) -> set[Place]:
    found = (
        place_of(getattr(source, format), format, element)
        for table in DOCUMENT_TABLES
        for source in table.sources
        if source.of == owner and table is not REPORTS
    )
    return {place for place in found if place is not None}


def _put(field: Field, place: Place, rows: set[Place], format: str) -> puts.Put | None:
    """Return what puts a column, or None if rows or another column say it."""
    if field.reading in (Reading.COUNT, Reading.STATED):
        if _thing_at(place) in rows:
            # In XML, and where texts are counted, more would have to be rows.
            is_thing = format == "json" and place in rows
            return puts.put_rest if is_thing else None
        if (*place.way, place.name) in _things(format):
            return puts.put_things
    if field.reading is Reading.TAG and format == "xml":
        return puts.put_flag
    return puts.put_moment if field.kind is Kind.TIME else _PUTS.get(field.reading)


def _thing_at(place: Place) -> Place:
    """Return the place of the thing that has the value or attribute at a place."""
    if place.way and (place.name == "value" or place.name.startswith("@")):
        return replace(place, way=place.way[:-1], name=place.way[-1])
    return place


def _beside_attributes(place: Place, places: Mapping[Field, Place]) -> Place:
    """Return a place, or if attributes stand there too, that of the text in it."""
    way = (*place.way, place.name)
    has_attributes = any(
        each.stem == place.stem and each.way == way and each.name.startswith("@")
        for each in places.values()
    )
    return replace(place, way=way, name=TEXT) if has_attributes else place


def _slot(put: puts.Put, place: Place, element: str, format: str) -> puts.Slot:
    names = (element, *place.kinds[:1], *place.way, place.name)
    inside = ""
    if _makes_list(put, place):
        inside, place = place.name, _thing_at(place)
    elif format == "xml" and put in (puts.put_count, puts.put_stated):
        inside = next(filter(_is_element, held_by(names[-1], names[-2])), "")
    look = puts.look_of(next(each for each in names[::-1] if each not in _TEXTS))
    return puts.Slot(place, inside, look, numbered=format == "json")


def _makes_list(put: puts.Put, place: Place) -> bool:
    """Return whether what is put stands in things of a list.

    Exports write what is called in the plural as a list, even of one.
    """
    thing = _thing_at(place)
    is_plural = put is puts.put_length and thing.name.endswith("s")
    several = put in (puts.put_count, puts.put_name)
    return thing != place and (several or is_plural)


def _is_element(name: str) -> bool:
    return not name.startswith("@")


def _partner(field: Field, paths: Mapping[Field, str]) -> str:
    """Return the column with the zone of a time, or the name of what is named."""
    if field.kind is Kind.TIME:
        zones = [each for each in paths if each.reading is Reading.OFFSET]
        return next((each.name for each in zones if paths[each] == paths[field]), "")
    return field.allowed[0] if field.reading in (Reading.NAMED, Reading.TAG) else ""


def _waits_for_rows(step: Step) -> bool:
    shared = step.put is puts.put_length and step.slot.place.kinds
    return bool(shared) or step.put is puts.put_rest
