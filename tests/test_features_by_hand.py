"""Features of small reports, worked out by hand."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from prioritizer.features import by_name, compute_features
from prioritizer.history import look_back
from prioritizer.vocabulary.enums import (
    EventName,
    IdentifierKind,
    IpRange,
    LocationSource,
    NetworkType,
    Role,
)
from tests.builders import MARCH, captures, reports, rows, tables

_HOUR = pd.Timedelta(hours=1)


def row_with(**frames: pl.DataFrame) -> pd.Series:
    given = tables(**{"reports": reports(1), **frames})
    known = {name: frame for name, frame in frames.items() if "history" in name}
    return compute_features({**given, **look_back(given), **known}).iloc[0]


ADDRESSES = [
    pytest.param({"ip_range": [IpRange.PUBLIC]}, 1, id="public"),
    pytest.param({"ip_range": [IpRange.CGNAT]}, 0, id="shared by its range"),
    pytest.param({"ip_range": [IpRange.CGNAT], "port": [443]}, 1, id="with its port"),
    pytest.param({"ip_range": [IpRange.PRIVATE], "port": [443]}, 0, id="private"),
    pytest.param(
        {"ip_range": [IpRange.PUBLIC], "is_possible_proxy": [True]}, 0, id="a proxy"
    ),
    pytest.param(
        {
            "ip_range": [IpRange.PUBLIC],
            "network_type": [NetworkType.HOSTING],
            "network_at": [MARCH - _HOUR],
        },
        0,
        id="a data center",
    ),
    pytest.param(
        {
            "ip_range": [IpRange.PUBLIC],
            "network_type": [NetworkType.CELLULAR],
            "network_at": [MARCH - _HOUR],
        },
        0,
        id="shared, as a database had it",
    ),
    pytest.param(
        {
            "ip_range": [IpRange.PUBLIC],
            "network_type": [NetworkType.CELLULAR],
            "network_at": [MARCH + _HOUR],
        },
        1,
        id="the database came too late",
    ),
]


@pytest.mark.parametrize(("columns", "count"), ADDRESSES)
def test_which_addresses_can_lead_to_one_subscriber(columns, count: int) -> None:
    assert row_with(captures=captures(**columns))["attributable_captures"] == count


@pytest.mark.parametrize(
    ("earlier", "port", "count"), [(49, None, 1), (50, None, 0), (50, 443, 1)]
)
def test_an_address_that_many_reports_share_needs_its_port(
    earlier: int, port: int | None, count: int
) -> None:
    seen = rows("address_history", 1, capture_no=[1], earlier_reports=[earlier])
    address = captures(ip_range=[IpRange.PUBLIC], port=[port])
    row = row_with(captures=address, address_history=seen)
    assert row["attributable_captures"] == count


def test_upload_and_log_in_are_told_apart() -> None:
    X = row_with(captures=captures(event_name=[EventName.UPLOAD, EventName.LOGIN]))
    assert (X["upload_captures"], X["login_captures"]) == (1, 1)


def test_the_ages_of_addresses_are_taken_at_arrival() -> None:
    moments = [MARCH - 30 * _HOUR, MARCH - 6 * _HOUR, None]
    X = row_with(captures=captures(captured_at=moments))
    assert (X["newest_capture_hours"], X["oldest_capture_hours"]) == (6, 30)
    assert (X["dated_captures"], X["recent_captures"]) == (2, 2)


def test_no_address_counts_as_the_oldest_one() -> None:
    X = row_with()
    assert X["newest_upload_hours"] == by_name()["newest_upload_hours"].absent
    assert X["oldest_capture_hours"] == 0


def test_three_states_of_viewed_stay_three() -> None:
    files = rows(
        "files",
        3,
        report_id=[1, 1, 1],
        file_no=[1, 2, 3],
        viewed_by_esp=[True, False, None],
    )
    X = row_with(files=files)
    names = ["files", "viewed_files", "view_stated_files", "new_file_count"]
    assert X[names].tolist() == [3, 1, 2, 3]


def test_a_clock_that_runs_backwards_gives_no_delay_and_is_told() -> None:
    late = reports(1, incident_at=[MARCH + 48 * _HOUR])
    X = row_with(reports=late)
    assert np.isnan(X["receipt_delay_hours"])
    assert X["clock_errors"] == 1


def test_only_victims_ages_are_read() -> None:
    people = rows(
        "people",
        4,
        report_id=[1] * 4,
        person_no=[1, 2, 3, 4],
        role=[Role.REPORTED_USER, Role.VICTIM, Role.VICTIM, Role.VICTIM],
        age_years=[12, 14, 17, 30],
    )
    X = row_with(people=people)
    names = ("victims_under_13", "victims_13_to_15", "victims_16_to_17")
    assert [X[name] for name in names] == [0, 1, 1]
    assert X["victims_stated_adult"] == 1
    assert X["victims_with_age"] == 3


def locations(sources: list[LocationSource], **columns: object) -> pl.DataFrame:
    count = len(sources)
    about = {"report_id": [1] * count, "location_no": list(range(count))}
    return rows("locations", count, location_source=sources, **about, **columns)


def test_sources_agree_and_conflict_over_the_state() -> None:
    """Two statements of one source are one; a telephone's area is another."""
    places = locations(
        [LocationSource.ADDRESS, LocationSource.ADDRESS, LocationSource.GEO_LOOKUP],
        us_state=["WY", "WY", "TX"],
    )
    phone = rows(
        "identifiers",
        1,
        identifier_no=[1],
        identifier_kind=[IdentifierKind.PHONE],
        phone_state=["WY"],
    )
    X = row_with(locations=places, identifiers=phone)
    assert (X["agreeing_sources"], X["conflicting_states"]) == (2, 1)


def test_a_victim_s_place_is_not_the_user_s() -> None:
    people = rows("people", 1, person_no=[7], role=[Role.VICTIM])
    place = locations(
        [LocationSource.ADDRESS], us_state=["WY"], country=["US"], person_no=[7]
    )
    X = row_with(people=people, locations=place)
    assert X["victims_located"] == 1
    names = ["agreeing_sources", "place_statements", "us_statements"]
    assert X[names].tolist() == [0, 0, 0]


def test_a_listed_report_counts_once_and_the_report_itself_never() -> None:
    people = rows(
        "people",
        2,
        report_id=[1, 1],
        person_no=[1, 2],
        role=[Role.REPORTED_USER] * 2,
        prior_report_ids=[[1, 8, 8], [8, 9]],
    )
    assert row_with(people=people)["listed_prior_reports"] == 2
    alone = people.head(1).with_columns(prior_report_ids=pl.lit([1]))
    assert row_with(people=alone)["listed_prior_reports"] == 0


@pytest.mark.parametrize(
    ("available", "processed", "is_heard"),
    [
        (MARCH, None, True),
        (MARCH, MARCH - _HOUR, True),
        (MARCH, MARCH + _HOUR, False),
        (None, None, False),
        (None, MARCH - _HOUR, True),
    ],
)
def test_analysts_are_heard_only_from_when_they_spoke(
    available, processed, is_heard: bool
) -> None:
    """Where only NCMEC's receipt is known, what has no date was said later."""
    said = reports(
        1,
        is_informational=[True],
        made_available_at=[available],
        processed_at=[processed],
    )
    assert row_with(reports=said)["is_informational"] == is_heard


def test_the_days_since_the_last_linked_report_are_counted() -> None:
    two = reports(2, arrival_at=[MARCH, MARCH + 36 * _HOUR])
    shared = rows(
        "identifiers",
        2,
        identifier_no=[1, 1],
        identifier_kind=[IdentifierKind.EMAIL] * 2,
        identifier_key=[b"k" * 16] * 2,
    )
    given = tables(reports=two, identifiers=shared)
    X = compute_features({**given, **look_back(given)})
    assert np.isnan(X["last_linked_days"].iloc[0])
    assert X["last_linked_days"].iloc[1] == 1.5


@pytest.mark.parametrize(
    ("actions", "record"), [(0, -0.25), (100, 0.0), (200, 0.25)], ids=str
)
def test_a_provider_s_record_is_its_distance_from_all(actions, record) -> None:
    """200 outcomes in this regime, where half of all 400 led to action."""
    history = rows(
        "provider_history",
        1,
        provider_reports=[300],
        provider_escalated=[0],
        provider_registration_times=[0],
        provider_outcomes=[200],
        provider_actions=[actions],
        provider_regime_outcomes=[200],
        provider_regime_actions=[actions],
        regime_outcomes=[400],
        regime_actions=[200],
    )
    assert row_with(provider_history=history)["provider_record"] == record


def test_nothing_known_of_a_provider_is_no_record() -> None:
    row = row_with()
    assert np.isnan(row["provider_record"])
    assert row["escalation_rarity"] == 0
    escalated = row_with(reports=reports(1, esp_escalated=[True]))
    assert escalated["escalation_rarity"] == 1


@pytest.mark.parametrize("hours", [0, 1, 900])
def test_no_feature_believes_a_database_made_after_arrival(hours: int) -> None:
    """Nor one of the same moment: of no column of what it says."""
    said = captures(
        ip_range=[IpRange.PUBLIC],
        network_country=["IE"],
        network_state=["WY"],
        network_type=[NetworkType.HOSTING],
        is_network_proxy=[True],
        network_number=[64_500],
        network_at=[MARCH + hours * _HOUR],
    )
    silent = said.with_columns(
        pl.lit(None, dtype=said.schema[name]).alias(name)
        for name in said.columns
        if "network" in name
    )
    pd.testing.assert_series_equal(row_with(captures=said), row_with(captures=silent))
    known = said.with_columns(network_at=pl.lit(MARCH - _HOUR))
    names = ["abroad_captures", "hosting_captures", "proxy_captures"]
    assert row_with(captures=known)[names].tolist() == [1, 1, 1]


def test_a_file_that_came_after_the_report_has_no_time() -> None:
    times = [MARCH - 5 * _HOUR, MARCH + _HOUR]
    two = rows("files", 2, report_id=[1, 1], file_no=[1, 2], uploaded_at=times)
    X = row_with(files=two)
    assert (X["newest_file_hours"], X["dated_files"]) == (5, 1)
    late = row_with(files=two.filter(pl.col("file_no") == 2))
    absent = by_name()["newest_file_hours"].absent
    assert (late["newest_file_hours"], late["dated_files"]) == (absent, 0)


def test_files_that_an_earlier_report_had_are_not_new() -> None:
    """Of the two files of the second report one came before."""
    files = rows("files", 3, report_id=[1, 2, 2], file_no=[1, 1, 2])
    hashes = rows(
        "identifiers",
        3,
        report_id=[1, 2, 2],
        identifier_no=[1, 1, 2],
        file_no=[1, 1, 2],
        identifier_kind=[IdentifierKind.FILE_HASH] * 3,
        identifier_key=[b"k" * 16, b"k" * 16, b"o" * 16],
    )
    given = tables(reports=reports(2), files=files, identifiers=hashes)
    X = compute_features({**given, **look_back(given)})
    assert X["new_file_count"].tolist() == [1, 1]
    assert X["known_file_count"].tolist() == [0, 1]
