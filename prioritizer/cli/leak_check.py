"""The command that looks for features that know too much."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritizer.cli.options import AsJson, Tables

if TYPE_CHECKING:
    from prioritizer.evaluation.leaks import LeakCheck


def leak_check(
    tables: Tables,
    features: Annotated[
        Path | None,
        typer.Option(help="Parquet file of other columns, with a column report_id."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look for features that know more than was known on arrival; 1 if there are any.

    Example: prioritizer leak-check tables/ --features X.parquet
    """
    from prioritizer import pipeline
    from prioritizer.cli import output

    with output.stages(1) as begin:
        begin("look for leaks")
        found = pipeline.check_leaks(tables, columns=features)
    if as_json:
        typer.echo(_as_json(found))
    else:
        _say(found)
    if not found.is_clear:
        raise typer.Exit(1)


def _say(found: LeakCheck) -> None:
    from prioritizer.cli import output

    output.say("Tried:")
    for each in found.tried:
        output.say(f"  {each}")
    if found.not_tried:
        output.say("Not tried, and so not cleared:")
        for each in found.not_tried:
            output.say(f"  {each}")
    for leak in found.leaks:
        output.say(f"LEAK ({leak.kind}) {leak}")
    columns = len({leak.column for leak in found.leaks})
    output.say(
        "Clear: in all that was tried, no feature knows more than was known on arrival."
        if found.is_clear
        else f"{columns} of the columns know more than was known on arrival."
    )


def _as_json(found: LeakCheck) -> str:
    leaks = [{**asdict(leak), "remedy": leak.kind.remedy} for leak in found.leaks]
    said = {"is_clear": found.is_clear, **asdict(found), "leaks": leaks}
    return json.dumps(said, indent=1)
