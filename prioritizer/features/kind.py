"""What the report is about, and what its senders say of it."""

from __future__ import annotations

import polars as pl

from prioritizer.features.wording import Group
from prioritizer.vocabulary.enums import IncidentType, PriorityCode, Role

_REPORT = Group("kind", "reports")

FEATURES = (
    _REPORT.category(
        "incident_type",
        "incident_type",
        "incident type",
        "no incident type",
        tuple(IncidentType),
    ),
    _REPORT.number(
        "added_incident_types",
        pl.col("additional_incident_type_count"),
        "further incident type",
        "further incident types",
    ),
    _REPORT.category(
        "ncmec_priority_code",
        "ncmec_priority_code",
        "NCMEC priority code",
        "no NCMEC priority code",
        tuple(PriorityCode),
    ),
    _REPORT.flag(
        "esp_escalated",
        pl.col("esp_escalated"),
        "escalated by the provider",
        "not escalated by the provider",
    ),
    _REPORT.length(
        "escalation_length",
        pl.col("esp_escalation_length"),
        "reason for urgency",
        "no reason for urgency",
    ),
    _REPORT.flag(
        "is_informational",
        pl.col("is_informational"),
        "designated informational by NCMEC",
        "not designated informational by NCMEC",
        direction=0,
        exemption="NCMEC found too little to act on, or nothing meant to harm",
    ),
    _REPORT.flag(
        "is_esp_informational",
        pl.col("is_esp_informational"),
        "called informational by the provider",
        "not called informational by the provider",
        direction=-1,
        exemption="the provider itself expects no action",
    ),
    _REPORT.flag(
        "is_sextortion",
        pl.col("is_sextortion"),
        "flagged as extortion",
        "not flagged as extortion",
    ),
    _REPORT.flag(
        "is_solicitation",
        pl.col("is_solicitation"),
        "flagged as solicitation",
        "not flagged as solicitation",
    ),
    _REPORT.flag(
        "is_sadistic_exploitation",
        pl.col("is_sadistic_exploitation"),
        "flagged with the code for sadistic coercion",
        "not flagged with the code for sadistic coercion",
    ),
    _REPORT.flag(
        "is_aggravated",
        pl.col("is_aggravated"),
        "flagged as aggravated",
        "not flagged as aggravated",
    ),
    _REPORT.flag(
        "is_minor_to_minor",
        pl.col("is_minor_to_minor"),
        "flagged as among minors",
        "not flagged as among minors",
        direction=0,
        exemption="such reports are handled in other ways",
    ),
    _REPORT.flag(
        "is_spam",
        pl.col("is_spam"),
        "flagged as spam",
        "not flagged as spam",
        direction=-1,
        exemption="spam is sent without knowledge of whom it reaches",
    ),
    _REPORT.flag(
        "is_bundle",
        pl.col("is_bundle"),
        "a bundle of several incidents",
        "not a bundle of several incidents",
        direction=0,
        exemption="bundles are made of what is passed on widely",
    ),
    Group("kind", "people").number(
        "bundled_users",
        pl.when(pl.col("is_bundle").first())
        # Not the first: to name the only user is evidence, as in any report.
        .then(((pl.col("role") == Role.REPORTED_USER).sum().cast(pl.Int32) - 1).clip(0))
        .otherwise(0),
        "further user in the bundle",
        "further users in the bundle",
        direction=0,
        exemption="bundles are made of what is passed on widely",
        none="no further user in a bundle",
    ),
    _REPORT.flag(
        "is_reported_to_le",
        pl.col("is_reported_to_le").fill_null(value=False) | pl.col("has_le_agency"),
        "the provider had told an agency before",
        "the provider names no agency that it had told before",
        direction=0,
        exemption="another agency may be at work on it",
    ),
    _REPORT.flag(
        "is_live_video",
        pl.col("is_webcam_involved"),
        "a camera is said to be involved",
        "no camera is said to be involved",
    ),
)
