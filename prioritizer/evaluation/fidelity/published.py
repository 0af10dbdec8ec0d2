"""The published figures against which an invented world is held.

None is taken from a world's settings, so that a wrong setting is found. Tolerances
are those of `share_tolerance` unless the record says why.
"""

from __future__ import annotations

from prioritizer.evaluation.fidelity.figure import Measure, Published
from prioritizer.evaluation.fidelity.published_handling import HANDLING
from prioritizer.evaluation.fidelity.published_stream import (
    COPIES_YEAR,
    STREAM,
    VOLUMES,
    said_kind,
    senders_seen_band,
)

__all__ = [
    "COPIES_YEAR",
    "FIGURES",
    "VOLUMES",
    "Measure",
    "Published",
    "figures_of",
    "said_kind",
    "senders_seen_band",
]

FIGURES: tuple[Published, ...] = (*STREAM, *HANDLING)
"""Every figure, in the order in which it is shown."""


def figures_of(profile: str) -> tuple[Published, ...]:
    """Return the figures that apply to worlds of a profile.

    Examples
    --------
    >>> {figure.group for figure in figures_of("icac")} >= {"Volume", "Places"}
    True
    """
    return tuple(figure for figure in FIGURES if profile in figure.profiles)
