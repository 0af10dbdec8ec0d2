"""Read a document's tree into the rows of every table, as the vocabulary says."""

from __future__ import annotations

from functools import cache

from prioritizer.formats.paths import Node, is_stated, select
from prioritizer.formats.raw import RawReport, Row
from prioritizer.formats.unknown import unknown_names
from prioritizer.formats.values import UnreadableError, read_value
from prioritizer.vocabulary import (
    DOCUMENT_TABLES,
    REPORTS,
    Field,
    Reading,
    RowSource,
    Table,
)
from prioritizer.vocabulary.enums import UNLISTED

# Which rows other rows can stand below, and the column that counts them.
OWNERS = {"people": "person", "files": "file"}
NUMBERED = {
    "people": "person_no",
    "files": "file_no",
    "captures": "capture_no",
    "identifiers": "identifier_no",
    "locations": "location_no",
}
# Countries in whose places a US state may stand: none known, and the United States
# with the territories that have a country code of their own.
MAY_BE_AMERICAN = (None, UNLISTED, "US", "PR", "VI", "GU", "AS", "MP")


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
            if place.get("country") not in MAY_BE_AMERICAN:
                place["us_state"] = None
        self._mark_odd_priority(tree)
        self.raw.unknown = unknown_names(tree, self.format)
        return self.raw

    def _mark_odd_priority(self, tree: Node) -> None:
        """Read a priority that is stated without a code where codes stand.

        Its `value` may be the code. If no code can be read at all, it is one that
        is not known: a queue reads that as urgent, and must be able to.
        """
        field = REPORTS.field("ncmec_priority_code")
        around = getattr(field, self.format).rpartition("/")[0]
        if not around or self.raw.report.get(field.name) is not None:
            return
        if any(map(is_stated, select(tree, around))):
            nodes = select(tree, f"{around}/value")
            code = read_value(field, nodes, self.format) or UNLISTED
            self.raw.report[field.name] = code
            self.raw.unlisted[f"{REPORTS.name}.{field.name}"] += code == UNLISTED

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
        if not says and table.name not in ("reports", *OWNERS):
            return  # An element that states nothing is not a row.
        rows = self.raw.rows[table.name]
        if table.name in NUMBERED:
            row[NUMBERED[table.name]] = len(rows) + 1
        rows.append({**row, **dict(source.sets), **_inherited(table, numbers)})
        if table.name in OWNERS:
            below = {**numbers, NUMBERED[table.name]: row[NUMBERED[table.name]]}
            before = self._size()
            self._below(element, OWNERS[table.name], below)
            if not says and self._size() == before:
                rows.pop()  # Neither it nor anything below it states something.

    def _size(self) -> int:
        return sum(map(len, self.raw.rows.values()))

    def _value(self, table: Table, field: Field, element: Node) -> object:
        nodes = select(element, getattr(field, self.format))
        try:
            value = read_value(field, nodes, self.format)
        except UnreadableError:
            self.raw.unreadable[f"{table.name}.{field.name}"] += 1
            return None
        if value == UNLISTED:
            self.raw.unlisted[f"{table.name}.{field.name}"] += 1
        return value


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
