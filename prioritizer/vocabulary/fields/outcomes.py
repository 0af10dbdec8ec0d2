"""The table `outcomes`: what became of reports, as agencies say."""

from __future__ import annotations

from prioritizer.vocabulary.enums import CaseStatus, ClosedReason
from prioritizer.vocabulary.field import Kind, given
from prioritizer.vocabulary.fields.keys import REPORT_KEY
from prioritizer.vocabulary.table import Table

OUTCOMES = Table(
    "outcomes",
    "One row for each statement of an outcome; a later one replaces an earlier.",
    (
        REPORT_KEY[0],
        given(
            "case_status",
            Kind.CATEGORY,
            "How the case stands, in NCMEC's words.",
            required=True,
            allowed=CaseStatus,
        ),
        given(
            "closed_reason",
            Kind.CATEGORY,
            "Why it was closed, in NCMEC's words.",
            allowed=ClosedReason,
        ),
        given("decided_at", Kind.TIME, "When the agency decided.", required=True),
        given(
            "known_at",
            Kind.TIME,
            "When the outcome became known here; nothing may use it earlier.",
            required=True,
        ),
    ),
    key=("report_id", "known_at"),
)
