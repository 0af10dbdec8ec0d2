"""Tables of points as they are stored: numbers in lists, nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

from prioritizer.model.tables import Bins, Floats, PointTables


def tables_as_json(tables: PointTables) -> dict[str, object]:
    """Return tables as JSON holds them.

    Parameters
    ----------
    tables : PointTables
        The tables.

    Returns
    -------
    dict
        What `tables_from_json` reads.
    """
    return {
        "base": tables.base,
        "bins": [
            {"thresholds": bins.thresholds.tolist(), "categories": bins.categories}
            for bins in tables.bins
        ],
        "mains": [
            {"feature": i, "points": table.tolist()}
            for i, table in tables.mains.items()
        ],
        "pairs": [
            {"features": [i, j], "points": table.tolist()}
            for (i, j), table in tables.pairs.items()
        ],
    }


def tables_from_json(said: dict[str, Any]) -> PointTables:
    """Return the tables that `tables_as_json` gave; see their `problems` before use.

    Parameters
    ----------
    said : dict
        What a file says.

    Returns
    -------
    PointTables

    Examples
    --------
    >>> bins = [{"thresholds": [0.5], "categories": 0}]
    >>> mains = [{"feature": 0, "points": [-1.0, 1.0, 0.0]}]
    >>> said = {"base": 0.0, "bins": bins, "mains": mains, "pairs": []}
    >>> tables_as_json(tables_from_json(said)) == said
    True
    """
    bins = tuple(
        Bins(np.array(each["thresholds"], dtype=float), each["categories"])
        for each in said["bins"]
    )
    return PointTables(
        bins,
        float(said["base"]),
        {each["feature"]: _points(each) for each in said["mains"]},
        {tuple(each["features"]): _points(each) for each in said["pairs"]},
    )


def _points(table: dict[str, Any]) -> Floats:
    return np.array(table["points"], dtype=float)
