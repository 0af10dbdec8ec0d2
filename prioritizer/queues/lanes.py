"""Which lane each report stands in; decided by rule and before any score."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd
import polars as pl

from prioritizer.tables import latest_versions
from prioritizer.vocabulary.enums import PriorityCode


class Lane(StrEnum):
    """The lanes, in the order in which they are read."""

    URGENT = "urgent"
    STANDARD = "standard"
    NOT_EVALUABLE = "not evaluable"
    WORKED = "worked"


# Any one of these opens the urgent lane, whatever the score says. A code that is
# not known may be a new word for urgent, so it is read as one.
_SIGNALS = {
    "escalated by the provider": pl.col("esp_escalated"),
    "NCMEC priority 1": pl.col("ncmec_priority_code") == PriorityCode.ONE,
    "NCMEC priority code that is not known": pl.col("ncmec_priority_code")
    == PriorityCode.UNLISTED,
    "flagged by an analyst": pl.col("analyst_urgent"),
}


def urgent_signals(reports: pl.DataFrame) -> pd.Series[str]:
    """Return the urgent signals of each report, in words.

    A signal of any version counts: that a later one no longer states it does
    not close the urgent lane.

    Parameters
    ----------
    reports : polars.DataFrame
        All versions that have arrived.

    Returns
    -------
    pandas.Series of str
        Index `report_id`; empty where there is no signal.
    """
    words = [
        pl.when(signal.fill_null(value=False).any()).then(pl.lit(name))
        for name, signal in _SIGNALS.items()
    ]
    said = reports.group_by("report_id").agg(
        urgent_because=pl.concat_str(words, separator="; ", ignore_nulls=True)
    )
    return said.to_pandas().set_index("report_id")["urgent_because"]


def lanes_of(
    reports: pl.DataFrame,
    outcomes: pl.DataFrame,
    evaluable: pd.Series[bool],
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return each report's lane, and why it is urgent where it is.

    A report with an urgent signal is urgent whatever else holds: no score, no
    missing explanation and no outcome moves it out of its lane.

    Parameters
    ----------
    reports : polars.DataFrame
        All versions that have arrived.
    outcomes : polars.DataFrame
        What agencies said of them.
    evaluable : pandas.Series of bool
        Whether a report's contributions add up to its score; index `report_id`.
    as_of : pandas.Timestamp
        The moment of the queue; outcomes known later do not count.

    Returns
    -------
    pandas.DataFrame
        Columns `lane`, `urgent_because` and `has_outcome`, index `report_id`
        as in `evaluable`; each report stands in one lane.
    """
    because = urgent_signals(reports).reindex(evaluable.index)
    has_outcome = pd.Series(
        evaluable.index.isin(_worked(reports, outcomes, as_of)), index=evaluable.index
    )
    lane = pd.Series(str(Lane.STANDARD), index=evaluable.index)
    lane = lane.where(evaluable, str(Lane.NOT_EVALUABLE))
    lane = lane.where(~has_outcome, str(Lane.WORKED))
    lane = lane.where(because == "", str(Lane.URGENT))
    return pd.DataFrame(
        {"lane": lane, "urgent_because": because, "has_outcome": has_outcome}
    )


def _worked(
    reports: pl.DataFrame, outcomes: pl.DataFrame, as_of: pd.Timestamp
) -> list[int]:
    """Return the reports whose outcome is known and was decided on all that came."""
    latest = latest_versions(reports).select("report_id", "arrival_at")
    known = outcomes.filter(pl.col("known_at") < as_of).join(latest, on="report_id")
    decided = known.filter(pl.col("decided_at") >= pl.col("arrival_at"))
    return decided["report_id"].unique().to_list()
