"""The plots of a fidelity page, drawn from its series, readable in grayscale print."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date
from itertools import cycle
from types import MappingProxyType

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from prioritizer.evaluation.fidelity.series import Series

# Only what is set here differs from Matplotlib's defaults, whatever a user's file says.
_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "0.88",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}
_SIZE_INCHES, _DOTS_PER_INCH = (7.2, 3.6), 144
_DARK, _MIDDLE, _LIGHT = "0.15", "0.45", "0.75"
_LINES = ("-", "--", "-.", ":")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
# Greys and hatches that differ from their neighbours in a stack.
_FILLS = (
    ("0.20", ""),
    ("0.85", "///"),
    ("0.50", ""),
    ("0.95", "..."),
    ("0.35", "xx"),
    ("0.75", ""),
    ("0.95", "\\\\\\"),
    ("0.60", "--"),
    ("1.00", ""),
)
_MONTHS_OF_HALF = 6


def draw(series: Series, *, policy: date | None) -> bytes:
    """Return the plot of a series as a PNG that is the same each time.

    Parameters
    ----------
    series : Series
        One that `all_series` returns.
    policy : datetime.date or None
        When informational reports began to be sent in number, if they did.

    Returns
    -------
    bytes
    """
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=_SIZE_INCHES, layout="constrained")
        axes = figure.add_subplot()
        if series.name == "informational":
            _informational(axes, series, policy)
        else:
            _PLOTS[series.name](axes, series)
        buffer = io.BytesIO()
        figure.savefig(
            buffer, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None}
        )
    return buffer.getvalue()


def _volume(axes: Axes, series: Series) -> None:
    place = np.arange(len(series.rows))
    axes.bar(
        place - 0.2,
        series.column(1),
        width=0.38,
        color="white",
        edgecolor=_DARK,
        hatch="///",
        label="published",
    )
    axes.bar(
        place + 0.2, series.column(2), width=0.38, color=_MIDDLE, label="generated"
    )
    axes.set_xticks(place, series.labels())
    axes.set_ylabel("reports")
    axes.yaxis.set_major_formatter(FuncFormatter(_short))
    axes.grid(visible=False, axis="x")
    axes.legend(loc="upper left")


def _kinds(axes: Axes, series: Series) -> None:
    years = [name for name in series.columns[1:] if name.isdigit()]
    known = [name for name in series.columns if name.endswith("published")]
    begin = 1 + len(years)
    for row, marker, line in zip(
        series.rows, cycle(_MARKERS), cycle(_LINES), strict=False
    ):
        # What was not drawn at all has no place on a logarithmic axis.
        shares = [float(each) if each else np.nan for each in row[1:begin]]
        axes.plot(
            [int(year) for year in years],
            shares,
            line,
            marker=marker,
            color=_DARK,
            linewidth=1.0,
            markersize=4.5,
            label=str(row[0]),
        )
        axes.plot(
            [int(name.split()[0]) for name in known],
            [float(each) if each else np.nan for each in row[begin:]],
            marker,
            color="white",
            markeredgecolor=_MIDDLE,
            markersize=9.0,
            zorder=1.5,
        )
    axes.set_yscale("log")
    axes.set_ylabel("share of reports")
    axes.yaxis.set_major_formatter(FuncFormatter(_per_cent))
    axes.set_xticks([int(year) for year in years])
    axes.legend(
        title="large, hollow: published" if known else None,
        handlelength=3.2,
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
    )


def _senders(axes: Axes, series: Series) -> None:
    place = np.arange(len(series.rows))
    below = np.zeros(len(series.rows))
    for column, (name, (grey, hatch)) in enumerate(
        zip(series.columns[1:], _FILLS, strict=False), start=1
    ):
        share = np.array(series.column(column))
        axes.bar(
            place,
            share,
            bottom=below,
            width=0.72,
            color=grey,
            hatch=hatch,
            edgecolor=_DARK,
            linewidth=0.5,
            label=name,
        )
        below = below + share
    axes.set_xticks(place, series.labels())
    axes.set_ylim(0, 1)
    axes.set_ylabel("share of reports")
    axes.yaxis.set_major_formatter(FuncFormatter(_per_cent))
    axes.grid(visible=False)
    # The legend stands in the order of the stack.
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), reverse=True)


def _files(axes: Axes, series: Series) -> None:
    axes.plot(
        series.column(0), series.column(1), "-o", color=_DARK, markersize=4, linewidth=1
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("files or more")
    axes.set_ylabel("share of reports")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_major_formatter(FuncFormatter(_per_cent))


def _informational(axes: Axes, series: Series, policy: date | None) -> None:
    labels = series.labels()
    place = np.arange(len(labels))
    axes.step(
        place,
        series.column(2),
        where="mid",
        color=_MIDDLE,
        linewidth=5.0,
        alpha=0.5,
        label="published, whole year",
    )
    axes.plot(
        place, series.column(1), "-o", color=_DARK, markersize=4, label="generated"
    )
    if policy:
        _mark(axes, labels, policy)
    axes.set_xticks(place, labels, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_ylim(0, 1.3 * axes.get_ylim()[1])  # room for the legend
    axes.set_ylabel("share of reports")
    axes.yaxis.set_major_formatter(FuncFormatter(_per_cent))
    axes.legend(loc="upper right")


def _mark(axes: Axes, labels: list[str], policy: date) -> None:
    """Draw a line at the half-year in which the policy begins."""
    half = f"{policy.year} {'I' * (1 + (policy.month > _MONTHS_OF_HALF))}"
    if half not in labels:
        return
    begins = labels.index(half) - 0.5
    axes.axvline(begins, color=_DARK, linestyle="--", linewidth=1.0)
    axes.annotate(
        f"policy: {policy.isoformat()}",
        (begins, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(4, -10),
        textcoords="offset points",
    )


def _addresses(axes: Axes, series: Series) -> None:
    axes.plot(
        series.column(0),
        series.column(1),
        "-o",
        color=_DARK,
        markersize=4,
        linewidth=1,
        label="generated",
    )
    # BKA on Bundestag paper 20/3687: over 80 % and over 90 %.
    axes.errorbar(
        [14, 30],
        [0.80, 0.90],
        yerr=0.05,
        lolims=True,
        fmt="_",
        color=_MIDDLE,
        markersize=16,
        label="published: over 80 %, over 90 %",
    )
    axes.set_xscale("log")
    axes.set_xticks([1, 3, 7, 14, 30, 90, 365], "1 3 7 14 30 90 365".split())
    axes.minorticks_off()
    axes.set_ylim(0, 1)
    axes.set_xlabel("days from the record to the request, or less")
    axes.set_ylabel("share of reports with an address")
    axes.yaxis.set_major_formatter(FuncFormatter(_per_cent))
    axes.legend(loc="lower right")


def _variance(axes: Axes, series: Series) -> None:
    place = np.arange(len(series.rows))
    shares = series.column(1)
    bars = axes.barh(place, shares, color=_LIGHT, edgecolor=_DARK, height=0.6)
    axes.bar_label(bars, [f"{100 * share:.0f} %" for share in shares], padding=4)
    axes.set_yticks(place, series.labels())
    axes.invert_yaxis()
    axes.set_xlabel("share of the variance of the log-odds")
    axes.xaxis.set_major_formatter(FuncFormatter(_per_cent))
    axes.grid(visible=False, axis="y")


def _actionability(axes: Axes, series: Series) -> None:
    begins = series.column(0)
    edges = [*begins, 1.0]
    for column, (line, grey) in enumerate(
        zip(_LINES, (_DARK, _DARK, _MIDDLE), strict=False), start=1
    ):
        axes.stairs(
            series.column(column),
            edges,
            linestyle=line,
            color=grey,
            linewidth=1.6,
            label=series.columns[column],
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("probability of action at arrival")
    axes.set_ylabel("share of these reports")
    axes.yaxis.set_major_formatter(FuncFormatter(_per_cent))
    axes.legend(loc="upper right")


def _per_cent(value: float, _: object) -> str:
    return f"{100 * value:g} %"


def _short(value: float, _: object) -> str:
    million = 1_000_000
    return f"{value / million:g} M" if value >= million else f"{value / 1000:g} k"


_PLOTS: Mapping[str, Callable[[Axes, Series], None]] = MappingProxyType(
    {
        "volume": _volume,
        "kinds": _kinds,
        "senders": _senders,
        "files": _files,
        "addresses": _addresses,
        "variance": _variance,
        "actionability": _actionability,
    }
)


def alternative(series: Series) -> str:
    """Return what the plot of a series shows, for those who do not see it."""
    return f"{series.title}. {_SHAPES[series.name]} The table below has every number."


_SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "volume": "Bars for each year, published beside generated.",
        "kinds": "A line for each type on a logarithmic axis; hollow: published.",
        "senders": "A stacked bar for each year, which shows how the mix drifts.",
        "files": "A falling curve on two logarithmic axes: most reports have few.",
        "informational": "Points by half-year beside published steps; a dashed line "
        "stands at the date of the policy.",
        "addresses": "A rising curve over days, with the published points at 14 and "
        "30 days.",
        "variance": "One bar for each family of effects.",
        "actionability": "A histogram for each of three levels of completeness.",
    }
)
