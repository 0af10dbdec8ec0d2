"""What is written as a submission is read again, in NCMEC's order and valid."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from prioritizer.formats import (
    problems_of_order,
    read_submission,
    write_submission,
)
from prioritizer.vocabulary.enums import (
    AccountRelation,
    CaptureOf,
    CaptureType,
    IdentifierKind,
    LocationSource,
    Role,
)
from tests.builders_documents import (
    SUBMISSIONS,
    json_raw,
    protected,
    stated,
    submission,
)
from tests.builders_raws import identifier, person, raw_of, raws, said

every_submission = pytest.mark.parametrize(
    "folder", SUBMISSIONS, ids=lambda folder: folder.name
)
thorough = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150
)


def documents(raw):
    written = write_submission(raw)
    return [written.report, *written.files]


def again(raw):
    return read_submission(write_submission(raw))


def root_of(raw):
    return etree.fromstring(write_submission(raw).report)


@every_submission
def test_a_fixture_written_is_read_as_the_same_rows(folder):
    raw = read_submission(submission(folder))
    back = again(raw)
    assert back.rows == raw.rows
    assert not back.unknown
    assert not back.unreadable


@thorough
@given(raws("xml"))
def test_any_report_written_is_read_as_the_same_rows(raw):
    back = again(raw)
    assert said(back) == said(raw)
    assert not back.unknown
    assert not back.unreadable
    assert [each for one in documents(raw) for each in problems_of_order(one)] == []


def test_an_export_keeps_what_a_submission_can_say():
    raw = json_raw("03")
    back = again(raw)
    kept = ("people", "identifiers", "files")
    assert [len(back.rows[name]) for name in kept] == [
        len(raw.rows[name]) for name in kept
    ]
    assert back.report["received_at"] == raw.report["received_at"]
    assert back.report["conversation_length"] == raw.report["conversation_length"]
    assert back.report.get("ncmec_priority_code") is None


def test_the_id_the_receipt_and_the_provider_stand_beside():
    report = {
        "received_at": 0,
        "received_offset_minutes": 60,
        "esp_name": "Google",
        "esp_key": "GOOGLE",
    }
    written = write_submission(raw_of(report, files=[{"has_file_name": True}]))
    assert orjson.loads(written.sidecar) == {
        "report_id": 1,
        "received_at": "1970-01-01T01:00:00+01:00",
        "esp_name": "GOOGLE",
    }
    assert written.folder == "1"
    (file,) = written.files
    assert etree.fromstring(file).findtext("reportId") == "1"


def test_each_incident_stands_in_an_element_of_its_own():
    report = {"email_incidents": 2, "chat_incidents": 1, "conversation_length": 5}
    details = root_of(raw_of(report)).findall("internetDetails")
    assert [each[0].tag for each in details] == [
        "emailIncident",
        "emailIncident",
        "chatImIncident",
    ]
    assert [len(each.findtext(".//content")) for each in details] == [2, 2, 1]


def test_an_incident_of_which_nothing_is_said_gets_a_note_of_one_character():
    read = again(raw_of({"web_page_incidents": 1, "chat_incidents": 2})).report
    assert (read["web_page_incidents"], read["chat_incidents"]) == (1, 2)
    assert read["incident_notes_length"] == 3


def test_an_incident_that_was_not_counted_is_not_counted_when_read():
    read = again(raw_of({"is_third_party_hosted": False, "chat_incidents": 1})).report
    assert not read.get("web_page_incidents")
    assert read["is_third_party_hosted"] is False


def test_what_belongs_to_incidents_is_dealt_out_to_those_that_are_counted():
    mail = [
        {"identifier_kind": IdentifierKind.EMAIL, "identifier_key": key}
        for key in ("a@example.com", "b@example.com", "c@example.com")
    ]
    raw = raw_of({"email_incidents": 2, "incident_email_count": 3}, identifiers=mail)
    back = again(raw)
    assert back.report["email_incidents"] == 2
    assert back.report["incident_email_count"] == 3
    assert stated(back.rows["identifiers"], "identifier_key") == [
        each["identifier_key"] for each in mail
    ]


@pytest.mark.parametrize(
    ("role", "way"),
    [
        (Role.REPORTED_USER, "personOrUserReported/personOrUserReportedPerson/age"),
        (Role.VICTIM, "victim/victimPerson/age"),
        (Role.INTENDED_RECIPIENT, "intendedRecipient/intendedRecipientPerson/age"),
    ],
)
def test_personal_details_stand_in_the_element_of_the_role(role, way):
    root = root_of(raw_of(people=[person(role=role, age_years=15)]))
    assert root.findtext(way) == "15"


def test_an_associated_account_stands_below_its_owner():
    account = {"account_relation": AccountRelation.LINKED, "age_years": 40}
    raw = raw_of(
        people=[
            person(1, has_vehicle=True),
            person(2, Role.ASSOCIATED_ACCOUNT, owner_person_no=1, **account),
        ]
    )
    below = root_of(raw).find("personOrUserReported/associatedAccount")
    assert (below.get("type"), below.findtext("approximateAge")) == ("Linked", "40")


@pytest.mark.parametrize(
    ("role", "column"),
    [
        (Role.VICTIM, "is_third_party_user"),
        (Role.VICTIM, "has_vehicle"),
        (Role.INTENDED_RECIPIENT, "has_school"),
        (Role.REPORTED_USER, "has_middle_name"),
        (Role.REPORTED_USER, "is_platform_third_party"),
    ],
)
def test_what_a_submission_cannot_say_of_a_role_is_left_out(role, column):
    row = person(role=role, has_first_name=True, **{column: True})
    (read,) = again(raw_of(people=[row])).rows["people"]
    assert read["has_first_name"]
    assert not read.get(column)


def test_rows_of_which_a_submission_has_no_place_are_left_out():
    raw = raw_of(
        people=[person(has_first_name=True)],
        captures=[{"capture_of": CaptureOf.PERSON, "capture_type": CaptureType.URL}],
        locations=[{"location_source": LocationSource.NCMEC, "country": "US"}],
    )
    back = again(raw)
    assert not back.rows["captures"]
    assert not back.rows["locations"]


@pytest.mark.parametrize(
    ("stated_as", "text", "code"),
    [
        pytest.param("+13070550199", "3070550199", "+1", id="a US state"),
        pytest.param("+1 (307) 055-0199", "3070550199", "+1", id="written out"),
        pytest.param("+442079460000", "2079460000", "+44", id="another country"),
        pytest.param("+14165550123", "14165550123", "+1", id="the plan, no US area"),
        pytest.param("+1307055", "+1307055", None, id="too short for a code"),
        pytest.param("3070550199", "3070550199", None, id="not international"),
    ],
)
def test_a_telephone_number_is_written_in_two_parts_and_hashes_alike(
    stated_as, text, code
):
    raw = raw_of(
        people=[person(phone_count=1)],
        identifiers=[identifier(IdentifierKind.PHONE, stated_as)],
    )
    phone = root_of(raw).find(".//phone")
    assert (phone.text, phone.get("countryCallingCode")) == (text, code)
    before, after = (protected(each)["identifiers"] for each in (raw, again(raw)))
    same = ["identifier_key", "calling_code", "phone_state"]
    assert after.select(same).equals(before.select(same))


def test_a_country_code_that_contradicts_the_number_is_left_beside_it():
    row = identifier(IdentifierKind.PHONE, "+13070550199", calling_code=44)
    phone = root_of(raw_of(people=[person()], identifiers=[row])).find(".//phone")
    assert (phone.text, phone.get("countryCallingCode")) == ("+13070550199", "+44")


@pytest.mark.parametrize(
    "text",
    ["<b>&amp;</b>", "a & b", "\"'", "]]>", "Ünï🙂", "a\tb", "a\nb", "a\rb", "a\x85b"],
)
def test_what_xml_can_say_is_escaped(text):
    rows = [identifier(IdentifierKind.SCREEN_NAME, text)]
    (row,) = again(raw_of(people=[person()], identifiers=rows)).rows["identifiers"]
    assert row["identifier_key"] == text


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\ufffe", "\ud800"])
def test_a_character_that_xml_cannot_write_is_replaced(character):
    rows = [identifier(IdentifierKind.SCREEN_NAME, f"a{character}b")]
    (row,) = again(raw_of(people=[person()], identifiers=rows)).rows["identifiers"]
    assert row["identifier_key"] == "a\ufffdb"
