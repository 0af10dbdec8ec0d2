"""The part of the table `reports` that says what happened, and where on line."""

from __future__ import annotations

from prioritizer.vocabulary.enums import BatchReason, IncidentType, ReportAnnotation
from prioritizer.vocabulary.field import (
    Field,
    Kind,
    category,
    count,
    flag,
    given,
    length,
    moment,
    named,
    offset,
    stated,
    truth_value,
)
from prioritizer.vocabulary.fields.keys import MORE
from prioritizer.vocabulary.providers import PROVIDERS
from prioritizer.vocabulary.section import Section

_SUMMARY = "reportedInformation/incidentSummary"
_DETAILS = "reportedInformation/incidentDetails"
_ANY_INCIDENT = (
    f"{_DETAILS}/chatIncident|emailIncident|webpageIncident|peerToPeerIncident"
    "|gamingIncident|cellPhoneIncident|newsgroupIncident|otherInternetIncident"
    "|internetIncident|nonInternetIncident"
)
_ANY_XML_INCIDENT = (
    "internetDetails/webPageIncident|emailIncident|newsgroupIncident|chatImIncident"
    "|onlineGamingIncident|cellPhoneIncident|nonInternetIncident|peer2peerIncident"
)


def _annotation(name: str, member: ReportAnnotation, help: str) -> Field:
    return flag(name, f"incidentSummary/reportAnnotations/{member}", "", help)


def _incidents(name: str, xml: str, json: str, what: str) -> Field:
    return count(
        name,
        f"internetDetails/{xml}" if xml else "",
        f"{_DETAILS}/{json}",
        f"Incidents {what}.",
    )


INCIDENT = (
    category(
        "incident_type",
        "incidentSummary/incidentType",
        f"{_SUMMARY}/incidentType",
        "What the reporter says the report is about.",
        allowed=IncidentType,
    ),
    count(
        "additional_incident_type_count",
        "",
        f"{_SUMMARY}/additionalIncidentTypes",
        "Types that were added to the first one.",
    ),
    *(
        named(
            f"is_also_{member.name.lower()}",
            "",
            f"{_SUMMARY}/additionalIncidentTypes",
            member,
            "Whether this type was added to the first one.",
        )
        for member in IncidentType
        if member is not IncidentType.UNLISTED
    ),
    category(
        "platform",
        "incidentSummary/platform",
        f"{_SUMMARY}/platform",
        "The service on which it happened, where its name may be shown.",
        allowed=PROVIDERS,
    ),
    stated(
        "esp_escalated",
        "incidentSummary/escalateToHighPriority",
        f"{_SUMMARY}/espEscalation",
        "Whether the provider asked for urgency, which it does by giving a reason.",
    ),
    length(
        "esp_escalation_length",
        "incidentSummary/escalateToHighPriority",
        f"{_SUMMARY}/espEscalation",
        "Characters of the provider's reason for urgency.",
    ),
    moment(
        "incident_at",
        "incidentSummary/incidentDateTime",
        f"{_SUMMARY}/incidentDateTime",
        "When it happened, or was detected, or the account was opened: providers "
        "differ in what they mean.",
    ),
    offset(
        "incident_offset_minutes",
        "incidentSummary/incidentDateTime",
        f"{_SUMMARY}/incidentDateTime",
        "Zone in which `incident_at` was written.",
    ),
    given(
        "is_incident_time_registration",
        Kind.BOOL,
        "True where `incident_at` is the very second in which an account of the report "
        "was registered; some providers give that time where they have no other.",
        section=Section.A,
    ),
    stated(
        "has_incident_range",
        "",
        f"{_SUMMARY}/incidentDateRange",
        "Whether a range of time is given.",
    ),
    length(
        "incident_time_note_length",
        "incidentSummary/incidentDateTimeDescription",
        f"{_SUMMARY}/incidentDateTimeDescription",
        "Characters that explain what the incident time means.",
    ),
    category(
        "batch_reason",
        "batchedReport/@reason",
        "",
        "Why several incidents are in one report.",
        allowed=BatchReason,
    ),
    flag("is_bundle", "batchedReport", "", "Whether several incidents are in one."),
    length(
        "additional_info_length",
        "additionalInfo",
        f"reportedInformation/{MORE}/value",
        "Characters of further information on the report.",
    ),
    given(
        "machine_text_length",
        Kind.SMALL_INT,
        "Characters that a program wrote into further information on the report, its "
        "people and files; they are taken out of the lengths of those texts.",
        section=Section.A,
    ),
    given(
        "has_identifiers_only_in_text",
        Kind.BOOL,
        "True where the provider is known to write identifiers into its text and gives "
        "none of a reported person in a field: read the text.",
        section=Section.A,
    ),
    _annotation("is_sextortion", ReportAnnotation.SEXTORTION, "Flagged as extortion."),
    _annotation("is_solicitation", ReportAnnotation.SOLICITATION, "Flagged so."),
    _annotation(
        "is_minor_to_minor", ReportAnnotation.MINOR_TO_MINOR, "Flagged as among minors."
    ),
    _annotation("is_spam", ReportAnnotation.SPAM, "Flagged as spam."),
    _annotation(
        "is_sadistic_exploitation",
        ReportAnnotation.SADISTIC_EXPLOITATION,
        "Flagged with the provider's code for this kind of coercion.",
    ),
    _annotation(
        "is_esp_informational",
        ReportAnnotation.INFORMATIONAL,
        "The provider itself calls the report informational.",
    ),
    _annotation(
        "is_aggravated", ReportAnnotation.AGGRAVATING_FACTORS, "Flagged as aggravated."
    ),
    _annotation(
        "is_instrumental_use", ReportAnnotation.INSTRUMENTAL_USE, "Flagged so."
    ),
)

INCIDENT_DETAILS = (
    _incidents("web_page_incidents", "webPageIncident", "webpageIncident", "on a page"),
    _incidents("email_incidents", "emailIncident", "emailIncident", "by e-mail"),
    _incidents(
        "newsgroup_incidents", "newsgroupIncident", "newsgroupIncident", "there"
    ),
    _incidents("chat_incidents", "chatImIncident", "chatIncident", "in a chat"),
    _incidents(
        "gaming_incidents", "onlineGamingIncident", "gamingIncident", "in games"
    ),
    _incidents(
        "cell_phone_incidents", "cellPhoneIncident", "cellPhoneIncident", "by phone"
    ),
    _incidents(
        "peer_to_peer_incidents", "peer2peerIncident", "peerToPeerIncident", "so"
    ),
    _incidents(
        "non_internet_incidents",
        "nonInternetIncident",
        "nonInternetIncident",
        "off line",
    ),
    _incidents(
        "other_internet_incidents",
        "",
        "otherInternetIncident|internetIncident",
        "elsewhere",
    ),
    count(
        "url_count",
        "internetDetails/webPageIncident/url",
        f"{_ANY_INCIDENT}/urls|links/value",
        "Addresses of web pages.",
    ),
    truth_value(
        "is_third_party_hosted",
        "internetDetails/webPageIncident/@thirdPartyHostedContent",
        f"{_ANY_INCIDENT}/thirdPartyContent",
        "Whether the page is on another company's server.",
    ),
    count(
        "incident_email_count",
        "internetDetails/emailIncident|newsgroupIncident/emailAddress",
        "",
        "E-mail addresses of the incident.",
    ),
    length(
        "conversation_length",
        "internetDetails/emailIncident|newsgroupIncident|chatImIncident"
        "|onlineGamingIncident/content",
        f"{_ANY_INCIDENT}/contents/value",
        "Characters of communication that was sent along; the text is not kept.",
    ),
    stated(
        "has_chat_service",
        "internetDetails/chatImIncident/chatClient",
        f"{_ANY_INCIDENT}/chatServiceOrClient",
        "Whether the chat service is named.",
    ),
    stated(
        "has_chat_room",
        "internetDetails/chatImIncident/chatRoomName",
        f"{_ANY_INCIDENT}/chatRoomName",
        "Whether the chat room is named.",
    ),
    stated(
        "has_game",
        "internetDetails/onlineGamingIncident/gameName|console",
        "",
        "Whether the game or console is named.",
    ),
    stated(
        "has_newsgroup", "internetDetails/newsgroupIncident/name", "", "Whether named."
    ),
    stated(
        "has_peer_to_peer_client",
        "internetDetails/peer2peerIncident/client",
        "",
        "Whether the program is named.",
    ),
    length(
        "peer_to_peer_file_names_length",
        "internetDetails/peer2peerIncident/fileNames",
        "",
        "Characters of the file names that were listed.",
    ),
    stated(
        "has_incident_phone",
        "internetDetails/cellPhoneIncident/phoneNumber",
        "",
        "Whether the telephone of the incident is given.",
    ),
    stated(
        "has_incident_coordinates",
        "internetDetails/cellPhoneIncident/latitude|longitude",
        "",
        "Whether a position is given; the position is not kept.",
    ),
    stated(
        "has_incident_place",
        "internetDetails/nonInternetIncident/locationName",
        "",
        "Whether the place is named.",
    ),
    stated(
        "has_incident_screen_name",
        "",
        f"{_ANY_INCIDENT}/screenName/value",
        "Whether a screen name stands with the incident.",
    ),
    truth_value(
        "is_webcam_involved", "", f"{_ANY_INCIDENT}/webcamInvolved", "Stated so."
    ),
    length(
        "incident_notes_length",
        f"{_ANY_XML_INCIDENT}/additionalInfo",
        f"{_ANY_INCIDENT}/notes|{MORE}/value",
        "Characters of notes on the incident.",
    ),
)
