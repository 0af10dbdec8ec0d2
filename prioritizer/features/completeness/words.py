"""Completeness in words: what is missing, and what would help most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prioritizer.features.completeness.scale import (
    Item,
    Scale,
    ScaleSection,
    gain,
    most_helpful_first,
)
from prioritizer.features.completeness.weights import SCALE


def missing_words(names: Iterable[str], scale: Scale = SCALE) -> list[str]:
    """Return in words what is missing, that which would help most first.

    Parameters
    ----------
    names : iterable of str
        Names of items, in any order; others are left out.
    scale : tuple of ScaleSection
        The scale they are of.

    Examples
    --------
    >>> missing_words(["street", "upload_address"])
    ['no IP address recorded at upload', 'no street of the reported account']
    """
    return [f"no {item.words}" for _, item in _missing(names, scale)]


def next_best(names: Iterable[str], scale: Scale = SCALE) -> list[str]:
    """Return the same with what each would add.

    Examples
    --------
    >>> next_best(["street", "upload_address"])
    ['IP address recorded at upload (+8)', 'street of the reported account (+2)']
    """
    return [
        f"{item.words} (+{gain(section, item):g})"
        for section, item in _missing(names, scale)
    ]


def _missing(names: Iterable[str], scale: Scale) -> list[tuple[ScaleSection, Item]]:
    wanted = set(names)
    return [pair for pair in most_helpful_first(scale) if pair[1].name in wanted]


def missing_in(row: Mapping[str, object]) -> list[str]:
    """Return the names of what is missing in a row of `completeness_of` or a queue."""
    return str(row["missing"] or "").split()


@dataclass(frozen=True, slots=True)
class SectionScore:
    """What one section of a report says, for a person to read.

    Attributes
    ----------
    name : str
        The section.
    score : float
        From 0 to 100.
    missing : tuple of str
        Names of what is not stated, that which would help most first.
    """

    name: str
    score: float
    missing: tuple[str, ...]


def sections_of(row: Mapping[str, object], scale: Scale = SCALE) -> list[SectionScore]:
    """Return the sections of one row of `completeness_of`, or of a queue.

    Parameters
    ----------
    row : mapping of str to object
        Its columns.
    scale : tuple of ScaleSection
        The scale it was measured by.

    Returns
    -------
    list of SectionScore
        One a section, in the order of the scale.
    """
    absent = set(missing_in(row))
    return [
        SectionScore(
            section.name,
            float(str(row[section.column])),
            tuple(
                item.name
                for of, item in most_helpful_first(scale)
                if of is section and item.name in absent
            ),
        )
        for section in scale
    ]
