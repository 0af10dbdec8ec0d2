"""What was generated: one narrow row for each report of an invented world."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.evaluation.fidelity.copies import count_fresh
from prioritizer.evaluation.fidelity.figure import ICAC, NATIONAL
from prioritizer.synthetic import World, check_truth, outcomes_at
from prioritizer.synthetic.past import CAUSES
from prioritizer.vocabulary.enums import CaseStatus, PriorityCode
from prioritizer.vocabulary.places import COUNTRIES, US_STATES

_TRUTH = "truth"
# Outcomes of what arrived later may still come when the world ends.
_DAYS_UNTIL_TOLD = 184
_NATIONS = ("US", "abroad", "unknown")
_ARRESTS = (CaseStatus.ARREST, CaseStatus.CONVICTION)
_OF_TRUTH = (
    "report_id",
    "cluster",
    "incidents",
    "p_actionable",
    "is_actionable",
    "is_urgent",
    "completeness",
    "is_viral",
    "is_copy",
    "is_generated",
    "is_identifiable",
    "address_days",
    "nation",
    "us_state",
    "country",
    "is_worked",
    "informational_cause",
)


@dataclass(frozen=True, slots=True)
class Generated:
    """An invented world's reports, as far as figures are published of them.

    Attributes
    ----------
    world : World
        What they were made from.
    seed : int
    reports : polars.DataFrame
        A narrow row for each report, sorted by actor (`cluster`).
    shares_of_variance : dict of str to float
        How much of the truth's variance each family of effects has.
    """

    world: World
    seed: int
    reports: pl.DataFrame = field(repr=False)
    shares_of_variance: dict[str, float]

    @property
    def profile(self) -> str:
        """Whose figures apply: those of task forces, or of the whole stream."""
        return ICAC if self.world.profile == ICAC else NATIONAL


def read_generated(folder: Path, world: World) -> Generated:
    """Read what published figures are compared with, part by part.

    Parameters
    ----------
    folder : pathlib.Path
        Tables made by `generate`, with their truth.
    world : World
        What they were made from.

    Returns
    -------
    Generated

    Raises
    ------
    MissingInputError
        If there are no tables or no truth.
    SettingsError
        If the tables were made from another world.
    """
    said = _manifest(folder, world)
    names, seed = sorted(said["parts"]), int(said["seed"])
    lost = [name for name in names if not (folder / "reports" / name).is_file()]
    if lost:
        raise MissingInputError(
            f"{len(lost)} parts of the tables are not there",
            str(folder / "reports"),
            "make tables with `prioritizer generate`",
        )
    reports = pl.concat([_part(folder, name, world) for name in names])
    # Nothing is published of the copies that task forces alone receive.
    if world.profile == NATIONAL:
        fresh = count_fresh(folder, names, world, seed=seed, reports=reports)
        reports = reports.with_columns(fresh)
    return Generated(
        world=world,
        seed=seed,
        reports=reports.drop("report_id").sort("cluster", maintain_order=True),
        shares_of_variance=said["levels"]["shares_of_variance"],
    )


def _manifest(folder: Path, world: World) -> dict[str, Any]:
    path = folder / _TRUTH / "manifest.json"
    if not path.is_file():
        raise MissingInputError(
            "these tables have no answer key",
            str(path),
            "use tables made by `prioritizer generate`",
        )
    check_truth(folder)
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if said["world_hash"] != world.content_hash:
        raise SettingsError(
            "these tables were made from another world",
            str(path),
            "name the profile and the file of the world that made them",
        )
    return said


def _part(folder: Path, name: str, world: World) -> pl.DataFrame:
    """Return a part's reports, in order of arrival."""
    reports = pl.scan_parquet(folder / "reports" / name)
    truth = pl.scan_parquet(folder / _TRUTH / name)
    files = pl.scan_parquet(folder / "files" / name)
    told = pl.scan_parquet(folder / "outcomes" / name)
    settled = pl.lit(world.period.ends_at) - pl.duration(days=_DAYS_UNTIL_TOLD)
    known = truth.with_columns(
        pl.col("p_actionable", "completeness", "address_days").cast(pl.Float32),
        _closed("nation", _NATIONS),
        _closed("us_state", US_STATES),
        _closed("country", COUNTRIES),
        _closed("informational_cause", CAUSES),
    ).select(_OF_TRUTH)
    return (
        reports.select(
            "report_id",
            "incident_type",
            "is_informational",
            sender="esp_name",
            year=pl.col("received_at").dt.year().cast(pl.Int16),
            month=pl.col("received_at").dt.month(),
            is_marked=(pl.col("ncmec_priority_code") == PriorityCode.ONE).fill_null(
                value=False
            ),
            is_signalled=_any_signal(),
            is_settled=pl.col("arrival_at") < settled,
        )
        .join(known, on="report_id", maintain_order="left")
        .join(_counted(files), on="report_id", how="left", maintain_order="left")
        .join(
            told.select("report_id", is_told=True).unique("report_id"),
            on="report_id",
            how="left",
            maintain_order="left",
        )
        .join(_arrests(truth), on="report_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("files").fill_null(0),
            pl.col("is_told", "is_arrest").fill_null(value=False),
        )
        .collect()
    )


def _any_signal() -> pl.Expr:
    """Return whether a report states what opens the urgent lane."""
    signals = (
        pl.col("esp_escalated"),
        pl.col("ncmec_priority_code") == PriorityCode.ONE,
        pl.col("analyst_urgent"),
    )
    return pl.any_horizontal(each.fill_null(value=False) for each in signals)


def _counted(files: pl.LazyFrame) -> pl.LazyFrame:
    return files.group_by("report_id").agg(files=pl.len().cast(pl.UInt16))


def _arrests(truth: pl.LazyFrame) -> pl.LazyFrame:
    """Return the worked reports that came to an arrest."""
    became = outcomes_at(truth.filter("is_worked").collect(), "started_at")
    arrested = became.filter(pl.col("case_status").is_in(list(_ARRESTS)))
    return arrested.select("report_id", is_arrest=True).lazy()


def _closed(name: str, allowed: tuple[str, ...]) -> pl.Expr:
    return pl.col(name).cast(pl.String).cast(pl.Enum(allowed))
