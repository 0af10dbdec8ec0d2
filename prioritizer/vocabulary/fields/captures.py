"""The table `captures`: addresses and devices as they were recorded."""

from __future__ import annotations

from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    DeviceIdType,
    EventName,
    IpRange,
    NetworkType,
)
from prioritizer.vocabulary.field import (
    Field,
    Kind,
    Reading,
    Sensitivity,
    category,
    given,
    identifier,
    moment,
    number,
    offset,
    truth_value,
)
from prioritizer.vocabulary.fields.keys import FILE_NO, PERSON_NO, REPORT_KEY
from prioritizer.vocabulary.places import COUNTRIES, US_STATES
from prioritizer.vocabulary.table import RowSource, Table

_SOURCE = "sourceInformation/sourceCaptures"


def _xml_pair(of: str, root: str, whose: CaptureOf) -> tuple[RowSource, RowSource]:
    """Return where a format's address events and device events stand."""
    about = ("capture_of", str(whose))
    ip = (about, ("capture_type", str(CaptureType.IP_ADDRESS)))
    device = (about, ("capture_type", str(CaptureType.DEVICE_ID)))
    return (
        RowSource(of=of, xml=f"{root}ipCaptureEvent", sets=ip),
        RowSource(of=of, xml=f"{root}deviceId", sets=device),
    )


# Null without a database that the user brings, and where none knows the address.
_NETWORK = (
    given(
        "network_country",
        Kind.CATEGORY,
        "Country of the address in a database of networks, ISO 3166-1 alpha-2.",
        allowed=COUNTRIES,
    ),
    given(
        "network_state",
        Kind.CATEGORY,
        "US state or territory of the address in a database of networks.",
        allowed=US_STATES,
    ),
    given(
        "network_type",
        Kind.CATEGORY,
        "What kind of network the address belongs to, as a database has it.",
        allowed=NetworkType,
    ),
    given(
        "is_network_proxy",
        Kind.BOOL,
        "Whether the address hides others (VPN, proxy, Tor), as a database has it.",
    ),
    given(
        "network_number",
        Kind.INT,
        "Number of the autonomous system that announces the address.",
    ),
    given(
        "network_at",
        Kind.TIME,
        "When the newest database that knew the address was made.",
    ),
)

CAPTURES = Table(
    "captures",
    "One row for each address or device that a provider recorded.",
    (
        *REPORT_KEY,
        given("capture_no", Kind.SMALL_INT, "Which capture.", required=True),
        PERSON_NO,
        FILE_NO,
        given(
            "capture_of",
            Kind.CATEGORY,
            "What it was recorded for.",
            required=True,
            allowed=CaptureOf,
        ),
        category(
            "capture_type",
            "",
            "captureType",
            "What was recorded; the kind of element where the XML says it.",
            allowed=CaptureType,
        ),
        category(
            "event_name",
            "eventName",
            "eventName",
            "What happened at that moment.",
            allowed=EventName,
        ),
        moment("captured_at", "dateTime", "dateTime", "When."),
        offset("captured_offset_minutes", "dateTime", "dateTime", "Its zone."),
        truth_value(
            "is_possible_proxy",
            "possibleProxy",
            "possibleProxy",
            "Whether the provider thinks that the address hides another.",
        ),
        number("port", "port", "port", "Source port.", between=(1, 65535)),
        category(
            "device_id_type",
            "idType",
            "valueType",
            "What kind of device identifier it is.",
            allowed=DeviceIdType,
        ),
        identifier(
            "capture_key",
            "ipAddress|idValue",
            "value",
            "Keyed hash of the address, device or page recorded.",
        ),
        Field(
            "ip_group_key",
            Kind.HASH,
            help="Keyed hash of the address's /24 (version 4) or /64 (version 6).",
            reading=Reading.GIVEN,
            sensitivity=Sensitivity.IDENTIFIER,
        ),
        given("ip_version", Kind.SMALL_INT, "4 or 6."),
        given(
            "ip_range",
            Kind.CATEGORY,
            "What kind of range the address is from.",
            allowed=IpRange,
        ),
        *_NETWORK,
    ),
    key=("report_id", "version", "capture_no"),
    sources=(
        *_xml_pair("person", "", CaptureOf.PERSON),
        *_xml_pair("file", "", CaptureOf.FILE),
        _xml_pair("", "report/internetDetails/peer2peerIncident/", CaptureOf.INCIDENT)[
            0
        ],
        RowSource(of="person", json=_SOURCE, sets=(("capture_of", CaptureOf.PERSON),)),
        RowSource(
            of="person",
            json="ipAddress",
            sets=(
                ("capture_of", CaptureOf.PERSON),
                ("capture_type", CaptureType.IP_ADDRESS),
            ),
        ),
        RowSource(of="file", json=_SOURCE, sets=(("capture_of", CaptureOf.FILE),)),
        RowSource(
            json="reportedInformation/incidentDetails/chatIncident|emailIncident"
            "|webpageIncident|peerToPeerIncident|gamingIncident|cellPhoneIncident"
            "|newsgroupIncident|otherInternetIncident|internetIncident"
            f"|nonInternetIncident/{_SOURCE}",
            sets=(("capture_of", CaptureOf.INCIDENT),),
        ),
    ),
)
