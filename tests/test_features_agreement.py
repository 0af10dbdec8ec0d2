"""Whether addresses agree, worked out by hand for one report."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from prioritizer.features import CATALOGUE, compute_features
from prioritizer.vocabulary.enums import (
    UNLISTED,
    CaptureOf,
    EventName,
    LocationSource,
    Role,
)
from tests.builders import MARCH, reports, rows, tables

_HOUR = pd.Timedelta(hours=1)
ONE, TWO, THREE = b"1" * 16, b"2" * 16, b"3" * 16
CHOSEN = [
    each
    for each in CATALOGUE
    if each.table in ("address_states", "address_ranges", "address_networks")
]


def row_with(**frames: pl.DataFrame) -> pd.Series:
    return compute_features(tables(reports=reports(1), **frames), CHOSEN).iloc[0]


def captures(keys: list[bytes], **columns: object) -> pl.DataFrame:
    count = len(keys)
    about = {
        "report_id": [1] * count,
        "capture_no": list(range(1, count + 1)),
        "capture_of": [CaptureOf.PERSON] * count,
        "capture_key": keys,
        "ip_version": [4] * count,
    }
    return rows("captures", count, **about, **columns)


def lookups(keys: list[bytes | None], states: list[str], **more: object):
    count = len(keys)
    about = {
        "report_id": [1] * count,
        "location_no": list(range(1, count + 1)),
        "location_source": [LocationSource.GEO_LOOKUP] * count,
    }
    return rows("locations", count, lookup_key=keys, us_state=states, **about, **more)


def test_addresses_that_lead_to_one_state_are_counted() -> None:
    X = row_with(locations=lookups([ONE, TWO, THREE], ["TX", "WY", "WY"]))
    assert X[["agreeing_addresses", "conflicting_address_states"]].tolist() == [2, 1]


def test_an_address_that_is_looked_up_twice_counts_once() -> None:
    """By NCMEC, and by a database that was made before the report came."""
    known = captures([ONE], network_state=["WY"], network_at=[MARCH - _HOUR])
    X = row_with(locations=lookups([ONE, ONE], ["WY", "WY"]), captures=known)
    assert X[["agreeing_addresses", "conflicting_address_states"]].tolist() == [1, 0]


STATES_OF_NOBODY = [
    pytest.param({"network_at": [MARCH + _HOUR]}, id="a database of later"),
    pytest.param({"network_state": [UNLISTED]}, id="a state of no list"),
    pytest.param({"capture_key": [None]}, id="no address"),
    pytest.param({"person_no": [7]}, id="a victim's address"),
]


@pytest.mark.parametrize("changed", STATES_OF_NOBODY)
def test_what_tells_nothing_of_the_user_counts_for_no_state(changed) -> None:
    victim = rows("people", 1, person_no=[7], role=[Role.VICTIM])
    said = {"network_state": ["WY"], "network_at": [MARCH - _HOUR]}
    sure = captures([ONE], **said)
    altered = sure.with_columns(
        pl.Series(name, values, dtype=sure.schema[name])
        for name, values in changed.items()
    )
    told = [
        row_with(captures=each, people=victim)["agreeing_addresses"]
        for each in (sure, altered)
    ]
    assert told == [1, 0]


def test_what_a_look_up_says_of_whom_it_is_goes_before() -> None:
    """NCMEC names the role; the number may be that of another list."""
    people = rows("people", 1, person_no=[7], role=[Role.VICTIM])
    of_user = lookups([ONE], ["WY"], role=[Role.REPORTED_USER], person_no=[7])
    of_victim = lookups([ONE], ["WY"], role=[Role.VICTIM])
    found = [
        row_with(people=people, locations=each)["agreeing_addresses"]
        for each in (of_user, of_victim)
    ]
    assert found == [1, 0]


def test_log_ins_from_one_range_agree_though_addresses_change() -> None:
    keys = [ONE, TWO, THREE]
    X = row_with(
        captures=captures(
            keys,
            event_name=[EventName.LOGIN] * 3,
            ip_group_key=[TWO, TWO, THREE],
            network_number=[64500, 64500, 64500],
            network_at=[MARCH - _HOUR, MARCH - _HOUR, MARCH + _HOUR],
        )
    )
    assert X[["same_range_captures", "same_network_captures"]].tolist() == [2, 2]


def test_a_report_of_which_nothing_is_known_has_the_values_of_absence() -> None:
    """No table but `reports` has a row of it, not even those of history."""
    row = compute_features(tables(reports=reports(1))).iloc[0]
    for feature in CATALOGUE:
        if feature.absent is None:
            assert pd.isna(row[feature.name])
        else:
            assert row[feature.name] == np.float32(feature.absent)


def test_some_features_need_only_some_tables() -> None:
    chosen = [each for each in CATALOGUE if each.table in ("reports", "files")]
    few = {"reports": reports(2), "files": rows("files", 2, file_no=[1, 1])}
    X = compute_features(few, chosen)
    assert X["files"].tolist() == [1, 1]
