"""What counts as actionable: one table from outcomes to labels."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import polars as pl

from prioritizer.tables import latest_versions
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason

LABEL_VERSION = 1


@dataclass(frozen=True, slots=True)
class Label:
    """What one outcome says about a report: 1, 0 or nothing, and why."""

    value: int | None
    why: str


BY_STATUS: dict[str, Label] = {
    CaseStatus.CONVICTION: Label(1, "police acted"),
    CaseStatus.ARREST: Label(1, "police acted"),
    CaseStatus.ONGOING: Label(1, "an office found it worth investigating"),
    CaseStatus.REFERRED: Label(1, "an office found it worth passing on"),
    CaseStatus.UNLISTED: Label(None, "the status is not known"),
}
"""Labels of every status but closed, which depends on its reason."""

BY_CLOSED_REASON: dict[str, Label] = {
    ClosedReason.NOT_LOCATED: Label(0, "what was sent led to nobody"),
    ClosedReason.LEGAL_RESPONSE_EMPTY: Label(0, "what was sent led to nobody"),
    ClosedReason.NO_CRIME: Label(0, "it was looked at and there was nothing"),
    ClosedReason.NO_MERIT: Label(0, "it was looked at and led to nothing"),
    ClosedReason.ADULT: Label(0, "no child was concerned"),
    ClosedReason.FALSE_REPORT: Label(0, "there was nothing"),
    ClosedReason.UNFOUNDED: Label(0, "there was nothing"),
    ClosedReason.AGE_UNDETERMINED: Label(None, "says nothing of what could be done"),
    ClosedReason.DECEASED: Label(None, "says nothing of what the report was worth"),
    ClosedReason.OTHER: Label(None, "the reason is not known"),
    ClosedReason.UNLISTED: Label(None, "the reason is not known"),
}
"""Labels of closed cases by their reason."""


def labels_as_of(
    outcomes: pl.DataFrame, as_of: pd.Timestamp, reports: pl.DataFrame | None = None
) -> pd.Series[int]:
    """Return the labels that were known at a moment.

    Parameters
    ----------
    outcomes : polars.DataFrame
        The table `outcomes`.
    as_of : pandas.Timestamp
        Outcomes known strictly before it count; the latest for each report.
    reports : polars.DataFrame or None
        The table `reports`: an outcome that was decided before the newest
        version of its report arrived is no label of that version.

    Returns
    -------
    pandas.Series of int
        1 or 0, index `report_id`; reports without a label are not in it.
    """
    by_status = {name: label.value for name, label in BY_STATUS.items()}
    by_reason = {name: label.value for name, label in BY_CLOSED_REASON.items()}
    closed = pl.col("case_status") == CaseStatus.CLOSED
    if reports is not None:
        newest = latest_versions(reports).select("report_id", "arrival_at")
        joined = outcomes.join(newest, on="report_id")
        outcomes = joined.filter(pl.col("decided_at") >= pl.col("arrival_at"))
    latest = (
        outcomes.filter(pl.col("known_at") < as_of)
        .sort("known_at", maintain_order=True)
        .unique("report_id", keep="last", maintain_order=True)
        .select(
            "report_id",
            label=pl.when(closed)
            .then(_lookup("closed_reason", by_reason))
            .otherwise(_lookup("case_status", by_status)),
        )
        .drop_nulls()
    )
    return latest.to_pandas().set_index("report_id")["label"].astype(int)


def _lookup(column: str, values: dict[str, int | None]) -> pl.Expr:
    return (
        pl.col(column)
        .cast(pl.String)
        .replace_strict(values, default=None, return_dtype=pl.Int64)
    )
