"""What became known of reports since they arrived, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from prioritizer.history.arrays import Array
from prioritizer.history.timeline import Timeline
from prioritizer.vocabulary.enums import ACTIONS, CaseStatus

NEVER = np.iinfo(np.int64).max
"""A moment that never comes, in microseconds."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements of outcomes, a report's own one after the other as they became known.

    Attributes
    ----------
    report : numpy.ndarray of int64, shape (n,)
        Of which report: the place of its first version.
    known_at : numpy.ndarray of int64, shape (n,)
        When it was known here, in microseconds; not before the report was.
    is_action : numpy.ndarray of bool, shape (n,)
        Whether it was police action.
    is_closed : numpy.ndarray of bool, shape (n,)
        Whether the case was closed.
    """

    report: Array
    known_at: Array
    is_action: Array
    is_closed: Array

    def fates(self, places: int) -> tuple[Array, Array]:
        """Return when each report was first known to be acted on, and to be closed.

        Parameters
        ----------
        places : int
            How many versions have arrived.

        Returns
        -------
        tuple of numpy.ndarray of int64, shape (n_places,)
            Moments by place of a first version; `NEVER` where there was none.
        """
        acted_at, closed_at = np.full((2, places), NEVER)
        for known, which in ((acted_at, self.is_action), (closed_at, self.is_closed)):
            np.minimum.at(known, self.report[which], self.known_at[which])
        return acted_at, closed_at


def statements_of(outcomes: pl.DataFrame, timeline: Timeline) -> Statements:
    """Return the statements of outcomes, each with its report's place.

    Parameters
    ----------
    outcomes : polars.DataFrame
        The table `outcomes`; those of reports that have not arrived are left out.
    timeline : Timeline
        All arrivals.
    """
    firsts = timeline.first_versions
    ids = timeline.arrivals["report_id"][firsts]
    order = np.argsort(ids)
    rows = outcomes.select(
        "report_id",
        known_at=pl.col("known_at").dt.epoch("us"),
        is_action=pl.col("case_status").is_in(ACTIONS),
        is_closed=pl.col("case_status") == CaseStatus.CLOSED,
    ).sort("report_id", "known_at")
    wanted = rows["report_id"].to_numpy()
    at = np.searchsorted(ids, wanted, sorter=order).clip(max=max(len(ids) - 1, 0))
    is_there = ids[order[at]] == wanted if len(ids) else np.zeros(len(wanted), bool)
    report = firsts[order[at[is_there]]]
    known_at, is_action, is_closed = (
        rows[name].to_numpy()[is_there] for name in rows.columns[1:]
    )
    # Nothing is known of a report that is not there yet, whatever its clock says.
    known_at = np.maximum(known_at, timeline.arrivals["arrival"][report])
    return Statements(report, known_at, is_action, is_closed)
