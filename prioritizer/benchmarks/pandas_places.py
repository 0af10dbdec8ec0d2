"""The rival of features: places, and the US states that sources name, in pandas."""

from __future__ import annotations

import pandas as pd

from prioritizer.benchmarks.pandas_mentions import REPORT
from prioritizer.benchmarks.pandas_rows import is_true, summed
from prioritizer.vocabulary.enums import UNLISTED, LocationSource, NetworkType, Role

_HERE = "US"
_PERSON = [*REPORT, "person_no"]
_LOOKUPS = [
    LocationSource.GEO_LOOKUP,
    LocationSource.FILE_GEO_LOOKUP,
    LocationSource.INCIDENT_GEO_LOOKUP,
]
_OTHERS = [Role.VICTIM, Role.INTENDED_RECIPIENT]


def of_locations(locations: pd.DataFrame) -> pd.DataFrame:
    """Return the features of locations, by report and version.

    Parameters
    ----------
    locations : pandas.DataFrame
        The table, with the columns `person_role` and `whose`.
    """
    whose, country = locations["whose"], locations["country"]
    is_user = whose.isna() | (whose == Role.REPORTED_USER)
    is_country = is_user & country.notna() & (country != UNLISTED)
    is_lookup = locations["location_source"].isin(_LOOKUPS)
    network = locations["network_type"]
    columns = {
        "place_statements": is_country,
        "us_statements": is_country & (country == _HERE),
        "abroad_statements": is_country & (country != _HERE),
        "streets": is_user & is_true(locations["has_street"]),
        "cities": is_user & is_true(locations["has_city"]) & ~is_lookup,
        "postal_codes": is_user & is_true(locations["has_postal_code"]),
        "verified_places": is_user & is_true(locations["is_verified"]),
        "coordinates": is_user & is_true(locations["has_coordinates"]),
        "residential_lookups": is_lookup & (network == NetworkType.RESIDENTIAL),
        "hosting_lookups": is_lookup & (network == NetworkType.HOSTING),
        "victims_located": (locations["role"] == Role.VICTIM)
        | (locations["person_role"] == Role.VICTIM),
    }
    return summed(locations, columns)


def of_states(
    locations: pd.DataFrame, captures: pd.DataFrame, frames: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return how many sources agree on a state, and how many states are named.

    Parameters
    ----------
    locations, captures : pandas.DataFrame
        The tables, with the columns `person_role` and, for locations, `whose`.
    frames : dict of str to pandas.DataFrame
        The tables `identifiers` and `people`.
    """
    phones = frames["identifiers"].dropna(subset="phone_state")
    phones = phones[[*_PERSON, "phone_state"]].merge(
        frames["people"][[*_PERSON, "role"]], on=_PERSON, how="left"
    )
    networks = captures[captures["network_at"] < captures["arrival_at"]]
    sources = locations["location_source"].astype(object)
    sources = sources.mask(sources.isin(_LOOKUPS), "look-up")
    named = pd.concat(
        [
            _named(locations, "us_state", "whose").assign(source=sources),
            _named(phones, "phone_state", "role").assign(source="telephone"),
            _named(networks, "network_state", "person_role").assign(source="network"),
        ]
    ).dropna(subset="state")
    named = named[(named["state"] != UNLISTED) & ~named["whose"].isin(_OTHERS)]
    once = named.drop_duplicates([*REPORT, "state", "source"])
    sources_of = once.groupby([*REPORT, "state"]).size()
    of_report = sources_of.groupby(REPORT).agg(["max", "size"])
    return pd.DataFrame(
        {
            "agreeing_sources": of_report["max"],
            "conflicting_states": of_report["size"] - 1,
        }
    )


def of_addresses(locations: pd.DataFrame, captures: pd.DataFrame) -> pd.DataFrame:
    """Return how many addresses agree on a state, a range and a network.

    Parameters
    ----------
    locations, captures : pandas.DataFrame
        The tables, with the columns `person_role` and, for locations, `whose`.
    """
    lookups = locations[locations["location_source"].isin(_LOOKUPS)]
    ours = captures[~captures["person_role"].isin(_OTHERS)]
    believed = ours[ours["network_at"] < ours["arrival_at"]]
    led = pd.concat(
        [
            _named(lookups, "us_state", "whose").assign(address=lookups["lookup_key"]),
            _named(believed, "network_state", "person_role").assign(
                address=believed["capture_key"]
            ),
        ]
    ).dropna(subset=["state", "address"])
    led = led[(led["state"] != UNLISTED) & ~led["whose"].isin(_OTHERS)]
    once = led.drop_duplicates([*REPORT, "state", "address"])
    of_state = once.groupby([*REPORT, "state"]).size().groupby(REPORT)
    most = {
        "agreeing_addresses": of_state.max(),
        "conflicting_address_states": of_state.size() - 1,
    }
    for name, rows, by in (
        ("same_range_captures", ours, "ip_group_key"),
        ("same_network_captures", believed, "network_number"),
    ):
        most[name] = rows.groupby([*REPORT, by]).size().groupby(REPORT).max()
    return pd.DataFrame(most)


def _named(rows: pd.DataFrame, state: str, whose: str) -> pd.DataFrame:
    named = rows[[*REPORT, state, whose]].set_axis([*REPORT, "state", "whose"], axis=1)
    return named.astype({"state": object, "whose": object})
