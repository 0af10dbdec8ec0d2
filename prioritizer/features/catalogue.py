"""Every feature there is, in the order of the columns of X."""

from __future__ import annotations

from prioritizer.features import contact, files, kind, links, network, place, timing
from prioritizer.features.feature import Feature, check_catalogue

CATALOGUE: tuple[Feature, ...] = check_catalogue(
    (
        *kind.FEATURES,
        *contact.FEATURES,
        *network.FEATURES,
        *place.FEATURES,
        *timing.FEATURES,
        *files.FEATURES,
        *links.FEATURES,
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
    """Return the catalogue as Markdown, a row for each feature."""
    head = [
        "# Features",
        "",
        "One row a column of X. *More of it* says what more of a feature may do to "
        "the score; where more evidence may lower it, the reason stands beside.",
        "",
        "| feature | group | from | unit | more of it | if absent | in words |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *map(_row, features)])


_DIRECTIONS = {1: "never lowers", -1: "never raises", 0: "may do either"}


def _row(feature: Feature) -> str:
    absent = "not known" if feature.absent is None else f"{feature.absent:g}"
    direction = _DIRECTIONS[feature.direction]
    if feature.exemption:
        direction += f" ({feature.exemption})"
    words = feature.said.format(value="…")
    reads = ", ".join(f"`{name}`" for name in feature.reads) or "all rows"
    cells = (
        f"`{feature.name}`",
        feature.group,
        f"{feature.table}: {reads}",
        feature.unit,
        direction,
        absent,
        words,
    )
    return "| " + " | ".join(cells) + " |"
