"""Each habit of a provider, in both formats: what its rule does, and does not."""

from __future__ import annotations

import pytest

from prioritizer.formats.placeholders import PLACEHOLDERS, is_placeholder
from prioritizer.formats.provider_rules import RULES, apply_rules, rule_dictionary
from prioritizer.vocabulary.enums import EventName
from prioritizer.vocabulary.providers import PROVIDERS
from tests.builders_documents import stated
from tests.builders_habits import capture, file, mended, person, report

EIGHT, NINE = "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z"
EIGHT_US, HOUR_US = 1_772_352_000_000_000, 3_600_000_000
OBJECT = '{"report_surface": "group", "ids": [1, {"a": null}]}'
PROFILE = "MeetMe Profile Name: placeholder\nAge: 0"
UPLOADED = (("Upload Date and Time", EIGHT),)

both = pytest.mark.parametrize("format", ["json", "xml"])


def uploaded(raw):
    return stated(raw.rows["files"], "uploaded_at")


# Dropbox: the time of upload stands among the details of a file.


@both
@pytest.mark.parametrize("name", ["Dropbox", "Dropbox, Inc.", "DROPBOX INC"])
def test_a_detail_of_dropbox_dates_the_upload(format, name):
    files = [file(format, details=UPLOADED)]
    raw = mended(report(format, files=files), format, name)
    assert uploaded(raw) == [EIGHT_US]
    assert stated(raw.rows["files"], "uploaded_offset_minutes") == [0]
    assert raw.rules == {"dropbox_upload_time": 1}


@both
def test_each_file_gets_the_time_of_its_own_details(format):
    later = (("Path", "x"), ("upload date and time ", "2026-03-01T11:00:00+02:00"))
    files = [{}, file(format, details=UPLOADED), file(format)]
    files.append(file(format, details=later))
    raw = mended(report(format, files=files), format, "Dropbox")
    assert uploaded(raw) == [EIGHT_US, None, EIGHT_US + HOUR_US]
    zones = stated(raw.rows["files"], "uploaded_offset_minutes")
    assert zones == [0, None, 120]


@both
@pytest.mark.parametrize("provider", ["Imgur", "Provider 001", "Dropboxes", ""])
def test_details_of_other_providers_are_left_alone(format, provider):
    files = [file(format, details=UPLOADED)]
    raw = mended(report(format, files=files), format, provider)
    assert uploaded(raw) == [None]
    assert not raw.rules


@both
@pytest.mark.parametrize("name", ["Created", "Upload", "Date and Time", ""])
def test_other_details_of_dropbox_date_nothing(format, name):
    files = [file(format, details=[(name, EIGHT)])]
    raw = mended(report(format, files=files), format, "Dropbox")
    assert uploaded(raw) == [None]
    assert not raw.rules


@both
@pytest.mark.parametrize("text", ["2026-03-01 08:00:00", "yesterday", "9999-01-01"])
def test_an_upload_without_a_readable_time_is_unreadable_once(format, text):
    files = [file(format, details=[("Upload Date and Time", text)])]
    tree = report(format, files=files)
    raw = mended(tree, format, "Dropbox")
    apply_rules(raw, tree, format)
    assert uploaded(raw) == [None]
    assert raw.unreadable == {"files.uploaded_at": 1}
    assert not raw.rules


@pytest.mark.parametrize("provider", ["Dropbox", "Imgur"])
def test_a_time_of_upload_that_is_stated_stays(provider):
    upload = capture("xml", EventName.UPLOAD, EIGHT)
    stated_at = {"uploadedToEspTimestamp": [NINE]}
    files = [file("xml", upload, details=UPLOADED, **stated_at)]
    raw = mended(report("xml", files=files), "xml", provider)
    assert uploaded(raw) == [EIGHT_US + HOUR_US]
    assert not raw.rules


# Imgur: the time of upload is that of a capture.


@both
def test_the_first_upload_that_imgur_captured_dates_the_file(format):
    times = [(EventName.LOGIN, "2026-03-01T01:00:00Z")]
    times += [(EventName.UPLOAD, NINE), (EventName.UPLOAD, EIGHT)]
    captures = [capture(format, *each) for each in times]
    files = [file(format), file(format, *captures)]
    raw = mended(report(format, files=files), format, "Imgur")
    assert uploaded(raw) == [None, EIGHT_US]
    assert len(raw.rows["captures"]) == 3
    assert raw.rules == {"imgur_upload_time": 1}


@both
@pytest.mark.parametrize(
    ("provider", "event", "at"),
    [
        pytest.param("Reddit", EventName.UPLOAD, EIGHT, id="another provider"),
        pytest.param("Imgur", EventName.LOGIN, EIGHT, id="another event"),
        pytest.param("Imgur", EventName.UPLOAD, "2026-03-01", id="no readable time"),
    ],
)
def test_other_captures_date_no_file(format, provider, event, at):
    files = [file(format, capture(format, event, at))]
    raw = mended(report(format, files=files), format, provider)
    assert uploaded(raw) == [None]
    assert not raw.rules


@both
def test_an_upload_of_a_person_dates_no_file(format):
    people = [person(format, capture(format, EventName.UPLOAD, EIGHT))]
    tree = report(format, people=people, files=[file(format)])
    assert uploaded(mended(tree, format, "Imgur")) == [None]


# X: the incident time may be that of the account's creation.


@both
@pytest.mark.parametrize("provider", ["X", "Twitter", "Provider 001", "Nobody", ""])
@pytest.mark.parametrize(
    ("event", "at", "expected"),
    [
        pytest.param(EventName.REGISTRATION, EIGHT, True, id="the same second"),
        pytest.param(
            EventName.REGISTRATION, "2026-03-01T10:00:00.7+02:00", True, id="elsewhere"
        ),
        pytest.param(EventName.REGISTRATION, NINE, None, id="another time"),
        pytest.param(EventName.REGISTRATION, "unknown", None, id="no time"),
        pytest.param(EventName.LOGIN, EIGHT, None, id="another event"),
    ],
)
def test_an_incident_time_that_is_a_registration(format, provider, event, at, expected):
    people = [person(format, capture(format, event, at))]
    tree = report(format, people=people, incident_at=EIGHT)
    raw = mended(tree, format, provider)
    assert raw.report.get("is_incident_time_registration") is expected
    assert raw.report["incident_at"] == EIGHT_US


@both
def test_without_an_incident_time_nothing_is_said_of_it(format):
    people = [person(format, capture(format, EventName.REGISTRATION, EIGHT))]
    raw = mended(report(format, people=people), format, "X")
    assert "is_incident_time_registration" not in raw.report


# WhatsApp: a program writes into free text.


@both
@pytest.mark.parametrize("provider", ["WhatsApp", "WhatsApp Inc.", "Provider 001", ""])
@pytest.mark.parametrize(
    ("text", "narrative"),
    [
        pytest.param(OBJECT, 0, id="alone"),
        pytest.param(f"Seen.\n\n{OBJECT}", 5, id="as a paragraph"),
        pytest.param(f"Seen.\n\n{OBJECT}\n \nTwice.", 13, id="between paragraphs"),
        pytest.param(f"Data: {OBJECT}", 5, id="after a word"),
        pytest.param('{\n "a": 1,\n\n "b": 2\n}', 0, id="with blank lines in it"),
        pytest.param(OBJECT[:30] + "\n\nSeen.", 5, id="cut short"),
    ],
)
def test_what_a_program_wrote_is_no_narrative(format, provider, text, narrative):
    raw = mended(report(format, notes=[text]), format, provider)
    assert raw.report.get("additional_info_length", 0) == narrative
    assert raw.report["machine_text_length"] == len(text) - narrative
    assert raw.rules == {"machine_text": 1}


@both
@pytest.mark.parametrize(
    "text",
    ["A {note} in braces.", "{}", '["a", 1]', '{"a": 1} is what it said', '{"a":'],
)
def test_what_looks_a_little_like_an_object_is_narrative(format, text):
    raw = mended(report(format, notes=[text]), format, "WhatsApp")
    assert raw.report["additional_info_length"] == len(text)
    assert "machine_text_length" not in raw.report


@both
def test_objects_in_all_free_texts_are_counted_together(format):
    tree = report(
        format,
        people=[person(format), person(format, note=f"Seen.\n\n{OBJECT}")],
        files=[file(format), file(format, note=OBJECT)],
        notes=["Seen."],
    )
    raw = mended(tree, format)
    assert raw.report["machine_text_length"] == 2 * len(OBJECT) + 2
    assert raw.report["additional_info_length"] == 5
    assert stated(raw.rows["people"], "person_info_length") == [5]
    assert stated(raw.rows["files"], "file_info_length") == [None, None]


def test_objects_in_communication_stay_communication():
    tree = report("json")
    chat = {"chatIncident": [{"contents": [{"value": OBJECT}]}]}
    tree["reportedInformation"]["incidentDetails"] = chat
    raw = mended(tree, "json", "WhatsApp")
    assert raw.report["conversation_length"] == len(OBJECT)
    assert "machine_text_length" not in raw.report


def test_an_account_below_another_keeps_its_own_text():
    below = {"espIdentifier": ["b"], "additionalInfo": [OBJECT]}
    first = person("xml", note="Seen.", associatedAccount=[below])
    people = [first, person("xml", note="Twice!")]
    raw = mended(report("xml", people=people), "xml")
    assert stated(raw.rows["people"], "person_info_length") == [5, None, 6]


# MeetMe: a profile in free text.


@both
@pytest.mark.parametrize("name", ["MeetMe", "MeetMe, Inc."])
def test_a_profile_in_free_text_is_counted_once_and_as_a_profile(format, name):
    people = [person(format, espUserId="a", espIdentifier=["a"])]
    tree = report(format, people=people, notes=[f"Seen.\n\n{PROFILE}\n\nTwice."])
    raw = mended(tree, format, name)
    assert stated(raw.rows["people"], "profile_bio_length") == [len(PROFILE) + 2]
    assert raw.report["additional_info_length"] == len("Seen.\n\nTwice.")
    assert raw.rules == {"meetme_profile": 1}


@both
@pytest.mark.parametrize(
    ("provider", "note", "users", "bio"),
    [
        pytest.param("Kik", PROFILE, 1, "", id="another provider"),
        pytest.param("MeetMe", "Seen.", 1, "", id="no profile"),
        pytest.param("MeetMe", PROFILE, 2, "", id="several accounts"),
        pytest.param("MeetMe", PROFILE, 1, "Hello", id="one that is stated"),
    ],
)
def test_a_profile_is_not_moved(format, provider, note, users, bio):
    own = {"espUserId": "a", "espIdentifier": ["a"], "profileBio": bio}
    people = [person(format, **own) for _ in range(users)]
    raw = mended(report(format, people=people, notes=[note]), format, provider)
    expected = [len(bio) or None] * users
    assert stated(raw.rows["people"], "profile_bio_length") == expected
    assert raw.report["additional_info_length"] == len(note)
    assert not raw.rules


def test_a_profile_in_a_text_on_somebody_else_is_not_moved():
    tree = report("json", people=[person("json", espUserId="a")])
    victim = person("json", note=PROFILE)
    tree["reportedInformation"]["childVictims"] = {"childVictims": [victim]}
    raw = mended(tree, "json", "MeetMe")
    assert stated(raw.rows["people"], "profile_bio_length") == [None, None]
    assert stated(raw.rows["people"], "person_info_length") == [None, len(PROFILE)]


# Cash App and others: identifiers in free text only.


@both
@pytest.mark.parametrize("provider", ["Cash App", "MeetMe", "Block, Inc."])
@pytest.mark.parametrize("place", ["report", "person"])
def test_a_report_without_identifiers_but_with_text_is_to_be_read(
    format, provider, place
):
    people = [person(format, note=PROFILE if place == "person" else "")]
    notes = [PROFILE] if place == "report" else []
    raw = mended(report(format, people=people, notes=notes), format, provider)
    assert raw.report["has_identifiers_only_in_text"] is True
    assert raw.rules["identifiers_only_in_text"] == 1


@both
@pytest.mark.parametrize(
    ("provider", "note", "user"),
    [
        pytest.param("Google", "Seen.", None, id="another provider"),
        pytest.param("Cash App", "", None, id="no text"),
        pytest.param("Cash App", "Seen.", "user-1", id="an identifier in a field"),
    ],
)
def test_a_report_is_not_said_to_hide_identifiers(format, provider, note, user):
    own = {"espUserId": user, "espIdentifier": [user]}
    tree = report(format, people=[person(format, note=note, **own)])
    raw = mended(tree, format, provider)
    assert "has_identifiers_only_in_text" not in raw.report


# Words for nothing.


@pytest.mark.parametrize("text", [*PLACEHOLDERS, "No Information Provided", " N/A "])
def test_words_for_nothing_say_nothing(text):
    assert is_placeholder(text)
    assert is_placeholder(text.upper())


@pytest.mark.parametrize("text", ["", "0", "no", "false", "-1", "1", "none " * 99])
def test_other_words_say_something_or_are_odd(text):
    assert not is_placeholder(text)


# The list itself.


def test_rules_are_for_providers_that_may_be_shown():
    assert {name for rule in RULES for name in rule.providers} <= set(PROVIDERS)


def test_each_rule_is_on_the_page_with_its_reason_and_source():
    page = rule_dictionary()
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.name for rule in RULES if f"| `{rule.name}` |" not in page] == []
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert all(len(cell) > 2 for row in rows for cell in row.split(" | ")[1:])
