"""Which lane each report stands in; decided by rule and before any score."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd
import polars as pl

from prioritizer.vocabulary.enums import PriorityCode


class Lane(StrEnum):
    """The lanes, in the order in which they are read."""

    URGENT = "urgent"
    STANDARD = "standard"
    NOT_EVALUABLE = "not evaluable"
    WORKED = "worked"


# Any one of these opens the urgent lane, whatever the score says.
_SIGNALS = {
    "escalated by the provider": pl.col("esp_escalated"),
    "NCMEC priority 1": pl.col("ncmec_priority_code") == PriorityCode.ONE,
    "flagged by an analyst": pl.col("analyst_urgent"),
}


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
        The latest version of each report.
    outcomes : polars.DataFrame
        What agencies said of them.
    evaluable : pandas.Series of bool
        Whether a report's contributions add up to its score; index `report_id`.
    as_of : pandas.Timestamp
        The moment of the queue; outcomes known later do not count.

    Returns
    -------
    pandas.DataFrame
        Columns `lane`, `urgent_because` and `has_outcome`, index `report_id`;
        each report stands in one lane.
    """
    worked = outcomes.filter(pl.col("known_at") < as_of)["report_id"].unique()
    signals = [
        pl.when(signal.fill_null(value=False)).then(pl.lit(words))
        for words, signal in _SIGNALS.items()
    ]
    because = reports.select(
        "report_id",
        urgent_because=pl.concat_str(signals, separator="; ", ignore_nulls=True),
        has_outcome=pl.col("report_id").is_in(worked.implode()),
    ).to_pandas()
    because = because.set_index("report_id")
    lane = pd.Series(str(Lane.STANDARD), index=because.index, name="lane")
    lane = lane.where(evaluable.reindex(because.index), str(Lane.NOT_EVALUABLE))
    lane = lane.where(~because["has_outcome"], str(Lane.WORKED))
    lane = lane.where(because["urgent_because"] == "", str(Lane.URGENT))
    return because.assign(lane=lane)
