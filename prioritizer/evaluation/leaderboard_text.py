"""A leaderboard for a terminal."""

from __future__ import annotations

import math

import pandas as pd

_HEADS = (
    "order",
    "precision",
    "recall",
    "lift",
    "average precision",
    "precision ahead",
    "AP ahead",
    "floor",
)


def leaderboard_as_text(board: pd.DataFrame) -> str:
    """Return a leaderboard as aligned lines, with 95 % intervals in brackets.

    *Ahead* is by how much the model's metric is higher than that of the order.

    Parameters
    ----------
    board : pandas.DataFrame
        As `prioritizer.evaluation.leaderboard` returns it.

    Returns
    -------
    str
        A line for each order below one of heads; no line ends with blanks.
    """
    lines = [_HEADS, *_cells(board)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(_HEADS))]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)


def _cells(board: pd.DataFrame) -> list[tuple[str, ...]]:
    return [
        (
            str(name),
            _ranged(row, "precision"),
            f"{row['recall']:.3f}",
            f"{row['lift']:.2f}",
            _ranged(row, "average_precision"),
            _ranged(row, "precision_difference", sign="+"),
            _ranged(row, "ap_difference", sign="+"),
            str(row["floor"]),
        )
        for name, row in board.iterrows()
    ]


def _ranged(row: pd.Series, column: str, sign: str = "") -> str:
    """Return a figure with its interval; nothing for the model beside itself."""
    point, low, high = (row[f"{column}{end}"] for end in ("", "_low", "_high"))
    if sign and point == low == high == 0 and not row["floor"]:
        return ""
    texts = [
        "?" if math.isnan(value) else f"{value:{sign}.3f}"
        for value in (point, low, high)
    ]
    return f"{texts[0]} [{texts[1]}, {texts[2]}]"
