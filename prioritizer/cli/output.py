"""What the command line prints: tables, bars, errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from prioritizer.cli.completeness import (
    LEGEND,
    completeness_facts,
    completeness_lines,
)
from prioritizer.errors import PrioritizerError
from prioritizer.vocabulary.advice import ADVICE
from prioritizer.vocabulary.section import SECTIONS, sections_as_text

if TYPE_CHECKING:
    import pandas as pd

    from prioritizer.benchmarks import Measure
    from prioritizer.explain import Reason
    from prioritizer.pipeline import Ranking


_OUT = Console(highlight=False)
_ERR = Console(stderr=True, highlight=False)
LEAST_SHOWN = 0.01
# Wide enough for three sentences when nobody watches, as in a file or a test.
_WIDTH_OF_A_FILE = 132
_ALL_SECTIONS = sections_as_text(SECTIONS)
_NOT_STATED = "not stated"


def say(text: str = "") -> None:
    """Print a line."""
    _OUT.print(_harmless(text), markup=False, soft_wrap=True)


def note(text: str) -> None:
    """Print a line for a person that no program should read."""
    _ERR.print(_harmless(text), markup=False, soft_wrap=True)


def complain(problem: PrioritizerError) -> None:
    """Print an error's three parts."""
    _ERR.print(_harmless(f"Error: {problem}"), markup=False, soft_wrap=True)


def _harmless(text: str) -> str:
    """Return text in which nothing can steer a terminal, such as a file's name."""
    return "".join(
        each if each.isprintable() or each == "\n" else ascii(each)[1:-1]
        for each in text
    )


@contextmanager
def stages(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar for each stage of a long run; give what begins the next one.

    Where nobody watches, each stage is a line.
    """
    if not _ERR.is_terminal:
        yield lambda name: _ERR.print(f"{name} ...", markup=False)
        return
    columns = (TextColumn("{task.description:<34}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_ERR) as progress:
        tasks: list[object] = []

        def begin(name: str) -> None:
            _finish(progress, tasks)
            tasks.append(
                progress.add_task(f"{len(tasks) + 1}/{total} {name}", total=None)
            )

        yield begin
        _finish(progress, tasks)


def _finish(progress: Progress, tasks: list[object]) -> None:
    if tasks:
        progress.update(tasks[-1], total=1, completed=1)  # type: ignore[arg-type]  # a task id
        progress.stop_task(tasks[-1])  # type: ignore[arg-type]  # a task id


@contextmanager
def counter(name: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Show a bar; give what moves it, by one or by as many as it is told."""
    if not _ERR.is_terminal:
        yield lambda done=1: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}"),
    )
    with Progress(*columns, console=_ERR, transient=True) as progress:
        task = progress.add_task(name, total=total)
        yield lambda done=1: progress.advance(task, done)


def queue_head(queue: pd.DataFrame) -> None:
    """Print rows of a queue with their reasons."""
    table = Table(show_lines=True, expand=False)
    for name, side in (
        ("#", "right"),
        ("lane", "left"),
        ("report", "left"),
        ("p", "right"),
        ("complete", "right"),
    ):
        table.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]  # a side
    table.add_column("why here (log-odds before calibration)")
    for row in queue.to_dict(orient="records"):
        urgent = f"URGENT: {row['urgent_because']}" if row["urgent_because"] else ""
        if urgent and row["has_outcome"]:
            urgent += " (an outcome is known)"
        reasons = [urgent, row["reason_1"], row["reason_2"], row["reason_3"]]
        table.add_row(
            str(row["position"]),
            str(row["lane"]),
            str(row["report_id"]),
            f"{row['p']:.2f}",
            f"{row['completeness']:.0f}",
            "\n".join(filter(None, reasons)),
        )
    if not _OUT.is_terminal:
        _OUT.width = _WIDTH_OF_A_FILE
    _OUT.print(table)
    say(LEGEND)


def pairs(rows: dict[str, object]) -> None:
    """Print names and values in two columns."""
    longest = max(map(len, rows), default=0)
    for name, value in rows.items():
        say(f"  {name:<{longest}}  {value}")


def frame(rows: pd.DataFrame) -> None:
    """Print a frame as a table, its index first; moments as dates, numbers short."""
    table = Table(box=None, pad_edge=False)
    table.add_column(str(rows.index.name or ""), no_wrap=True)
    for name in rows.columns:
        table.add_column(str(name).replace("_", " "), justify="right")
    for label, row in rows.iterrows():
        table.add_row(str(label), *map(_cell, row))
    if not _OUT.is_terminal:
        _OUT.width = _WIDTH_OF_A_FILE
    _OUT.print(table)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.3f}"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)


def ranking(ranking: Ranking, top: int) -> None:
    """Print the head of a queue, its lanes, and what it leaves waiting."""
    queue = ranking.queue
    queue_head(queue.head(top))
    pairs(dict(queue["lane"].value_counts(sort=False)))
    left_out(ranking)
    sections_seen(ranking.stamp.get("sections", _ALL_SECTIONS))
    signature(ranking.stamp.get("signature", _NOT_STATED))
    if ranking.stamp.get("model_trained_on") == "synthetic":
        say("The model learned from invented reports: its figures mean nothing here.")
    say(ADVICE)


def sections_seen(sections: str) -> None:
    """Print what the score leaves unseen, if it leaves anything."""
    if sections != _ALL_SECTIONS:
        say(f"The score sees only section {sections} of a report; the lanes see all.")


def signature(state: str) -> None:
    """Print who signed the model, as its store says it."""
    if state == "none":
        say("The model is not signed: nobody vouches for where it comes from.")
    else:
        say(f"The model's signature: {state}.")


def left_out(ranking: Ranking) -> None:
    """Print how many reports wait outside the queue, the urgent ones apart."""
    if ranking.left_out:
        say(
            f"Not in this queue: {ranking.left_out:,} reports that "
            f"arrived outside its period, {ranking.urgent_left_out:,} of them urgent."
        )


def ranking_as_json(ranking: Ranking, top: int) -> str:
    """Return the head of a queue for a program, with what it was made from."""
    queue = ranking.queue.head(top)
    shown = queue[queue.columns[~queue.columns.str.match("^[cv]_")]]
    named = shown.assign(missing=shown["missing"].str.split())
    rows = json.loads(named.to_json(orient="records", date_format="iso"))
    facts = {
        **ranking.stamp,
        "left_out": ranking.left_out,
        "urgent_left_out": ranking.urgent_left_out,
    }
    return json.dumps({**facts, "queue": rows})


def explanation_as_json(row: pd.Series, reasons: list[Reason]) -> str:
    """Return a report's place and every contribution for a program."""
    names = ["report_id", "version", "position", "lane", "urgent_because"]
    names += ["has_outcome", "p", "p_low", "p_high", "raw", "base", "sections"]
    names += ["signature", "place_in_lane", "count_in_lane", "rank_low", "rank_high"]
    facts = json.loads(row[names].to_json())
    parts = {reason.feature: reason.contribution for reason in reasons}
    beside = {"completeness": completeness_facts(_by_column(row))}
    return json.dumps({**facts, "contributions": parts, **beside, "advice": ADVICE})


def explanation(row: pd.Series, reasons: list[Reason]) -> None:
    """Print a report's place, every reason of its score, and how complete it is."""
    say(f"Report {row['report_id']}, version {row['version']}")
    say(f"  place {row['position']} in the queue, lane {row['lane']}")
    _place_in_lane(row)
    if row["urgent_because"]:
        say(f"  urgent: {row['urgent_because']}")
    if row["has_outcome"]:
        say("  an outcome is known")
    say(f"  probability of being actionable {row['p']:.2f}, as among reports that were")
    say("  worked and fed back; among all others it may be lower")
    if row["p_low"] == row["p_low"]:  # not NaN
        say(f"  (Venn-Abers interval {row['p_low']:.2f} to {row['p_high']:.2f})")
    if row["reason_2"] == "" and row["reason_1"].startswith("reasons withheld"):
        say(f"  {row['reason_1']}")
    else:
        _score(row, reasons)
    say()
    for line in completeness_lines(_by_column(row)):
        say(line)
    say()
    say(ADVICE)


def _place_in_lane(row: pd.Series) -> None:
    """Print where a report stands among its like, and how steady that is."""
    like = "with an outcome" if row["has_outcome"] else "without an outcome"
    say(f"  there {row['place_in_lane']} of {row['count_in_lane']} reports {like}")
    if row["rank_low"] == row["rank_low"]:  # not NaN
        ends = f"between {row['rank_low']:.0f} and {row['rank_high']:.0f}"
        say(f"  {ends} when the model learns from other samples of past cases")


def _by_column(row: pd.Series) -> dict[str, object]:
    return {str(name): value for name, value in row.items()}


def _score(row: pd.Series, reasons: list[Reason]) -> None:
    """Print what adds up to a score, the largest part first."""
    sections_seen(row["sections"])
    signature(row["signature"])
    say()
    say("Log-odds before calibration:")
    shown = [reason for reason in reasons if abs(reason.contribution) >= LEAST_SHOWN]
    rest = row["raw"] - row["base"] - sum(reason.contribution for reason in shown)
    say(f"  {row['base']:+7.2f}  where every report starts")
    for reason in shown:
        say(f"  {reason.contribution:+7.2f}  {reason.words}")
    say(f"  {rest:+7.2f}  {len(reasons) - len(shown)} other features together")
    say(f"  {row['raw']:+7.2f}  in all")


def measure(line: Measure) -> None:
    """Print one line of a benchmark."""
    runs = ", ".join(f"{value:,.2f}" for value in line.runs)
    if line.interval is not None:
        runs = f"95 %: {line.interval[0]:,.2f} to {line.interval[1]:,.2f}"
    reached = {None: "", True: "reached", False: "NOT REACHED"}[line.is_reached]
    limit = ""
    if line.limit is not None:
        limit = (
            f"{'at least' if line.is_least else 'at most'} {line.limit:g}: {reached}"
        )
    say(f"{line.name:<34} {line.value:>12,.2f} {line.unit:<10} {limit}  [{runs}]")


def measures_as_json(lines: list[Measure]) -> str:
    """Return the lines of a benchmark as JSON, by their names."""
    said = {
        line.name: {
            "value": line.value,
            "unit": line.unit,
            "runs": line.runs,
            "limit": line.limit,
            "is_reached": line.is_reached,
            "interval": line.interval,
        }
        for line in lines
    }
    return json.dumps(said, indent=1) + "\n"
