"""The scale as a page: `docs/completeness.md`."""

from __future__ import annotations

from prioritizer.features.completeness.scale import Item, Scale, ScaleSection, gain
from prioritizer.features.completeness.weights import SCALE

_LEAD = (
    "# Completeness",
    "",
    "How much a provider sent of what a report may hold, from 0 to 100. It is one of "
    "three scales that are never blended: *completeness* (what was sent), "
    "*actionability* (what it is worth to look into: the score) and *urgency* (must it "
    "be now: the lane). It is no part of the score and moves no report in the queue.",
    "",
    "**With a pencil.** Each section has 10 points. Add up the points of what is "
    "stated: times 10 they are the section's score. For the whole, take each section's "
    "points times its weight, add these up, and divide by 10. *Adds* is what an item "
    "adds to the whole, so the whole is also the sum of *adds* over what is stated. An "
    "item is stated if one row says it, such as one file of many, so nothing that is "
    "sent ever lowers the scale. False is stated; not stated is not false.",
    "",
    "**What it is not.** It judges what the provider sent, and not what the report is "
    "worth. A report without any file may be complete in all that matters, and has 85 "
    "at most; one whose victim nobody knows has 90 at most. A provider can send only "
    "what it has, so a missing item is a question to ask and no reproach. What was "
    "sent may be wrong. What NCMEC looked up or added later does not count.",
    "",
    "**Where the numbers are from.** From no source: they are our judgement of two "
    "texts that say what matters and not how much. These are the statute, 18 U.S.C. "
    "2258A(b)(1) to (5), and Stanford Internet Observatory, *How to Fix the Online "
    "Child Exploitation Reporting System* (2024), p. 76. Flags such as those on files "
    "do not count, for their absence says nothing.",
)


def completeness_dictionary(scale: Scale = SCALE) -> str:
    """Return the scale as Markdown, a part for each section.

    Examples
    --------
    >>> completeness_dictionary().splitlines()[0]
    '# Completeness'
    """
    return "\n".join([*_LEAD, *(line for each in scale for line in _part(each))])


def _part(section: ScaleSection) -> list[str]:
    return [
        "",
        f"## {section.name}: {section.weight} percent",
        "",
        f"Why: {section.reason}.",
        "",
        "| item | what is looked for | points | adds | in the columns |",
        "|---|---|--:|--:|---|",
        *(_row(section, item) for item in section.items),
    ]


def _row(section: ScaleSection, item: Item) -> str:
    columns = (
        "people.role" if column == "person_role" else f"{table}.{column}"
        for table, column in item.reads
    )
    reads = ", ".join(f"`{column}`" for column in dict.fromkeys(columns))
    return (
        f"| `{item.name}` | {item.words} | {item.points} "
        f"| {gain(section, item):g} | {reads} |"
    )
