"""The place of one report in a queue, and every reason for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.explain import Reason, reasons_of_row
from prioritizer.features.completeness import columns_of
from prioritizer.tables.stamped import read_stamped
from prioritizer.vocabulary.section import sections_as_text, sections_stated

_QUEUE_NUMBERS = (
    *("position", "report_id", "version", "raw", "p", "base"),
    *("p_low", "p_high", "rank_low", "rank_high"),
    *columns_of(),
)
_QUEUE_OTHERS = (
    *("lane", "urgent_because", "has_outcome", "reason_1", "reason_2", "reason_3"),
    "missing",
)


def explain_report(queue_file: Path, report_id: int) -> tuple[pd.Series, list[Reason]]:
    """Return a report's row of a queue and every reason of its score.

    Parameters
    ----------
    queue_file : pathlib.Path
        A queue that `rank_reports` wrote.
    report_id : int
        The report.

    Returns
    -------
    pandas.Series
        Its row, with the `sections` of a report that the score sees, who signed the
        model, its `place_in_lane` among the reports of its lane and `has_outcome`,
        and of how many, `count_in_lane`.
    list of Reason
        Every feature's part in the score, the largest first.

    Raises
    ------
    MissingInputError
        If there is no queue, or the report is not in it.
    SettingsError
        If the file is not a queue.
    """
    queue, stamp = read_stamped(
        queue_file,
        holds="a queue",
        command="prioritizer rank --out",
        numbers=_QUEUE_NUMBERS,
        others=_QUEUE_OTHERS,
        with_values=True,
    )
    if queue["report_id"].duplicated().any():
        raise SettingsError(
            "the queue holds a report twice", str(queue_file), "rank again"
        )
    rows = queue[queue["report_id"] == report_id]
    if rows.empty:
        raise MissingInputError(
            "the report is not in the queue",
            str(queue_file),
            "check its number, or rank again with a later --as-of",
        )
    row = rows.iloc[0]
    alike = queue["position"][
        (queue["lane"] == row["lane"]) & (queue["has_outcome"] == row["has_outcome"])
    ]
    facts = {
        "sections": sections_as_text(sections_stated(stamp)),
        "signature": stamp.get("signature", "not stated"),
        "place_in_lane": int((alike <= row["position"]).sum()),
        "count_in_lane": len(alike),
    }
    return pd.concat([row, pd.Series(facts)]), reasons_of_row(row)
