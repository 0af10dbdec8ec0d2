"""The command that computes features, and tells where those of one report come from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritizer.cli.moments import moment
from prioritizer.cli.options import AsJson, Tables, sections_option
from prioritizer.vocabulary.advice import ADVICE
from prioritizer.vocabulary.section import SECTIONS

if TYPE_CHECKING:
    from prioritizer.pipeline.feature_origins import DescribedFeature, DescribedReport


def features(
    tables: Tables,
    out: Annotated[
        Path | None, typer.Option(help="Parquet file for the features.")
    ] = None,
    explain: Annotated[
        int | None, typer.Option(help="The number of a report, to print its features.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Only what had arrived by then, with its zone."),
    ] = None,
    sections: Annotated[
        str | None,
        typer.Option(help="Sections that features may see, such as A+B; else all."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the features of every report, or print where those of one come from.

    Example: prioritizer features tables/ --out X.parquet
    """
    from prioritizer import pipeline
    from prioritizer.cli import output

    if (out is None) == (explain is None):
        raise typer.BadParameter("give one of the two", param_hint="--out or --explain")
    if explain is not None and sections is not None:
        raise typer.BadParameter("it goes with --out only", param_hint="--sections")
    if out is not None and as_json:
        raise typer.BadParameter("it goes with --explain only", param_hint="--json")
    when = moment(as_of, "--as-of")
    if explain is not None:
        described = pipeline.describe_features(tables, explain, as_of=when)
        if as_json:
            typer.echo(described_as_json(described))
        else:
            show(described)
    elif out is not None:
        seen = SECTIONS if sections is None else sections_option(sections)
        count = pipeline.write_features(tables, out, as_of=when, sections=seen)
        output.say(f"The features of {count} reports are in {out}")


def show(described: DescribedReport) -> None:
    """Print a report's features by group, and how complete it is beside them."""
    from prioritizer.cli import output
    from prioritizer.cli.completeness import completeness_lines

    output.say(f"Report {described.report_id}, version {described.version}")
    # Groups may come back in the catalogue; each is told once.
    ordered = sorted(described.features, key=_first_of_group(described))
    for group, members in groupby(ordered, key=lambda each: each.group):
        output.say()
        output.say(group)
        for each in members:
            output.say(f"  {each.feature}: {_written(each)}")
            output.say(f"      {each.words}")
            for origin in each.origins:
                output.say(f"      from {origin.words}")
    output.say()
    for line in completeness_lines(described.completeness):
        output.say(line)
    output.say()
    output.say(ADVICE)


def described_as_json(described: DescribedReport) -> str:
    """Return the same for a program."""
    from prioritizer.cli.completeness import completeness_facts

    return json.dumps(
        {
            **asdict(described),
            "completeness": completeness_facts(described.completeness),
            "advice": ADVICE,
        }
    )


def _first_of_group(described: DescribedReport) -> Callable[[DescribedFeature], int]:
    places: dict[str, int] = {}
    for each in described.features:
        places.setdefault(each.group, len(places))
    return lambda each: places[each.group]


def _written(each: DescribedFeature) -> str:
    if each.value is None:
        return "not known"
    if isinstance(each.value, str):
        return each.value
    if each.unit == "yes or no":
        return "yes" if each.value else "no"
    return f"{each.value:g} {each.unit}"
