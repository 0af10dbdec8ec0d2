"""What a column is: `Field`, and short ways to write one down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from prioritizer.vocabulary.section import Section


class Kind(StrEnum):
    """What a column holds; there is no member for text, so none can be stored."""

    BOOL = "bool"
    INT = "int64"
    SMALL_INT = "int32"
    TIME = "timestamp[us, UTC]"
    CATEGORY = "category"
    HASH = "binary[16]"
    REPORT_IDS = "list[int64]"


class Reading(StrEnum):
    """How a reader turns what stands at a path into the column's value."""

    VALUE = "value"  # the text there, converted to the column's kind
    STATED = "stated"  # is anything there?
    FLAG = "flag"  # true when the element is there, empty or true; else not stated
    NAMED = "named"  # true when one of the texts there is the column's name
    COUNT = "count"  # how many are there
    LENGTH = "length"  # how many characters are there in all
    OFFSET = "offset"  # the minutes east of UTC in which a time was written
    TAG = "tag"  # a flag in the XML; in the JSON, named by one of the texts there
    GIVEN = "given"  # set by this package, not read at a path

    @property
    def silence(self) -> bool | int | None:
        """What it makes of something that is not stated."""
        return _SILENCE.get(self)


_SILENCE: dict[Reading, bool | int] = {
    Reading.STATED: False,
    Reading.COUNT: 0,
    Reading.LENGTH: 0,
}


class Sensitivity(StrEnum):
    """Whether a column may be shown (OPEN) or holds keyed hashes (IDENTIFIER)."""

    OPEN = "open"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class Field:
    """One column, stated once; readers, checks and documents derive from it.

    Parameters
    ----------
    name : str
        The column's name in our tables.
    kind : Kind
        What the column holds.
    xml, json : str
        Where it stands, relative to its row's element: steps parted by ``/``,
        alternatives within a step by ``|``, ``@`` before an attribute, ``.``
        for the element itself, empty where the format cannot say it.
    help : str
        What it means, in one sentence.
    reading : Reading
        How the value is made from what stands at the path.
    required : bool
        Whether a row without it is refused.
    allowed : tuple of str
        The closed list of a category.
    aliases : tuple of (str, str)
        Other texts for members of the closed list, in folded form.
    between : tuple of (int, int)
        The least and the greatest number that is believed.
    sensitivity : Sensitivity
        Whether values may be shown.
    section : Section or None
        Whose words this package made it from, where it says more than its place.

    Examples
    --------
    >>> Field("port", Kind.SMALL_INT, xml="port", json="port", help="Source port.").name
    'port'
    """

    name: str
    kind: Kind
    xml: str = ""
    json: str = ""
    help: str = ""
    reading: Reading = Reading.VALUE
    required: bool = False
    allowed: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    between: tuple[int, int] = (-(2**31), 2**31 - 1)
    sensitivity: Sensitivity = Sensitivity.OPEN
    section: Section | None = None


def given(
    name: str,
    kind: Kind,
    help: str,
    *,
    required: bool = False,
    allowed: Iterable[str] = (),
    section: Section | None = None,
) -> Field:
    """Return a column that this package sets itself."""
    return Field(
        name,
        kind,
        "",
        "",
        help,
        Reading.GIVEN,
        required=required,
        allowed=tuple(str(value) for value in allowed),
        section=section,
    )


def stated(name: str, xml: str, json: str, help: str) -> Field:
    """Return a column that says whether something was sent, and not what."""
    return Field(name, Kind.BOOL, xml, json, help, Reading.STATED)


def truth_value(name: str, xml: str, json: str, help: str) -> Field:
    """Return a column of true, false or not stated."""
    return Field(name, Kind.BOOL, xml, json, help)


def flag(name: str, xml: str, json: str, help: str) -> Field:
    """Return a column that is true when its flag is set and else not stated."""
    return Field(name, Kind.BOOL, xml, json, help, Reading.FLAG)


def count(name: str, xml: str, json: str, help: str) -> Field:
    """Return a column that counts what was sent."""
    return Field(name, Kind.SMALL_INT, xml, json, help, Reading.COUNT)


def length(name: str, xml: str, json: str, help: str) -> Field:
    """Return a column with the characters of a text that is itself not kept."""
    return Field(name, Kind.SMALL_INT, xml, json, help, Reading.LENGTH)


def number(
    name: str, xml: str, json: str, help: str, *, between: tuple[int, int]
) -> Field:
    """Return a column with a whole number."""
    return Field(name, Kind.SMALL_INT, xml, json, help, between=between)


def moment(
    name: str, xml: str, json: str, help: str, *, required: bool = False
) -> Field:
    """Return a column with a time in UTC."""
    return Field(name, Kind.TIME, xml, json, help, required=required)


def offset(name: str, xml: str, json: str, help: str) -> Field:
    """Return a column with the zone, in minutes, in which a time was written."""
    return Field(name, Kind.SMALL_INT, xml, json, help, Reading.OFFSET)


def category(
    name: str,
    xml: str,
    json: str,
    help: str,
    *,
    allowed: Iterable[str],
    aliases: tuple[tuple[str, str], ...] = (),
) -> Field:
    """Return a column whose values come from a closed list."""
    closed = tuple(str(value) for value in allowed)
    return Field(name, Kind.CATEGORY, xml, json, help, allowed=closed, aliases=aliases)


def named(name: str, xml: str, json: str, member: StrEnum, help: str) -> Field:
    """Return a column that is true when one of the texts there is `member`."""
    return Field(
        name, Kind.BOOL, xml, json, help, Reading.NAMED, allowed=(str(member),)
    )


def identifier(name: str, xml: str, json: str, help: str) -> Field:
    """Return a column that holds the keyed hash of what was sent."""
    return Field(name, Kind.HASH, xml, json, help, sensitivity=Sensitivity.IDENTIFIER)
