"""A report that states all that completeness looks for."""

from __future__ import annotations

import polars as pl

from prioritizer.features.completeness import completeness_of
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    EventName,
    IdentifierKind,
    LocationSource,
    Role,
)
from tests.builders import MARCH, reports, rows, tables

Frames = dict[str, pl.DataFrame]


def one(frames: Frames) -> dict[str, object]:
    """Return the only row of the scale."""
    (row,) = completeness_of(frames).to_dicts()
    return row


def missing(frames: Frames) -> list[str]:
    return str(one(frames)["missing"]).split()


def complete() -> Frames:
    """Return one report that states everything that is looked for."""
    people = rows(
        "people",
        2,
        report_id=[1, 1],
        person_no=[1, 2],
        role=[Role.REPORTED_USER, Role.VICTIM],
        has_first_name=[True, True],
        age_years=[None, 12],
        has_date_of_birth=[True, False],
        email_count=[1, 0],
        phone_count=[1, 0],
        has_esp_identifier=[True, False],
        screen_name_count=[1, 0],
        display_name_count=[2, 0],
        has_esp_service=[True, False],
        is_permanently_disabled=[False, None],
        has_school=[False, True],
    )
    captures = rows(
        "captures",
        2,
        report_id=[1, 1],
        capture_no=[1, 2],
        person_no=[1, 1],
        capture_of=[CaptureOf.PERSON] * 2,
        capture_type=[CaptureType.IP_ADDRESS, CaptureType.DEVICE_ID],
        event_name=[EventName.UPLOAD, EventName.LOGIN],
        captured_at=[MARCH, None],
        ip_version=[4, None],
        port=[443, None],
    )
    return tables(
        reports=reports(1, **_STATED),
        people=people,
        captures=captures,
        identifiers=rows(
            "identifiers",
            1,
            identifier_no=[1],
            identifier_kind=[IdentifierKind.EMAIL],
            is_verified=[False],
        ),
        locations=rows("locations", 1, **PLACED),
        files=rows("files", 1, **_FILED),
    )


_STATED = {
    "incident_at": [MARCH],
    "incident_offset_minutes": [0],
    "incident_time_note_length": [20],
    "conversation_length": [100],
    "additional_info_length": [10],
    "has_chat_service": [True],
    "has_esp_contact": [True],
}
PLACED = {
    "location_no": [1],
    "person_no": [1],
    "location_source": [LocationSource.ADDRESS],
    "country": ["US"],
    "us_state": ["OH"],
    "has_city": [True],
    "has_street": [True],
}
_FILED = {
    "file_no": [1],
    "viewed_by_esp": [False],
    "industry_classification": ["A1"],
    "has_file_name": [True],
    "file_detail_count": [3],
}
