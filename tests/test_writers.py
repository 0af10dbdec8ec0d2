"""What is written as law-enforcement JSON is read again as the same rows."""

from __future__ import annotations

import copy
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from prioritizer.formats import (
    RawReport,
    raw_reports,
    read_le_json,
    write_le_json,
)
from prioritizer.formats.plans import place_of
from prioritizer.formats.puts import moment_text
from prioritizer.tables import raw_schema_of
from prioritizer.vocabulary import DOCUMENT_TABLES, REPORTS, Reading
from prioritizer.vocabulary.enums import UNLISTED, IdentifierKind, Role
from tests.builders_documents import LE_JSON, json_raw, stated, xml_raw
from tests.builders_frames import frame_of_rows
from tests.builders_raws import identifier, person, raw_of, raws, said

every_fixture = pytest.mark.parametrize("path", LE_JSON, ids=lambda path: path.stem)
thorough = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150
)
HOUR = 3_600_000_000


def email(key, number, **columns):
    return identifier(IdentifierKind.EMAIL, key, identifier_no=number, **columns)


def tree_of(raw):
    return json.loads(write_le_json(raw))


def again(raw):
    return read_le_json(write_le_json(raw))


def rows_of(raw):
    """Rows without the one column that a writer has no text for."""
    report = {**raw.report}
    report.pop("machine_text_length", None)
    return {**raw.rows, "reports": [report]}


@every_fixture
def test_a_fixture_written_is_read_as_the_same_rows(path):
    raw = read_le_json(path.read_bytes())
    assert again(raw).rows == rows_of(raw)


@every_fixture
def test_a_fixture_written_holds_nothing_unknown_or_unreadable(path):
    back = again(read_le_json(path.read_bytes()))
    assert not back.unknown
    assert not back.unreadable


@thorough
@given(raws("json"))
def test_any_report_written_is_read_as_the_same_rows(raw):
    back = again(raw)
    assert said(back) == said(raw)
    assert not back.unknown
    assert not back.unreadable


@every_fixture
def test_what_is_left_out_and_what_says_nothing_are_written_alike(path):
    dense = read_le_json(path.read_bytes())
    sparse = RawReport(said(dense))
    assert write_le_json(sparse) == write_le_json(dense)


@every_fixture
def test_writing_leaves_the_rows_as_they_are(path):
    raw = read_le_json(path.read_bytes())
    before = copy.deepcopy(raw)
    write_le_json(raw)
    assert raw == before


@pytest.mark.parametrize("format", ["json", "xml"])
@pytest.mark.parametrize("table", DOCUMENT_TABLES[1:], ids=lambda table: table.name)
def test_each_column_that_is_read_can_be_written_somewhere(table, format):
    elements = {
        name
        for source in table.sources
        for name in getattr(source, format).rpartition("/")[2].split("|")
        if name
    }
    lost = [
        field.name
        for field in table.fields
        if getattr(field, format)
        and not any(place_of(getattr(field, format), format, each) for each in elements)
    ]
    assert lost == []


@pytest.mark.parametrize("format", ["json", "xml"])
def test_each_column_of_a_report_that_is_read_can_be_written(format):
    paths = {each.name: [*REPORTS.places(each, format)] for each in REPORTS.fields}
    lost = [
        name
        for name, places in paths.items()
        if places and place_of(places[0], format, "") is None
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("micros", "zone", "text"),
    [
        pytest.param(0, 0, "1970-01-01T00:00:00Z", id="no zone is UTC"),
        pytest.param(0, 120, "1970-01-01T02:00:00+02:00", id="east"),
        pytest.param(0, -210, "1969-12-31T20:30:00-03:30", id="west, half an hour"),
        pytest.param(1, 0, "1970-01-01T00:00:00.000001Z", id="a microsecond"),
        pytest.param(-HOUR, 0, "1969-12-31T23:00:00Z", id="before 1970"),
    ],
)
def test_a_time_is_written_in_its_zone(micros, zone, text):
    assert moment_text(micros, zone) == text


def test_an_unlisted_value_is_read_as_unlisted():
    raw = raw_of({"incident_type": UNLISTED, "esp_name": UNLISTED, "esp_key": "A <b>"})
    report = again(raw).report
    assert report["incident_type"] == report["esp_name"] == UNLISTED
    assert report["esp_key"] == "A <b>"


def test_a_stated_false_is_written_and_what_was_not_stated_is_not():
    tree = tree_of(raw_of({"is_informational": False, "esp_escalated": False}))
    assert tree == {"reportId": 1, "informational": False}


def test_notes_have_their_number_and_their_length():
    report = {"ncmec_note_count": 3, "ncmec_note_length": 1}
    read = again(raw_of(report)).report
    assert {name: read[name] for name in report} == report


def test_tags_are_the_flags_and_placeholders_for_the_rest():
    file = {"file_no": 1, "is_viral": True, "is_infant": True, "ncmec_tag_count": 5}
    (read,) = again(raw_of(files=[file])).rows["files"]
    assert {name: read[name] for name in file} == file


def test_what_is_counted_beyond_its_rows_stays_a_number():
    rows = [email("a@example.com", 1)]
    raw = again(raw_of(people=[person(email_count=3)], identifiers=rows))
    assert stated(raw.rows["people"], "email_count") == [3]
    assert stated(raw.rows["identifiers"], "identifier_key") == ["a@example.com"]


def test_one_account_stated_twice_is_counted_once():
    rows = [email("a@example.com", number) for number in (1, 2)]
    raw = again(raw_of(people=[person(email_count=1)], identifiers=rows))
    assert stated(raw.rows["people"], "email_count") == [1]
    assert len(raw.rows["identifiers"]) == 2


def test_rows_are_written_in_the_order_of_their_numbers_below_their_owner():
    rows = [
        email("c@example.com", 3, person_no=2),
        email("b@example.com", 2),
        email("a@example.com", 1),
    ]
    people = [person(2, Role.VICTIM), person(1, email_count=2)]
    read = again(raw_of(people=people, identifiers=rows)).rows["identifiers"]
    assert [each["identifier_key"][0] for each in read] == ["a", "b", "c"]
    assert stated(read, "person_no") == [1, 1, 2]


def test_accounts_that_only_a_submission_can_say_are_left_out_with_what_is_theirs():
    raw = xml_raw("rich_nearly_everything")
    people = again(raw).rows["people"]
    assert Role.ASSOCIATED_ACCOUNT in stated(raw.rows["people"], "role")
    assert stated(people, "role") == [
        Role.REPORTED_USER,
        Role.VICTIM,
        Role.INTENDED_RECIPIENT,
    ]
    keys = stated(again(raw).rows["identifiers"], "identifier_key")
    assert "user-300001" in keys
    assert "user-300099" not in keys


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", "a\x01b", "<&>", "Ünï🙂"])
def test_any_text_survives_json(text):
    raw = raw_of(people=[person()], identifiers=[email(text, 1)])
    (row,) = again(raw).rows["identifiers"]
    assert row["identifier_key"] == text


def test_what_was_said_in_a_text_is_replaced_by_as_many_neutral_letters():
    tree = tree_of(raw_of({"additional_info_length": 12}))
    (note,) = tree["reportedInformation"]["additionalInformations"]
    assert note == {"value": "x" * 12}


def test_places_are_called_as_exports_call_them():
    tree = tree_of(json_raw("03"))
    (user,) = tree["reportedInformation"]["reportedPeople"]["reportedPersons"]
    (estimate,) = user["espEstimatedLocations"]["espEstimatedLocations"]
    assert {"region", "countryCode"} < set(estimate)
    assert user["espUserId"] == "user-300001"


def frames_of(*reports, backwards=False):
    """Raw frames with several reports, those below them perhaps in another order."""
    rows = {table.name: [] for table in DOCUMENT_TABLES}
    for raw in reports:
        key = {"report_id": raw.report["report_id"], "version": 1}
        for name, below in raw.rows.items():
            rows[name] += [{**row, **key} for row in below]
    if backwards:
        rows = {name: sorted(each, key=by_report) for name, each in rows.items()}
    return {
        table.name: frame_of_rows(rows[table.name], raw_schema_of(table))
        for table in DOCUMENT_TABLES
    }


def by_report(row):
    return -row["report_id"]


@pytest.mark.parametrize("backwards", [False, True], ids=["alike", "backwards"])
def test_frames_give_their_reports_back_in_the_order_of_the_reports(backwards):
    fixtures = [read_le_json(path.read_bytes()) for path in LE_JSON]
    frames = frames_of(*fixtures, backwards=backwards)
    forward = frames_of(*fixtures)["reports"]
    given_back = [*raw_reports({**frames, "reports": forward})]
    for raw, fixture in zip(given_back, fixtures, strict=True):
        assert raw.report.pop("version") == 1
        assert raw.rows == said(fixture)


def test_frames_give_rows_that_are_written_like_those_read():
    for path in LE_JSON:
        read = read_le_json(path.read_bytes())
        (raw,) = raw_reports(frames_of(read))
        assert again(raw).rows == rows_of(read)


def test_versions_of_one_report_are_kept_apart():
    frames = frames_of(json_raw("12"))
    later = {
        name: frame.with_columns(version=2).cast(dict(frame.schema))
        for name, frame in frames.items()
    }
    both = {name: later[name].vstack(frames[name]) for name in frames}
    first, second = raw_reports(both)
    assert (first.report["version"], second.report["version"]) == (2, 1)
    assert len(first.rows["people"]) == len(second.rows["people"]) == 6


def test_rows_from_frames_leave_out_only_what_says_nothing():
    (raw,) = raw_reports(frames_of(json_raw("08")))
    values = [
        (each.reading, row[each.name])
        for table in DOCUMENT_TABLES
        for row in raw.rows[table.name]
        for each in table.fields
        if each.name in row
    ]
    silent = (Reading.STATED, Reading.COUNT, Reading.LENGTH)
    assert all(value for reading, value in values if reading in silent)
    proxies = [row.get("is_possible_proxy") for row in raw.rows["captures"]]
    assert proxies == [False, False, False, None]
    assert isinstance(raw.rows["captures"][0]["captured_at"], int)


def test_frames_without_children_are_enough():
    reports = frames_of(json_raw("01"))["reports"]
    (raw,) = raw_reports({"reports": reports})
    assert raw.rows["people"] == []


def test_many_reports_are_given_back_one_by_one():
    frame = pl.concat([frames_of(raw_of())["reports"]] * 2_500)
    ids = pl.Series("report_id", range(2_500, 0, -1))
    raws_read = raw_reports({"reports": frame.with_columns(ids)})
    assert [raw.report["report_id"] for raw in raws_read] == ids.to_list()
