"""The rival of features: rows with what they need of other tables, in pandas."""

from __future__ import annotations

import pandas as pd

from prioritizer.benchmarks.pandas_mentions import REPORT

LONGEST_HOURS = 87_600.0
"""Ten years; what is older counts as ten years old."""
_PERSON = [*REPORT, "person_no"]


def is_true(column: pd.Series) -> pd.Series:
    """Return where a column says yes; what is not stated is no."""
    return column.eq(True)


def hours_between(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Return the hours from one time to another."""
    return (later - earlier).dt.total_seconds() / 3600


def summed(rows: pd.DataFrame, columns: dict[str, pd.Series]) -> pd.DataFrame:
    """Return the sums of columns for each version of a report."""
    return rows[REPORT].assign(**columns).groupby(REPORT).sum()


def capture_rows(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return captures with the arrival, the person's role and earlier reports."""
    captures = frames["captures"].merge(
        frames["reports"][[*REPORT, "arrival_at"]], on=REPORT, how="left"
    )
    addresses = frames["address_history"]
    captures = captures.merge(addresses, on=[*REPORT, "capture_no"], how="left")
    return _with_roles(captures, frames["people"])


def location_rows(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return locations with the role of the person whose they are, in `whose`."""
    locations = _with_roles(frames["locations"], frames["people"])
    whose = locations["role"].astype(object)
    return locations.assign(whose=whose.fillna(locations["person_role"].astype(object)))


def _with_roles(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    roles = people[[*_PERSON, "role"]].rename(columns={"role": "person_role"})
    return rows.merge(roles, on=_PERSON, how="left")
