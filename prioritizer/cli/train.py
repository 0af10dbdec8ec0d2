"""The commands that train a model, and show what it learns from and is tested on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritizer.cli.options import Overwrite, Tables, sections_option
from prioritizer.vocabulary.advice import SYNTHETIC

if TYPE_CHECKING:
    import pandas as pd

    from prioritizer.model import Experiment, TrainingRun
    from prioritizer.pipeline.study import Plan

Config = Annotated[
    Path | None, typer.Option("--config", help="The experiment, as TOML.")
]

_LEGEND = (
    "train, calibration: with an outcome that was known when the test begins; "
    "waiting: without; purged: left out, for their case goes on in the test; told "
    "since: tested, with an outcome known today."
)


def train(
    tables: Tables,
    out: Annotated[Path, typer.Option(help="The model's folder, such as models/demo.")],
    config: Config = None,
    sections: Annotated[
        str | None,
        typer.Option(help="Sections that the model sees, such as A+B+C; else all."),
    ] = None,
    propensity: Annotated[
        Path | None,
        typer.Option(help="CSV or Parquet: the chance that each report was worked."),
    ] = None,
    validate_only: Annotated[
        bool,
        typer.Option("--validate-only", help="Say what would be done, and end."),
    ] = False,
    fits: Annotated[
        Path | None,
        typer.Option(help="Where figures of fits are kept; beside --out if left out."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="MLflow's SQLite file, or postgresql+psycopg://user@host/database; "
            "not logged if left out."
        ),
    ] = None,
    artifacts: Annotated[
        Path | None,
        typer.Option(help="MLflow's files, where --database is a server."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Train a model on the past, and measure it on the newest reports.

    Example: prioritizer train tables/ --out models/mine --config experiment.toml
    """
    from prioritizer import pipeline
    from prioritizer.cli import output
    from prioritizer.tables import refuse_full, refuse_tables
    from prioritizer.tracking import as_database, check_database, log_run

    experiment = _experiment(config, sections)
    kept = out.parent / ".fits" if fits is None else fits
    if validate_only:
        planned = pipeline.plan_training(
            tables, experiment, kept=kept, propensity=propensity
        )
        _say_plan(*planned)
        return
    refuse_full(out, overwrite=overwrite)
    place = None if database is None else as_database(database)
    if isinstance(place, Path):
        if out.resolve() in place.resolve().parents:
            raise typer.BadParameter("keep it outside --out", param_hint="--database")
        refuse_tables(place)
    if place is not None:
        check_database(place, artifacts=artifacts)
    with output.counter("train", total=experiment.steps) as advance:
        run = pipeline.train_model(
            tables,
            out,
            experiment=experiment,
            propensity=propensity,
            overwrite=overwrite,
            kept=kept,
            advance=advance,
        )
    if place is not None:
        log_run(place, run, artifacts=artifacts)
    _say(run, out)


def _experiment(config: Path | None, sections: str | None) -> Experiment:
    from prioritizer.model import Experiment
    from prioritizer.settings import load_settings

    experiment = load_settings(config, Experiment)
    if sections is None:
        return experiment
    seen = replace(experiment.train, sections=sections_option(sections))
    return replace(experiment, train=seen)


def _say_plan(plan: Plan, splits: pd.DataFrame) -> None:
    from prioritizer.cli import output

    output.frame(splits)
    output.say(_LEGEND)
    names = ", ".join(plan.candidates)
    output.say(f"Candidates: {names}" + (", and tuned" if plan.trials else ""))
    output.say(
        f"To compare them {plan.fits_needed} fits are needed; {plan.fits_known} were "
        "made before. The experiment can be carried out."
    )


def _say(run: TrainingRun, out: Path) -> None:
    from prioritizer.cli import output
    from prioritizer.evaluation import leaderboard_as_text

    facts = run.model.facts
    output.pairs({k: v for k, v in facts.items() if not isinstance(v, dict)})
    output.pairs({k: v for k, v in run.metrics.items() if not isinstance(v, list)})
    if not run.folds.empty:
        fits = {"fits_needed": run.fits_needed, "fits_known": run.fits_known}
        output.pairs(dict(fits))
    if not run.leaderboard.empty:
        output.say()
        output.say(leaderboard_as_text(run.leaderboard))
        output.say()
    if run.model.facts["data"] == "synthetic":
        output.say(SYNTHETIC)
    output.say(f"The model is in {out}; its card is {out / 'card.md'}")


def splits(
    tables: Tables,
    config: Config = None,
    out: Annotated[
        Path | None, typer.Option(help="File for the chart: .svg, .png or .pdf.")
    ] = None,
) -> None:
    """Show what trains, calibrates and tests at each moment of an experiment.

    Example: prioritizer splits tables/ --config experiment.toml --out splits.svg
    """
    from prioritizer import pipeline
    from prioritizer.cli import output

    output.frame(pipeline.show_splits(tables, _experiment(config, None), chart=out))
    output.say(_LEGEND)
    if out is not None:
        output.say(f"The chart is in {out}")
