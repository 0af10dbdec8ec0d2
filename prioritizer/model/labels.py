"""What counts as actionable: one table from outcomes to labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import pandas as pd
import polars as pl

from prioritizer.tables import latest_versions
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason

LABEL_VERSION = 2
"""Rises when any outcome is another label."""


LATE_DAYS = 60
"""From how many days after a report's arrival what led to nobody says nothing of it.

By then records are gone: a month may pass until they are asked for, and a month is how
long they must be kept for nine of ten addresses to lead to somebody (BKA, quoted in
BT-Drs 20/3687 of the German parliament, 2022: 41 % as they are kept today).
"""


class Interim(StrEnum):
    """What a status that may still change counts as."""

    STATED = "as stated"
    LEFT_OUT = "left out"
    NOT_ACTIONABLE = "not actionable"


@dataclass(frozen=True, slots=True)
class Label:
    """What one outcome says about a report.

    Attributes
    ----------
    value : int or None
        1 for actionable, 0 for not, None where it says neither.
    why : str
        Why so.
    is_interim : bool
        Whether the case goes on, so that another outcome may follow.
    fades : bool
        Whether it says nothing any more if it was decided `LATE_DAYS` or more after
        the report arrived.
    """

    value: int | None
    why: str
    is_interim: bool = False
    fades: bool = False


BY_STATUS: dict[str, Label] = {
    CaseStatus.CONVICTION: Label(1, "police acted"),
    CaseStatus.ARREST: Label(1, "police acted"),
    CaseStatus.ONGOING: Label(
        1, "an office found it worth investigating", is_interim=True
    ),
    CaseStatus.REFERRED: Label(
        1, "an office found it worth passing on", is_interim=True
    ),
    CaseStatus.UNLISTED: Label(None, "the status is not known"),
}
"""Labels of every status but closed, which depends on its reason."""

BY_CLOSED_REASON: dict[str, Label] = {
    ClosedReason.NOT_LOCATED: Label(0, "what was sent led to nobody", fades=True),
    ClosedReason.LEGAL_RESPONSE_EMPTY: Label(
        0, "what was sent led to nobody", fades=True
    ),
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


def every_label() -> Iterator[tuple[str, str, Label]]:
    """Yield each status, the reason if it is closed, and its label."""
    for status, label in BY_STATUS.items():
        yield str(status), "", label
    for reason, label in BY_CLOSED_REASON.items():
        yield str(CaseStatus.CLOSED), str(reason), label


def label_dictionary() -> str:
    """Return every label as a page of Markdown."""
    lines = [
        "# What outcomes count as",
        "",
        f"Version {LABEL_VERSION} of the labels from which models learn. An outcome",
        "counts from the moment at which it was known here. What was once actionable",
        "stays so: an office found it worth work, whatever the case came to. Else the",
        "latest outcome of a report holds. A status that may still change is",
        "*interim*; models learn from it as it is stated. What *fades* is none if it",
        f"was decided {LATE_DAYS} days or more after the report arrived: by then",
        "records are gone, and to find nobody tells of the wait, not of the report.",
        "",
        "| status | reason | label | why |",
        "|---|---|---|---|",
    ]
    for status, reason, label in every_label():
        value = {1: "actionable", 0: "not actionable", None: "none"}[label.value]
        value += " (interim)" if label.is_interim else ""
        value += " (fades)" if label.fades else ""
        lines.append(f"| {status} | {reason} | {value} | {label.why} |")
    return "\n".join(lines)


def labels_as_of(
    outcomes: pl.DataFrame,
    as_of: pd.Timestamp,
    reports: pl.DataFrame | None = None,
    *,
    interim: Interim = Interim.STATED,
) -> pd.Series[int]:
    """Return the labels that were known at a moment.

    Parameters
    ----------
    outcomes : polars.DataFrame
        The table `outcomes`.
    as_of : pandas.Timestamp
        Outcomes known strictly before it count. A report is actionable if one of them
        says so; else the latest holds.
    reports : polars.DataFrame or None
        The table `reports`: an outcome that was decided or known before the newest
        version of its report arrived is no label of that version, and one that fades
        is none if it was decided late. If None, neither is looked at.
    interim : Interim
        What a status that may still change counts as.

    Returns
    -------
    pandas.Series of int
        1 or 0, index `report_id`; reports without a label are not in it.
    """
    by_status = {name: _value(label, interim) for name, label in BY_STATUS.items()}
    by_reason = {name: label.value for name, label in BY_CLOSED_REASON.items()}
    closed = pl.col("case_status") == CaseStatus.CLOSED
    value = (
        pl.when(closed)
        .then(_lookup("closed_reason", by_reason))
        .otherwise(_lookup("case_status", by_status))
    )
    if reports is not None:
        newest = latest_versions(reports).select("report_id", "arrival_at")
        joined = outcomes.join(newest, on="report_id")
        outcomes = joined.filter(
            pl.col("decided_at") >= pl.col("arrival_at"),
            pl.col("known_at") >= pl.col("arrival_at"),
        )
        late = pl.col("decided_at") - pl.col("arrival_at") >= timedelta(days=LATE_DAYS)
        value = pl.when(~(closed & late & _fading())).then(value)
    latest = (
        outcomes.filter(pl.col("known_at") < as_of)
        .sort("known_at", maintain_order=True)
        .with_columns(label=value)
        .group_by("report_id", maintain_order=True)
        .agg(label=pl.col("label").last(), was_actionable=(pl.col("label") == 1).any())
        .select("report_id", label=pl.when("was_actionable").then(1).otherwise("label"))
        .drop_nulls()
    )
    return latest.to_pandas().set_index("report_id")["label"].astype(int)


def _fading() -> pl.Expr:
    fading = [str(reason) for reason, label in BY_CLOSED_REASON.items() if label.fades]
    return pl.col("closed_reason").cast(pl.String).is_in(fading).fill_null(value=False)


def _value(label: Label, interim: Interim) -> int | None:
    if not label.is_interim or interim is Interim.STATED:
        return label.value
    return None if interim is Interim.LEFT_OUT else 0


def _lookup(column: str, values: dict[str, int | None]) -> pl.Expr:
    return (
        pl.col(column)
        .cast(pl.String)
        .replace_strict(values, default=None, return_dtype=pl.Int64)
    )
