"""Which of a report's addresses lead to one place, and which come from one network."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.features.stated_states import LOOKUPS, believed_captures, of_the_user
from prioritizer.vocabulary.enums import UNLISTED

Tables = Mapping[str, pl.DataFrame]


def address_states(tables: Tables) -> pl.DataFrame:
    """Return the US states to which a report's addresses lead, and how many to each.

    An address counts once for a state, whether NCMEC looked it up, a database knows
    it, or both; one that leads to two states counts for each.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables, placed.

    Returns
    -------
    polars.DataFrame
        A row for each state of each version: `place`, `us_state` and
        `addresses`.
    """
    columns = ["place", "person_no", "us_state", "address"]
    lookups = (
        tables["locations"]
        .filter(pl.col("location_source").is_in(LOOKUPS))
        .select("place", "person_no", "us_state", "role", address="lookup_key")
    )
    captures = (
        believed_captures(tables, "network_state")
        .rename({"network_state": "us_state", "capture_key": "address"})
        .select(columns)
    )
    named = pl.concat([lookups, captures], how="diagonal").filter(
        pl.col("us_state") != UNLISTED, pl.col("address").is_not_null()
    )
    return (
        of_the_user(named, tables)
        .select("place", "us_state", "address")
        .unique()
        .group_by("place", "us_state")
        .agg(addresses=pl.len())
    )


def address_ranges(tables: Tables) -> pl.DataFrame:
    """Return the ranges of a report's addresses, and how often each was recorded.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables, placed.

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
        The document tables, placed.

    Returns
    -------
    polars.DataFrame
        A row for each system of each version: `report_id`, `version`,
        `network_number` and `addresses`.
    """
    return _recorded(
        believed_captures(tables, "network_number"), tables, "network_number"
    )


def _recorded(captures: pl.DataFrame, tables: Tables, by: str) -> pl.DataFrame:
    known = captures.filter(pl.col(by).is_not_null())
    users = of_the_user(known.select("place", "person_no", by), tables)
    return users.group_by("place", by).agg(addresses=pl.len())
