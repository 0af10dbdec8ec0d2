"""The table `identifiers`: keyed hashes by which reports can be linked."""

from __future__ import annotations

from prioritizer.vocabulary.enums import (
    ContactType,
    EmailDomain,
    FileHashType,
    IdentifierKind,
)
from prioritizer.vocabulary.field import (
    Kind,
    category,
    given,
    identifier,
    moment,
    number,
    stated,
    truth_value,
)
from prioritizer.vocabulary.fields.keys import FILE_NO, PERSON_NO, REPORT_KEY
from prioritizer.vocabulary.fields.people import PERSON
from prioritizer.vocabulary.places import US_STATES
from prioritizer.vocabulary.table import RowSource, Table


def _source(
    kind: IdentifierKind, xml: str = "", json: str = "", *, of: str = "person"
) -> RowSource:
    return RowSource(of=of, xml=xml, json=json, sets=(("identifier_kind", str(kind)),))


IDENTIFIERS = Table(
    "identifiers",
    "One row for each identifier of a person, account or file, as a keyed hash.",
    (
        *REPORT_KEY,
        given("identifier_no", Kind.SMALL_INT, "Which identifier.", required=True),
        PERSON_NO,
        FILE_NO,
        given(
            "identifier_kind",
            Kind.CATEGORY,
            "What it identifies.",
            required=True,
            allowed=IdentifierKind,
        ),
        identifier("identifier_key", ".", "value", "Keyed hash of the identifier."),
        category(
            "contact_type",
            "@type",
            "type",
            "What an e-mail address or telephone number is for.",
            allowed=ContactType,
        ),
        category(
            "file_hash_type",
            "@hashType",
            "",
            "The algorithm of a file hash.",
            allowed=FileHashType,
        ),
        truth_value("is_verified", "@verified", "verified", "Whether verified."),
        moment("verified_at", "@verificationDate", "", "When it was verified."),
        number(
            "calling_code",
            "@countryCallingCode",
            "",
            "A telephone number's country code, as stated or by its first digits.",
            between=(1, 999),
        ),
        stated("has_extension", "@extension", "", "A telephone extension is given."),
        given(
            "phone_state",
            Kind.CATEGORY,
            "US state of a telephone number's area code.",
            allowed=US_STATES,
        ),
        given(
            "email_domain",
            Kind.CATEGORY,
            "What kind of domain an e-mail address has.",
            allowed=EmailDomain,
        ),
    ),
    key=("report_id", "version", "identifier_no"),
    sources=(
        _source(IdentifierKind.EMAIL, f"{PERSON}/email", "emails/emails"),
        _source(IdentifierKind.PHONE, f"{PERSON}/phone", "phones/phones"),
        _source(
            IdentifierKind.SCREEN_NAME,
            "screenName",
            "screenName|screenNames/screenNames",
        ),
        _source(
            IdentifierKind.DISPLAY_NAME, "displayName", "displayNames/displayNames"
        ),
        _source(IdentifierKind.ESP_USER_ID, "espIdentifier", "espUserId"),
        _source(IdentifierKind.PROFILE_URL, "profileUrl"),
        _source(IdentifierKind.GROUP, "groupIdentifier"),
        _source(
            IdentifierKind.EMAIL,
            "report/internetDetails/emailIncident|newsgroupIncident/emailAddress",
            of="",
        ),
        _source(
            IdentifierKind.PHONE,
            "report/internetDetails/cellPhoneIncident/phoneNumber",
            of="",
        ),
        _source(
            IdentifierKind.FILE_HASH, "originalFileHash", "verificationHash", of="file"
        ),
    ),
)
