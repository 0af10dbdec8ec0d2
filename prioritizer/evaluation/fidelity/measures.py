"""How each published figure is measured in an invented world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np
import polars as pl

from prioritizer.evaluation.fidelity.figure import Measure, Published
from prioritizer.evaluation.fidelity.generated import Generated
from prioritizer.evaluation.fidelity.intervals import (
    Estimate,
    begins_of,
    correlation,
    ratio,
    ratio_of_means,
    share,
)
from prioritizer.evaluation.fidelity.published import VOLUMES, senders_seen_band
from prioritizer.seeds import Floats, Ints
from prioritizer.synthetic.origins import IS_CONTACT, KINDS
from prioritizer.synthetic.parameters import YEARS
from prioritizer.vocabulary.providers import INVENTED_PROVIDERS

_COMPLETE, _SPARSE = 0.7, 0.5
_MONTHS_OF_HALF = 6
_WEEKS = 365 / 7
_ONE = pl.lit(1)


@dataclass(frozen=True, slots=True)
class Parts:
    """A figure as part of a whole, each an expression over reports.

    `is_share` says whether the part is within the whole; else it is a mean or a
    ratio of counts.
    """

    part: pl.Expr
    whole: pl.Expr = _ONE
    is_share: bool = True


def _is_sender(figure: Published, found: Generated) -> pl.Expr:
    keys = list(found.world.providers)
    if figure.of not in keys:
        return pl.lit(value=False)
    return pl.col("sender") == INVENTED_PROVIDERS[keys.index(figure.of)]


def _halves(figure: Published) -> Parts:
    before, after = figure.years
    counted = (pl.col("incident_type") == figure.of) & (
        pl.col("month") <= _MONTHS_OF_HALF
    )
    return Parts(
        counted & (pl.col("year") == after),
        counted & (pl.col("year") == before),
        is_share=False,
    )


_PARTS: Mapping[Measure, Callable[[Published, Generated], Parts]] = MappingProxyType(
    {
        Measure.YEAR: lambda f, _: Parts(pl.col("year") == int(f.of)),
        Measure.KIND: lambda f, _: Parts(pl.col("incident_type") == f.of),
        Measure.HALF_YEARS: lambda f, _: _halves(f),
        Measure.SENDER: lambda f, g: Parts(_is_sender(f, g)),
        Measure.NATION: lambda f, _: Parts(pl.col("nation") == f.of),
        Measure.COUNTRY: lambda f, _: Parts(pl.col("country") == f.of),
        Measure.STATE: lambda f, _: Parts(
            pl.col("us_state") == f.of, pl.col("us_state").is_not_null()
        ),
        Measure.FILES: lambda *_: Parts(pl.col("files"), is_share=False),
        Measure.FRESH_FILES: lambda *_: Parts(pl.col("fresh_files"), pl.col("files")),
        Measure.FRESH_LOOKS: lambda *_: Parts(pl.col("fresh_looks"), pl.col("files")),
        Measure.FRESH_FILE_REPORTS: lambda *_: Parts(pl.col("fresh_files") > 0),
        Measure.FRESH_LOOK_REPORTS: lambda *_: Parts(pl.col("fresh_looks") > 0),
        Measure.INCIDENTS: lambda *_: Parts(pl.col("incidents"), is_share=False),
        Measure.INFORMATIONAL: lambda *_: Parts(pl.col("is_informational")),
        Measure.CAUSE: lambda f, _: Parts(
            pl.col("informational_cause") == f.of, pl.col("is_informational")
        ),
        Measure.PRIORITY_ONE: lambda *_: Parts(pl.col("is_marked")),
        Measure.URGENT: lambda *_: Parts(pl.col("is_urgent")),
        Measure.SILENT: lambda *_: Parts(
            pl.col("is_urgent") & ~pl.col("is_signalled"), pl.col("is_urgent")
        ),
        Measure.GENERATED: lambda *_: Parts(pl.col("is_generated")),
        Measure.ASKED_WITHIN: lambda f, _: Parts(
            pl.col("address_days") <= float(f.of), pl.col("address_days").is_not_null()
        ),
        Measure.IDENTIFIED: lambda *_: Parts(
            pl.col("is_identifiable") & pl.col("address_days").is_not_null(),
            pl.col("address_days").is_not_null(),
        ),
        Measure.TOLD: lambda *_: Parts(
            pl.col("is_told") & pl.col("is_worked") & pl.col("is_settled"),
            pl.col("is_worked") & pl.col("is_settled"),
        ),
        Measure.ARRESTS: lambda *_: Parts(
            pl.col("is_arrest") & ~pl.col("is_informational"),
            pl.col("is_worked") & ~pl.col("is_informational"),
        ),
        Measure.ACTION: lambda *_: Parts(pl.col("is_actionable")),
        Measure.ACTION_AS_SET: lambda *_: Parts(pl.col("is_actionable")),
    }
)


def measure(figure: Published, found: Generated) -> Estimate | None:
    """Return what a figure is in an invented world.

    Parameters
    ----------
    figure : Published
        What is published.
    found : Generated
        The world's reports.

    Returns
    -------
    Estimate or None
        None if the world has no reports that it could rest on.
    """
    if not set(figure.years) <= _years_covered(found):
        return None
    if figure.measure in _OTHERS:
        return _OTHERS[figure.measure](figure, found)
    return _measured(_PARTS[figure.measure](figure, found), figure.years, found)


def for_world(figure: Published, found: Generated) -> Published:
    """Return a figure with what depends on the world that it is held against.

    How many senders are seen depends on the world's size, and what a world is set
    to stands in its settings; all other figures stay as they are.
    """
    if figure.measure is Measure.ACTION_AS_SET:
        return replace(figure, value=found.world.truth.action_share)
    if figure.measure is not Measure.SENDERS_SEEN:
        return figure
    (year,) = figure.years
    reports = found.reports.filter(pl.col("year") == year).height
    kept = min(reports / VOLUMES[found.profile][year], 1.0)
    return replace(figure, band=senders_seen_band(kept))


def _years_covered(found: Generated) -> set[int]:
    """Return the years that lie wholly within the world's period."""
    period = found.world.period
    return {
        year
        for year in YEARS
        if period.begins_at <= datetime(year, 1, 1, tzinfo=UTC)
        and datetime(year + 1, 1, 1, tzinfo=UTC) <= period.ends_at
    }


def _columns(
    found: Generated, years: tuple[int, ...], **columns: pl.Expr
) -> tuple[Ints, dict[str, Floats]]:
    """Return where each actor begins, and numbers of each report of some years."""
    reports = found.reports.lazy()
    if years:
        reports = reports.filter(pl.col("year").is_in(years))
    numbers = {
        name: column.cast(pl.Float64).fill_null(0.0) for name, column in columns.items()
    }
    frame = reports.select("cluster", **numbers).collect()
    begins = begins_of(frame["cluster"].to_numpy())
    return begins, {name: frame[name].to_numpy() for name in columns}


def _measured(
    parts: Parts, years: tuple[int, ...], found: Generated
) -> Estimate | None:
    begins, numbers = _columns(found, years, part=parts.part, whole=parts.whole)
    method = share if parts.is_share else ratio
    return method(numbers["part"], numbers["whole"], begins)


def _per_week(figure: Published, found: Generated) -> Estimate | None:
    """Scale the year's share of the reports to the world's full volume."""
    volume, period = found.world.volume, found.world.period
    total = 0.0
    for year, reports in zip(YEARS, volume.reports, strict=True):
        first, past = (
            datetime(year, 1, 1, tzinfo=UTC),
            datetime(year + 1, 1, 1, tzinfo=UTC),
        )
        inside = min(past, period.ends_at) - max(first, period.begins_at)
        total += reports * max(inside / (past - first), 0.0)
    (year,) = figure.years
    of_year = _measured(Parts(pl.col("year") == year), (), found)
    return of_year.times(total / _WEEKS / volume.task_forces) if of_year else None


def _top_senders(figure: Published, found: Generated) -> Estimate | None:
    counts = senders_by_count(found, figure.years)
    largest = counts["sender"].head(int(figure.of)).to_list()
    return _measured(Parts(pl.col("sender").is_in(largest)), figure.years, found)


def senders_by_count(found: Generated, years: tuple[int, ...]) -> pl.DataFrame:
    """Return the senders of some years, or of all: the one with most reports first.

    Returns
    -------
    polars.DataFrame
        The columns `sender` and `len`.
    """
    reports = found.reports.lazy()
    if years:
        reports = reports.filter(pl.col("year").is_in(years))
    counts = reports.group_by(pl.col("sender").cast(pl.String)).len().collect()
    return counts.sort(["len", "sender"], descending=[True, False])


def _senders_seen(figure: Published, found: Generated) -> Estimate:
    seen = float(len(senders_by_count(found, figure.years)))
    return Estimate(seen, seen, seen)


def _correlation(figure: Published, found: Generated) -> Estimate | None:
    begins, numbers = _columns(
        found, figure.years, x=pl.col("completeness"), y=pl.col("p_actionable")
    )
    return correlation(numbers["x"], numbers["y"], begins)


def _viral_over_sparse(figure: Published, found: Generated) -> Estimate | None:
    contact = [
        kind for kind, is_contact in zip(KINDS, IS_CONTACT, strict=True) if is_contact
    ]
    begins, numbers = _columns(
        found,
        figure.years,
        p=pl.col("p_actionable"),
        copied=pl.col("is_viral")
        & pl.col("is_copy")
        & (pl.col("completeness") > _COMPLETE),
        sparse=pl.col("incident_type").is_in(contact)
        & (pl.col("completeness") < _SPARSE),
    )
    return ratio_of_means(
        numbers["p"], numbers["copied"] > 0, numbers["sparse"] > 0, begins
    )


def _largest(_: Published, found: Generated) -> Estimate:
    cluster = found.reports["cluster"].to_numpy()
    largest = float(np.diff(begins_of(cluster), append=len(cluster)).max())
    return Estimate(largest, largest, largest)


_OTHERS: Mapping[Measure, Callable[[Published, Generated], Estimate | None]] = (
    MappingProxyType(
        {
            Measure.PER_WEEK: _per_week,
            Measure.TOP_SENDERS: _top_senders,
            Measure.SENDERS_SEEN: _senders_seen,
            Measure.CORRELATION: _correlation,
            Measure.VIRAL_OVER_SPARSE: _viral_over_sparse,
            Measure.LARGEST: _largest,
        }
    )
)
