from __future__ import annotations

import json
from datetime import datetime

import pytest

from prioritizer.formats import read_le_json
from prioritizer.vocabulary.enums import (
    UNLISTED,
    EventName,
    IncidentType,
    IndustryClassification,
    PriorityCode,
    Role,
    SourceFormat,
)
from tests.builders_documents import (
    LE_JSON,
    json_raw,
    person_tree,
    read_tree,
    sizes,
    stated,
)

every_fixture = pytest.mark.parametrize("path", LE_JSON, ids=lambda path: path.stem)


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def without_nulls(node):
    if isinstance(node, dict):
        kept = {key: without_nulls(each) for key, each in node.items()}
        return {key: each for key, each in kept.items() if each is not None}
    if isinstance(node, list):
        return [without_nulls(each) for each in node if each is not None]
    return node


def with_nulls(node):
    """Return the same tree in which every object has more keys, all null."""
    if isinstance(node, dict):
        more = {"port": None, "screenName": None, "verified": None, "emails": None}
        return more | {key: with_nulls(each) for key, each in node.items()}
    return [*map(with_nulls, node), None] if isinstance(node, list) else node


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("01", {"reports": 1}, id="01 thin"),
        pytest.param("02", {"reports": 1}, id="02 thin, escalated"),
        pytest.param("10", {"reports": 1}, id="10 sparse"),
        pytest.param(
            "06",
            {"reports": 1, "people": 1, "files": 1, "captures": 7, "identifiers": 4},
            id="06 screen name, e-mail, user id, hash",
        ),
        pytest.param(
            "07",
            {"reports": 1, "people": 1, "files": 2, "captures": 2, "identifiers": 6},
            id="07 other shapes",
        ),
        pytest.param(
            "12",
            {
                "reports": 1,
                "people": 6,
                "files": 1,
                "captures": 4,
                "identifiers": 12,
                "locations": 5,
            },
            id="12 several people",
        ),
    ],
)
def test_a_fixture_has_so_many_rows(number, expected):
    assert sizes(json_raw(number)) == expected


def test_a_thin_report_says_four_things():
    report = json_raw("01").report
    assert report["incident_type"] == IncidentType.CSAM
    assert report["received_at"] == micros("2025-01-04T05:06:07Z")
    assert report["made_available_at"] == micros("2025-01-06T09:00:00Z")
    assert report["incident_at"] == micros("2025-01-03T22:15:00Z")
    assert report["source_format"] == SourceFormat.LE_JSON
    assert not any(report[name] for name in ("esp_escalated", "ncmec_priority_code"))


def test_an_escalation_is_kept_as_presence_and_length():
    report = json_raw("02").report
    assert report["esp_escalated"] is True
    assert report["esp_escalation_length"] == len("Free text of the provider.")
    assert json_raw("01").report["esp_escalated"] is False


def test_a_rich_referral_is_read_whole():
    raw = json_raw("03")
    report = raw.report
    assert (report["chat_incidents"], report["web_page_incidents"]) == (1, 0)
    assert report["conversation_length"] == 2 * len("Free text of the provider.")
    assert report["ncmec_note_length"] == len("Note one.") + len("Note two.")
    assert report["ncmec_priority_code"] == PriorityCode.TWO
    assert report["is_informational"] is False
    assert not raw.unknown
    assert not raw.unreadable


def test_captures_of_a_rich_referral_are_counted_by_what_they_are_of():
    raw = json_raw("03")
    of = stated(raw.rows["captures"], "capture_of")
    assert {each: of.count(each) for each in of} == {
        "person": 7,
        "file": 2,
        "incident": 1,
    }


def test_locations_of_a_rich_referral_name_who_says_so():
    raw = json_raw("03")
    said = stated(raw.rows["locations"], "location_source")
    assert {each: said.count(each) for each in said} == {
        "address": 2,
        "esp_estimate": 2,
        "geo_lookup": 2,
        "file_geo_lookup": 1,
    }


def test_a_viral_duplicate_keeps_its_tags_file_by_file():
    files = json_raw("04").rows["files"]
    assert stated(files, "is_viral") == [True, True, None, True]
    assert stated(files, "is_potential_meme") == [True, None, True, True]


def test_viewed_has_three_states():
    viewed = [
        stated(json_raw(number).rows["files"], "viewed_by_esp")
        for number in ("03", "06", "08")
    ]
    assert viewed == [[True, True], [False], [None]]


def test_nulls_at_every_depth_say_nothing():
    raw = json_raw("05")
    assert raw.report["incident_at"] is None
    assert raw.report["made_available_at"] is None
    assert raw.report["is_informational"] is None
    assert raw.report["recipient_count"] == raw.report["web_page_incidents"] == 0
    assert stated(raw.rows["files"], "has_file_name") == [True, True]
    assert not raw.rows["identifiers"]
    assert not raw.rows["locations"]


def test_log_ins_are_read_with_their_events_and_without_ports():
    captures = json_raw("08").rows["captures"]
    assert stated(captures, "event_name") == [EventName.LOGIN] * 4
    assert stated(captures, "port") == [None] * 4
    assert stated(captures, "is_possible_proxy") == [False, False, False, None]


def test_prior_reports_are_listed_and_places_that_differ_are_all_kept():
    raw = json_raw("11")
    (person,) = raw.rows["people"]
    assert person["prior_report_ids"] == [890000001, 890000002, 890000003]
    states = stated(raw.rows["locations"], "us_state")
    assert states == ["OR", "WA", None, "FL", None]
    (file,) = raw.rows["files"]
    assert file["industry_classification"] == IndustryClassification.B1


def test_offsets_are_kept_in_minutes_and_times_in_utc():
    raw = json_raw("12")
    assert raw.report["incident_at"] == micros("2025-06-01T15:00:00Z")
    assert raw.report["incident_offset_minutes"] == -300
    offsets = stated(raw.rows["captures"], "captured_offset_minutes")
    assert offsets == [-300, 120, -300, -300]


def test_people_stand_in_their_roles():
    roles = stated(json_raw("12").rows["people"], "role")
    assert roles == [
        *[Role.REPORTED_USER] * 2,
        *[Role.VICTIM] * 2,
        *[Role.INTENDED_RECIPIENT] * 2,
    ]


def test_what_stands_below_a_person_names_the_person():
    identifiers = json_raw("12").rows["identifiers"]
    hers = [row for row in identifiers if row["identifier_key"] == "user-120003"]
    assert stated(hers, "person_no") == [3]


@every_fixture
def test_a_null_key_reads_like_an_absent_one(path):
    tree = json.loads(path.read_text(encoding="utf-8-sig"))
    raw, without = read_tree(tree), read_tree(without_nulls(tree))
    assert raw.rows == without.rows
    assert raw.unknown == without.unknown
    assert raw.unreadable == without.unreadable


@every_fixture
def test_more_null_keys_change_no_row(path):
    tree = json.loads(path.read_text(encoding="utf-8-sig"))
    assert read_tree(with_nulls(tree)).rows == read_tree(tree).rows


@every_fixture
def test_rows_are_numbered_from_one(path):
    raw = read_le_json(path.read_bytes())
    numbers = stated(raw.rows["captures"], "capture_no")
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(
            {"sourceInformation": {"sourceCaptures": [{"value": "240.1.1.1"}]}},
            id="an address",
        ),
        pytest.param({"ipAddress": "240.1.1.1"}, id="an address of its own"),
    ],
)
def test_a_person_known_only_by_an_address_is_kept(below):
    raw = read_tree(person_tree(**below))
    assert stated(raw.rows["captures"], "capture_key") == ["240.1.1.1"]
    assert stated(raw.rows["captures"], "person_no") == [1]
    assert stated(raw.rows["people"], "role") == [Role.REPORTED_USER]


def test_a_person_known_only_by_an_estimated_place_is_kept():
    place = {"region": "WY", "countryCode": "US"}
    raw = read_tree(person_tree(espEstimatedLocations=[place]))
    assert stated(raw.rows["locations"], "us_state") == ["WY"]


def test_a_person_of_whom_nothing_is_said_is_no_row():
    assert sizes(read_tree(person_tree(id=5, firstName=None))) == {"reports": 1}


def test_a_region_of_another_country_is_no_us_state():
    place = {"region": "MA", "countryCode": "BR"}
    raw = read_tree(person_tree(espUserId="u", espEstimatedLocations=[place]))
    assert stated(raw.rows["locations"], "country") == ["BR"]
    assert raw.rows["locations"][0]["us_state"] in (None, UNLISTED)
