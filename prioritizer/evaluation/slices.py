"""How a model fares in parts of the reports, with how sure that is."""

from __future__ import annotations

import pandas as pd
from scipy.stats import binomtest

REST = "(all others)"
"""Where parts are too small to say anything of each."""

_LEAST_TOLD = 30


def slices(
    parts: pd.DataFrame,
    p: pd.Series[float],
    told: pd.Series[float],
    *,
    capacity_share: float,
) -> pd.DataFrame:
    """Return how reports of each part fare.

    Parameters
    ----------
    parts : pandas.DataFrame of shape (n_reports, n_ways)
        For each way to part the reports the part of each, index `report_id`.
    p : pandas.Series
        Calibrated probability of each report, index as in `parts`.
    told : pandas.Series
        Labels of those reports whose outcome is known, index `report_id`.
    capacity_share : float
        Share of all reports that an office reads.

    Returns
    -------
    pandas.DataFrame
        Index `by` and `part`, largest parts first; `reports`, `told`, the
        `actionable_share` of these with a 95 % interval by Wilson
        (`actionable_share_low`, `actionable_share_high`), their `mean_probability`, and
        `read_share`: which share of the part's reports is among those read.

    Examples
    --------
    >>> p = pd.Series([0.9, 0.2, 0.4, 0.1], index=[1, 2, 3, 4])
    >>> parts = pd.DataFrame({"kind": ["a", "b", "a", "b"]}, index=p.index)
    >>> slices(parts, p, pd.Series({1: 1.0}), capacity_share=0.5)["reports"].to_list()
    [4]
    """
    read = p.rank(method="first", ascending=False) <= len(p) * capacity_share
    rows = [
        {"by": str(by), "part": str(part), **_row(ids, p, told, read)}
        for by in parts
        for part, ids in _groups(parts[by], told)
    ]
    return pd.DataFrame(rows).set_index(["by", "part"])


def _groups(part: pd.Series, told: pd.Series[float]) -> list[tuple[str, pd.Index]]:
    """Return the reports of each part that is large enough, and all others last."""
    named = part.astype("string").fillna("(not stated)")
    counts = named[named.index.isin(told.index)].value_counts()
    large = set(counts.index[counts >= _LEAST_TOLD])
    merged = named.where(named.isin(large), REST)
    groups = [(str(name), ids.index) for name, ids in merged.groupby(merged)]
    return sorted(groups, key=lambda each: (each[0] == REST, -len(each[1]), each[0]))


def _row(
    ids: pd.Index, p: pd.Series[float], told: pd.Series[float], read: pd.Series[bool]
) -> dict[str, object]:
    known = told[told.index.isin(ids)]
    said: dict[str, object] = {
        "reports": len(ids),
        "told": len(known),
        "read_share": float(read.loc[ids].mean()),
    }
    if known.empty:
        return said
    interval = binomtest(int(known.sum()), len(known)).proportion_ci(method="wilson")
    return {
        **said,
        "actionable_share": float(known.mean()),
        "actionable_share_low": float(interval.low),
        "actionable_share_high": float(interval.high),
        "mean_probability": float(p.loc[known.index].mean()),
    }
