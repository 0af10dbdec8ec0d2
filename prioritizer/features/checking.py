"""Whether a model may be trained on a catalogue, and people be told of its values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from prioritizer.errors import FeatureError, numbered
from prioritizer.features.feature import BROUGHT, VALUE, YES_OR_NO, Feature
from prioritizer.features.joins import DERIVED, JOINED
from prioritizer.vocabulary import DOCUMENT_TABLES, HISTORY_TABLES

_COLUMNS = {
    table.name: frozenset(table.columns)
    for table in (*DOCUMENT_TABLES, *HISTORY_TABLES)
}
# What an analyst of ours says comes after the report, and often from its rank.
_LATER = frozenset({"analyst_urgent", "analyst_urgent_at", "analyst_urgent_by_key"})


def check_catalogue(features: Sequence[Feature]) -> tuple[Feature, ...]:
    """Return `features` if they can be used; raise otherwise.

    A monotone constraint on a category ends the whole process inside LightGBM,
    where nothing can be caught, so it is refused here. So are features that read
    outcomes, or what is said of a report only after it arrived.

    Parameters
    ----------
    features : sequence of Feature
        The catalogue, or one's own list of features.

    Returns
    -------
    tuple of Feature
        The same, in the same order.

    Raises
    ------
    FeatureError
        Listing every problem of every feature at once.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from prioritizer.features import by_name
    >>> check_catalogue([replace(by_name()["files"], table="outcomes")])
    Traceback (most recent call last):
        ...
    prioritizer.errors.FeatureError: 1 problem: files reads 'outcomes', which ...
      where: the catalogue
      fix:   mend these records
    """
    found = [
        f"{feature.name} {problem}"
        for feature in features
        for check in (_odd_directions, _odd_words, _odd_columns)
        for problem in check(feature)
    ]
    names = [feature.name for feature in features]
    found += [f"{name} is there twice" for name in _twice(names)]
    words = [text for feature in features for text in _texts(feature)]
    found += [f'two features say "{text}"' for text in _twice(words)]
    if found:
        raise FeatureError(numbered(found), "the catalogue", "mend these records")
    return tuple(features)


def _odd_directions(feature: Feature) -> Iterator[str]:
    if feature.is_category and feature.direction:
        yield "is a category and cannot have a direction"
    if feature.direction and feature.absent is None:
        yield "has a direction and no value when absent"
    if feature.direction < 1 and not (feature.exemption or feature.is_category):
        yield "may lower the score and does not say why"
    if feature.direction not in (-1, 0, 1):
        yield "has a direction other than -1, 0 and 1"


def _odd_words(feature: Feature) -> Iterator[str]:
    ends = [band.at_most for band in feature.bands]
    if not ends or ends[-1] != math.inf:
        yield "has no words for its greatest values"
    if ends != sorted(set(ends)):
        yield "has bands that are not in order"
    if feature.absent is None and not feature.unsaid:
        yield "has no words for a value that is not known"
    if feature.is_category and any(VALUE not in band.words for band in feature.bands):
        yield "is a category and does not say which"
    is_number = not feature.is_category and feature.unit != YES_OR_NO
    if is_number and ends and VALUE not in feature.bands[-1].words:
        yield "does not say how much its greatest values are"


def _odd_columns(feature: Feature) -> Iterator[str]:
    if feature.table in DERIVED or feature.table == BROUGHT:
        return
    if feature.table not in _COLUMNS:
        yield f"reads {feature.table!r}, which is no table that features may read"
        return
    read = set(feature.reads)
    unknown = read - _COLUMNS[feature.table] - JOINED.keys()
    if unknown:
        yield f"reads {', '.join(sorted(unknown))}, which {feature.table} does not have"
    if read & _LATER:
        yield "reads what an analyst says after the report arrived"


def _texts(feature: Feature) -> set[str]:
    return {feature.unsaid, *(band.words for band in feature.bands)} - {""}


def _twice(texts: Sequence[str]) -> list[str]:
    return sorted({text for text in texts if texts.count(text) > 1})
