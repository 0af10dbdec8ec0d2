"""Orders that an office could follow without any model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import polars as pl

from prioritizer.features.completeness import completeness_of
from prioritizer.seeds import Ints
from prioritizer.vocabulary.enums import PriorityCode

# A share of few reports is drawn towards that of all, as by so many reports more.
PRIOR_REPORTS = 20.0
_RANKS = {
    str(PriorityCode.ONE): 4.0,
    str(PriorityCode.UNLISTED): 3.0,
    str(PriorityCode.TWO): 2.0,
    str(PriorityCode.THREE): 1.0,
}


def arrival_order(arrivals: pd.Series) -> pd.Series:
    """Return scores that read what came first, first.

    Parameters
    ----------
    arrivals : pandas.Series of datetime
        Arrival of each report, index `report_id`.

    Returns
    -------
    pandas.Series of float
        Higher is read first; the same index.

    Examples
    --------
    >>> times = pd.to_datetime(["2025-03-02T00:00Z", "2025-03-01T00:00Z"])
    >>> arrival_order(pd.Series(times)).rank().tolist()
    [1.0, 2.0]
    """
    # Microseconds since 1970 are exact in a double until the year 2255.
    return pd.Series(-_microseconds(arrivals).astype("float64"), index=arrivals.index)


def newest_first(arrivals: pd.Series) -> pd.Series:
    """Return scores that read what came last, first; as for `arrival_order`."""
    return -arrival_order(arrivals)


def ncmec_priority(codes: pd.Series) -> pd.Series:
    """Return scores that follow the priority code that NCMEC stated.

    Codes have the order of `PriorityCode`: 1, one that is not known, 2, 3. The code
    for the providers' channel says where a report came from and nothing of its rank;
    such reports, and those without a code, come last together, as a tie.

    Parameters
    ----------
    codes : pandas.Series
        Text or category, missing where no code is stated.

    Returns
    -------
    pandas.Series of float
        Higher is read first; the same index.

    Examples
    --------
    >>> ncmec_priority(pd.Series(["3", "1", None, "E", "2"])).tolist()
    [1.0, 4.0, 0.0, 0.0, 2.0]
    """
    return codes.astype("object").map(_RANKS).astype("float64").fillna(0.0)


def completeness_only(
    frames: Mapping[str, pl.DataFrame], arrivals: pd.Series
) -> pd.Series:
    """Return scores that read the most complete report first.

    Parameters
    ----------
    frames : mapping of str to polars.DataFrame
        The document tables. Versions that arrived after a report's arrival in
        `arrivals` are left out.
    arrivals : pandas.Series of datetime
        Arrival of the version to judge, index `report_id`.

    Returns
    -------
    pandas.Series of float
        0 to 100, index as in `arrivals`; NaN for a report that `frames` lacks.
    """
    until = pl.DataFrame(
        {
            "report_id": arrivals.index.to_numpy("int64"),
            "until": _microseconds(arrivals),
        }
    )
    reports = frames["reports"].join(until, on="report_id", maintain_order="left")
    known = reports.filter(pl.col("arrival_at").dt.epoch("us") <= pl.col("until"))
    found = completeness_of({**frames, "reports": known.drop("until")})
    ids = pd.Index(found["report_id"].to_numpy(), name="report_id")
    values = pd.Series(found["completeness"].to_numpy(), index=ids, dtype="float64")
    return values.reindex(arrivals.index)


def _microseconds(arrivals: pd.Series) -> Ints:
    return np.asarray(arrivals.dt.as_unit("us").astype("int64"), dtype=np.int64)


def shares_by_value(values: pd.Series, y: pd.Series) -> dict[str, float]:
    """Return the share that is actionable among reports of each value.

    Parameters
    ----------
    values : pandas.Series
        A category of each training report, missing where it is not stated.
    y : pandas.Series of int
        1 or 0, the same index.

    Returns
    -------
    dict of str to float
        By value; missing values under the empty text, and the share of all reports
        under it if none is missing. Small groups are drawn towards that share.

    Examples
    --------
    >>> kinds = pd.Series(["a", "a", "b", None])
    >>> shares = shares_by_value(kinds, pd.Series([1, 1, 0, 0]))
    >>> shares["a"] > shares[""] == shares["b"]
    True
    """
    overall = float(y.mean())
    groups = y.groupby(_named(values))
    shares = (groups.sum() + PRIOR_REPORTS * overall) / (groups.count() + PRIOR_REPORTS)
    return {"": overall, **{str(name): float(each) for name, each in shares.items()}}


def by_value(values: pd.Series, shares: Mapping[str, float]) -> pd.Series:
    """Return the share of each report's value; one not seen counts as not stated.

    Examples
    --------
    >>> by_value(pd.Series(["b", "new", None]), {"": 0.3, "b": 0.1}).tolist()
    [0.1, 0.3, 0.3]
    """
    return _named(values).map(dict(shares)).astype("float64").fillna(shares[""])


def _named(values: pd.Series) -> pd.Series:
    return values.astype("object").where(values.notna(), "")
