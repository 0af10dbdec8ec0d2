"""A chart of what trains, calibrates and tests at each moment of an experiment."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter
from matplotlib.figure import Figure

from prioritizer.errors import SettingsError
from prioritizer.model import Split

FORMATS = ("svg", "png", "pdf")
"""As what a chart can be written, by the end of its file's name."""

# Greys and hatches, readable in print; the two that teach are the darkest.
_FILLS = {
    "trains": ("0.20", ""),
    "calibrates": ("0.55", ""),
    "left out: its case goes on in the test": ("0.85", "xxx"),
    "no outcome known then": ("0.93", ""),
    "tests, outcome known today": ("#c8553d", ""),
    "tests, no outcome yet": ("#f2d3cb", ""),
}
_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.5,
    "svg.hashsalt": "prioritizer",
    "legend.frameon": False,
}
_WIDTH_INCHES, _ROW_INCHES, _REST_INCHES = 8.0, 1.15, 1.1


def draw_splits(
    splits: Mapping[str, Split], arrivals: pd.Series, told: pd.Index, out: Path
) -> None:
    """Write a chart of splits: how many reports of each month have which part.

    Parameters
    ----------
    splits : mapping of str to Split
        By the words that stand beside each, in order.
    arrivals : pandas.Series of datetime
        Arrival of each report, index `report_id`.
    told : pandas.Index
        Reports whose outcome is known today.
    out : pathlib.Path
        The file, with an end that is in `FORMATS`; the same bytes each time.

    Raises
    ------
    SettingsError
        If it ends otherwise.
    """
    end = out.suffix.removeprefix(".").lower()
    if end not in FORMATS:
        raise SettingsError(
            "a chart cannot be written in this format",
            str(out),
            f"let its name end in one of: {', '.join(FORMATS)}",
        )
    months = arrivals.dt.tz_convert("UTC").dt.tz_localize(None).dt.to_period("M")
    with mpl.rc_context():
        mpl.rcdefaults()  # whatever a user's own file says
        mpl.rcParams.update(_STYLE)  # type: ignore[arg-type]
        figure = Figure(
            figsize=(_WIDTH_INCHES, _ROW_INCHES * len(splits) + _REST_INCHES),
            layout="constrained",
        )
        rows = figure.subplots(len(splits), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (words, split) in zip(rows, splits.items(), strict=True):
            _row(axes, words, monthly(split, months, told))
        handles, labels = rows[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=3)
        rows[-1].set_xlabel("month of arrival")
        figure.supylabel("reports a month")
        buffer = io.BytesIO()
        # A file must not tell when it was drawn, or it would differ each time.
        unsaid = {"png": {"Software": None}, "svg": {"Date": None}}
        dates = unsaid.get(end, {"CreationDate": None})
        figure.savefig(buffer, format=end, dpi=144, metadata=dates)
    out.write_bytes(buffer.getvalue())


def monthly(split: Split, months: pd.Series, told: pd.Index) -> pd.DataFrame:
    """Return how many reports of each month have which part in a split.

    Parameters
    ----------
    split : Split
        The split.
    months : pandas.Series of period
        Month of arrival of each report, index `report_id`.
    told : pandas.Index
        Reports whose outcome is known today.

    Returns
    -------
    pandas.DataFrame
        Index the months up to the end of the test, a column for each part.
    """
    parts = dict(
        zip(
            _FILLS,
            (
                split.train,
                split.calibration,
                split.purged,
                split.waiting,
                split.test[split.test.isin(told)],
                split.test[~split.test.isin(told)],
            ),
            strict=True,
        )
    )
    counts = {name: months.loc[ids].value_counts() for name, ids in parts.items()}
    every = pd.period_range(months.min(), months.max(), freq="M")
    return pd.DataFrame(counts).reindex(every).fillna(0).astype(int)


def _row(axes: Axes, words: str, counts: pd.DataFrame) -> None:
    begins = counts.index.to_timestamp()  # type: ignore[attr-defined]
    widths = (begins + pd.offsets.MonthBegin(1) - begins) * 0.9
    below = pd.Series(0, index=counts.index)
    for name, (color, hatch) in _FILLS.items():
        axes.bar(
            begins,
            counts[name],
            width=widths,
            bottom=below,
            align="edge",
            color=color,
            hatch=hatch,
            edgecolor="0.4" if hatch else color,
            linewidth=0.0,
            label=name,
        )
        below = below + counts[name]
    axes.set_title(words, loc="left", fontsize=8.5, pad=2)
    locator = axes.xaxis.get_major_locator()
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
