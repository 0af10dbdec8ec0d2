"""Where, according to whom, and whether they agree; never which place it is."""

from __future__ import annotations

import polars as pl

from prioritizer.features.wording import Group
from prioritizer.vocabulary.enums import UNLISTED, LocationSource, NetworkType, Role

_LOCATIONS = Group("place", "locations")
_STATES = Group("place", "stated_states")
_WHOSE = pl.coalesce("role", "person_role")
# What belongs to nobody, such as the place of an incident, counts as the user's.
_OF_USER = (_WHOSE == Role.REPORTED_USER).fill_null(value=True)
_HERE = "US"
# A place that no list has says too little to count as one.
_IS_COUNTRY = _OF_USER & (pl.col("country") != UNLISTED)
_LOOKUPS = [
    str(LocationSource.GEO_LOOKUP),
    str(LocationSource.FILE_GEO_LOOKUP),
    str(LocationSource.INCIDENT_GEO_LOOKUP),
]
_IS_LOOKUP = pl.col("location_source").is_in(_LOOKUPS)
_ELSEWHERE = "it may belong to another country's police"

FEATURES = (
    _LOCATIONS.count(
        "place_statements",
        _IS_COUNTRY,
        "statement of a country",
        "statements of a country",
    ),
    _LOCATIONS.count(
        "us_statements",
        _IS_COUNTRY & (pl.col("country") == _HERE),
        "statement that it is in the United States",
        "statements that it is in the United States",
    ),
    _LOCATIONS.count(
        "abroad_statements",
        _IS_COUNTRY & (pl.col("country") != _HERE),
        "statement of a country abroad",
        "statements of a country abroad",
        direction=0,
        exemption=_ELSEWHERE,
    ),
    Group("place", "captures").count(
        "abroad_captures",
        (pl.col("network_at") < pl.col("arrival_at"))
        & ~pl.col("network_country").is_in([_HERE, UNLISTED]),
        "address abroad, as a database has it",
        "addresses abroad, as a database has it",
        direction=0,
        exemption=_ELSEWHERE,
    ),
    _STATES.number(
        "agreeing_sources",
        pl.col("sources").max(),
        "source for the US state named most",
        "sources that agree on the US state named most",
        none="no US state named",
    ),
    _STATES.number(
        "conflicting_states",
        pl.len().cast(pl.Int32) - 1,
        "further US state named",
        "further US states named",
        direction=-1,
        exemption="places that conflict leave the jurisdiction open",
    ),
    _LOCATIONS.count(
        "streets",
        _OF_USER & pl.col("has_street"),
        "statement of a street",
        "statements of a street",
    ),
    _LOCATIONS.count(
        "cities",
        _OF_USER & pl.col("has_city") & ~_IS_LOOKUP,
        "statement of a city by the provider",
        "statements of a city by the provider",
    ),
    _LOCATIONS.count(
        "postal_codes",
        _OF_USER & pl.col("has_postal_code"),
        "postal code given",
        "postal codes given",
    ),
    _LOCATIONS.count(
        "verified_places",
        _OF_USER & pl.col("is_verified"),
        "place that the provider verified",
        "places that the provider verified",
    ),
    _LOCATIONS.count(
        "coordinates",
        _OF_USER & pl.col("has_coordinates"),
        "position on the map",
        "positions on the map",
    ),
    _LOCATIONS.count(
        "residential_lookups",
        _IS_LOOKUP & (pl.col("network_type") == NetworkType.RESIDENTIAL),
        "look-up that leads to a home network",
        "look-ups that lead to a home network",
    ),
    _LOCATIONS.count(
        "hosting_lookups",
        _IS_LOOKUP & (pl.col("network_type") == NetworkType.HOSTING),
        "look-up that leads to a hosting network",
        "look-ups that lead to a hosting network",
        direction=-1,
        exemption="nobody lives at a data center",
    ),
    Group("place", "reports").flag(
        "has_incident_place",
        pl.col("has_incident_place") | pl.col("has_incident_coordinates"),
        "the place of the incident is named",
        "the place of the incident is not named",
    ),
)
