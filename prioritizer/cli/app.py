"""The commands, and the one wrapper that turns our errors into messages."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritizer.cli.bench import bench
from prioritizer.cli.features import features as features_command
from prioritizer.cli.ingest import ingest
from prioritizer.cli.invent import generate
from prioritizer.cli.leak_check import leak_check
from prioritizer.cli.moments import moment as as_moment
from prioritizer.cli.options import (
    AsJson,
    Model,
    Overwrite,
    Seed,
    Tables,
    sections_option,
)
from prioritizer.cli.outcomes import outcomes
from prioritizer.errors import PrioritizerError
from prioritizer.vocabulary.advice import ADVICE, SYNTHETIC

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    name="prioritizer",
    help="Rank CyberTipline referrals and say why. It advises; a person decides.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; our own errors become a message and exit code 1."""
    try:
        app()
    except PrioritizerError as problem:
        _end(problem)
    except OSError as problem:
        what = f"a file cannot be read or written: {problem.strerror or 'no reason'}"
        _end(PrioritizerError(what, str(problem.filename or "a file"), _WRITABLE))


_WRITABLE = "check the place and your rights there, or choose another"


def _end(problem: PrioritizerError) -> None:
    from prioritizer.cli import output

    output.complain(problem)
    sys.exit(1)


@app.command()
def demo(
    reports: Annotated[
        int, typer.Option(min=2000, help="How many to invent.")
    ] = 20_000,
    seed: Seed = 7,
    out: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("demo"),
    top: Annotated[int, typer.Option(min=1, help="Rows to print of a lane.")] = 4,
) -> None:
    """Walk the whole road on invented reports.

    Example: prioritizer demo --reports 20000 --seed 7
    """
    from prioritizer.cli.demo import run_demo

    run_demo(out, reports=reports, seed=seed, top=top)


app.command()(generate)


app.command()(ingest)
app.command()(outcomes)


@app.command()
def check(tables: Tables) -> None:
    """Check a folder of tables, and list all problems.

    Example: prioritizer check tables/
    """
    from prioritizer import pipeline
    from prioritizer.cli import output

    output.pairs(dict(pipeline.check_tables(tables)))
    output.say("The tables are as they should be.")


@app.command()
def schema(
    features: Annotated[
        bool, typer.Option("--features", help="Print the features instead.")
    ] = False,
    rules: Annotated[
        bool, typer.Option("--rules", help="Print the provider rules instead.")
    ] = False,
    completeness: Annotated[
        bool, typer.Option("--completeness", help="Print that scale instead.")
    ] = False,
    labels: Annotated[
        bool, typer.Option("--labels", help="Print what outcomes count as instead.")
    ] = False,
) -> None:
    """Print the data dictionary, or one of the other lists that are stated in code.

    Example: prioritizer schema
    """
    if features:
        from prioritizer.features import feature_dictionary

        typer.echo(feature_dictionary())
        return
    if rules:
        from prioritizer.formats.provider_rules import rule_dictionary

        typer.echo(rule_dictionary())
        return
    if completeness:
        from prioritizer.features.completeness import completeness_dictionary

        typer.echo(completeness_dictionary())
        return
    if labels:
        from prioritizer.model import label_dictionary

        typer.echo(label_dictionary())
        return
    from prioritizer.vocabulary import TABLES, data_dictionary

    typer.echo(data_dictionary(TABLES))


app.command()(features_command)
app.command("leak-check")(leak_check)


@app.command()
def train(
    tables: Tables,
    out: Annotated[Path, typer.Option(help="The model's folder, such as models/demo.")],
    config: Annotated[Path | None, typer.Option(help="Settings, as TOML.")] = None,
    sections: Annotated[
        str | None,
        typer.Option(help="Sections that the model sees, such as A+B+C; else all."),
    ] = None,
    database: Annotated[
        Path | None, typer.Option(help="MLflow's SQLite file; not logged if left out.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Train a model on the past, and measure it on the newest reports.

    Example: prioritizer train tables/ --out models/mine --config experiment.toml
    """
    from prioritizer import pipeline
    from prioritizer.cli import output
    from prioritizer.model import TrainSettings
    from prioritizer.settings import load_settings
    from prioritizer.tables import refuse_full, refuse_tables
    from prioritizer.tracking import check_database, log_run

    settings = load_settings(config, TrainSettings)
    if sections is not None:
        settings = replace(settings, sections=sections_option(sections))
    refuse_full(out, overwrite=overwrite)
    if database is not None:
        if out.resolve() in database.resolve().parents:
            raise typer.BadParameter("keep it outside --out", param_hint="--database")
        refuse_tables(database)
        check_database(database)
    with output.stages(1) as begin:
        begin("train")
        run = pipeline.train_model(tables, out, settings=settings, overwrite=overwrite)
        if database is not None:
            log_run(database, run)
    output.pairs(run.model.facts)
    output.pairs(run.metrics)
    if run.model.facts["data"] == "synthetic":
        output.say(SYNTHETIC)
    output.say(f"The model is in {out}; its card is {out / 'card.md'}")


@app.command()
def score(
    tables: Tables,
    model: Model,
    out: Annotated[Path, typer.Option(help="Parquet file for the scores.")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="Keep only this many contributions.")
    ] = None,
) -> None:
    """Score every report, with each feature's contribution.

    Example: prioritizer score tables/ --model models/demo --out scores.parquet
    """
    from prioritizer import pipeline
    from prioritizer.cli import output

    scores = pipeline.score_reports(tables, model, out, keep=keep)
    output.say(f"{len(scores)} reports scored, in {out}")
    output.say(ADVICE)


@app.command()
def rank(
    tables: Tables,
    model: Annotated[Path | None, typer.Option(help="A model's folder.")] = None,
    scores: Annotated[Path | None, typer.Option(help="Scores, in its place.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Moment of the queue with its zone; now if left out."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Only reports that arrived from then on, with its zone."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Rows to print.")] = 20,
    out: Annotated[
        Path | None, typer.Option(help="Parquet file for the queue.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the head of the queue with the reasons for each place.

    Example: prioritizer rank tables/ --model models/demo --as-of 2026-03-01T08:00Z
    """
    from prioritizer import pipeline
    from prioritizer.cli import output

    moment = as_moment(as_of, "--as-of")
    if moment is None:
        # A clock that is behind the newest report must not hide it.
        moment = max(_now(), pipeline.newest_arrival(tables) or _now())
    ranking = pipeline.rank_reports(
        tables,
        as_of=moment,
        model_folder=model,
        scores_file=scores,
        since=as_moment(since, "--since"),
        out=out,
    )
    if as_json:
        typer.echo(output.ranking_as_json(ranking, top))
    else:
        output.ranking(ranking, top)


@app.command()
def explain(
    report_id: Annotated[int, typer.Argument(help="The report's number.")],
    queue: Annotated[Path, typer.Option(help="A queue made by `rank --out`.")],
    as_json: AsJson = False,
) -> None:
    """Print every reason for a report's score and place.

    Example: prioritizer explain 100000001 --queue queue.parquet
    """
    from prioritizer import pipeline
    from prioritizer.cli import output

    row, reasons = pipeline.explain_report(queue, report_id)
    if as_json:
        typer.echo(output.explanation_as_json(row, reasons))
    else:
        output.explanation(row, reasons)


app.command()(bench)


def _now() -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(datetime.now(UTC))
