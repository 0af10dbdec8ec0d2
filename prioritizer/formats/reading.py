"""Read a document's tree into the rows of every table, as the vocabulary says."""

from __future__ import annotations

from collections import Counter
from functools import cache

from prioritizer.formats.paths import Node, select, steps_of
from prioritizer.formats.raw import RawReport, Row
from prioritizer.formats.values import UnreadableError, read_value
from prioritizer.vocabulary import DOCUMENT_TABLES, Field, Reading, RowSource, Table
from prioritizer.vocabulary.enums import FileAnnotation

# Which rows other rows can stand below, and the column that counts them.
_OWNERS = {"people": "person", "files": "file"}
_NUMBERED = {
    "people": "person_no",
    "files": "file_no",
    "captures": "capture_no",
    "identifiers": "identifier_no",
    "locations": "location_no",
}
# Elements that say only what kind of thing their parent is, or that hold what
# the vocabulary reads as text of the parent.
_STRUCTURE = {
    "associationsEntityType",
    "#text",
    "value",
    "id",
    "reportId",
    "name",
    "title",
}
_MOST_NAME_CHARACTERS = 64
# Countries in whose places a US state may stand: none stated, and the United States
# with the territories that have a country code of their own.
_AMERICAN = (None, "US", "PR", "VI", "GU", "AS", "MP")


class TreeReader:
    """Walk one document's tree and gather the rows of its tables.

    Parameters
    ----------
    format : str
        ``"xml"`` or ``"json"``: which paths of the vocabulary hold.
    """

    def __init__(self, format: str) -> None:
        self.format = format
        self.raw = RawReport()

    def read(self, tree: Node) -> RawReport:
        """Return the rows of the document `tree`."""
        self._below(tree, "", {})
        for place in self.raw.rows["locations"]:
            # A region abroad may share its letters with a US state.
            if place.get("country") not in _AMERICAN:
                place["us_state"] = None
        self.raw.unknown = unknown_names(tree, self.format)
        return self.raw

    def _below(self, node: Node, owner: str, numbers: Row) -> None:
        for table, source in _sources(owner, self.format):
            for element in select(node, getattr(source, self.format)):
                self._row(table, source, element, numbers)

    def _row(
        self, table: Table, source: RowSource, element: Node, numbers: Row
    ) -> None:
        fields = _fields(table, self.format)
        row: Row = {field.name: self._value(table, field, element) for field in fields}
        says = any(_says_something(field, row[field.name]) for field in fields)
        if not says and table.name not in ("reports", *_OWNERS):
            return  # An element that states nothing is not a row.
        rows = self.raw.rows[table.name]
        if table.name in _NUMBERED:
            row[_NUMBERED[table.name]] = len(rows) + 1
        rows.append({**row, **dict(source.sets), **_inherited(table, numbers)})
        if table.name in _OWNERS:
            below = {**numbers, _NUMBERED[table.name]: row[_NUMBERED[table.name]]}
            before = self._size()
            self._below(element, _OWNERS[table.name], below)
            if not says and self._size() == before:
                rows.pop()  # Neither it nor anything below it states something.

    def _size(self) -> int:
        return sum(map(len, self.raw.rows.values()))

    def _value(self, table: Table, field: Field, element: Node) -> object:
        nodes = select(element, getattr(field, self.format))
        try:
            return read_value(field, nodes, self.format)
        except UnreadableError:
            self.raw.unreadable[f"{table.name}.{field.name}"] += 1
            return None


def _says_something(field: Field, value: object) -> bool:
    """Return whether a value says something: a stated false does, a zero does not."""
    if field.reading in (Reading.VALUE, Reading.OFFSET):
        return value is not None
    return bool(value)


def _inherited(table: Table, numbers: Row) -> Row:
    """Return the numbers of the rows above that this table names."""
    if table.name == "people" and "person_no" in numbers:
        return {"owner_person_no": numbers["person_no"]}
    return {name: value for name, value in numbers.items() if name in table.columns}


@cache
def _sources(owner: str, format: str) -> tuple[tuple[Table, RowSource], ...]:
    return tuple(
        (table, source)
        for table in DOCUMENT_TABLES
        for source in table.sources
        if source.of == owner and getattr(source, format)
    )


@cache
def _fields(table: Table, format: str) -> tuple[Field, ...]:
    return tuple(
        field
        for field in table.fields
        if getattr(field, format) and field.reading is not Reading.GIVEN
    )


@cache
def known_names(format: str) -> frozenset[str]:
    """Return every element, key and attribute name of a format that we read."""
    paths = [
        path
        for table in DOCUMENT_TABLES
        for holder in (*table.sources, *table.fields)
        if (path := getattr(holder, format))
    ]
    names = {name for path in paths for step, _ in steps_of(path) for name in step}
    return frozenset(names | _STRUCTURE | set(FileAnnotation))


def unknown_names(tree: Node, format: str) -> Counter[str]:
    """Count the names in a tree, beside something, that the vocabulary does not have.

    A name is part of the format and not of the report, yet a hostile document
    may put anything there: only short plain words are repeated.
    """
    known, unknown = known_names(format), Counter[str]()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
            unknown.update(
                _printable(name)
                for name, below in node.items()
                if name not in known and below is not None
            )
    return unknown


def _printable(name: str) -> str:
    plain = name.isascii() and name.removeprefix("@").isalpha()
    return name if plain and len(name) <= _MOST_NAME_CHARACTERS else "(odd name)"
