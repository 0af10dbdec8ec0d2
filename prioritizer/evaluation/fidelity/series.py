"""The small tables behind the plots of a fidelity page, each drawn as it stands."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from prioritizer.evaluation.fidelity.figure import Measure
from prioritizer.evaluation.fidelity.generated import Generated
from prioritizer.evaluation.fidelity.measures import senders_by_count
from prioritizer.evaluation.fidelity.published import VOLUMES, figures_of, said_kind
from prioritizer.synthetic.origins import KINDS
from prioritizer.vocabulary.enums import IncidentType

Cell = str | float | None

_NAMED_SENDERS = 8
_LEAST_FILES = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 400)
_DAYS = (0.5, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365)
_BINS = 20
_MONTHS_OF_HALF = 6
_SPARSE, _COMPLETE = 0.4, 0.7
COMPLETENESS = ("below 40 % complete", "40 to 70 % complete", "over 70 % complete")
"""The columns of the histogram of actionability."""


@dataclass(frozen=True, slots=True)
class Series:
    """One small table.

    Attributes
    ----------
    name : str
        By which a plot finds it.
    title : str
    columns, units : tuple of str
        Head and unit of each column; ``share`` is between 0 and 1.
    rows : tuple of tuple
        Text, a number, or None where there is nothing.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, place: int) -> list[float]:
        """Return a column of numbers; NaN where there is nothing."""
        values = (row[place] for row in self.rows)
        return [float("nan") if each is None else float(each) for each in values]

    def labels(self) -> list[str]:
        """Return the first column as text."""
        return [str(row[0]) for row in self.rows]


def all_series(found: Generated) -> tuple[Series, ...]:
    """Return every series of a world, in the order in which it is shown."""
    makers = (
        _volume,
        _kinds,
        _senders,
        _files,
        _informational,
        _addresses,
        _variance,
        _actionability,
    )
    return tuple(make(found) for make in makers)


def _volume(found: Generated) -> Series:
    published, counts = VOLUMES[found.profile], _by_year(found, pl.len())
    shared = sum(counts.get(year, 0) for year in published)
    scale = sum(published.values()) / shared if shared else None
    return Series(
        "volume",
        "Reports by year, scaled to the published total",
        ("year", "published", "generated"),
        ("", "reports", "reports"),
        tuple(
            (str(year), published.get(year), scale and round(count * scale))
            for year, count in counts.items()
        ),
    )


def _kinds(found: Generated) -> Series:
    counts = _by_year(found, pl.len())
    published = {
        (figure.of, figure.years[0]): figure.value
        for figure in figures_of(found.profile)
        if figure.measure is Measure.KIND and figure.value is not None
    }
    known = sorted({year for _, year in published if year in counts})
    by_kind = {
        kind: _by_year(found, (pl.col("incident_type") == kind).mean())
        for kind in KINDS
    }
    return Series(
        "kinds",
        "Incident types by year",
        (
            "type",
            *(f"{year}" for year in counts),
            *(f"{year} published" for year in known),
        ),
        ("", *["share"] * (len(counts) + len(known))),
        tuple(
            (
                said_kind(kind),
                *by_kind[kind].values(),
                *(published.get((kind, year)) for year in known),
            )
            for kind in _by_size(by_kind)
        ),
    )


def _by_size(by_kind: dict[IncidentType, dict[int, float]]) -> list[IncidentType]:
    return sorted(by_kind, key=lambda kind: -sum(by_kind[kind].values()))


def _senders(found: Generated) -> Series:
    named = senders_by_count(found, ())["sender"].head(_NAMED_SENDERS).to_list()
    shares = [_by_year(found, (pl.col("sender") == sender).mean()) for sender in named]
    return Series(
        "senders",
        "Senders by year: the largest of all years, and the rest",
        ("year", *named, "all others"),
        ("", *["share"] * (len(named) + 1)),
        tuple(
            (
                str(year),
                *(share[year] for share in shares),
                1.0 - sum(share[year] for share in shares),
            )
            for year in _by_year(found, pl.len())
        ),
    )


def _files(found: Generated) -> Series:
    tail = found.reports.select(
        (pl.col("files") >= least).mean().alias(str(least)) for least in _LEAST_FILES
    )
    return Series(
        "files",
        "Reports with so many files or more",
        ("files or more", "share of reports"),
        ("", "share"),
        tuple(
            (least, share)
            for least, share in zip(_LEAST_FILES, tail.row(0), strict=True)
            if share > 0
        ),
    )


def _informational(found: Generated) -> Series:
    published = {
        figure.years[0]: figure.value
        for figure in figures_of(found.profile)
        if figure.measure is Measure.INFORMATIONAL
    }
    halves = (
        found.reports.lazy()
        .group_by("year", half=1 + (pl.col("month") > _MONTHS_OF_HALF).cast(pl.Int8))
        .agg(pl.col("is_informational").mean())
        .sort("year", "half")
        .collect()
    )
    return Series(
        "informational",
        "Share designated informational, by half-year",
        ("half-year", "generated", "published, whole year"),
        ("", "share", "share"),
        tuple(
            (f"{year} {'I' * half}", share, published.get(year))
            for year, half, share in halves.iter_rows()
        ),
    )


def _addresses(found: Generated) -> Series:
    asked = found.reports["address_days"].drop_nulls().to_numpy()
    return Series(
        "addresses",
        "Age of the newest address when asked for",
        ("days or less", "share of reports with one"),
        ("", "share"),
        tuple((days, float((asked <= days).mean())) for days in _DAYS if len(asked)),
    )


def _variance(found: Generated) -> Series:
    return Series(
        "variance",
        "Share of the variance of actionability by family of effects",
        ("family", "share of variance"),
        ("", "share"),
        tuple(found.shares_of_variance.items()),
    )


def _actionability(found: Generated) -> Series:
    group = (
        pl.when(pl.col("completeness") < _SPARSE)
        .then(0)
        .when(pl.col("completeness") <= _COMPLETE)
        .then(1)
        .otherwise(2)
    )
    counts = (
        found.reports.lazy()
        .group_by(
            group=group,
            step=(pl.col("p_actionable") * _BINS).floor().clip(0, _BINS - 1),
        )
        .len()
        .collect()
    )
    count = {(group, int(step)): n for group, step, n in counts.iter_rows()}
    totals = [
        sum(count.get((group, step), 0) for step in range(_BINS)) for group in range(3)
    ]
    return Series(
        "actionability",
        "Probability of action, by how complete the report is",
        ("probability from", *COMPLETENESS),
        ("", *["share"] * len(COMPLETENESS)),
        tuple(
            (
                step / _BINS,
                *(
                    count.get((group, step), 0) / total if total else None
                    for group, total in enumerate(totals)
                ),
            )
            for step in range(_BINS)
        ),
    )


def _by_year(found: Generated, value: pl.Expr) -> dict[int, float]:
    by_year = found.reports.lazy().group_by("year").agg(value=value).sort("year")
    return dict(by_year.collect().iter_rows())
