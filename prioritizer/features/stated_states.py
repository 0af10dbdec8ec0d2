"""Which US states a report names, and how many of its sources name each."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.vocabulary.enums import UNLISTED, LocationSource, Role

_OTHERS = [str(Role.VICTIM), str(Role.INTENDED_RECIPIENT)]
LOOKUPS = [
    str(LocationSource.GEO_LOOKUP),
    str(LocationSource.FILE_GEO_LOOKUP),
    str(LocationSource.INCIDENT_GEO_LOOKUP),
]
"""Sources that are look-ups of addresses."""


def stated_states(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return each US state that a report names for its reported account.

    An address, the provider's estimate, look-ups, NCMEC's analysts, the area code of
    a telephone number and a database of networks are six sources, however often each
    of them says it.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables, placed.

    Returns
    -------
    polars.DataFrame
        A row for each state of each version: `place`, `us_state` and
        `sources`, how many name it.
    """
    person = ["place", "person_no"]
    locations = tables["locations"].select(
        *person,
        "role",
        "us_state",
        source=pl.when(pl.col("location_source").is_in(LOOKUPS))
        .then(pl.lit("look-up"))
        .otherwise(pl.col("location_source").cast(pl.String)),
    )
    phones = tables["identifiers"].select(
        *person, us_state="phone_state", source=pl.lit("telephone")
    )
    networks = believed_captures(tables, "network_state").select(
        *person, us_state="network_state", source=pl.lit("network")
    )
    named = pl.concat([locations, phones, networks], how="diagonal").filter(
        pl.col("us_state") != UNLISTED
    )
    return (
        of_the_user(named, tables)
        .select("place", "us_state", "source")
        .unique()
        .group_by("place", "us_state")
        .agg(sources=pl.len())
    )


def believed_captures(tables: Mapping[str, pl.DataFrame], column: str) -> pl.DataFrame:
    """Return captures of which a database said something before the report came.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The document tables, placed.
    column : str
        What it said.
    """
    arrivals = tables["reports"].select("place", "arrival_at")
    known = tables["captures"].filter(pl.col(column).is_not_null())
    is_believed = pl.col("network_at") < pl.col("arrival_at")
    return known.join(arrivals, on="place").filter(is_believed)


def of_the_user(
    named: pl.DataFrame, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Return the rows that are not about a victim or a recipient.

    Parameters
    ----------
    named : polars.DataFrame
        Rows with the `place`, `person_no`, and `role` where that is stated.
    tables : mapping of str to polars.DataFrame
        The document tables, placed.

    Returns
    -------
    polars.DataFrame
        Those about the reported account, and those about nobody: the place of an
        incident or a file counts as the user's.
    """
    person = ["place", "person_no"]
    others = tables["people"].filter(pl.col("role").is_in(_OTHERS)).select(person)
    if "role" not in named.columns:
        return named.join(others, on=person, how="anti")
    known = named.join(others.with_columns(is_other=True), on=person, how="left")
    # What the row itself says of whom it is goes before.
    is_other = pl.coalesce(pl.col("role").is_in(_OTHERS), "is_other")
    return known.filter(~is_other.fill_null(value=False)).drop("is_other")
