"""Put the value of a column at its place: the other way of `values`.

What a text said is not kept, so in its stead stands a placeholder that says as
much of it as the column does: that it is there, how many, or how long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from prioritizer.formats.paths import flat
from prioritizer.formats.places import (
    Branch,
    Place,
    beside,
    deal,
    reach,
    silent,
)
from prioritizer.formats.raw import Row
from prioritizer.formats.values import count_stated

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FILLER = "x"
# Where a placeholder must look like what it stands for: kinds that the schema
# checks, domains of RFC 2606, and an exchange that is never assigned.
_LOOKS = {
    "dateOfBirth": "1900-01-01",
    "latitude": "0",
    "longitude": "0",
    "@extension": "{}",
    "email": "placeholder-{}@example.com",
    "emails": "placeholder-{}@example.com",
    "phone": "307055{:04}",
    "phones": "307055{:04}",
    "url": "https://example.com/{}",
    "urls": "https://example.com/{}",
    "legalURL": "https://example.com/{}",
    "locationOfFile": "https://example.com/{}",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a column stands in one format, and how.

    Parameters
    ----------
    place : Place
        Where it stands.
    inside : str
        What a text is called in the thing that holds it; empty for a bare text.
    look : str
        How a placeholder looks.
    numbered : bool
        Whether a thing may have a number, by which alone it says something.
    partner : str
        For a time the column with its zone; for what is named, the name.
    """

    place: Place
    inside: str = ""
    look: str = ""
    numbered: bool = False
    partner: str = ""

    def node(self, text: str) -> object:
        """Return a text with what holds it."""
        return {self.inside: text} if self.inside else text


Put = Callable[[Slot, Branch, Any, Row], None]
"""Puts a value of its slot's kind into the branch of the row."""


def put_value(slot: Slot, branch: Branch, value: object, row: Row) -> None:
    """Put a value as it is."""
    slot.place.above(branch)[slot.place.name] = value


def put_moment(slot: Slot, branch: Branch, value: int, row: Row) -> None:
    """Put a time in the zone that the column beside it says."""
    zone = row.get(slot.partner)
    text = moment_text(value, zone if isinstance(zone, int) else 0)
    slot.place.above(branch)[slot.place.name] = text


def put_flag(slot: Slot, branch: Branch, value: bool, row: Row) -> None:
    """Put an empty element, which stands for true."""
    slot.place.above(branch)[slot.place.name] = ""


def put_name(slot: Slot, branch: Branch, value: bool, row: Row) -> None:
    """Put the name of what is true beside other names."""
    beside(slot.place.above(branch), slot.place.name).append(slot.node(slot.partner))


def put_length(slot: Slot, branch: Branch, value: int, row: Row) -> None:
    """Put a text so long; several things share it out."""
    place = slot.place
    for target, part in deal(range(value), silent(place.targets(branch))):
        if part:
            node = slot.node(_FILLER * len(part))
            reach(target, place.way)[place.name] = [node] if slot.inside else node


def put_stated(slot: Slot, branch: Branch, value: bool, row: Row) -> None:
    """Put a placeholder into each thing in which nothing stands yet."""
    place = slot.place
    for target in place.targets(branch):
        above = reach(target, place.way)
        if place.name not in above:
            above[place.name] = slot.node(slot.look.format(1))


def put_count(slot: Slot, branch: Branch, value: int, row: Row) -> None:
    """Put so many different placeholders, less what is there.

    Each of several things gets at least one: a text that is said twice counts
    once, and a thing that says nothing is not counted.
    """
    place, targets = slot.place, slot.place.targets(branch)
    lists = [beside(reach(target, place.way), place.name) for target in targets]
    numbers = range(len(lists[0]) + 1, value + 1)
    for nodes, part in deal(numbers, lists):
        nodes.extend(slot.node(slot.look.format(each)) for each in part or numbers[:1])


def put_things(slot: Slot, branch: Branch, value: int, row: Row) -> None:
    """Make so many things, of which other columns then speak."""
    slot.place.above(branch)[slot.place.name] = [
        {"id": number} if slot.numbered else {} for number in range(1, value + 1)
    ]


def put_rest(slot: Slot, branch: Branch, value: int, row: Row) -> None:
    """Add things to those that rows have made there.

    They have only a number: a reader counts them, and makes no rows of them.
    """
    above, name = slot.place.above(branch), slot.place.name
    there = count_stated(list(flat(above.get(name))))
    if there < value:
        more = range(there + 1, value + 1)
        beside(above, name).extend({"id": number} for number in more)


def moment_text(micros: int, zone: int = 0) -> str:
    """Return a time as ISO 8601, written `zone` minutes east of UTC.

    Examples
    --------
    >>> moment_text(1_772_352_000_000_000), moment_text(0, -90)
    ('2026-03-01T08:00:00Z', '1969-12-31T22:30:00-01:30')
    """
    local = _EPOCH + timedelta(microseconds=micros, minutes=zone)
    text = local.isoformat().removesuffix("+00:00")
    if not zone:
        return f"{text}Z"
    hours, minutes = divmod(abs(zone), 60)
    return f"{text}{'+' if zone > 0 else '-'}{hours:02}:{minutes:02}"


def look_of(name: str) -> str:
    """Return how a placeholder for what is called so looks.

    Examples
    --------
    >>> look_of("emails").format(2), look_of("city").format(1)
    ('placeholder-2@example.com', 'Placeholder 1')
    """
    return _LOOKS.get(name, "Placeholder {}")
