"""How long things took, and how well the time is stated."""

from __future__ import annotations

import polars as pl

from prioritizer.features.wording import Group

_REPORT = Group("time", "reports")
_EITHER = "late reports find old records, early ones may be automatic"
_IS_REGISTRATION = pl.col("is_incident_time_registration").fill_null(value=False)


def _hours(later: str, earlier: str) -> pl.Expr:
    return (pl.col(later) - pl.col(earlier)).dt.total_microseconds() / 3.6e9


FEATURES = (
    _REPORT.delay(
        "receipt_delay_hours",
        # The opening of an account is not the incident.
        pl.when(~_IS_REGISTRATION).then(_hours("received_at", "incident_at")),
        "NCMEC received it",
        "the time from incident to receipt is not known",
        exemption=_EITHER,
    ),
    _REPORT.delay(
        "handling_delay_hours",
        _hours("made_available_at", "received_at"),
        "NCMEC made it available",
        "the time from receipt to release by NCMEC is not known",
        exemption=_EITHER,
    ),
    Group("time", "files").age(
        "newest_file_hours",
        pl.when(pl.col("uploaded_at") <= pl.col("arrival_at")).then(
            _hours("arrival_at", "uploaded_at")
        ),
        "newest file came to the provider",
        "no file with the time at which it came to the provider",
        exemption="networks forget; a further file never makes the newest older",
    ),
    Group("time", "files").count(
        "dated_files",
        pl.col("uploaded_at") <= pl.col("arrival_at"),
        "file with the time of its upload",
        "files with the time of their upload",
    ),
    _REPORT.flag(
        "has_incident_zone",
        pl.col("incident_offset_minutes").is_not_null(),
        "the zone of the incident time is stated",
        "the zone of the incident time is not stated",
    ),
    _REPORT.flag(
        "has_incident_range",
        pl.col("has_incident_range"),
        "a range of time is given for the incident",
        "no range of time is given for the incident",
    ),
    _REPORT.length(
        "incident_time_note_length",
        pl.col("incident_time_note_length"),
        "explanation of the incident time",
        "no explanation of what the incident time means",
    ),
    _REPORT.flag(
        "is_incident_time_registration",
        _IS_REGISTRATION,
        "the incident time is that of an account's registration",
        "the incident time is not that of a registration",
        direction=-1,
        exemption="it says when an account was opened, not what happened when",
    ),
    _REPORT.number(
        "clock_errors",
        (pl.col("incident_at") > pl.col("received_at")).cast(pl.Int32).fill_null(0)
        + (pl.col("received_at") > pl.col("made_available_at"))
        .cast(pl.Int32)
        .fill_null(0),
        "time of the report out of order",
        "times of the report out of order",
        direction=-1,
        exemption="clocks that contradict each other cannot both be relied on",
    ),
    Group("time", "captures").count(
        "future_captures",
        pl.col("captured_at") > pl.col("arrival_at"),
        "address or device with a time after arrival",
        "addresses or devices with a time after arrival",
        direction=-1,
        exemption="a time after arrival is an error, and tells of others",
    ),
)
