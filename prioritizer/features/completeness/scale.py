"""What a scale of completeness is: sections with weights, items with points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from prioritizer.errors import FeatureError, numbered

POINTS = 10
"""The points of every section together, so that one point is a tenth of it."""
WHOLE = 100
"""The weights of all sections together, so that a weight is a percentage."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a provider can state.

    Parameters
    ----------
    name : str
        Its name in the list of what is missing.
    words : str
        What it is, as it stands after "no".
    points : int
        What it counts of the ten points of its section.
    stated : mapping of str to polars.Expr
        By table, whether a row states it. One row of one table is enough.
    """

    name: str
    words: str
    points: int
    stated: Mapping[str, pl.Expr] = field(compare=False, repr=False)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The tables and columns that it reads."""
        return tuple(
            dict.fromkeys(
                (table, column)
                for table, expression in self.stated.items()
                for column in expression.meta.root_names()
            )
        )


@dataclass(frozen=True, slots=True)
class ScaleSection:
    """One section of the scale.

    Parameters
    ----------
    name : str
        Its name; its column is `completeness_<name>`.
    weight : int
        Its part of the whole, in percent.
    reason : str
        Why it weighs as much, and according to whom.
    items : tuple of Item
        What is looked for.
    """

    name: str
    weight: int
    reason: str
    items: tuple[Item, ...]

    @property
    def column(self) -> str:
        """Its column beside the score."""
        return f"completeness_{self.name}"


Scale = tuple[ScaleSection, ...]


def check_scale(scale: Scale) -> Scale:
    """Return a scale that a pencil can follow; raise otherwise.

    Raises
    ------
    FeatureError
        If sections have not ten points each, weights are not a hundred
        together, something counts nothing, or a name is there twice.

    Examples
    --------
    >>> from prioritizer.features.completeness.weights import SCALE
    >>> check_scale(SCALE) is SCALE
    True
    """
    found = [
        f"section {section.name} has not {POINTS} points"
        for section in scale
        if sum(item.points for item in section.items) != POINTS
    ]
    if sum(section.weight for section in scale) != WHOLE:
        found.append(f"the weights are not {WHOLE} together")
    items = [item for section in scale for item in section.items]
    numbers = [section.weight for section in scale] + [item.points for item in items]
    if min(numbers, default=1) < 1:
        found.append("something counts nothing, or less")
    for names in ([item.name for item in items], [each.name for each in scale]):
        twice = sorted({name for name in names if names.count(name) > 1})
        found += [f"{name} is there twice" for name in twice]
    if found:
        raise FeatureError(numbered(found), "the scale", "mend these records")
    return scale


def items_of(scale: Scale) -> list[tuple[ScaleSection, Item]]:
    """Return every item with its section, in the order of the scale."""
    return [(section, item) for section in scale for item in section.items]


def gain(section: ScaleSection, item: Item) -> float:
    """Return by how much an item lifts the whole scale, once it is stated.

    Examples
    --------
    >>> from prioritizer.features.completeness.weights import SCALE
    >>> gain(SCALE[3], SCALE[3].items[0])
    8.0
    """
    return section.weight * item.points / POINTS


def most_helpful_first(scale: Scale) -> list[tuple[ScaleSection, Item]]:
    """Return every item with its section, that which would add most first.

    Equal ones stand in the order of the statute, which is that of the scale.

    Examples
    --------
    >>> from prioritizer.features.completeness.weights import SCALE
    >>> most_helpful_first(SCALE)[0][1].words
    'IP address recorded at upload'
    """
    return sorted(items_of(scale), key=lambda pair: -gain(*pair))
