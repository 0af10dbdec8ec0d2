"""Where, according to whom, and whether they agree."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Feature
from prioritizer.vocabulary.enums import UNLISTED, LocationSource, NetworkType, Role

_OF_USER = (pl.col("role") == Role.REPORTED_USER) | pl.col("role").is_null()
_HERE = "US"
# A place that no list has says too little to count as one.
_COUNTRY = pl.col("country").filter(_OF_USER & (pl.col("country") != UNLISTED))
_STATE = pl.col("us_state").filter(_OF_USER & (pl.col("us_state") != UNLISTED))

FEATURES = (
    Feature(
        "place_statements",
        "place",
        "locations",
        _COUNTRY.count(),
        "statements",
        "statements of a country: {value}",
        "no statement of a country",
        direction=1,
    ),
    Feature(
        "state_statements",
        "place",
        "locations",
        _STATE.count(),
        "statements",
        "statements of a US state: {value}",
        "no statement of a US state",
        direction=1,
    ),
    Feature(
        "other_states",
        "place",
        "locations",
        (_STATE.n_unique().cast(pl.Int32) - 1).clip(lower_bound=0),
        "states",
        "statements of place that name a further US state: {value}",
        direction=-1,
        exemption="places that conflict leave the jurisdiction open",
    ),
    Feature(
        "abroad_statements",
        "place",
        "locations",
        (_COUNTRY != _HERE).sum(),
        "statements",
        "statements of a country abroad: {value}",
        exemption="it may belong to another country's police",
    ),
    Feature(
        "postal_codes",
        "place",
        "locations",
        pl.col("has_postal_code").sum(),
        "codes",
        "postal codes given: {value}",
        "no postal code given",
        direction=1,
    ),
    Feature(
        "residential_lookups",
        "place",
        "locations",
        (
            (pl.col("location_source") == LocationSource.GEO_LOOKUP)
            & (pl.col("network_type") == NetworkType.RESIDENTIAL)
        )
        .fill_null(value=False)
        .sum(),
        "look-ups",
        "addresses that belong to a home network: {value}",
        "no address known to belong to a home network",
        direction=1,
    ),
)
