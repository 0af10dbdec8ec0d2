"""Write a world's fidelity as one page that stands alone, and as JSON."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from prioritizer.evaluation.fidelity.comparison import Fidelity, Row
from prioritizer.evaluation.fidelity.plots import alternative, draw
from prioritizer.evaluation.fidelity.series import Cell, Series
from prioritizer.vocabulary.advice import SYNTHETIC

_TEMPLATES = Path(__file__).parent / "templates"
_PAGE, _DATA = "fidelity.html", "fidelity.json"
_NOTHING = "\N{EN DASH}"
_DIGITS, _MOST_DECIMALS = 3, 5
_JSON_DIGITS = 6
_RARE = 0.01
_WHOLE_FROM = 100  # larger numbers are shown without decimals
_VERDICTS = {True: "within", False: "not within", None: "no verdict"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A row of the page, as text."""

    group: str
    name: str
    published: str
    measured: str
    interval: str
    tolerance: str
    verdict: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class _Plot:
    """A plot of the page with its table, as text."""

    title: str
    image: str
    alternative: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write_fidelity(folder_out: Path, fidelity: Fidelity) -> tuple[Path, Path]:
    """Write the page and its figures to a folder; the same bytes each time.

    Parameters
    ----------
    folder_out : pathlib.Path
        Where to write; made if it is not there.
    fidelity : Fidelity
        What `measure_fidelity` returned.

    Returns
    -------
    pathlib.Path
        ``fidelity.html``, which asks for nothing outside itself.
    pathlib.Path
        ``fidelity.json``, with the same rows.
    """
    folder_out.mkdir(parents=True, exist_ok=True)
    page, data = folder_out / _PAGE, folder_out / _DATA
    page.write_text(_page(fidelity), encoding="utf-8")
    text = json.dumps(_data(fidelity), indent=1, ensure_ascii=False)
    data.write_text(text + "\n", encoding="utf-8")
    return page, data


def _page(fidelity: Fidelity) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    groups = {
        group: [_shown(row) for row in rows]
        for group, rows in groupby(fidelity.rows, key=lambda row: row.group)
    }
    return environment.get_template(_PAGE).render(
        fidelity=fidelity,
        synthetic=SYNTHETIC,
        missed=[_shown(row) for row in fidelity.missed],
        groups=groups,
        plots=[_plot(series, fidelity) for series in fidelity.series],
    )


def _plot(series: Series, fidelity: Fidelity) -> _Plot:
    image = base64.b64encode(draw(series, policy=fidelity.policy)).decode("ascii")
    return _Plot(
        title=series.title,
        image=f"data:image/png;base64,{image}",
        alternative=alternative(series),
        columns=series.columns,
        rows=tuple(
            tuple(
                _cell(value, unit)
                for value, unit in zip(row, series.units, strict=True)
            )
            for row in series.rows
        ),
    )


def _shown(row: Row) -> _Shown:
    decimals = _decimals(row)

    def said(value: float | None) -> str:
        return _number(value, row.unit, decimals)

    published = said(row.published)
    if row.band:
        published = " to ".join(map(said, row.band))
    is_guess = row.is_guess and published != _NOTHING
    return _Shown(
        group=row.group,
        name=row.name,
        published=f"{published} (guess)" if is_guess else published,
        measured=said(row.measured),
        interval=_NOTHING
        if row.low == row.high
        else f"{said(row.low)} to {said(row.high)}",
        tolerance=_tolerance(row, decimals),
        verdict=_VERDICTS[row.is_within],
        source=row.source,
        note=row.note,
    )


def _tolerance(row: Row, decimals: int) -> str:
    if not row.tolerance:
        return _NOTHING
    if row.unit == "share":
        return f"± {100 * row.tolerance:.{decimals}f} points"
    return f"± {row.tolerance:,.{decimals}f}"


def _decimals(row: Row) -> int:
    """Return how many decimals show three digits of what a row is about."""
    about = row.published or row.measured or (row.band or (1.0,))[0]
    return _decimals_of(about, row.unit)


def _decimals_of(value: float, unit: str) -> int:
    size = abs(value)
    if unit == "share":  # of nearly all, what is left tells more
        size = 100 * (1 - value if 1 - value < _RARE else value)
    if size <= 0:
        return 1 if unit == "share" else 0
    wanted = _DIGITS - 1 - math.floor(math.log10(size))
    return min(max(wanted, 1 if unit == "share" else 0), _MOST_DECIMALS)


def _number(value: float | None, unit: str, decimals: int) -> str:
    if value is None:
        return _NOTHING
    if unit == "share":
        return f"{100 * value:.{decimals}f} %"
    return f"{value:,.{decimals}f}"


def _cell(value: Cell, unit: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return _NOTHING
    if not unit or unit == "reports":
        return f"{value:,.0f}" if value >= _WHOLE_FROM else f"{value:g}"
    return _number(value, unit, _decimals_of(value, unit))


def _data(fidelity: Fidelity) -> dict[str, Any]:
    return {
        "note": SYNTHETIC,
        "world": fidelity.world,
        "world_hash": fidelity.world_hash,
        "profile": fidelity.profile,
        "seed": fidelity.seed,
        "reports": fidelity.reports,
        "judged": fidelity.judged,
        "within": fidelity.within,
        "shares_of_variance": fidelity.shares_of_variance,
        "rows": [dict(_rounded(asdict(row))) for row in fidelity.rows],
        "series": [
            {
                "name": series.name,
                "title": series.title,
                "columns": series.columns,
                "rows": [[_short(cell) for cell in row] for row in series.rows],
            }
            for series in fidelity.series
        ],
    }


def _rounded(row: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in row.items():
        is_pair = isinstance(value, tuple)
        yield name, [_short(each) for each in value] if is_pair else _short(value)


def _short(value: object) -> object:
    """Return a number to six digits, which no processor rounds another way."""
    is_number = isinstance(value, float)
    return float(f"{value:.{_JSON_DIGITS}g}") if is_number else value
