"""Find free texts again in a document, to tell apart who wrote what in them.

A raw record holds only how long a text was. Some of it may be better told by
another column, and only the text itself says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import orjson

from prioritizer.formats.paths import Node, select, text_of
from prioritizer.formats.raw import RawReport, Row
from prioritizer.vocabulary import FILES, PEOPLE, REPORTS, Table

_FREE_TEXTS = (
    (REPORTS, "additional_info_length"),
    (PEOPLE, "person_info_length"),
    (FILES, "file_info_length"),
)
_BLANK_LINES = re.compile(r"\n\s*\n")
_OBJECT = re.compile(r'\{\s*"')
_WHATSAPP_OBJECT = '{"report_surface":'
_PROFILE = "meetme profile"


def free_texts(
    raw: RawReport, tree: Node, format: str
) -> Iterator[tuple[Row, str, list[str]]]:
    """Yield each row with further information, that column, and the texts there.

    An element with a text has a row, so those that have some go together in order.

    Parameters
    ----------
    raw, tree, format
        The raw record of one document.
    """
    for table, column in _FREE_TEXTS:
        rows = [row for row in raw.rows[table.name] if row.get(column) is not None]
        if not rows:
            continue
        path = getattr(table.field(column), format)
        found = [
            list(filter(None, map(text_of, select(each, path))))
            for each in elements_of(table, tree, format)
        ]
        told = [texts for texts in found if texts]
        if len(told) == len(rows):
            for row, texts in zip(rows, told, strict=True):
                yield row, column, texts


def elements_of(table: Table, node: Node, format: str, of: str = "") -> Iterator[Node]:
    """Yield the elements of a table in the order in which they become rows."""
    for source in table.sources:
        path = getattr(source, format)
        if source.of == of and path:
            for element in select(node, path):
                yield element
                if table is PEOPLE:
                    yield from elements_of(table, element, format, "person")


def take_out(
    row: Row, column: str, texts: list[str], without: Callable[[str], str]
) -> int:
    """Take what belongs elsewhere out of a length, and return how much it was.

    Examples
    --------
    >>> row: Row = {"length": 12}
    >>> take_out(row, "length", ['note {"a":1}'], without_machine_text), row
    (8, {'length': 4})
    """
    held = row.get(column)
    moved = sum(len(text) - len(without(text)) for text in texts)
    if not isinstance(held, int) or moved > held:
        return 0
    row[column] = held - moved
    return moved


def drop_empty(raw: RawReport) -> None:
    """Drop the lengths of which nothing is left, as rows have only what says something.

    It comes after all rules, which find texts by the rows that have a length.
    """
    for table, column in _FREE_TEXTS:
        for row in raw.rows[table.name]:
            if row.get(column) == 0:
                del row[column]


def without_machine_text(text: str) -> str:
    r"""Return a text without the objects of JSON that end it or a paragraph of it.

    Examples
    --------
    >>> without_machine_text('Seen twice.\n\n{"report_surface": "chat"}')
    'Seen twice.'
    >>> without_machine_text("One {brace} is no program's.")
    "One {brace} is no program's."
    """
    if "{" not in text:
        return text
    if _is_object(text):
        return ""
    paragraphs = _BLANK_LINES.split(text)
    kept = [each[: _begin_of_machine_text(each)] for each in paragraphs]
    return text if kept == paragraphs else _joined(kept)


def _begin_of_machine_text(paragraph: str) -> int:
    found = _OBJECT.search(paragraph)
    if found is not None:
        begin = found.start()
        is_cut_short = paragraph.startswith(_WHATSAPP_OBJECT, begin)
        if is_cut_short or _is_object(paragraph[begin:]):
            return begin
    return len(paragraph)


def _is_object(text: str) -> bool:
    try:
        return text.startswith("{") and bool(orjson.loads(text))
    except orjson.JSONDecodeError:
        return False


def without_profile(text: str) -> str:
    r"""Return a text without the paragraphs that MeetMe heads as a profile.

    Examples
    --------
    >>> without_profile("A note.\n\nMeetMe Profile Name: placeholder\nAge: 0")
    'A note.'
    """
    if _PROFILE not in text.casefold():
        return text
    paragraphs = _BLANK_LINES.split(text)
    return _joined([each for each in paragraphs if _PROFILE not in each.casefold()])


def _joined(paragraphs: list[str]) -> str:
    stripped = [each.strip() for each in paragraphs]
    return "\n\n".join(filter(None, stripped))
