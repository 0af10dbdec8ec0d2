"""Put reports in order: lanes first, then score, then fixed ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl

from prioritizer.explain import top_reasons
from prioritizer.features import Feature
from prioritizer.model import rank_interval
from prioritizer.queues.lanes import Lane, lanes_of
from prioritizer.tables import latest_versions

# float32 contributions of some sixty features add up to this; more is a fault.
_ADDS_UP_WITHIN = 1e-4
_WITHHELD = "reasons withheld: contributions do not add up to the score"


def build_queue(
    tables: dict[str, pl.DataFrame],
    X: pd.DataFrame,
    scores: pd.DataFrame,
    features: Sequence[Feature],
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Return the queue: every report once, each with its place and reasons.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        The tables reports and outcomes.
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`.
    scores : pandas.DataFrame
        Scores with contributions, the same index.
    features : sequence of Feature
        The features of the model that made them.
    as_of : pandas.Timestamp
        The moment of the queue.

    Returns
    -------
    pandas.DataFrame of shape (n_reports, n_columns)
        Columns `position`, `lane`, `urgent_because`, `has_outcome`, `report_id`,
        `version`, `p`, `p_low`, `p_high`, `raw`, `rank_low`, `rank_high`,
        `arrival_at`, `reason_1` to `reason_3`, `base`, then `c_<feature>` and
        `v_<feature>`: contribution and value of each feature. In order of position,
        from 1. In each lane what has no outcome yet comes first, then the higher
        probability; ties go by raw score, arrival and report id. `rank_low` and
        `rank_high` are places among the reports of the same lane and `has_outcome`,
        as `prioritizer.model.rank_interval` gives them, and hold the report's own
        place there; empty where scores hold no refits.
    """
    arrived = tables["reports"].filter(pl.col("arrival_at") <= as_of)
    latest = latest_versions(arrived).filter(pl.col("report_id").is_in(list(X.index)))
    evaluable = adds_up(scores)
    lanes = lanes_of(arrived, tables["outcomes"], evaluable, as_of=as_of)
    facts = latest.select("report_id", "version", "arrival_at").to_pandas()
    queue = (
        facts.set_index("report_id")
        .join(lanes)
        .join(scores.reindex(columns=["raw", "p", "p_low", "p_high"]))
    )
    reasons = top_reasons(X, scores, features)
    reasons.loc[~evaluable, "reason_1"] = _WITHHELD
    reasons.loc[~evaluable, ["reason_2", "reason_3"]] = ""
    ranks = {str(lane): number for number, lane in enumerate(Lane)}
    rows = queue.join(reasons).reset_index()
    ordered = rows.assign(lane_rank=rows["lane"].map(ranks)).sort_values(
        list(_ORDER),
        ascending=list(_ORDER.values()),
        # A score that could not be computed goes last, never first.
        na_position="last",
        ignore_index=True,
    )
    numbered = ordered.assign(position=np.arange(1, len(ordered) + 1))
    placed = with_rank_interval(numbered, scores.filter(regex="^refit_"))[_COLUMNS]
    points = scores.filter(regex="^(base|c_.*)$").loc[placed["report_id"]]
    values = X.add_prefix("v_").loc[placed["report_id"]]
    parts = [points.reset_index(drop=True), values.reset_index(drop=True)]
    return pd.concat([placed, *parts], axis="columns")


# What decides a place, in this order, and whether the lower value goes first.
_ORDER = {
    "lane_rank": True,
    "has_outcome": True,
    "p": False,
    "raw": False,
    "arrival_at": True,
    "report_id": True,
}
_COLUMNS = [
    "position",
    "lane",
    "urgent_because",
    "has_outcome",
    "report_id",
    "version",
    "p",
    "p_low",
    "p_high",
    "raw",
    "rank_low",
    "rank_high",
    "arrival_at",
    "reason_1",
    "reason_2",
    "reason_3",
]


def with_rank_interval(queue: pd.DataFrame, refits: pd.DataFrame) -> pd.DataFrame:
    """Return a queue with how far a report's place may move in its lane.

    Parameters
    ----------
    queue : pandas.DataFrame
        Columns `report_id`, `lane` and `has_outcome`, in order.
    refits : pandas.DataFrame
        What each refit scores, index `report_id`; no column where there are none.

    Returns
    -------
    pandas.DataFrame
        With `rank_low` and `rank_high`.
    """
    if not refits.shape[1]:
        return queue.assign(rank_low=np.nan, rank_high=np.nan)
    scores = refits.loc[queue["report_id"]].to_numpy()
    best, worst = np.zeros((2, len(queue)), dtype=np.int64)
    for rows in queue.groupby(["lane", "has_outcome"]).indices.values():
        low, high = rank_interval(scores[rows])
        place = np.arange(1, len(rows) + 1)
        # Half places of tied rows are rounded outward.
        best[rows] = np.minimum(np.floor(low), place)
        worst[rows] = np.maximum(np.ceil(high), place)
    return queue.assign(rank_low=best, rank_high=worst)


def adds_up(scores: pd.DataFrame) -> pd.Series[bool]:
    """Return whether each row adds up to its raw score and has a probability.

    Parameters
    ----------
    scores : pandas.DataFrame
        Columns `raw`, `p`, `base` and `c_<feature>`.

    Returns
    -------
    pandas.Series of bool
        Index as in `scores`.
    """
    points = scores.filter(regex="^c_").sum(axis="columns", skipna=False)
    gap = (scores["base"] + points.astype(float) - scores["raw"]).abs()
    return (gap <= _ADDS_UP_WITHIN) & scores["p"].between(0.0, 1.0)
