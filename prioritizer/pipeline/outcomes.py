"""From what agencies say became of reports to the tables' outcomes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from prioritizer.ingest.outcomes import OutcomesMapping, OutcomesResult, feed_back
from prioritizer.tables import TableFolder


def read_outcomes(
    file: Path,
    folder: Path,
    *,
    mapping: OutcomesMapping | None = None,
    known_at: pd.Timestamp | None = None,
) -> tuple[TableFolder, OutcomesResult]:
    """Bring outcomes that were fed back into the tables of their reports.

    As `prioritizer.ingest.outcomes.feed_back`, which says what all of it means.
    """
    moment = None if known_at is None else known_at.to_pydatetime()
    return feed_back(file, folder, mapping=mapping, known_at=moment)
