"""Every feature there is, in the order of the columns of X."""

from __future__ import annotations

from prioritizer.features import (
    agreement,
    contact,
    files,
    identity,
    kind,
    links,
    narrative,
    network,
    people,
    place,
    provider,
    timing,
)
from prioritizer.features.checking import check_catalogue
from prioritizer.features.feature import Feature
from prioritizer.features.joins import columns_read

CATALOGUE: tuple[Feature, ...] = check_catalogue(
    (
        *kind.FEATURES,
        *identity.FEATURES,
        *contact.FEATURES,
        *people.FEATURES,
        *network.FEATURES,
        *agreement.FEATURES,
        *place.FEATURES,
        *timing.FEATURES,
        *files.FEATURES,
        *narrative.FEATURES,
        *links.FEATURES,
        *provider.FEATURES,
    )
)


def by_name(features: tuple[Feature, ...] = CATALOGUE) -> dict[str, Feature]:
    """Return the features by their names.

    Examples
    --------
    >>> by_name()["newest_upload_hours"].unit
    'hours'
    """
    return {feature.name: feature for feature in features}


def feature_dictionary(features: tuple[Feature, ...] = CATALOGUE) -> str:
    """Return the catalogue as Markdown, a row for each feature, by groups."""
    lines = [
        "# Features",
        "",
        f"{len(features)} columns of X. *More of it* says what more of a feature may "
        "do to the score; where more may lower it, the reason stands beside. *In "
        "words* lists what an explanation says, for each band of values.",
    ]
    for group in dict.fromkeys(feature.group for feature in features):
        lines += [
            *("", f"## {group.capitalize()}", ""),
            "| feature | from | unit | more of it | if absent | in words |",
            "|---|---|---|---|---|---|",
            *(_row(feature) for feature in features if feature.group == group),
        ]
    return "\n".join(lines)


_DIRECTIONS = {1: "never lowers", -1: "never raises", 0: "may do either"}


def _row(feature: Feature) -> str:
    absent = "not known" if feature.absent is None else f"{feature.absent:g}"
    direction = _DIRECTIONS[feature.direction]
    if feature.exemption:
        direction += f" ({feature.exemption})"
    words = [feature.unsaid, *(band.words for band in feature.bands)]
    reads = (
        f"`{table}.{name}`" if name else table for table, name in columns_read(feature)
    )
    cells = (
        f"`{feature.name}`",
        ", ".join(reads),
        feature.unit,
        direction,
        absent,
        "; ".join(text.format(value="…") for text in words if text),
    )
    return "| " + " | ".join(cells) + " |"
