"""How complete what the provider sent is: a scale of its own, and no feature.

It stands beside the score and never in it. A complete report may be worth nothing and a
thin one may be the most urgent of all, so nothing that learns, explains or orders can
reach this package (an import contract holds it to that).
"""

from prioritizer.features.completeness.measuring import columns_of, completeness_of
from prioritizer.features.completeness.page import completeness_dictionary
from prioritizer.features.completeness.scale import (
    Item,
    Scale,
    ScaleSection,
    check_scale,
    gain,
)
from prioritizer.features.completeness.weights import SCALE
from prioritizer.features.completeness.words import (
    SectionScore,
    missing_in,
    missing_words,
    next_best,
    sections_of,
)

__all__ = [
    "SCALE",
    "Item",
    "Scale",
    "ScaleSection",
    "SectionScore",
    "check_scale",
    "columns_of",
    "completeness_dictionary",
    "completeness_of",
    "gain",
    "missing_in",
    "missing_words",
    "next_best",
    "sections_of",
]
