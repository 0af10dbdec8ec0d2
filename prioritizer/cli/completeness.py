"""Completeness as the command line writes it, apart from any score."""

from __future__ import annotations

from collections.abc import Mapping

LEGEND = (
    "complete: how much the provider sent of what a report may hold, of 100. "
    "It is another scale, and no part of score or place."
)
_BEST_SHOWN = 3


def completeness_lines(row: Mapping[str, object]) -> list[str]:
    """Return the sections of a report with what is missing in each, as lines.

    Parameters
    ----------
    row : mapping of str to object
        Columns as `prioritizer.features.completeness.completeness_of` returns them.
    """
    from prioritizer.features.completeness import (
        missing_in,
        missing_words,
        next_best,
        sections_of,
    )

    lines = [
        f"Completeness of what the provider sent: {_written(row)} of 100",
        "(another scale, and no part of the score or the place)",
    ]
    for section in sections_of(row):
        missing = "; ".join(missing_words(section.missing))
        lines.append(f"  {section.score:>7g}  {section.name:<9}  {missing}".rstrip())
    best = next_best(missing_in(row))[:_BEST_SHOWN]
    if best:
        lines.append(f"  It would rise most by: {'; '.join(best)}")
    return lines


def completeness_facts(row: Mapping[str, object]) -> dict[str, object]:
    """Return the same for a program.

    Parameters
    ----------
    row : mapping of str to object
        Columns as `prioritizer.features.completeness.completeness_of` returns them.
    """
    from prioritizer.features.completeness import missing_in, sections_of

    return {
        "score": float(str(row["completeness"])),
        "sections": {section.name: section.score for section in sections_of(row)},
        "missing": missing_in(row),
    }


def _written(row: Mapping[str, object]) -> str:
    return f"{float(str(row['completeness'])):g}"
