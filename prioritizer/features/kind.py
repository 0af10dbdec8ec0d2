"""What the report is about, and what its senders say of it."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Feature
from prioritizer.vocabulary.enums import IncidentType, PriorityCode


def _flag(
    name: str, column: str, said: str, direction: int = 0, exemption: str = ""
) -> Feature:
    return Feature(
        name,
        "kind",
        "reports",
        pl.col(column).fill_null(value=False),
        "yes or no",
        said,
        f"not {said}",
        direction=direction,
        exemption=exemption,
    )


FEATURES = (
    Feature(
        "incident_type",
        "kind",
        "reports",
        pl.col("incident_type"),
        "type",
        "incident type: {value}",
        "no incident type",
        absent=None,
        allowed=tuple(IncidentType),
    ),
    Feature(
        "ncmec_priority_code",
        "kind",
        "reports",
        pl.col("ncmec_priority_code"),
        "code",
        "NCMEC priority code: {value}",
        "no NCMEC priority code",
        absent=None,
        allowed=tuple(PriorityCode),
    ),
    _flag("esp_escalated", "esp_escalated", "escalated by the provider", 1),
    _flag(
        "is_informational",
        "is_informational",
        "designated informational by NCMEC",
        exemption="NCMEC found too little to act on, or nothing meant to harm",
    ),
    _flag("is_sextortion", "is_sextortion", "flagged as extortion", 1),
    _flag(
        "is_minor_to_minor",
        "is_minor_to_minor",
        "flagged as among minors",
        exemption="such reports are handled in other ways",
    ),
    _flag(
        "is_spam",
        "is_spam",
        "flagged as spam",
        -1,
        "spam is sent without knowledge of whom it reaches",
    ),
    _flag(
        "is_bundle",
        "is_bundle",
        "a bundle of several incidents",
        exemption="bundles are made of what is passed on widely",
    ),
    Feature(
        "conversation_length",
        "narrative",
        "reports",
        pl.col("conversation_length"),
        "characters",
        "communication sent along, in characters: {value}",
        "no communication sent along",
        direction=1,
    ),
    Feature(
        "additional_info_length",
        "narrative",
        "reports",
        pl.col("additional_info_length"),
        "characters",
        "further information, in characters: {value}",
        "no further information",
        direction=1,
    ),
    Feature(
        "has_esp_contact",
        "narrative",
        "reports",
        pl.col("has_esp_contact"),
        "yes or no",
        "the provider names a contact",
        "the provider names no contact",
        direction=1,
    ),
)
