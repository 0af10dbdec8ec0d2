"""What was not known on arrival, and numbers that the definitions state."""

import pandas as pd
import polars as pl
import pytest

from prioritizer.explain.reasons import words_for
from prioritizer.features import by_name, compute_features
from prioritizer.history import look_back
from prioritizer.queues import urgent_signals
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    EventName,
    IdentifierKind,
    IpRange,
    LocationSource,
    PriorityCode,
    Role,
)
from prioritizer.vocabulary.regimes import REGIMES
from tests.builders import MARCH, captures, reports, rows, tables

_HOUR = pd.Timedelta(hours=1)
_KEY = b"k" * 16


def X_of(**frames: pl.DataFrame) -> pd.DataFrame:
    given = tables(**frames)
    return compute_features({**given, **look_back(given)})


def test_what_analysts_finished_after_arrival_is_no_feature_and_still_urgent() -> None:
    """The lane sees it, for it is there now; the score is as of arrival."""
    given = reports(
        3,
        processed_at=[MARCH - _HOUR, MARCH + _HOUR, MARCH + 9 * _HOUR],
        ncmec_priority_code=[PriorityCode.ONE] * 3,
        is_informational=[True] * 3,
    )
    places = rows(
        "locations",
        3,
        location_no=[1] * 3,
        location_source=[LocationSource.NCMEC] * 3,
        us_state=["WY"] * 3,
    )
    X = X_of(reports=given, locations=places)
    assert X["is_informational"].tolist() == [1, 1, 0]
    assert X["ncmec_priority_code"].isna().tolist() == [False, False, True]
    assert X["agreeing_sources"].tolist() == [1, 1, 0]
    assert (urgent_signals(given) != "").all()


def uploads(**columns: object) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    upload = {"event_name": [EventName.UPLOAD] * count}
    return captures(**upload, ip_range=[IpRange.PUBLIC] * count, **columns)


def test_a_victim_s_addresses_do_not_lead_to_the_user() -> None:
    people = rows(
        "people",
        2,
        report_id=[1, 1],
        person_no=[1, 2],
        role=[Role.VICTIM, Role.REPORTED_USER],
    )
    both = uploads(person_no=[1, 1, 2, None])
    row = X_of(reports=reports(1), people=people, captures=both).iloc[0]
    assert row["attributable_uploads"] == row["upload_captures"] == 2
    assert row["victim_captures"] == 2


def test_old_is_not_never_and_now_is_not_nothing() -> None:
    then = [MARCH - 12 * 8_760 * _HOUR]
    old = X_of(reports=reports(1), captures=uploads(captured_at=then)).iloc[0]
    now = X_of(reports=reports(1), captures=uploads(captured_at=[MARCH])).iloc[0]
    words = {
        name: words_for(by_name()[name], float(row[name]))
        for name, row in (("newest_upload_hours", old), ("oldest_capture_hours", now))
    }
    assert "more than a year old" in words["newest_upload_hours"]
    assert "oldest address of the day before" in words["oldest_capture_hours"]


def test_an_average_record_is_not_an_unknown_one() -> None:
    record = by_name()["provider_record"]
    assert "as often" in words_for(record, 0.0)
    assert "nothing is known" in words_for(record, None)


def test_a_hash_of_no_file_is_no_new_file_less() -> None:
    shared = rows(
        "identifiers",
        2,
        identifier_no=[1, 1],
        identifier_kind=[IdentifierKind.FILE_HASH] * 2,
        identifier_key=[_KEY] * 2,
        file_no=[1, 1],
    )
    X = X_of(reports=reports(2), identifiers=shared)
    assert X["new_file_count"].tolist() == [0, 0]


CUTS = [
    pytest.param("identifiers", IdentifierKind.EMAIL, 1000, id="account"),
    pytest.param("identifiers", IdentifierKind.SCREEN_NAME, 50, id="screen name"),
    pytest.param("identifiers", IdentifierKind.DISPLAY_NAME, 50, id="name"),
    pytest.param("captures", CaptureType.DEVICE_ID, 100, id="device"),
    pytest.param("captures", CaptureType.IP_ADDRESS, 50, id="address"),
]


@pytest.mark.parametrize(("table", "kind", "cut"), CUTS)
def test_a_key_is_cut_from_as_many_earlier_reports_as_stated(
    table: str, kind: str, cut: int
) -> None:
    count, singular = cut + 2, table.removesuffix("s")
    shared = {
        f"{singular}_no": [1] * count,
        f"{singular}_{'kind' if table == 'identifiers' else 'type'}": [kind] * count,
        f"{singular}_key": [_KEY] * count,
    }
    if table == "captures":
        shared["capture_of"] = [CaptureOf.PERSON] * count
    if kind == CaptureType.IP_ADDRESS:
        shared["ip_version"] = [4] * count
    given = {"reports": reports(count), table: rows(table, count, **shared)}
    links = look_back(tables(**given))["links"]
    assert links["cut_keys"].to_list() == [0] * cut + [1, 1]


def test_a_group_of_addresses_is_cut_at_fifty() -> None:
    shared = rows(
        "captures",
        52,
        capture_no=[1] * 52,
        capture_of=[CaptureOf.PERSON] * 52,
        ip_group_key=[_KEY] * 52,
    )
    links = look_back(tables(reports=reports(52), captures=shared))["links"]
    assert links["cut_keys"].to_list() == [0] * 50 + [1, 1]
    assert links["group_matches"].to_list() == [*range(50), 0, 0]


def test_a_burst_is_seven_days_to_the_moment() -> None:
    days = [0.0, 7.0, 14.0001]
    arrivals = [MARCH + pd.Timedelta(days=each) for each in days]
    shared = rows(
        "identifiers",
        3,
        identifier_no=[1] * 3,
        identifier_kind=[IdentifierKind.EMAIL] * 3,
        identifier_key=[_KEY] * 3,
    )
    given = tables(reports=reports(3, arrival_at=arrivals), identifiers=shared)
    assert look_back(given)["links"]["burst_reports"].to_list() == [0, 1, 0]


def test_a_regime_begins_with_its_first_moment() -> None:
    begin = pd.Timestamp(REGIMES[-1][0])
    arrivals = [begin, begin + _HOUR, begin + 2 * _HOUR]
    known = rows(
        "outcomes",
        1,
        case_status=["Arrest"],
        decided_at=[begin + _HOUR],
        known_at=[begin + _HOUR],
    )
    three = reports(3, arrival_at=arrivals, esp_key=[_KEY] * 3)
    history = look_back(tables(reports=three, outcomes=known))["provider_history"]
    assert history["provider_regime_outcomes"].to_list() == [0, 0, 1]


def test_nothing_is_known_of_a_report_before_it_is_there() -> None:
    shared = rows(
        "identifiers",
        2,
        identifier_no=[1] * 2,
        identifier_kind=[IdentifierKind.EMAIL] * 2,
        identifier_key=[_KEY] * 2,
    )
    early = rows(
        "outcomes",
        1,
        case_status=["Arrest"],
        decided_at=[MARCH - 99 * _HOUR],
        known_at=[MARCH - 99 * _HOUR],
    )
    given = tables(reports=reports(2), identifiers=shared, outcomes=early)
    assert look_back(given)["links"]["linked_acted_at"].to_list()[1] == MARCH


def test_times_of_one_moment_are_in_order() -> None:
    same = reports(1, incident_at=[MARCH], made_available_at=[MARCH])
    row = X_of(reports=same, captures=uploads(captured_at=[MARCH])).iloc[0]
    assert (row["clock_errors"], row["future_captures"]) == (0, 0)
    assert row["dated_captures"] == 1
