"""Turn the text that stands at a path into the value of a column."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from prioritizer.formats.paths import Node, is_stated, text_of
from prioritizer.vocabulary import Field, Kind, Reading
from prioritizer.vocabulary.enums import UNLISTED, fold, texts_by_fold

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# The tipline opened in 1998; what is said to have happened decades before it is
# believed, years such as 0001 and 9999 are placeholders.
_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_TRUE = {"true", "1", "yes", "y"}
_FALSE = {"false", "0", "no", "n"}


class UnreadableError(ValueError):
    """Something stands there, and it cannot be read as the column's kind."""


def read_value(field: Field, nodes: list[Node], format: str) -> object:
    """Return the value of `field` made from the nodes at its path.

    Parameters
    ----------
    field : Field
        The column.
    nodes : list
        What stands at the column's path.
    format : str
        ``"xml"`` or ``"json"``.

    Returns
    -------
    object
        A value of the column's kind, or None for not stated.

    Raises
    ------
    UnreadableError
        If something stands there that is not of the column's kind.
    """
    match field.reading:
        case Reading.STATED:
            return any(map(is_stated, nodes))
        case Reading.COUNT:
            return count_stated(nodes)
        case Reading.LENGTH:
            return sum(len(text_of(node)) for node in nodes)
        case Reading.FLAG:
            return _flag(nodes)
        case Reading.TAG:
            return _flag(nodes) if format == "xml" else _tag(nodes, field.allowed[0])
        case Reading.NAMED:
            return _tag(nodes, field.allowed[0])
        case Reading.OFFSET:
            return _offset(nodes)
        case _:
            return _of_kind(field, [text for text in map(text_of, nodes) if text])


def _member(field: Field, texts: list[str]) -> str:
    """Return the member of the closed list; of several, the one that it has first."""
    known = texts_by_fold(field.allowed) | dict(field.aliases)
    found = {known.get(fold(text), UNLISTED) for text in texts}
    return next(member for member in field.allowed if member in found)


def count_stated(nodes: list[Node]) -> int:
    """Return how many different texts there are, or elements that have none.

    Examples
    --------
    >>> count_stated(["a", "a", "", {"id": 1}, {"id": 2}])
    3
    """
    texts = [text_of(node) for node in nodes if is_stated(node)]
    return len(set(filter(None, texts))) + texts.count("")


def _flag(nodes: list[Node]) -> bool | None:
    """Return true for a flag that is empty or true; only false takes it back."""
    return any(text_of(node).casefold() not in _FALSE for node in nodes) or None


def _tag(nodes: list[Node], name: str) -> bool | None:
    return any(fold(text_of(node)) == fold(name) for node in nodes) or None


def _offset(nodes: list[Node]) -> int | None:
    """Return the zone of a time; one that cannot be read is counted as the time."""
    try:
        texts = [text for text in map(text_of, nodes) if text]
        offset = _moment(texts[0]).utcoffset() if texts else None
    except UnreadableError:
        return None
    return int(offset.total_seconds() // 60) if offset is not None else None


def _of_kind(field: Field, texts: list[str]) -> object:
    if not texts:
        return None
    match field.kind:
        case Kind.REPORT_IDS:
            return _report_ids(texts)
        case Kind.BOOL:
            return _truth(texts[0])
        case Kind.INT | Kind.SMALL_INT:
            return whole_number(texts[0], field.between)
        case Kind.TIME:
            return (_moment(texts[0]) - _EPOCH) // _MICROSECOND
        case Kind.CATEGORY:
            return _member(field, texts)
        case Kind.HASH:
            return texts[0]


def _report_ids(texts: list[str]) -> list[int]:
    """Return the ids that can be read; a list in which none can is unreadable."""
    found = []
    for text in texts:
        with suppress(UnreadableError):
            found.append(whole_number(text, (1, 2**63 - 1)))
    if not found:
        raise UnreadableError
    return found


def _truth(text: str) -> bool:
    if text.casefold() in _TRUE:
        return True
    if text.casefold() in _FALSE:
        return False
    raise UnreadableError


def whole_number(text: str, between: tuple[int, int]) -> int:
    """Return the whole number that `text` writes in digits.

    Raises
    ------
    UnreadableError
        If it is not one, or not within `between`.

    Examples
    --------
    >>> whole_number("443", (1, 65535))
    443
    """
    # The length is bounded first, since Python refuses very long numbers itself.
    text = text.removeprefix("+")  # country calling codes are written with one
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise UnreadableError
    least, greatest = between
    if not least <= int(text) <= greatest:
        raise UnreadableError
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableError from None
    # A time without its zone may be a day off; a guess would look like a fact.
    if moment.tzinfo is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise UnreadableError
    return moment
