"""The plots of a training run, readable in grayscale print."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from prioritizer.model import ScoringModel

# Only what is set here differs from Matplotlib's defaults.
_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "grid.color": "0.88",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "timezone": "UTC",
}
_WIDTH_INCHES, _ROW_INCHES, _DOTS_PER_INCH = 8.0, 0.28, 144
_DARK, _MIDDLE = "0.15", "0.50"
_LINES = ("-", "--", "-.", ":")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_MODEL = "model"
_FIGURES = {
    "average_precision": "average precision",
    "precision": "precision at capacity",
}
_FLOORS = {
    "FLOOR-FAIL": "the model does not beat this order",
    "not clear": "the interval of the difference from the model holds zero",
}
_MOST_FEATURES = 20
_STEPS = [1, 2, 5, 10]


def draw_leaderboard(leaderboard: pd.DataFrame) -> bytes:
    """Return a plot of all orders with their intervals, best on top.

    Parameters
    ----------
    leaderboard : pandas.DataFrame
        Index `order`, one of them `model`; columns `average_precision` and
        `precision`, each with `_low` and `_high`, and `floor`.

    Returns
    -------
    bytes
        A PNG that is the same each time.

    Examples
    --------
    >>> figures = {"average_precision": [0.6, 0.4], "precision": [0.7, 0.4]}
    >>> board = pd.DataFrame(figures, index=["model", "arrival_order"])
    >>> draw_leaderboard(board)[1:4]
    b'PNG'
    """
    shown = {name: words for name, words in _FIGURES.items() if name in leaderboard}
    first = next(iter(shown))
    rows = leaderboard.sort_values(first, ascending=True, kind="stable")
    with _own_style():
        figure = Figure(figsize=_size(len(rows)), layout="constrained")
        panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
        for axes, (name, words) in zip(panels, shown.items(), strict=True):
            _dots(axes, rows, name)
            axes.set_title(words)
            axes.xaxis.set_major_formatter(FuncFormatter(_per_cent))
        labels = [_label(str(order), rows) for order in rows.index]
        panels[0].set_yticks(range(len(rows)), labels)
        for text, order in zip(panels[0].get_yticklabels(), rows.index, strict=True):
            text.set_fontweight("bold" if order == _MODEL else "normal")
        figure.supxlabel(_legend_of(rows), fontsize=8)
        return _png(figure)


def draw_folds(folds: pd.DataFrame) -> bytes:
    """Return a plot of what each candidate reached in each window of validation.

    Parameters
    ----------
    folds : pandas.DataFrame
        A row for each `fold` and `candidate`, with `begins_at`, `ends_at`,
        `average_precision` and `precision`.

    Returns
    -------
    bytes
        A PNG that is the same each time.

    Examples
    --------
    >>> year = pd.to_datetime(["2024-01-01T00:00Z", "2025-01-01T00:00Z"])
    >>> folds = pd.DataFrame({"candidate": "plain", "begins_at": year, "ends_at": year,
    ...                       "average_precision": [0.5, 0.6], "precision": 0.5})
    >>> draw_folds(folds)[1:4]
    b'PNG'
    """
    shown = {name: words for name, words in _FIGURES.items() if name in folds}
    with _own_style():
        figure = Figure(
            figsize=(_WIDTH_INCHES, 0.6 + 2.2 * len(shown)), layout="constrained"
        )
        panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (name, words) in zip(panels, shown.items(), strict=True):
            _lines(axes, folds, name)
            axes.set_title(words)
            axes.yaxis.set_major_formatter(FuncFormatter(_per_cent))
            axes.yaxis.set_major_locator(MaxNLocator(5, steps=_STEPS))
        places = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]  # Matplotlib's
        panels[-1].xaxis.set_major_locator(places)
        panels[-1].xaxis.set_major_formatter(ConciseDateFormatter(places))  # type: ignore[no-untyped-call]  # too
        panels[-1].set_xlabel("middle of the validation window (UTC)")
        _candidates(panels[0])
        return _png(figure)


def draw_points(model: ScoringModel) -> bytes:
    """Return a plot of how many points each feature can give or take.

    Parameters
    ----------
    model : ScoringModel
        The model, whose tables of one feature are read.

    Returns
    -------
    bytes
        A PNG that is the same each time: from the least to the most points of a
        feature's own table, for the 20 features that span most.
    """
    spans = {
        model.features[place].name: (float(table.min()), float(table.max()))
        for place, table in model.tables.mains.items()
    }
    widest = sorted(spans, key=lambda name: (spans[name][0] - spans[name][1], name))
    names = widest[:_MOST_FEATURES][::-1]
    low, high = np.array([spans[name] for name in names]).reshape(-1, 2).T
    with _own_style():
        figure = Figure(figsize=_size(len(names)), layout="constrained")
        axes = figure.add_subplot()
        axes.use_sticky_edges = False  # or the longest bar would touch the edge
        axes.barh(
            range(len(names)),
            high - low,
            left=low,
            height=0.6,
            color="0.75",
            edgecolor=_DARK,
            linewidth=0.6,
        )
        axes.axvline(0.0, color=_DARK, linewidth=1.0)
        axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
        axes.set_ylim(-0.7, max(len(names), 1) - 0.3)
        axes.grid(visible=False, axis="y")
        axes.set_title("what a feature can take or give on its own")
        axes.set_xlabel("points (log-odds before calibration)")
        return _png(figure)


@contextmanager
def _own_style() -> Iterator[None]:
    """Draw in Matplotlib's defaults and our own, whatever a user has set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)  # type: ignore[arg-type]
        yield


def _dots(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    """Draw a dot with its interval for each order."""
    places = np.arange(len(rows))
    value = rows[name].to_numpy(dtype=float)
    for place, order, middle in zip(places, rows.index, value, strict=True):
        is_ours = order == _MODEL
        axes.plot(
            middle,
            place,
            "D" if is_ours else "o",
            color=_DARK if is_ours else "white",
            markeredgecolor=_DARK,
            markersize=6.5 if is_ours else 5.5,
            zorder=3,
        )
    if {f"{name}_low", f"{name}_high"} <= set(rows.columns):
        ends = rows[[f"{name}_low", f"{name}_high"]].to_numpy(dtype=float)
        axes.hlines(places, ends[:, 0], ends[:, 1], color=_MIDDLE, linewidth=1.6)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=_STEPS))


def _lines(axes: Axes, folds: pd.DataFrame, name: str) -> None:
    """Draw a line over time for each candidate."""
    looks = zip(cycle(_MARKERS), cycle(_LINES), cycle((_DARK, _MIDDLE)), strict=False)
    by_candidate = folds.sort_values("begins_at").groupby("candidate", sort=True)
    for (candidate, rows), (marker, line, grey) in zip(
        by_candidate, looks, strict=False
    ):
        begins = pd.to_datetime(rows["begins_at"], utc=True)
        middle = begins + (pd.to_datetime(rows["ends_at"], utc=True) - begins) / 2
        axes.plot(
            middle.dt.tz_convert(None).to_numpy(),
            rows[name].to_numpy(dtype=float),
            line,
            marker=marker,
            color=grey,
            linewidth=1.2,
            markersize=5,
            label=str(candidate).replace("_", " "),
        )


def _candidates(axes: Axes) -> None:
    """Name the lines in the order in which they end, from the top."""
    lines = sorted(axes.get_lines(), key=_end, reverse=True)
    labels = [str(line.get_label()) for line in lines]
    axes.legend(
        lines,
        labels,
        title="candidate",
        handlelength=3.2,
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
    )


def _end(line: Line2D) -> float:
    values = np.asarray(line.get_ydata(), dtype=float)
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else -np.inf


def _label(order: str, rows: pd.DataFrame) -> str:
    floor = str(rows["floor"].get(order, "")) if "floor" in rows else ""
    name = order.replace("_", " ")
    return f"{name} ({floor})" if floor else name


def _legend_of(rows: pd.DataFrame) -> str:
    """Say what the bars are, and what stands behind an order's name."""
    text = "newest reports with an outcome; bars are 95 % intervals"
    said = sorted(set(rows["floor"]) - {""}) if "floor" in rows else []
    words = "; ".join(f"{each}: {_FLOORS.get(each, 'as said there')}" for each in said)
    return f"{text}\n{words}" if words else text


def _size(rows: int) -> tuple[float, float]:
    return _WIDTH_INCHES, 1.3 + _ROW_INCHES * max(rows, 2)


def _per_cent(value: float, _: object) -> str:
    return f"{100 * value:g} %"


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None}
    )
    return buffer.getvalue()
