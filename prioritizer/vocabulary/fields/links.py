"""The tables of `history`: what was already known when a report arrived."""

from __future__ import annotations

from prioritizer.vocabulary.field import Kind, given
from prioritizer.vocabulary.fields.keys import REPORT_KEY
from prioritizer.vocabulary.table import Table

LINKS = Table(
    "links",
    "One row for each report: its links to strictly earlier arrivals.",
    (
        *REPORT_KEY,
        given(
            "account_matches",
            Kind.SMALL_INT,
            "Earlier reports that name an identifier of a person or account of this "
            "one, summed over identifiers; widely shared ones are left out.",
            required=True,
        ),
        given(
            "address_matches",
            Kind.SMALL_INT,
            "Earlier reports that name an address or device of this one, summed over "
            "these; widely shared ones are left out.",
            required=True,
        ),
        given(
            "widest_file",
            Kind.SMALL_INT,
            "Earlier reports with the most often seen file of this one.",
            required=True,
        ),
        given(
            "known_file_count",
            Kind.SMALL_INT,
            "Files of this report of which an earlier one had a hash.",
            required=True,
        ),
        given(
            "hub_count",
            Kind.SMALL_INT,
            "Identifiers left out because too many earlier reports share them.",
            required=True,
        ),
    ),
    key=("report_id", "version"),
)

PROVIDER_HISTORY = Table(
    "provider_history",
    "One row for each report: how its provider's earlier reports fared.",
    (
        *REPORT_KEY,
        given(
            "provider_reports",
            Kind.INT,
            "Earlier reports of the same provider.",
            required=True,
        ),
        given(
            "provider_outcomes",
            Kind.INT,
            "How many of these had an outcome that was known by then.",
            required=True,
        ),
        given(
            "provider_actions",
            Kind.INT,
            "For how many of these that outcome was police action.",
            required=True,
        ),
    ),
    key=("report_id", "version"),
)
