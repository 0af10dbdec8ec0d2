"""The command that measures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def bench(
    area: Annotated[
        str,
        typer.Argument(
            help="What to measure: generate, ingest, history, train or quality."
        ),
    ] = "generate",
    runs: Annotated[
        int,
        typer.Option(min=1, help="How often, or on how many seeds; medians count."),
    ] = 3,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="File for the figures, as JSON.")
    ] = None,
) -> None:
    """Measure speed, memory or quality, rivals beside ours, in one run on this machine.

    Example: prioritizer bench generate --json bench.json
    """
    from prioritizer.benchmarks import run_area
    from prioritizer.cli import output

    lines = []
    for line in run_area(area, runs=runs):
        output.measure(line)
        lines.append(line)
    if json_file is not None:
        json_file.write_text(output.measures_as_json(lines), encoding="utf-8")
    if any(line.is_reached is False for line in lines):
        raise typer.Exit(1)
