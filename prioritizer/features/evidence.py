"""The law of evidence, as a list: what a provider may add without ever losing by it.

Each edit adds one thing to every report. After it, no feature may move against the
report: constrained ones move in their favour or not at all, and others do not move,
but for those that the edit exempts, with the reason. So no model that keeps the
constraints can score a report lower for it, but for those reasons.

What is added is new to all reports. An identifier that earlier reports had adds links,
too, and those may rightly lower a score: they are history and no evidence. Nor is the
time of an incident on the list: it says how long ago something happened, which counts
either way, and stating it cannot be told from stating a recent or an old one.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from prioritizer.features.adding import (
    SOME_STATE,
    Edit,
    both,
    capture,
    fresh,
    identifier,
    located,
    more,
    of_user,
    row,
    set_columns,
    user_says,
)
from prioritizer.features.evidence_details import DETAILS
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    EventName,
    IdentifierKind,
    IpRange,
    LocationSource,
    NetworkType,
    Role,
)

_HOURS_BEFORE = pl.col("arrival_at") - pl.lit(timedelta(hours=6))
_YEARS_BEFORE = pl.datetime(2017, 1, 1, time_zone="UTC")
_LONG_BEFORE = pl.col("arrival_at") - pl.lit(timedelta(days=400))
# One of two sources that name different states must be wrong.
_CONFLICT = "a second state leaves open whose police are to act"

EDITS: tuple[Edit, ...] = (
    Edit("an upload address", capture(event_name=str(EventName.UPLOAD))),
    Edit(
        "an upload address of the last hours",
        capture(event_name=str(EventName.UPLOAD), captured_at=_HOURS_BEFORE),
    ),
    Edit(
        "an old log-in address",
        capture(event_name=str(EventName.LOGIN), captured_at=_LONG_BEFORE),
    ),
    Edit("a registration address", capture(event_name=str(EventName.REGISTRATION))),
    Edit("a shared address", capture(ip_range=str(IpRange.CGNAT))),
    Edit(
        "a shared address with its port",
        capture(ip_range=str(IpRange.CGNAT), port=4321),
    ),
    Edit("an IP version 6 address", capture(ip_version=6)),
    Edit(
        "an address in a home network",
        capture(network_type=str(NetworkType.RESIDENTIAL), network_at=_LONG_BEFORE),
    ),
    Edit(
        "an address that a database has in some state",
        capture(
            network_country="US", network_state=SOME_STATE, network_at=_LONG_BEFORE
        ),
        {"conflicting_states": _CONFLICT, "conflicting_address_states": _CONFLICT},
    ),
    Edit(
        "the ports of all addresses",
        set_columns("captures", pl.col("port").is_null(), port=4321),
    ),
    Edit(
        "the times of all addresses",
        set_columns(
            "captures", pl.col("captured_at").is_null(), captured_at=_YEARS_BEFORE
        ),
    ),
    Edit(
        "the zones of these times", set_columns("captures", captured_offset_minutes=0)
    ),
    Edit(
        "a device",
        row(
            "captures",
            capture_of=str(CaptureOf.PERSON),
            capture_type=str(CaptureType.DEVICE_ID),
            capture_key=fresh("device"),
        ),
    ),
    Edit("an e-mail address", of_user("email_count", IdentifierKind.EMAIL)),
    Edit("a telephone number", of_user("phone_count", IdentifierKind.PHONE)),
    Edit("a screen name", of_user("screen_name_count", IdentifierKind.SCREEN_NAME)),
    Edit("a display name", of_user("display_name_count", IdentifierKind.DISPLAY_NAME)),
    Edit("a profile page", of_user("profile_url_count", IdentifierKind.PROFILE_URL)),
    Edit(
        "an account number",
        both(
            user_says(has_esp_identifier=True),
            row("people", role=str(Role.ASSOCIATED_ACCOUNT), has_esp_identifier=True),
            identifier(IdentifierKind.ESP_USER_ID),
        ),
    ),
    Edit("a name", user_says(has_first_name=True, has_last_name=True)),
    Edit("a date of birth", user_says(has_date_of_birth=True)),
    Edit("a verified contact", identifier(IdentifierKind.EMAIL, is_verified=True)),
    Edit(
        "a victim with a name",
        row("people", role=str(Role.VICTIM), has_first_name=True),
    ),
    Edit("a victim with an age", row("people", role=str(Role.VICTIM), age_years=12)),
    Edit(
        "a victim with an account",
        row("people", role=str(Role.VICTIM), screen_name_count=1, has_school=True),
    ),
    Edit(
        "a victim's place",
        row(
            "locations",
            role=str(Role.VICTIM),
            location_source=str(LocationSource.GEO_LOOKUP),
            us_state=SOME_STATE,
        ),
    ),
    Edit(
        "a further reported account",
        row("people", role=str(Role.REPORTED_USER), has_esp_identifier=True),
        {
            "bundled_users": "the more users a bundle holds, the more widely its file "
            "was passed on, and the less likely each is to be its source"
        },
    ),
    Edit("a recipient", row("people", role=str(Role.INTENDED_RECIPIENT))),
    Edit(
        "a postal address",
        both(
            user_says(address_count=pl.col("address_count") + 1),
            located(
                location_source=str(LocationSource.ADDRESS),
                has_street=True,
                has_city=True,
                has_postal_code=True,
            ),
        ),
    ),
    Edit(
        "an estimate of place",
        located(location_source=str(LocationSource.ESP_ESTIMATE)),
    ),
    Edit(
        "a look-up of a home network",
        located(
            location_source=str(LocationSource.GEO_LOOKUP),
            role=str(Role.REPORTED_USER),
            network_type=str(NetworkType.RESIDENTIAL),
        ),
    ),
    Edit(
        "a postal address in some state",
        row(
            "locations",
            location_source=str(LocationSource.ADDRESS),
            country="US",
            us_state=SOME_STATE,
        ),
        {"conflicting_states": _CONFLICT},
    ),
    Edit(
        "an estimate abroad",
        row(
            "locations",
            location_source=str(LocationSource.ESP_ESTIMATE),
            country="IE",
        ),
        {
            "abroad_statements": "a place abroad can mean that another country's "
            "police are to act, whatever else the report holds"
        },
    ),
    Edit("communication", more("conversation_length", 500)),
    Edit("further information", more("additional_info_length", 500)),
    Edit("notes on the incident", more("incident_notes_length", 500)),
    Edit("an explanation of the time", more("incident_time_note_length", 80)),
    Edit(
        "the zone of the incident time",
        set_columns("reports", incident_offset_minutes=0),
    ),
    Edit("a web page", more("url_count", 1)),
    Edit("a further file", row("files")),
    *DETAILS,
)
"""Everything that may be added; a model must be refused that loses by one of them, with
the features that it exempts held where they were."""
