"""Which of a report's addresses lead to one place, and which come from one network."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.features.stated_states import LOOKUPS, of_the_user
from prioritizer.vocabulary.enums import UNLISTED

_REPORT = ["report_id", "version"]
_BELIEVED = pl.col("network_at") < pl.col("arrival_at")
Tables = Mapping[str, pl.DataFrame]

STATES_READ = {
    "locations": ("us_state", "location_source", "lookup_key", "role"),
    "captures": ("capture_key", "network_state", "network_at", "person_no"),
    "people": ("role",),
    "reports": ("arrival_at",),
}
"""From which columns of which tables `address_states` is made."""

RANGES_READ = {"captures": ("ip_group_key", "person_no"), "people": ("role",)}
"""The same for `address_ranges`."""

NETWORKS_READ = {
    "captures": ("network_number", "network_at", "person_no"),
    "people": ("role",),
    "reports": ("arrival_at",),
}
"""The same for `address_networks`."""


def address_states(tables: Tables) -> pl.DataFrame:
    """Return the US states to which a report's addresses lead, and how many to each.

    An address counts once for a state, whether NCMEC looked it up, a database knows
    it, or both; one that leads to two states counts for each.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables.

    Returns
    -------
    polars.DataFrame
        A row for each state of each version: `report_id`, `version`, `us_state` and
        `addresses`.
    """
    columns = [*_REPORT, "person_no", "us_state", "address"]
    lookups = (
        tables["locations"]
        .filter(pl.col("location_source").is_in(LOOKUPS))
        .select(*_REPORT, "person_no", "us_state", "role", address="lookup_key")
    )
    captures = (
        _believed(tables, "network_state")
        .rename({"network_state": "us_state", "capture_key": "address"})
        .select(columns)
    )
    named = pl.concat([lookups, captures], how="diagonal").filter(
        pl.col("us_state") != UNLISTED, pl.col("address").is_not_null()
    )
    return (
        of_the_user(named, tables)
        .select(*_REPORT, "us_state", "address")
        .unique()
        .group_by(*_REPORT, "us_state")
        .agg(addresses=pl.len())
    )


def address_ranges(tables: Tables) -> pl.DataFrame:
    """Return the ranges of a report's addresses, and how often each was recorded.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables.

    Returns
    -------
    polars.DataFrame
        A row for each /24 or /64 of each version: `report_id`, `version`,
        `ip_group_key` and `addresses`.
    """
    return _recorded(tables["captures"], tables, "ip_group_key")


def address_networks(tables: Tables) -> pl.DataFrame:
    """Return the autonomous systems that announce a report's addresses.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables.

    Returns
    -------
    polars.DataFrame
        A row for each system of each version: `report_id`, `version`,
        `network_number` and `addresses`.
    """
    return _recorded(_believed(tables, "network_number"), tables, "network_number")


def _believed(tables: Tables, column: str) -> pl.DataFrame:
    """Return captures of which a database said something before the report came."""
    arrivals = tables["reports"].select(*_REPORT, "arrival_at")
    known = tables["captures"].filter(pl.col(column).is_not_null())
    return known.join(arrivals, on=_REPORT).filter(_BELIEVED)


def _recorded(captures: pl.DataFrame, tables: Tables, by: str) -> pl.DataFrame:
    known = captures.filter(pl.col(by).is_not_null())
    users = of_the_user(known.select(*_REPORT, "person_no", by), tables)
    return users.group_by(*_REPORT, by).agg(addresses=pl.len())
