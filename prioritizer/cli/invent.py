"""The command that invents a world."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from prioritizer.cli.options import Overwrite, Seed


class Format(StrEnum):
    """What `generate` writes; members are the words of its option."""

    tables = "tables"
    json = "json"
    xml = "xml"


def generate(
    reports: Annotated[int, typer.Option(min=1, help="How many to invent.")],
    out: Annotated[Path, typer.Option(help="Folder for what is made.")],
    seed: Seed = 7,
    profile: Annotated[str, typer.Option(help="icac or national.")] = "icac",
    world: Annotated[
        Path | None, typer.Option(help="What differs from the profile, as TOML.")
    ] = None,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.tables,
    report: Annotated[
        bool, typer.Option("--report", help="Compare with published figures.")
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Invent reports whose truth is known.

    Example: prioritizer generate --reports 5000 --seed 7 --profile icac --out world/
    """
    from prioritizer import pipeline
    from prioritizer.cli import output
    from prioritizer.settings import load_world

    if report and format is not Format.tables:
        raise typer.BadParameter("it needs --format tables", param_hint="--report")
    read = load_world(profile, world)
    with output.counter("reports", reports) as progress:
        if format is Format.tables:
            place = pipeline.make_world(
                out,
                world=read,
                reports=reports,
                seed=seed,
                overwrite=overwrite,
                progress=progress,
            ).path
        else:
            place = pipeline.make_documents(
                out,
                format=format.value,
                world=read,
                reports=reports,
                seed=seed,
                overwrite=overwrite,
                progress=progress,
            )
    output.say(f"{reports} invented reports in {place}; the truth in {out / 'truth'}")
    if report:
        page, within, judged = pipeline.report_fidelity(out, world=read)
        output.say(
            f"{within} of the {judged} published figures that so many reports can "
            f"tell of are met: {page}"
        )
