"""The sections of a report: who says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from prioritizer.errors import SettingsError


class Section(StrEnum):
    """Who says something, by the letters that a report's recipients know."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    ENVELOPE = "envelope"

    @property
    def words(self) -> str:
        """Who says it, in words."""
        return _WORDS[self]


_WORDS = {
    Section.A: "what the provider sent",
    Section.B: "what NCMEC's systems looked up",
    Section.C: "what NCMEC's analysts added",
    Section.D: "to whom NCMEC made it available",
    Section.ENVELOPE: "number, times and format, and what no report says",
}
SECTIONS = (Section.A, Section.B, Section.C, Section.D)
"""The sections that a model may see or not; the envelope is always seen."""

# The four blocks of the law-enforcement JSON are the four sections.
_BLOCKS = {
    "reportedInformation": Section.A,
    "automatedInformation": Section.B,
    "additionalNcmecInformation": Section.C,
    "lawEnforcementContactInformation": Section.D,
    # It stands beside the blocks, but NCMEC's analysts decide it: nobody can see it
    # before they have looked.
    "informational": Section.C,
}


def section_at(path: str) -> Section:
    """Return who says what stands at a path of the law-enforcement JSON.

    Parameters
    ----------
    path : str
        A path from the document, its steps parted by ``/``.

    Returns
    -------
    Section
        That of its block. NCMEC's designation `informational` stands in none
        and is C, as NCMEC's analysts make it. What else stands in none is of
        the envelope.

    Examples
    --------
    >>> section_at("additionalNcmecInformation/priority/priorityId").value
    'C'
    >>> section_at("dateReceived").value
    'envelope'
    """
    return _BLOCKS.get(path.partition("/")[0], Section.ENVELOPE)


def sections_as_text(sections: Iterable[Section]) -> str:
    """Return sections as they are written in options, models and stamps.

    Examples
    --------
    >>> sections_as_text([Section.C, Section.A])
    'A+C'
    """
    wanted = set(sections)
    return "+".join(each for each in SECTIONS if each in wanted)


def sections_from_text(text: str) -> tuple[Section, ...]:
    """Return the sections that a text names, in their order.

    Raises
    ------
    SettingsError
        If it names another, or none.

    Examples
    --------
    >>> [each.value for each in sections_from_text("c+a")]
    ['A', 'C']
    """
    named = {each.strip() for each in text.upper().split("+")}
    if not named <= set(SECTIONS):
        raise SettingsError(
            "a section is named that there is not",
            "sections",
            "join any of A, B, C and D, such as A+B+C",
        )
    return tuple(each for each in SECTIONS if each in named)


def sections_stated(facts: Mapping[str, object]) -> tuple[Section, ...]:
    """Return the sections that a model or a file of scores says it saw.

    Parameters
    ----------
    facts : mapping
        The facts of a model, or a stamp. One from before sections were told
        apart names none, and saw all.

    Raises
    ------
    SettingsError
        If it names something else.

    Examples
    --------
    >>> sections_stated({}) == SECTIONS
    True
    """
    return sections_from_text(str(facts.get("sections", sections_as_text(SECTIONS))))
