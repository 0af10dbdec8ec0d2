"""The table `people`: each person or account of a report, in its role.

What would describe or judge a person is kept as "was it stated", never as what
was stated: names, bodies, jobs, records and relations have no column here.
"""

from __future__ import annotations

from dataclasses import replace

from prioritizer.vocabulary.enums import AccountRelation, Role
from prioritizer.vocabulary.field import (
    Field,
    Kind,
    category,
    count,
    given,
    length,
    moment,
    number,
    stated,
    truth_value,
)
from prioritizer.vocabulary.fields.keys import MORE, PERSON_NO, REPORT_KEY
from prioritizer.vocabulary.providers import PROVIDERS
from prioritizer.vocabulary.table import RowSource, Table

# The submission XML keeps personal details in an element of the role's own
# name, the law-enforcement JSON and associated accounts in the row itself.
PERSON = "personOrUserReportedPerson|intendedRecipientPerson|victimPerson|."
_TEMPORARY = "accountTemporarilyDisabled"
_PERMANENT = "accountPermanentlyDisabled"


def _same(path: str) -> tuple[str, str]:
    return path, path


def _only_le(name: str, json: str, what: str) -> Field:
    return stated(name, "", json, f"Whether {what} is stated; not what is stated.")


_WHO = (
    *REPORT_KEY,
    replace(PERSON_NO, required=True),
    given(
        "role",
        Kind.CATEGORY,
        "In what role the person or account stands in the report.",
        required=True,
        allowed=Role,
    ),
    given(
        "owner_person_no",
        Kind.SMALL_INT,
        "Whose account an associated account is.",
    ),
    category(
        "account_relation",
        "@type|@accountType",
        "",
        "How an associated account belongs to its owner.",
        allowed=AccountRelation,
    ),
    stated("has_first_name", f"{PERSON}/firstName", "firstName", "Whether stated."),
    stated("has_middle_name", "middleName", "middleName", "Whether stated."),
    stated("has_last_name", f"{PERSON}/lastName", "lastName", "Whether stated."),
    _only_le("has_preferred_name", "preferredName", "a preferred name"),
    number(
        "age_years",
        f"{PERSON}/age|approximateAge",
        "approximateAge",
        "Age as stated. Only bands of victims' ages become features.",
        between=(0, 150),
    ),
    truth_value(
        "has_age_discrepancy",
        f"{PERSON}/ageAssertionDiscrepancy",
        "",
        "Whether the provider doubts the stated age.",
    ),
    stated(
        "has_date_of_birth", f"{PERSON}/dateOfBirth", "dateOfBirth", "Whether stated."
    ),
    count("email_count", f"{PERSON}/email", "emails/emails", "E-mail addresses."),
    count("phone_count", f"{PERSON}/phone", "phones/phones", "Telephone numbers."),
    count(
        "address_count", f"{PERSON}/address", "addresses/addresses", "Postal addresses."
    ),
)

_ACCOUNT = (
    category(
        "esp_service",
        *_same("espService"),
        "The service used, where its name may be shown.",
        allowed=PROVIDERS,
    ),
    stated("has_esp_service", *_same("espService"), "Whether the service is named."),
    stated(
        "has_esp_identifier",
        "espIdentifier",
        "espUserId",
        "Whether the provider's own number of the account is given.",
    ),
    truth_value(
        "is_compromised_account",
        *_same("compromisedAccount"),
        "Whether the provider thinks that somebody else used the account.",
    ),
    count(
        "screen_name_count",
        "screenName",
        "screenName|screenNames/screenNames/value",
        "Screen names.",
    ),
    count(
        "display_name_count",
        "displayName",
        "displayNames/displayNames",
        "Display names.",
    ),
    count("profile_url_count", "profileUrl", "", "Addresses of profiles."),
    length(
        "profile_bio_length",
        "profileBio",
        "profileBio/value",
        "Characters of the profile text.",
    ),
    truth_value(
        "is_third_party_user",
        "thirdPartyUserReported",
        "",
        "Whether the account is on another company's service.",
    ),
    truth_value(
        "is_platform_third_party",
        "platform/@thirdPartyUser",
        "",
        "Whether an associated account is on another company's service.",
    ),
    stated("has_platform", "platform", "", "Whether its platform is named."),
    Field(
        "prior_report_ids",
        Kind.REPORT_IDS,
        "priorCTReports|priorCTReport",
        "priorCybertipReports",
        "Earlier reports on the same account, as the provider lists them.",
    ),
    stated("has_group_identifier", "groupIdentifier", "", "Whether a group is named."),
    truth_value(
        "are_all_emails_reported",
        "allEmailsReported",
        "",
        "Whether the provider says that it sent every address it has.",
    ),
    length(
        "person_info_length",
        "additionalInfo",
        f"{MORE}|additionalContactInformation/value",
        "Characters of further information on the person.",
    ),
)

_DISABLED = (
    truth_value("is_temporarily_disabled", *_same(_TEMPORARY), "Account paused."),
    moment("temporarily_disabled_at", f"{_TEMPORARY}/@disabledDate", "", "When."),
    truth_value(
        "is_temporary_notified", f"{_TEMPORARY}/@userNotified", "", "The user was told."
    ),
    moment("temporary_notified_at", f"{_TEMPORARY}/@userNotifiedDate", "", "When."),
    moment("reenabled_at", f"{_TEMPORARY}/@reenabledDate", "", "When reopened."),
    truth_value("is_permanently_disabled", *_same(_PERMANENT), "Account closed."),
    moment("permanently_disabled_at", f"{_PERMANENT}/@disabledDate", "", "When."),
    truth_value(
        "is_permanent_notified", f"{_PERMANENT}/@userNotified", "", "The user was told."
    ),
    moment("permanent_notified_at", f"{_PERMANENT}/@userNotifiedDate", "", "When."),
)

_STATED_ONLY = (
    stated("has_vehicle", *_same("vehicleDescription"), "Whether stated."),
    _only_le("has_vehicle_tag", "vehicleTagNumber", "a vehicle's tag"),
    stated("has_school", "schoolName", "", "Whether a school is named."),
    _only_le("has_gender", "gender", "a gender"),
    _only_le("has_relationship_to_reporter", "relationshipToReporter", "this"),
    _only_le("has_relationship_to_victim", "relationshipToChildVictim", "this"),
    _only_le("has_access_to_victim", "accessToChildVictim", "access to the victim"),
    _only_le("has_access_to_children", "accessToChildren", "access to children"),
    _only_le("has_access_to_firearms", "accessToFirearms", "this"),
    _only_le("has_record_statement", "convictedSexOffender", "a record"),
    _only_le("has_awareness_statement", "awareOfReport", "awareness of the report"),
    _only_le("has_gang_statement", "gangAffiliation", "this"),
    _only_le("has_occupation", "occupation", "an occupation"),
)

PEOPLE = Table(
    "people",
    "One row for each person or account of a report, in its role.",
    (*_WHO, *_ACCOUNT, *_DISABLED, *_STATED_ONLY),
    key=("report_id", "version", "person_no"),
    sources=(
        RowSource(
            xml="report/personOrUserReported",
            json="reportedInformation/reportedPeople/reportedPersons",
            sets=(("role", Role.REPORTED_USER),),
        ),
        RowSource(
            xml="report/victim",
            json="reportedInformation/childVictims/childVictims",
            sets=(("role", Role.VICTIM),),
        ),
        RowSource(
            xml="report/intendedRecipient",
            json="reportedInformation/intendedRecipients/intendedRecipients",
            sets=(("role", Role.INTENDED_RECIPIENT),),
        ),
        RowSource(
            of="person",
            xml="associatedAccount",
            sets=(("role", Role.ASSOCIATED_ACCOUNT),),
        ),
    ),
)
