from __future__ import annotations

import codecs
import json

import pytest

from prioritizer.errors import DocumentError
from prioritizer.formats import read_le_json
from prioritizer.vocabulary.enums import UNLISTED, CaptureType, EventName, PriorityCode
from tests.builders_documents import (
    RECEIVED,
    capture_tree,
    json_raw,
    json_tree,
    kinds,
    person_tree,
    read_tree,
    stated,
    thin_tree,
)


def test_a_mark_at_the_start_and_upper_case_events_are_understood():
    raw = json_raw("06")
    events = stated(raw.rows["captures"], "event_name")
    assert events[:6] == [
        EventName.REGISTRATION,
        EventName.LOGIN,
        EventName.PURCHASE,
        EventName.UPLOAD,
        EventName.OTHER,
        EventName.UNKNOWN,
    ]
    assert raw.report["ncmec_priority_code"] == PriorityCode.ESP_CHANNEL


def test_other_shapes_come_to_the_same_rows():
    raw = json_raw("07")
    assert raw.report["report_id"] == 900000007
    assert kinds(raw) == {
        "email": 2,
        "screen_name": 1,
        "esp_user_id": 1,
        "file_hash": 2,
    }
    assert stated(raw.rows["people"], "screen_name_count") == [1]
    assert raw.report["incident_notes_length"] == 2 * len("Note one.")
    assert not raw.unknown


@pytest.mark.parametrize(
    "person",
    [
        pytest.param({"screenName": "a"}, id="a plain text"),
        pytest.param({"screenName": {"value": "a"}}, id="an object"),
        pytest.param({"screenNames": {"screenNames": [{"value": "a"}]}}, id="a list"),
        pytest.param({"screenNames": [{"value": "a"}]}, id="a bare list"),
        pytest.param({"screenNames": ["a"]}, id="a bare list of texts"),
    ],
)
def test_a_screen_name_is_found_in_every_shape(person):
    raw = read_tree(person_tree(**person))
    assert stated(raw.rows["people"], "screen_name_count") == [1]
    assert stated(raw.rows["identifiers"], "identifier_key") == ["a"]


def test_unknown_names_are_counted_and_unlisted_values_said_to_be_so():
    raw = json_raw("09")
    assert raw.unknown["schemaHint"] == raw.unknown["futureBlock"] == 1
    # What stands inside an unknown element is not looked at.
    assert raw.unknown["someFutureFlag"] == 0
    assert raw.unknown["futureField"] == 11
    assert raw.unlisted["reports.esp_name"] == 1
    assert raw.report["esp_name"] == raw.report["referral_type"] == UNLISTED
    events = stated(raw.rows["captures"], "event_name")
    assert events == [UNLISTED, None]
    assert raw.rows["captures"][1]["capture_type"] == CaptureType.UNLISTED


def test_a_value_that_cannot_be_read_is_counted_by_its_column():
    raw = read_tree(capture_tree(value="240.1.1.1", port=70_000))
    assert stated(raw.rows["captures"], "port") == [None]
    assert raw.unreadable == {"captures.port": 1}


def test_a_naive_time_is_counted_and_not_guessed():
    raw = read_tree(thin_tree(dateReceived="2026-03-01T08:00:00"))
    assert raw.report["received_at"] is None
    assert raw.unreadable["reports.received_at"] == 1


@pytest.mark.parametrize(
    ("content", "match"),
    [
        pytest.param(b"{", "not valid JSON", id="cut off"),
        pytest.param(b"", "not valid JSON", id="empty"),
        pytest.param(b'{"reportId": NaN}', "not valid JSON", id="not a number"),
        pytest.param(b"[]", "does not hold one report", id="a list"),
        pytest.param(b'"x"', "does not hold one report", id="a text"),
        pytest.param(b"{}", "no id", id="no id"),
        pytest.param(b'{"reportId": "R-1"}', "no id", id="not digits"),
        pytest.param(b'{"reportId": 0}', "no id", id="zero"),
        pytest.param(b'{"reportId": null}', "no id", id="a null id"),
    ],
)
def test_a_document_that_is_no_report_is_refused(content, match):
    with pytest.raises(DocumentError, match=match):
        read_le_json(content)


def test_lists_in_lists_are_read_or_refused_and_never_crash():
    content = b'{"reportId":1,"childVictims":1,"reportedInformation":' + b"[" * 1010
    try:
        raw = read_le_json(content + b"]" * 1010 + b"}")
    except DocumentError as problem:
        raw = problem
    assert raw is not None


def test_the_mark_at_the_start_may_be_there_or_not():
    content = json.dumps(json_tree("01")).encode()
    marked = read_le_json(codecs.BOM_UTF8 + content)
    assert marked.rows == read_le_json(content).rows


def test_a_name_that_could_be_somebodys_is_counted_and_not_repeated():
    tree = thin_tree(**{"3070551234": 1, "a b": 1, "x" * 65: 1, "é": 1})
    assert read_tree(tree).unknown == {"(odd name)": 4}


def test_keys_that_are_values_are_counted_and_not_named():
    raw = read_tree(person_tree(espUserId="u", screenNames={"janedoe": "x"}))
    assert raw.unknown == {"(odd name)": 1}


def test_an_unknown_key_beside_known_ones_is_named():
    raw = read_tree(person_tree(espUserId="u", futureField=1, otherField={"a": 1}))
    assert raw.unknown == {"futureField": 1, "otherField": 1}


def test_an_object_where_a_value_should_stand_is_not_lost_in_silence():
    summary = {"incidentDateTime": {"start": RECEIVED, "end": RECEIVED}}
    raw = read_tree(thin_tree(reportedInformation={"incidentSummary": summary}))
    assert raw.report.get("incident_at") is None
    assert raw.unknown == {"(odd name)": 2}


def test_earlier_reports_that_cannot_be_read_are_counted():
    ids = ["5", "R-6", None, "seven"]
    raw = read_tree(person_tree(priorCybertipReports=ids))
    assert raw.rows["people"][0]["prior_report_ids"] == [5]
    assert raw.unreadable == {"people.prior_report_ids": 2}


@pytest.mark.parametrize(
    "text",
    [
        '{"reportId": 12, "reportId": 13}',
        '{"reportId": 12, "report\\u0049d": 13}',
        '{"\\u0072eportId": 12, "reportId": 13}',
        '{"reportId": [12, 13]}',
    ],
)
def test_a_report_that_names_two_ids_is_refused(text):
    with pytest.raises(DocumentError, match="more than once"):
        read_le_json(text.encode())


def test_an_id_that_stands_twice_elsewhere_is_no_second_id():
    tree = thin_tree(additionalNcmecInformation={"reportId": 7, "a": {"reportId": 8}})
    assert read_tree(tree).report["report_id"] == 1
