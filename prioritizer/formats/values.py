"""Turn the text that stands at a path into the value of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from hashlib import sha256

from prioritizer.formats.moments import UnreadableError, moment_and_zone
from prioritizer.formats.paths import Node, is_stated, text_of
from prioritizer.formats.placeholders import is_placeholder
from prioritizer.vocabulary import Field, Kind
from prioritizer.vocabulary.enums import UNLISTED, fold, texts_by_fold

FALSE = ("false", "0", "no", "n")
_TRUTHS = dict.fromkeys(("true", "1", "yes", "y"), True) | dict.fromkeys(FALSE, False)
REPORT_IDS = (1, 2**63 - 1)
_SPELLINGS, _LONGEST = 1_000, 100  # remembered of one column
_LONGEST_IDENTIFIER = 4_096


@cache
def convert_of(field: Field) -> Callable[[str], object]:
    """Return what turns a text into a value of a column's kind.

    What it returns raises `UnreadableError` for a text of another kind. A
    category is never unreadable: what its list does not hold is unlisted.

    Examples
    --------
    >>> from prioritizer.vocabulary import CAPTURES
    >>> convert_of(CAPTURES.field("port"))("443")
    443
    """
    if field.kind in (Kind.INT, Kind.SMALL_INT):
        return partial(whole_number, between=field.between)
    converts: dict[Kind, Callable[[str], object]] = {
        Kind.BOOL: _truth,
        Kind.TIME: lambda text: moment_and_zone(text)[0],
        Kind.CATEGORY: member_of(field),
        Kind.HASH: _identifier,
    }
    return converts[field.kind]


@cache
def spellings_of(field: Field) -> dict[str, str]:
    """Return the members found so far, by the exact text that stood for them."""
    return {}


@cache
def member_of(field: Field) -> Callable[[str], str]:
    """Return what finds the member of a column's closed list for a text."""
    known = texts_by_fold(field.allowed) | dict(field.aliases)
    seen = spellings_of(field)

    def member(text: str) -> str:
        found = known.get(fold(text), UNLISTED)
        if found != UNLISTED and len(seen) < _SPELLINGS and len(text) < _LONGEST:
            seen[text] = found
        return found

    return member


def count_texts(texts: list[str]) -> int:
    """Return how many different texts there are, and how many empty ones.

    Examples
    --------
    >>> count_texts(["a", "a", "", ""])
    3
    """
    return len(set(filter(None, texts))) + texts.count("")


def count_stated(nodes: Iterable[Node]) -> int:
    """Return how many different texts there are, or elements that have none.

    Examples
    --------
    >>> count_stated(["a", "a", "", {"id": 1}, {"id": 2}])
    3
    """
    return count_texts([text_of(node) for node in nodes if is_stated(node)])


def report_ids(texts: Iterable[str]) -> tuple[list[int] | None, int]:
    """Return the ids that can be read, and how many texts are none.

    Examples
    --------
    >>> report_ids(["17", "R-1", "None"])
    ([17], 1)
    """
    found = []
    lost = 0
    for text in texts:
        try:
            found.append(whole_number(text, REPORT_IDS))
        except UnreadableError:
            lost += not is_placeholder(text)
    return found or None, lost


def _identifier(text: str) -> str:
    """Return an identifier, or a digest of one that is longer than any.

    To bring a text to its normal form takes ever longer as it grows.
    """
    if len(text) <= _LONGEST_IDENTIFIER:
        return text
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _truth(text: str) -> bool:
    truth = _TRUTHS.get(text.casefold())
    if truth is None:
        raise UnreadableError
    return truth


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
    number = int(text)
    least, greatest = between
    if not least <= number <= greatest:
        raise UnreadableError
    return number
