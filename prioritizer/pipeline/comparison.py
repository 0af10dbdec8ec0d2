"""Whether the queue would have helped, by the truth of an invented world."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from prioritizer.errors import SettingsError
from prioritizer.evaluation import capacity_of, compare_orders
from prioritizer.synthetic import read_truth


def compare_with_arrival(folder: Path, queue: pd.DataFrame) -> pd.DataFrame:
    """Return precision at capacity of a queue and of arrival order.

    Every report that still waits counts, the urgent ones too, by the truth of
    a synthetic world. What has an outcome is left out of both orders: its
    place at the end of the queue would be compared with no place at all.

    Parameters
    ----------
    folder : pathlib.Path
        Tables with an answer key.
    queue : pandas.DataFrame
        A queue of these tables.

    Returns
    -------
    pandas.DataFrame
        As `prioritizer.evaluation.compare_orders` returns it.

    Raises
    ------
    MissingInputError
        If the tables have no answer key.
    SettingsError
        If the key is of other reports.
    """
    truth = read_truth(folder).to_pandas().set_index("report_id")["is_actionable"]
    if not queue["report_id"].isin(truth.index).all():
        raise SettingsError(
            "the answer key is of other reports", str(folder), "generate them again"
        )
    rows = queue[~queue["has_outcome"]].set_index("report_id")
    orders = {
        "queue": -rows["position"].astype(float),
        "arrival order": -rows["arrival_at"].astype("int64").astype(float),
    }
    labels = truth.loc[rows.index].astype(float)
    return compare_orders(orders, labels, capacity_of(len(rows)))
