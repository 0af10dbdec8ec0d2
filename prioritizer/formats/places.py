"""Put nodes where a path of the vocabulary says: the other way of `paths`.

A reader meets many spellings of one path and a writer needs one of them:

- of alternatives the first that is possible; in XML an element must be able to
  hold the next, which finds a victim's own element of personal details;
- where several things of a kind stand beside one another, such as incidents,
  what is said of them goes into those that are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from prioritizer.formats.element_order import held_by
from prioritizer.formats.paths import Steps, is_stated, steps_of

Branch = dict[str, object]
"""A node with others below it."""

Spelling = tuple[str, ...]
"""The names on the way from one node to another below it."""

# Of the alternatives for a place, those that exports use where it is not the first.
_USUAL = {
    "espEstimatedLocations": ("countryCode", "region"),
    "additionalNcmecInformation": ("internationalCountry",),
    "reportedPersonGeoLookups": ("region",),
    "childVictimGeoLookups": ("region",),
    "intendedRecipientGeoLookups": ("region",),
    "imageGeoLookups": ("region",),
    "internetGeoLookups": ("region",),
}

TEXT = "#text"
"""What the text of an element is called beside its attributes."""

Thing = TypeVar("Thing")
Target = TypeVar("Target")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the value of a column, or the rows of a source, are to stand.

    Parameters
    ----------
    way : tuple of str
        The way to what holds it, from the row or from things of which it is said.
    name : str
        What it is called there.
    stem : tuple of str
        The way from the row to what holds such things.
    kinds : tuple of str
        What such things are called, the one to prefer first.
    """

    way: Spelling
    name: str
    stem: Spelling = ()
    kinds: tuple[str, ...] = ()

    def above(self, branch: Branch) -> Branch:
        """Return what holds it, if need be made now."""
        start = self.targets(branch)[0] if self.kinds else branch
        return reach(start, self.way) if self.way else start

    def targets(self, branch: Branch) -> list[Branch]:
        """Return where the way starts: the row, or the things, one made if none."""
        if not self.kinds:
            return [branch]
        above = reach(branch, self.stem)
        there: list[Branch] = []
        for kind in self.kinds:
            things = above.get(kind)
            # Those that were counted are in a list, even one alone.
            if isinstance(things, list):
                there += things
        return there or [reach(above, self.kinds[:1])]


def spellings(path: str, format: str, parent: str) -> list[Spelling]:
    """Return the ways that a path can be spelled out below an element.

    Parameters
    ----------
    path : str
        Steps parted by ``/``, alternatives within a step by ``|``.
    format : str
        ``"xml"`` or ``"json"``.
    parent : str
        Name of the element where the path starts.

    Returns
    -------
    list of tuple of str
        The one to prefer first; none if the format has no such place there.

    Examples
    --------
    >>> spellings("intendedRecipientPerson|victimPerson|./email", "xml", "victim")
    [('victimPerson', 'email')]
    """
    return list(_spelled(steps_of(path), format, parent))


def _spelled(steps: Steps, format: str, parent: str) -> Iterator[Spelling]:
    if not steps:
        yield ()
        return
    (names, repeats), rest = steps[0], steps[1:]
    if repeats and parent not in names:
        # The wrapper of another alternative, which this one goes without.
        yield from _spelled(rest, format, parent)
        return
    usual = _USUAL.get(parent, ())
    for name in sorted(names, key=lambda name: name not in usual):
        if name == ".":
            yield from _spelled(rest, format, parent)
        elif format != "xml" or name in held_by(parent):
            for below in _spelled(rest, format, name):
                yield (name, *below)


def reach(branch: Branch, way: Spelling) -> Branch:
    """Return the first branch at the end of a way, made where there is none.

    Examples
    --------
    >>> tree = {"a": [{"b": 1}, {}]}
    >>> reach(tree, ("a",)), reach(tree, ("c",)), tree
    ({'b': 1}, {}, {'a': [{'b': 1}, {}], 'c': {}})
    """
    for name in way:
        below = branch.get(name)
        if isinstance(below, list) and below:
            below = below[0]
        if not isinstance(below, dict):
            below = branch[name] = {}
        branch = below
    return branch


def beside(above: Branch, name: str) -> list[object]:
    """Return the list of what is called so, to add to it.

    Examples
    --------
    >>> tree = {"a": "first"}
    >>> beside(tree, "a").append("second"), tree
    (None, {'a': ['first', 'second']})
    """
    there = above.get(name)
    if not isinstance(there, list):
        there = above[name] = [] if there is None else [there]
    return there


def silent(targets: list[Branch]) -> list[Branch]:
    """Return the things of which nothing is said yet, or else the first one.

    A thing that says nothing is not counted by a reader, so they come first.
    """
    if len(targets) == 1:
        return targets
    return [each for each in targets if not is_stated(each)] or targets[:1]


def deal(
    things: Sequence[Thing], targets: Sequence[Target]
) -> Iterator[tuple[Target, Sequence[Thing]]]:
    """Yield each target with its share of the things, which stay in their order.

    Examples
    --------
    >>> list(deal("abc", ["one", "other"]))
    [('one', 'ab'), ('other', 'c')]
    """
    share, more = divmod(len(things), len(targets))
    start = 0
    for place, target in enumerate(targets):
        end = start + share + (place < more)
        yield target, things[start:end]
        start = end
