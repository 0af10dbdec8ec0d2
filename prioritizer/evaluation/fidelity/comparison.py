"""How true an invented world is to published figures: generated beside published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from prioritizer.evaluation.fidelity.figure import Published
from prioritizer.evaluation.fidelity.generated import Generated, read_generated
from prioritizer.evaluation.fidelity.intervals import Estimate
from prioritizer.evaluation.fidelity.measures import for_world, measure
from prioritizer.evaluation.fidelity.published import figures_of
from prioritizer.evaluation.fidelity.series import Series, all_series
from prioritizer.synthetic import World

_WIDEST = 5.0
_TOO_FEW = "No verdict: too few reports for an interval narrow enough."
_NO_REPORTS = "The world has no reports that it could rest on."
_NO_FIGURE = "Shown without a verdict."


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, generated beside published.

    Attributes
    ----------
    group, name, unit : str
        What it is; unit ``share`` is between 0 and 1.
    published : float or None
        The published value; None where there is a band, or nothing.
    band : tuple of float or None
        The published band.
    measured, low, high : float or None
        The generated value, and its 95 % sampling interval with the actor as the
        unit; None if no report speaks of it.
    tolerance : float
        By how much the value may miss what is published, besides sampling.
    source : str
        Where it is published.
    is_guess : bool
        Whether the published side is itself a guess or a band.
    is_within : bool or None
        Whether the published value lies in the interval widened by the tolerance,
        or the measured one in the band; None for no verdict.
    note : str
        Why the tolerance or the verdict is what it is.
    """

    group: str
    name: str
    unit: str
    published: float | None
    band: tuple[float, float] | None
    measured: float | None
    low: float | None
    high: float | None
    tolerance: float
    source: str
    is_guess: bool
    is_within: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class Fidelity:
    """A world beside published figures.

    Attributes
    ----------
    world, world_hash : str
        Its name, and the hash of its settings.
    profile : str
        Whose figures apply.
    seed, reports : int
        What was generated.
    rows : tuple of Row
        Every figure, in the order of the table.
    series : tuple of Series
        The tables from which figures are drawn.
    shares_of_variance : dict of str to float
        How much of the truth's variance each family of effects has.
    policy : datetime.date or None
        When informational reports began to be sent in number, if they did.
    """

    world: str
    world_hash: str
    profile: str
    seed: int
    reports: int
    rows: tuple[Row, ...]
    series: tuple[Series, ...]
    shares_of_variance: dict[str, float]
    policy: date | None

    @property
    def judged(self) -> int:
        """How many rows have a verdict."""
        return sum(row.is_within is not None for row in self.rows)

    @property
    def within(self) -> int:
        """How many rows are within what is published."""
        return sum(row.is_within is True for row in self.rows)

    @property
    def missed(self) -> tuple[Row, ...]:
        """The rows that are not within."""
        return tuple(row for row in self.rows if row.is_within is False)


def measure_fidelity(folder: Path, world: World) -> Fidelity:
    """Hold the tables of an invented world against published figures.

    Parameters
    ----------
    folder : pathlib.Path
        Tables made by `generate`, with their truth.
    world : World
        What they were made from.

    Returns
    -------
    Fidelity

    Raises
    ------
    MissingInputError
        If there are no tables or no truth.
    SettingsError
        If the tables were made from another world.
    """
    found = read_generated(folder, world)
    figures = [for_world(figure, found) for figure in figures_of(found.profile)]
    policy = world.calendar.informational_policy
    rows = tuple(_row(figure, measure(figure, found), found) for figure in figures)
    return Fidelity(
        world=world.name,
        world_hash=world.content_hash,
        profile=found.profile,
        seed=found.seed,
        reports=len(found.reports),
        rows=rows,
        series=all_series(found),
        shares_of_variance=found.shares_of_variance,
        policy=policy.starts_at.date() if policy.force else None,
    )


def _row(figure: Published, estimate: Estimate | None, found: Generated) -> Row:
    verdict, why = _verdict(figure, estimate, len(found.reports))
    return Row(
        group=figure.group,
        name=figure.name,
        unit=figure.unit,
        published=figure.value,
        band=figure.band,
        measured=estimate.value if estimate else None,
        low=estimate.low if estimate else None,
        high=estimate.high if estimate else None,
        tolerance=figure.allowed,
        source=figure.source,
        is_guess=figure.is_guess,
        is_within=verdict,
        note=" ".join(filter(None, (figure.note, why))),
    )


def _verdict(
    figure: Published, estimate: Estimate | None, reports: int
) -> tuple[bool | None, str]:
    """Return whether a figure is met, and why there is no verdict if there is none."""
    if estimate is None:
        return None, _NO_REPORTS
    if reports < figure.least_reports:
        return None, f"No verdict below {figure.least_reports:,} reports."
    if figure.band is not None:
        low, high = figure.band
        return low <= estimate.value <= high, ""
    if figure.value is None:
        return None, _NO_FIGURE
    least, most = estimate.low - figure.allowed, estimate.high + figure.allowed
    is_inside = least <= figure.value <= most
    # Nearly anything lies in an interval as wide as that.
    if is_inside and (estimate.high - estimate.low) / 2 > _WIDEST * figure.allowed:
        return None, _TOO_FEW
    return is_inside, ""
