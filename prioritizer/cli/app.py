"""The commands, and the one wrapper that turns our errors into messages."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritizer.cli.bench import bench
from prioritizer.cli.features import features as features_command
from prioritizer.cli.ingest import ingest
from prioritizer.cli.invent import generate
from prioritizer.cli.leak_check import leak_check
from prioritizer.cli.models import models
from prioritizer.cli.moments import moment as as_moment
from prioritizer.cli.options import (
    AsJson,
    Model,
    Seed,
    Tables,
    TrustedKeys,
)
from prioritizer.cli.outcomes import outcomes
from prioritizer.cli.train import splits, train
from prioritizer.errors import PrioritizerError
from prioritizer.vocabulary.advice import ADVICE

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


app.command()(splits)
app.command()(train)


@app.command()
def score(
    tables: Tables,
    model: Model,
    out: Annotated[Path, typer.Option(help="Parquet file for the scores.")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="Keep only this many contributions.")
    ] = None,
    trusted_key: TrustedKeys = None,
) -> None:
    """Score every report, with each feature's contribution.

    Example: prioritizer score tables/ --model models/demo --out scores.parquet
    """
    from prioritizer import pipeline
    from prioritizer.cli import output

    trusted = trusted_key or ()
    scores = pipeline.score_reports(tables, model, out, keep=keep, trusted=trusted)
    output.say(f"{len(scores)} reports scored, in {out}")
    output.signature(pipeline.signature_of(model, trusted))
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
    trusted_key: TrustedKeys = None,
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
        trusted=trusted_key or (),
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
app.add_typer(models, name="models")


def _now() -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(datetime.now(UTC))
