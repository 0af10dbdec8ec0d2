"""The command that takes outcomes back in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prioritizer.cli.moments import moment
from prioritizer.cli.options import AsJson

_MOST_SHOWN = 20


def outcomes(
    feedback: Annotated[
        Path,
        typer.Argument(help="CSV of outcomes.", show_default=False, readable=False),
    ],
    tables: Annotated[
        Path, typer.Option(help="A folder of tables.", show_default=False)
    ],
    columns: Annotated[
        Path | None, typer.Option(help="What the file calls things, as TOML.")
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(help="From when rows that do not say count, with its zone."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring what became of reports into their tables.

    Example: prioritizer outcomes feedback.csv --tables tables/
    """
    from prioritizer import pipeline
    from prioritizer.cli import output
    from prioritizer.settings.outcomes import load_outcomes_mapping

    folder, result = pipeline.read_outcomes(
        feedback,
        tables,
        mapping=load_outcomes_mapping(columns),
        known_at=moment(known_at, "--known-at"),
    )
    if as_json:
        account = folder.path / "outcomes.json"
        typer.echo(account.read_text(encoding="utf-8"), nl=False)
        return
    output.say(
        f"{_counted(result.given, 'row')}: {result.accepted} accepted, "
        f"{result.already_there} already there, {result.rejected} rejected; outcomes "
        f"in {folder.path}"
    )
    if result.replaced:
        statements = _counted(result.replaced, "statement")
        output.say(f"  in place of {statements} known from the same moment")
    if "closed_reason" not in result.columns:
        output.say("  no column closed_reason: closed cases have no reason")
    for line, column, reason, fix in result.problems.head(_MOST_SHOWN).iter_rows():
        output.say(f"  rejected line {line}, {column}: {reason}; {fix}")
    more = result.problems.height - _MOST_SHOWN
    if more > 0:
        output.say(f"  and {_counted(more, 'problem')} more")
    if result.rejected:
        output.say(
            "  Mend what was rejected and give it again. All problems: "
            f"{folder.path / 'rejected-outcomes.csv'}"
        )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
