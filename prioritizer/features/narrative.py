"""Whether words came along, and how many; never what they say."""

from __future__ import annotations

import polars as pl

from prioritizer.features.wording import Group

_REPORT = Group("narrative", "reports")

FEATURES = (
    _REPORT.length(
        "conversation_length",
        pl.col("conversation_length"),
        "communication",
        "no communication sent along",
    ),
    _REPORT.length(
        "additional_info_length",
        pl.col("additional_info_length"),
        "further information",
        "no further information on the report",
    ),
    _REPORT.length(
        "incident_notes_length",
        pl.col("incident_notes_length"),
        "notes on the incident",
        "no notes on the incident",
    ),
    Group("narrative", "people").length(
        "person_info_length",
        pl.col("person_info_length").sum(),
        "further information on persons",
        "no further information on persons",
    ),
    Group("narrative", "files").length(
        "file_info_length",
        pl.col("file_info_length").sum(),
        "further information on files",
        "no further information on files",
    ),
    _REPORT.number(
        "web_pages",
        pl.col("url_count"),
        "web page of the incident",
        "web pages of the incident",
    ),
    _REPORT.flag(
        "has_chat_place",
        pl.any_horizontal(
            "has_chat_service",
            "has_chat_room",
            "has_game",
            "has_incident_screen_name",
            "has_newsgroup",
            "has_peer_to_peer_client",
        ),
        "the chat, game or network of the incident is named",
        "no chat, game or network of the incident is named",
    ),
    _REPORT.flag(
        "has_identifiers_only_in_text",
        pl.col("has_identifiers_only_in_text"),
        "identifiers may stand in the text alone",
        "no identifiers are known to stand in the text alone",
        direction=0,
        exemption="what only text says must be read by a person",
    ),
)
