"""What is looked for in each section, and its points of ten.

Every item reads what the provider sent (section A), in columns that both formats
can fill, so that no report is called incomplete for the door it came through.
"""

from __future__ import annotations

import polars as pl

from prioritizer.features.completeness.scale import Item
from prioritizer.vocabulary.enums import (
    UNLISTED,
    CaptureType,
    EventName,
    IdentifierKind,
    LocationSource,
    Role,
)

_IS_USER = pl.col("role") == Role.REPORTED_USER
_IS_VICTIM = pl.col("role") == Role.VICTIM
# `person_role` is the role in `people` of the person that a row belongs to; a row
# of a file or an incident belongs to none, and counts for the reported account.
_OF_VICTIM = pl.col("person_role") == Role.VICTIM
_OF_USER = ~pl.col("person_role").is_in(
    [str(Role.VICTIM), str(Role.INTENDED_RECIPIENT)]
).fill_null(value=False)
_IS_IP = pl.col("ip_version").is_not_null() & _OF_USER
_IS_UPLOAD = pl.col("event_name") == EventName.UPLOAD
# Statements of place by the provider; NCMEC's look-ups of addresses are not its words.
_IS_PLACE = pl.col("location_source").is_in(
    [str(LocationSource.ADDRESS), str(LocationSource.ESP_ESTIMATE)]
)
_HAS_REGION = pl.col("us_state").is_not_null() | pl.col("has_other_state")
_HAS_TOWN = pl.col("has_city") | pl.col("has_postal_code")
_HAS_COUNTRY = pl.col("country") != UNLISTED


def _any(*columns: str) -> pl.Expr:
    """Return whether one of some counts and lengths is more than none."""
    return pl.any_horizontal([pl.col(name) > 0 for name in columns])


def _in(table: str, name: str, words: str, points: int, which: pl.Expr) -> Item:
    return Item(name, words, points, {table: which})


def _of_user(name: str, words: str, points: int, which: pl.Expr) -> Item:
    return _in("people", name, words, points, _IS_USER & which)


def _of_victim(name: str, words: str, points: int, which: pl.Expr) -> Item:
    return _in("people", name, words, points, _IS_VICTIM & which)


def _place(name: str, words: str, points: int, which: pl.Expr) -> Item:
    return _in("locations", name, words, points, _IS_PLACE & _OF_USER & which)


IDENTITY = (
    _of_user(
        "name",
        "name of the reported person",
        6,
        pl.col("has_first_name") | pl.col("has_last_name"),
    ),
    _of_user(
        "birth",
        "date of birth or age of the reported person",
        4,
        pl.col("has_date_of_birth") | pl.col("age_years").is_not_null(),
    ),
)

CONTACT = (
    _of_user("email", "e-mail address of the reported account", 4, _any("email_count")),
    _of_user(
        "phone", "telephone number of the reported account", 4, _any("phone_count")
    ),
    Item(
        "contact_verified",
        "word on whether an e-mail address or telephone number was verified",
        2,
        {
            "identifiers": pl.col("is_verified").is_not_null()
            & pl.col("identifier_kind").is_in(
                [str(IdentifierKind.EMAIL), str(IdentifierKind.PHONE)]
            )
        },
    ),
)

ACCOUNT = (
    _of_user(
        "account_number",
        "number of the reported account at the provider",
        4,
        pl.col("has_esp_identifier"),
    ),
    _of_user(
        "screen_name",
        "screen name of the reported account",
        3,
        _any("screen_name_count"),
    ),
    _of_user(
        "profile",
        "display name or profile of the reported account",
        1,
        _any("display_name_count", "profile_url_count", "profile_bio_length"),
    ),
    Item(
        "service",
        "service on which it happened or the account is",
        1,
        {
            "people": _IS_USER & pl.col("has_esp_service"),
            "reports": pl.col("platform").is_not_null(),
        },
    ),
    _of_user(
        "account_closed",
        "word on whether the account was paused or closed",
        1,
        pl.col("is_temporarily_disabled").is_not_null()
        | pl.col("is_permanently_disabled").is_not_null(),
    ),
)

NETWORK = (
    _in(
        "captures",
        "upload_address",
        "IP address recorded at upload",
        4,
        _IS_IP & _IS_UPLOAD,
    ),
    _in("captures", "address", "IP address of any event", 2, _IS_IP),
    _in(
        "captures",
        "address_time",
        "date and time of an IP address",
        2,
        _IS_IP & pl.col("captured_at").is_not_null(),
    ),
    _in(
        "captures",
        "address_port",
        "source port of an IP address",
        1,
        _IS_IP & pl.col("port").is_not_null(),
    ),
    _in(
        "captures",
        "device",
        "device of the reported account",
        1,
        (pl.col("capture_type") == CaptureType.DEVICE_ID) & _OF_USER,
    ),
)

TIME = (
    _in(
        "reports",
        "incident_time",
        "date and time of the incident with its zone",
        4,
        pl.col("incident_at").is_not_null()
        & pl.col("incident_offset_minutes").is_not_null(),
    ),
    _in(
        "reports",
        "time_meaning",
        "word on what the incident time means",
        3,
        _any("incident_time_note_length"),
    ),
    Item(
        "upload_time",
        "date and time of an upload",
        3,
        {
            "files": pl.col("uploaded_at").is_not_null(),
            "captures": _OF_USER & _IS_UPLOAD & pl.col("captured_at").is_not_null(),
        },
    ),
)

LOCATION = (
    _place("region", "state or region of the reported account", 3, _HAS_REGION),
    _place("town", "city or postal code of the reported account", 3, _HAS_TOWN),
    _place("country", "country of the reported account", 2, _HAS_COUNTRY),
    _place("street", "street of the reported account", 2, pl.col("has_street")),
)

FILE = (
    _in("files", "file", "file", 4, pl.col("file_no").is_not_null()),
    _in(
        "files",
        "file_viewed",
        "word on whether a person at the provider saw a file",
        3,
        pl.col("viewed_by_esp").is_not_null(),
    ),
    _in(
        "files",
        "file_code",
        "industry code of a file",
        1,
        pl.col("industry_classification").is_not_null(),
    ),
    _in(
        "files",
        "file_name",
        "name of a file",
        1,
        pl.col("has_file_name") | pl.col("has_original_file_name"),
    ),
    _in(
        "files",
        "file_details",
        "technical detail of a file",
        1,
        _any("file_detail_count"),
    ),
)

NARRATIVE = (
    _in("reports", "communication", "communication", 5, _any("conversation_length")),
    Item(
        "further_information",
        "further information in words",
        2,
        {
            "reports": _any("additional_info_length", "incident_notes_length"),
            "people": _any("person_info_length"),
            "files": _any("file_info_length"),
        },
    ),
    _in(
        "reports",
        "incident_place",
        "page, chat, game, program or place of the incident",
        2,
        _any("url_count", "incident_email_count")
        | pl.any_horizontal(
            *("has_chat_service", "has_chat_room", "has_game", "has_newsgroup"),
            *("has_peer_to_peer_client", "has_incident_phone"),
            *("has_incident_place", "has_incident_screen_name"),
        ),
    ),
    _in(
        "reports",
        "provider_contact",
        "contact at the provider for law enforcement",
        1,
        pl.col("has_esp_contact"),
    ),
)

VICTIM = (
    _of_victim("victim", "child victim", 4, pl.col("person_no").is_not_null()),
    _of_victim(
        "victim_named",
        "name or account of a child victim",
        2,
        pl.col("has_first_name")
        | pl.col("has_last_name")
        | pl.col("has_esp_identifier")
        | _any("screen_name_count", "email_count", "phone_count"),
    ),
    _of_victim(
        "victim_age",
        "age or date of birth of a child victim",
        2,
        pl.col("age_years").is_not_null() | pl.col("has_date_of_birth"),
    ),
    Item(
        "victim_place",
        "place of a child victim, closer than a country",
        2,
        {
            "people": _IS_VICTIM & pl.col("has_school"),
            "locations": _IS_PLACE
            & _OF_VICTIM
            & (_HAS_REGION | _HAS_TOWN | pl.col("has_street")),
        },
    ),
)
