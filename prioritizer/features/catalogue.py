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
