"""How long things took, and how well the time is stated."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Feature

# Beyond ten years a delay is a typing error, or as useless as one.
_LONGEST_HOURS = 87_600.0


def _hours(later: str, earlier: str) -> pl.Expr:
    delay = (pl.col(later) - pl.col(earlier)).dt.total_seconds() / 3600
    # A negative delay is a clock error upstream: not known.
    return pl.when(delay >= 0).then(delay.clip(upper_bound=_LONGEST_HOURS))


FEATURES = (
    Feature(
        "receipt_delay_hours",
        "time",
        "reports",
        _hours("received_at", "incident_at"),
        "hours",
        "NCMEC received it {value} hours after the incident",
        "the time from incident to receipt is not known",
        absent=None,
        exemption="late reports find old records, early ones may be automatic",
    ),
    Feature(
        "handling_delay_hours",
        "time",
        "reports",
        _hours("made_available_at", "received_at"),
        "hours",
        "NCMEC made it available {value} hours after it received it",
        "the time from receipt to release by NCMEC is not known",
        absent=None,
        exemption="late reports find old records, early ones may be automatic",
    ),
    Feature(
        "incident_time_note",
        "time",
        "reports",
        pl.col("incident_time_note_length") > 0,
        "yes or no",
        "the provider explains what the incident time means",
        "the provider does not explain what the incident time means",
        direction=1,
    ),
)
