"""How a column takes in what stands at its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from prioritizer.formats.moments import UnreadableError, moment_and_zone
from prioritizer.formats.paths import Node, is_stated, text_of
from prioritizer.formats.placeholders import is_placeholder
from prioritizer.formats.raw import RawReport, Row
from prioritizer.formats.values import (
    FALSE,
    convert_of,
    count_texts,
    member_of,
    report_ids,
    spellings_of,
)
from prioritizer.vocabulary import Field, Kind, Reading
from prioritizer.vocabulary.enums import UNLISTED, fold


class Need(Enum):
    """Of which nodes a column takes notice."""

    TEXT = "those with a text"
    STATED = "those that state something"
    THERE = "all"


@dataclass(slots=True)
class Notes:
    """What is noticed while a document is read, and what waits for its end.

    Attributes
    ----------
    raw : RawReport
        Its counters are added to.
    later : list
        Rows with a column in which texts were gathered, and what makes them its
        value, which is only known when all of them are there.
    """

    raw: RawReport
    later: list[tuple[Row, str, Callable[[Any], object], str]] = field(
        default_factory=list
    )

    def finish(self) -> None:
        """Make the values of the columns in which texts were gathered."""
        for row, column, finished, where in self.later:
            if finished is count_texts and len(row[column]) == 1:  # type: ignore[arg-type]
                row[column] = 1
            elif finished is report_ids:
                row[column], lost = report_ids(row[column])  # type: ignore[arg-type]
                self.raw.unreadable.update({where: lost} if lost else {})
            else:
                row[column] = finished(row[column])
            if row[column] == UNLISTED:
                self.raw.unlisted[where] += 1


Take = Callable[[Notes, Row, str], None]
"""Puts into a row what the text of a node says, which may be empty."""


def takes_of(
    fields: Sequence[Field], table: str, format: str
) -> tuple[tuple[Need, Take], ...]:
    """Return what the columns that stand at one path do with a node there.

    Parameters
    ----------
    fields : sequence of Field
        The columns.
    table : str
        Their table, for what is noticed.
    format : str
        ``"xml"`` or ``"json"``.
    """
    named = [field for field in fields if _is_name(field, format)]
    zones = [field.name for field in fields if field.reading is Reading.OFFSET]
    takes = [
        _take_of(field, table, zones)
        for field in fields
        if field not in named and field.reading is not Reading.OFFSET
    ]
    if named:
        columns = {fold(field.allowed[0]): field.name for field in named}
        takes.append((Need.TEXT, _named(columns)))
    return tuple(takes)


def take_nodes(
    takes: Iterable[tuple[Need, Take]], nodes: Iterable[Node], notes: Notes
) -> Row:
    """Return the row that takes make of all nodes at their path."""
    row: Row = {}
    for node in nodes:
        text = text_of(node)
        says = {Need.TEXT: bool(text), Need.STATED: is_stated(node), Need.THERE: True}
        for need, take in takes:
            if says[need]:
                take(notes, row, text)
    notes.finish()
    return row


def _is_name(field: Field, format: str) -> bool:
    is_tag = field.reading is Reading.TAG and format == "json"
    return is_tag or field.reading is Reading.NAMED


def _take_of(column: Field, table: str, zones: list[str]) -> tuple[Need, Take]:
    name, where = column.name, f"{table}.{column.name}"
    match column.reading:
        case Reading.STATED:
            return Need.STATED, _stated(name)
        case Reading.COUNT:
            return Need.STATED, _gathered(name, where, count_texts)
        case Reading.LENGTH:
            return Need.TEXT, _length(name)
        case Reading.FLAG | Reading.TAG:
            return Need.THERE, _flag(name)
    if column.kind is Kind.REPORT_IDS:
        return Need.TEXT, _gathered(name, where, report_ids)
    if column.kind is Kind.CATEGORY:
        return Need.TEXT, _member(column, where)
    if column.kind is Kind.TIME and zones:
        return Need.TEXT, _moment(name, zones[0], where)
    return Need.TEXT, _value(column, where)


def _named(columns: dict[str, str]) -> Take:
    """Return what sets the columns that texts name, in their folded form."""

    def take(notes: Notes, row: Row, text: str) -> None:
        name = columns.get(fold(text))
        if name is not None:
            row[name] = True

    return take


def _value(column: Field, where: str) -> Take:
    name, convert = column.name, convert_of(column)

    def take(notes: Notes, row: Row, text: str) -> None:
        if name not in row:  # of several the first holds, readable or not
            try:
                row[name] = convert(text)
            except UnreadableError:
                _not_read(notes, row, name, text, where)

    return take


def _moment(name: str, zone: str, where: str) -> Take:
    def take(notes: Notes, row: Row, text: str) -> None:
        if name not in row:
            try:
                row[name], row[zone] = moment_and_zone(text)
            except UnreadableError:
                _not_read(notes, row, name, text, where)

    return take


def _not_read(notes: Notes, row: Row, name: str, text: str, where: str) -> None:
    if not is_placeholder(text):
        row[name] = None
        notes.raw.unreadable[where] += 1


def _member(column: Field, where: str) -> Take:
    """Return what takes a text of a closed list; of several, the list's first."""
    name, member, seen = column.name, member_of(column), spellings_of(column)
    rank = {text: number for number, text in enumerate(column.allowed)}

    def take(notes: Notes, row: Row, text: str) -> None:
        found = seen.get(text) or member(text)
        held = row.get(name)
        if held is None or rank[found] < rank[str(held)]:
            row[name] = found
            if found == UNLISTED:
                notes.later.append((row, name, _same, where))

    return take


def _same(value: object) -> object:
    return value


def _stated(name: str) -> Take:
    def take(notes: Notes, row: Row, text: str) -> None:
        row[name] = True

    return take


def _flag(name: str) -> Take:
    def take(notes: Notes, row: Row, text: str) -> None:
        # A flag may be empty; only false takes it back.
        if text.casefold() not in FALSE:
            row[name] = True

    return take


def _length(name: str) -> Take:
    def take(notes: Notes, row: Row, text: str) -> None:
        row[name] = row.get(name, 0) + len(text)  # type: ignore[operator]
        if "{" in text:
            notes.raw.has_braces = True

    return take


def _gathered(name: str, where: str, finished: Callable[[Any], object]) -> Take:
    def take(notes: Notes, row: Row, text: str) -> None:
        held = row.get(name)
        if held is None:
            row[name] = [text]
            notes.later.append((row, name, finished, where))
        else:
            held.append(text)  # type: ignore[attr-defined]

    return take
