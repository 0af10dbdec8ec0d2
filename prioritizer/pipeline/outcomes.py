"""From what agencies say became of reports to the tables' outcomes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from prioritizer.ingest.outcomes.feedback import OutcomesResult, feed_back
from prioritizer.ingest.outcomes.mapping import OutcomesMapping
from prioritizer.tables import TableFolder


def read_outcomes(
    file: Path,
    folder: Path,
    *,
    mapping: OutcomesMapping | None = None,
    known_at: pd.Timestamp | None = None,
) -> tuple[TableFolder, OutcomesResult]:
    """Bring outcomes that were fed back into the tables of their reports.

    Parameters
    ----------
    file : pathlib.Path
        CSV with `report_id`, `case_status`, `closed_reason`, `decided_at`,
        `known_at`.
    folder : pathlib.Path
        The tables.
    mapping : OutcomesMapping or None
        What the agency calls columns and words.
    known_at : pandas.Timestamp or None
        For rows that do not say from when they were known.

    Returns
    -------
    TableFolder
        The tables.
    OutcomesResult
        What became of each row.

    Raises
    ------
    MissingInputError
        If the file or the tables are not there.
    SettingsError
        If the file cannot be read, or lacks columns, or another run writes to the
        tables.
    TableError
        If the tables are not what their manifest says.
    """
    moment = None if known_at is None else known_at.to_pydatetime()
    return feed_back(file, folder, mapping=mapping, known_at=moment)
