from __future__ import annotations

import base64
import re
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.errors import DocumentError
from prioritizer.formats import Submission, read_submission
from prioritizer.vocabulary.enums import (
    UNLISTED,
    AccountRelation,
    BatchReason,
    DetailType,
    FileRelevance,
    Role,
    SourceFormat,
)
from tests.builders_documents import (
    SUBMISSIONS,
    THIN_XML,
    kinds,
    read_xml,
    sizes,
    stated,
    submission,
    xml_raw,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("thin_mandatory_only", {"reports": 1}, id="thin"),
        pytest.param(
            "rich_nearly_everything",
            {
                "reports": 1,
                "people": 6,
                "files": 2,
                "captures": 14,
                "identifiers": 34,
                "locations": 7,
            },
            id="rich",
        ),
        pytest.param(
            "six_other_incident_kinds",
            {"reports": 1, "captures": 2, "identifiers": 4, "locations": 1},
            id="six incidents",
        ),
        pytest.param(
            "elements_out_of_order",
            {
                "reports": 1,
                "people": 2,
                "files": 1,
                "captures": 1,
                "identifiers": 6,
                "locations": 1,
            },
            id="out of order",
        ),
    ],
)
def test_a_fixture_has_so_many_rows(name, expected):
    assert sizes(xml_raw(name)) == expected


def test_a_rich_submission_is_read_whole():
    raw = xml_raw("rich_nearly_everything")
    assert raw.report["report_id"] == 910000003
    assert raw.report["source_format"] == SourceFormat.SUBMISSION_XML
    assert raw.report["esp_name"] == raw.report["esp_key"] == "Provider 003"
    assert raw.report["incident_offset_minutes"] == -7 * 60
    assert raw.report["foreign_agency_country"] == "CA"
    assert raw.report["is_served_foreign_process"] is False
    assert raw.report["url_count"] == 2
    assert not raw.unknown
    assert not raw.unreadable


def test_identifiers_of_a_rich_submission_are_counted_by_kind():
    assert kinds(xml_raw("rich_nearly_everything")) == {
        "email": 7,
        "phone": 4,
        "screen_name": 4,
        "display_name": 5,
        "esp_user_id": 5,
        "profile_url": 3,
        "group": 3,
        "file_hash": 3,
    }


def test_associated_accounts_name_whose_they_are():
    people = xml_raw("rich_nearly_everything").rows["people"]
    accounts = [row for row in people if row["role"] == Role.ASSOCIATED_ACCOUNT]
    assert stated(accounts, "owner_person_no") == [1, 1, 4]
    assert stated(accounts, "account_relation") == [
        AccountRelation.LINKED,
        AccountRelation.GUARDIAN,
        AccountRelation.OTHER,
    ]


def test_the_relation_of_an_account_has_two_spellings():
    people = xml_raw("unknown_annotations_and_elements").rows["people"]
    assert people[1]["account_relation"] == AccountRelation.LINKED


def test_contact_details_come_from_attributes():
    phone = '<phone countryCallingCode="+1" extension="9" verified="true">307</phone>'
    raw = read_xml(
        "<victim><victimPerson>" + phone + "</victimPerson></victim>",
        sidecar={"report_id": 1},
    )
    (row,) = raw.rows["identifiers"]
    assert row["calling_code"] == 1
    assert row["has_extension"] is True
    assert row["is_verified"] is True


def test_an_empty_flag_is_a_true_flag():
    folder = next(path for path in SUBMISSIONS if path.name == "flags_empty_and_true")
    given = submission(folder)
    full = re.compile(rb"<(sextortion|minorToMinorInteraction|viral|generativeAi)\s*/>")
    other = replace(
        given,
        report=full.sub(rb"<\1>true</\1>", given.report),
        files=tuple(full.sub(rb"<\1>true</\1>", content) for content in given.files),
    )
    assert other != given
    assert read_submission(other) == read_submission(given)


def test_flags_are_true_or_not_stated():
    raw = xml_raw("flags_empty_and_true")
    names = ("is_sextortion", "is_solicitation", "is_minor_to_minor", "is_spam")
    assert [raw.report[name] for name in names] == [True, True, True, None]
    files = raw.rows["files"]
    assert stated(files, "is_viral") == [True, None]
    assert stated(files, "viewed_by_esp") == [True, None]


def test_a_meme_is_flagged_in_either_of_two_places():
    raw = xml_raw("rich_but_viral")
    assert stated(raw.rows["files"], "is_potential_meme") == [True, None, True]
    assert raw.report["batch_reason"] == BatchReason.VIRAL_POTENTIAL_MEME
    relevance = stated(raw.rows["files"], "file_relevance")
    assert relevance == [FileRelevance.REPORTED, None, None]


def test_details_are_counted_wherever_their_type_stands():
    files = xml_raw("hash_type_two_places").rows["files"]
    assert stated(files, "file_detail_count") == [2, 2]


@pytest.mark.parametrize("kind", DetailType)
@pytest.mark.parametrize("details", ["{0}><nameValuePair", "><nameValuePair{0}"])
def test_a_type_tells_hashes_from_exif_wherever_it_stands(kind, details):
    start = "<details" + details.format(f' type="{kind}"')
    pair = "<name>Placeholder 1</name><value>Placeholder 1</value>"
    raw = read_xml("", f"{start}>{pair}</nameValuePair></details>")
    (row,) = raw.rows["files"]
    assert row["file_detail_count"] == 1
    assert bool(row["has_exif_details"]) is (kind is DetailType.EXIF)
    assert bool(row["has_hash_details"]) is (kind is DetailType.HASH)
    assert not raw.unknown


def test_a_doubt_about_an_age_is_read():
    doubt = "<age>15</age><ageAssertionDiscrepancy>true</ageAssertionDiscrepancy>"
    raw = read_xml(f"<victim><victimPerson>{doubt}</victimPerson></victim>")
    assert stated(raw.rows["people"], "has_age_discrepancy") == [True]
    assert not raw.unknown


@pytest.mark.parametrize(
    ("flag", "column"),
    [
        ("potentialAggravatingFactors", "is_aggravated"),
        ("instrumentalUse", "is_instrumental_use"),
    ],
)
def test_a_later_flag_of_a_report_is_read(flag, column):
    inside = f"<reportAnnotations><{flag}/></reportAnnotations>"
    raw = read_xml(f"<incidentSummary>{inside}</incidentSummary>")
    assert raw.report[column] is True
    assert not raw.unknown


def test_unknown_elements_and_attributes_are_counted_by_name():
    raw = xml_raw("unknown_annotations_and_elements")
    assert raw.unknown == {
        "someFutureElement": 5,
        "someFutureFlag": 2,
        "anotherFutureFlag": 1,
        "someFutureIncident": 1,
        "someFutureBlock": 1,
        "@someFutureAttribute": 2,
    }
    assert stated(raw.rows["captures"], "event_name") == [UNLISTED]


@pytest.mark.parametrize(
    ("files", "sidecar", "folder", "expected"),
    [
        pytest.param(
            [b"<reportId>2</reportId>"], b'{"report_id":2}', "4", 2, id="file"
        ),
        pytest.param([b"<fileId>f</fileId>"], b'{"report_id":3}', "4", 3, id="sidecar"),
        pytest.param([], b'{"report_id":"3"}', "4", 3, id="sidecar, in digits"),
        pytest.param([], b"{}", "4", 4, id="folder"),
        pytest.param([], None, "4", 4, id="folder, without a sidecar"),
        pytest.param([], b'{"report_id":null}', "4", 4, id="a null is no id"),
        pytest.param([b"<reportId/>"], b'{"report_id":3}', "4", 3, id="nor is empty"),
    ],
)
def test_the_id_is_looked_for_in_order(files, sidecar, folder, expected):
    contents = tuple(b"<fileDetails>" + each + b"</fileDetails>" for each in files)
    raw = read_submission(Submission(THIN_XML, contents, sidecar, folder))
    assert raw.report["report_id"] == expected


@pytest.mark.parametrize(
    ("sidecar", "folder"),
    [
        pytest.param(None, "march", id="a folder with a name"),
        pytest.param(None, "", id="no folder"),
        pytest.param(b'{"report_id":"R-1"}', "4", id="a sidecar with another number"),
    ],
)
def test_a_submission_without_an_id_is_refused(sidecar, folder):
    with pytest.raises(DocumentError, match="no id that is a whole number"):
        read_submission(Submission(THIN_XML, (), sidecar, folder))


@pytest.mark.parametrize("sidecar", [b"[]", b"{", b""], ids=["list", "cut", "empty"])
def test_a_sidecar_that_is_no_object_is_refused(sidecar):
    with pytest.raises(DocumentError, match="sidecar is not a JSON object"):
        read_submission(Submission(THIN_XML, (), sidecar, "1"))


def test_the_sidecar_says_when_and_in_which_zone():
    raw = read_xml("", sidecar={"received_at": "2026-03-01T10:00:00+02:00"})
    assert raw.report["received_at"] == 1_772_352_000_000_000
    assert raw.report["received_offset_minutes"] == 120


def test_a_naive_receipt_in_the_sidecar_is_not_guessed():
    raw = read_xml("", sidecar={"received_at": "2026-03-01T10:00:00"})
    assert raw.report["received_at"] is None


@pytest.mark.parametrize(
    ("inside", "table"),
    [
        pytest.param(
            "<ipCaptureEvent><ipAddress>240.1.1.1</ipAddress></ipCaptureEvent>",
            "captures",
            id="an address",
        ),
        pytest.param(
            "<deviceId><idType>IMEI</idType><idValue>1</idValue></deviceId>",
            "captures",
            id="a device",
        ),
        pytest.param(
            "<estimatedLocation><region>WY</region></estimatedLocation>",
            "locations",
            id="an estimated place",
        ),
    ],
)
def test_a_victim_known_only_by_what_stands_below_is_kept(inside, table):
    raw = read_xml(f"<victim>{inside}</victim>")
    assert stated(raw.rows["people"], "role") == [Role.VICTIM]
    assert stated(raw.rows[table], "person_no") == [1]


def test_a_file_known_only_by_an_address_is_kept():
    event = "<ipCaptureEvent><ipAddress>240.1.1.1</ipAddress></ipCaptureEvent>"
    raw = read_xml("", event)
    assert stated(raw.rows["captures"], "file_no") == [1]


@given(st.integers(0, 5), st.integers(0, 5))
def test_captures_are_counted_as_sent(addresses, devices):
    ip = "<ipCaptureEvent><ipAddress>240.1.1.1</ipAddress></ipCaptureEvent>"
    device = "<deviceId><idValue>7</idValue></deviceId>"
    account = "<espIdentifier>u</espIdentifier>" + ip * addresses + device * devices
    raw = read_xml(f"<personOrUserReported>{account}</personOrUserReported>")
    assert len(raw.rows["captures"]) == addresses + devices


def test_files_and_sidecar_that_name_different_reports_are_refused():
    with pytest.raises(DocumentError, match="different reports"):
        read_xml("", "<reportId>2</reportId>", sidecar={"report_id": 3})


@pytest.mark.parametrize("text", ["now<br/>and here", "<b>now</b> and here", "a<b/>b"])
def test_a_text_with_elements_in_it_is_a_text(text):
    inside = f"<incidentSummary><escalateToHighPriority>{text}</escalateToHighPriority>"
    raw = read_xml(f"{inside}</incidentSummary>", "<reportId>2</reportId>")
    assert raw.report["esp_escalated"]
    assert raw.report["esp_escalation_length"] >= 2
    assert raw.unknown.total() == 1


def test_a_sidecar_that_carries_a_blob_is_refused():
    noise = b"".join(sha256(bytes([place])).digest() for place in range(150))
    sidecar = {"report_id": 1, "note": base64.b64encode(noise).decode()}
    with pytest.raises(DocumentError, match="blob"):
        read_xml("<incidentSummary/>", sidecar=sidecar)
