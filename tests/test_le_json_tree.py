"""The whole tree of what law enforcement receives, and what becomes of each group."""

from __future__ import annotations

import pytest

from prioritizer.vocabulary.enums import (
    CaptureOf,
    IncidentType,
    LocationSource,
    PriorityCode,
    ReferralType,
    Role,
)
from tests.builders_documents import RECEIVED, read_tree, sizes, stated, thin_tree

TEXT = "Placeholder 1"
TEXTS = [{"value": TEXT}]
INCIDENTS = {
    "chatIncident": "chat_incidents",
    "emailIncident": "email_incidents",
    "webpageIncident": "web_page_incidents",
    "peerToPeerIncident": "peer_to_peer_incidents",
    "gamingIncident": "gaming_incidents",
    "cellPhoneIncident": "cell_phone_incidents",
    "newsgroupIncident": "newsgroup_incidents",
    "otherInternetIncident": "other_internet_incidents",
    "internetIncident": "other_internet_incidents",
    "nonInternetIncident": "non_internet_incidents",
}
LOOKUPS = (
    "reportedPersonGeoLookups",
    "childVictimGeoLookups",
    "imageGeoLookups",
    "internetGeoLookups",
    "intendedRecipientGeoLookups",
)


def emails(number: int) -> dict[str, object]:
    value = f"person{number}@example.com"
    return {"emails": [{"value": value, "verified": True}]}


def phones(number: int) -> dict[str, object]:
    return {"phones": [{"value": f"+1 202 555 01{number:02d}", "verified": False}]}


def captures(number: int) -> dict[str, object]:
    address = {
        "captureType": "IP Address",
        "valueType": TEXT,
        "value": f"192.0.2.{number}",
        "eventName": "UPLOAD",
        "dateTime": RECEIVED,
        "possibleProxy": False,
        "port": 443,
    }
    return {"sourceCaptures": [address]}


def addresses() -> dict[str, object]:
    where = {"street1": TEXT, "street2": TEXT, "city": TEXT, "state": "CO"}
    return {"addresses": [{**where, "postalCode": "00000", "country": "US"}]}


def incident(number: int) -> dict[str, object]:
    return {
        "id": number,
        "sourceInformation": captures(number),
        "notes": TEXTS,
        "contents": TEXTS,
        "additionalInformations": TEXTS,
        "additonalInformations": TEXTS,
        "chatServiceOrClient": TEXT,
        "chatRoomName": TEXT,
        "screenName": {"value": f"name{number}"},
        "urls": [{"value": f"https://example.com/{number}"}],
        "thirdPartyContent": True,
        "links": [{"value": f"https://example.com/links/{number}"}],
        "webcamInvolved": False,
        "associationsEntityType": "Incident Location",
    }


def person(number: int) -> dict[str, object]:
    names = ("firstName", "middleName", "lastName", "preferredName", "gender")
    asides = (
        "additionalContactInformation",
        "relationshipToReporter",
        "relationshipToChildVictim",
        "gangAffiliation",
        "occupation",
        "vehicleDescription",
        "vehicleTagNumber",
    )
    answers = (
        "accessToChildVictim",
        "accessToChildren",
        "accessToFirearms",
        "convictedSexOffender",
        "awareOfReport",
        "accountTemporarilyDisabled",
        "accountPermanentlyDisabled",
    )
    place = {"city": TEXT, "region": "CO", "countryCode": "US"}
    return {
        "id": number,
        **dict.fromkeys((*names, *asides), TEXT),
        **dict.fromkeys(answers, True),
        "dateOfBirth": "2000-01-01",
        "approximateAge": 26,
        "espService": TEXT,
        "espUserId": f"user-{number}",
        "screenName": {"value": f"screen{number}"},
        "screenNames": {"screenNames": [{"value": f"other{number}"}]},
        "displayNames": {"displayNames": TEXTS},
        "emails": emails(number),
        "phones": phones(number),
        "addresses": addresses(),
        "ipAddress": f"198.51.100.{number}",
        "profileBio": TEXT,
        "sourceInformation": captures(number),
        "espEstimatedLocations": {
            "espEstimatedLocations": [
                {**place, "verified": True, "timestamp": RECEIVED}
            ]
        },
        "priorCybertipReports": [890000001],
        "additionalInformations": TEXTS,
        "associationsEntityType": "Reported Person",
    }


def file() -> dict[str, object]:
    return {
        "filename": "placeholder-1.bin",
        "originalFilename": "placeholder-1.bin",
        "submittalId": 1,
        "verificationHash": "0123456789abcdef0123456789abcdef",
        "viewedByEsp": None,
        "industryClassification": "B2",
        "ncmecTags": {"groups": [{"tags": [{"value": "Potential Meme"}]}]},
        "sourceInformation": captures(40),
        "espMetadata": {"metadatas": [{"name": TEXT, "value": TEXT}]},
        "additionalInformations": TEXTS,
    }


def lookup(number: int) -> dict[str, object]:
    return {
        "ipAddress": f"203.0.113.{number}",
        "country": "US",
        "region": "CO",
        "city": TEXT,
        "postalCode": "00000",
        "latitude": 39.0,
        "longitude": -105.0,
        "metropolitanCode": "000",
        "areaCode": "000",
        "esp": TEXT,
        "organization": TEXT,
        "types": ["residential"],
    }


def whole_tree() -> dict[str, object]:
    mail, phone = {"value": "office@example.com"}, {"value": "+1 202 555 0150"}
    contact = {"firstName": TEXT, "lastName": TEXT, "emails": {"emails": [mail]}}
    officer = {**contact, "title": TEXT, "phones": {"phones": [phone]}}
    return thin_tree(
        informational=False,
        dateMadeAvailable=RECEIVED,
        reportedInformation={
            "reportingEsp": {
                **officer,
                "espName": TEXT,
                "addresses": addresses(),
                "id": 1,
                "contactForLawEnforcement": {"contactPerson": contact},
                "associationsEntityType": "Reporter",
            },
            "incidentSummary": {
                "incidentType": str(IncidentType.ENTICEMENT),
                "platform": TEXT,
                "incidentDateTime": RECEIVED,
                "incidentDateRange": TEXT,
                "incidentDateTimeDescription": TEXT,
                "espEscalation": TEXT,
                "additionalIncidentTypes": [str(IncidentType.CSAM)],
            },
            "incidentDetails": {
                kind: [incident(number)] for number, kind in enumerate(INCIDENTS, 1)
            },
            "reportedPeople": {"reportedPersons": [person(21)]},
            "childVictims": {"childVictims": [person(22)]},
            "intendedRecipients": {"intendedRecipients": [person(23)]},
            "uploadedFiles": {"uploadedFiles": [file()]},
            "additionalInformations": TEXTS,
        },
        automatedInformation={
            "autoGeneratedNotes": {
                "geoLookups": {
                    kind: [lookup(number)] for number, kind in enumerate(LOOKUPS, 1)
                },
                "phoneGeoLookups": [lookup(9)],
                "autoCloses": TEXTS,
                "autoRefers": TEXTS,
            }
        },
        additionalNcmecInformation={
            "priority": {"priorityId": "E", "value": TEXT},
            "ncmecClassification": "Online Enticement",
            "internationalCountry": "US",
            "sentToLawEnforcement": True,
            "dateTimeProcessed": RECEIVED,
            "executiveSummary": {"value": TEXT},
            "notes": {"notes": TEXTS},
        },
        lawEnforcementContactInformation={
            "lawEnforcementContacts": [
                {
                    "agency": TEXT,
                    "dateTimeMadeAvailable": RECEIVED,
                    "referralType": "NCMEC_ANALYST",
                    "officer": officer,
                }
            ]
        },
    )


def test_nothing_of_the_whole_tree_is_unknown_or_unreadable():
    raw = read_tree(whole_tree())
    assert not raw.unknown
    assert not raw.unreadable


def test_each_group_comes_to_rows_of_its_table():
    assert sizes(read_tree(whole_tree())) == {
        "reports": 1,
        "people": 3,
        "files": 1,
        "captures": len(INCIDENTS) + 3 * 2 + 1,
        "identifiers": 3 * 6 + 1,
        "locations": 3 * 2 + len(LOOKUPS) + 1,
    }


@pytest.mark.parametrize("kind", INCIDENTS)
def test_an_incident_of_each_kind_says_all_that_any_can_say(kind):
    details = {"incidentDetails": {kind: [incident(1)]}}
    raw = read_tree(thin_tree(reportedInformation=details))
    report = raw.report
    assert not raw.unknown
    assert {report[each] for each in INCIDENTS.values()} == {0, 1}
    assert report[INCIDENTS[kind]] == 1
    assert report["url_count"] == 2
    assert report["has_chat_service"] is report["has_chat_room"] is True
    assert report["has_incident_screen_name"] is True
    assert report["is_third_party_hosted"] is True
    assert report["is_webcam_involved"] is False
    assert report["conversation_length"] == len(TEXT)
    assert report["incident_notes_length"] == 3 * len(TEXT)  # and both spellings
    assert stated(raw.rows["captures"], "capture_of") == [CaptureOf.INCIDENT]


def test_each_group_of_people_has_its_role():
    people = read_tree(whole_tree()).rows["people"]
    roles = [Role.REPORTED_USER, Role.VICTIM, Role.INTENDED_RECIPIENT]
    assert stated(people, "role") == roles
    assert stated(people, "screen_name_count") == [2, 2, 2]
    assert stated(people, "prior_report_ids") == [[890000001]] * 3
    assert stated(people, "has_occupation") == [True] * 3


def test_each_look_up_says_whose_it_is():
    rows = read_tree(whole_tree()).rows["locations"]
    found = {(row["location_source"], row.get("role")) for row in rows}
    assert found == {
        (LocationSource.ADDRESS, None),
        (LocationSource.ESP_ESTIMATE, None),
        (LocationSource.GEO_LOOKUP, Role.REPORTED_USER),
        (LocationSource.GEO_LOOKUP, Role.VICTIM),
        (LocationSource.GEO_LOOKUP, Role.INTENDED_RECIPIENT),
        (LocationSource.FILE_GEO_LOOKUP, None),
        (LocationSource.INCIDENT_GEO_LOOKUP, None),
        (LocationSource.NCMEC, None),
    }


def test_what_ncmec_and_its_machines_add_is_kept():
    report = read_tree(whole_tree()).report
    assert report["phone_geo_lookup_count"] == report["auto_close_count"] == 1
    assert report["auto_refer_count"] == report["ncmec_note_count"] == 1
    assert report["ncmec_priority_code"] == PriorityCode.ESP_CHANNEL
    assert report["executive_summary_length"] == len(TEXT)
    assert report["recipient_count"] == 1
    assert report["has_recipient_agency"] is report["has_recipient_officer"] is True
    assert report["referral_type"] == ReferralType.NCMEC_ANALYST


def test_a_file_that_nobody_speaks_of_viewing_is_neither_viewed_nor_not():
    (row,) = read_tree(whole_tree()).rows["files"]
    assert row["viewed_by_esp"] is None
    assert row["is_potential_meme"] is True
    assert (row["file_detail_count"], row["file_hash_count"]) == (1, 1)


GROUPS = {
    "reportedPeople": ("reportedInformation", "reportedPersons"),
    "childVictims": ("reportedInformation", "childVictims"),
    "intendedRecipients": ("reportedInformation", "intendedRecipients"),
    "uploadedFiles": ("reportedInformation", "uploadedFiles"),
    "incidentDetails": ("reportedInformation", "chatIncident"),
    "geoLookups": ("automatedInformation/autoGeneratedNotes", "imageGeoLookups"),
    "notes": ("additionalNcmecInformation", "notes"),
    "lawEnforcementContactInformation": ("", "lawEnforcementContacts"),
}


@pytest.mark.parametrize("group", GROUPS)
def test_a_bare_list_is_read_or_counted_as_unknown_but_never_silent(group):
    path, only = GROUPS[group]
    shaped, bare = whole_tree(), whole_tree()
    for tree, is_bare in ((shaped, False), (bare, True)):
        for step in filter(None, path.split("/")):
            tree = tree[step]
        within = {only: tree[group][only]}
        tree[group] = within[only] if is_bare else within
    shaped, bare = read_tree(shaped), read_tree(bare)
    assert not shaped.unknown
    assert bare.unknown or bare.rows == shaped.rows
