"""How fast a world is written, how much memory it takes, and how Faker compares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from prioritizer.benchmarks.faker_rows import write_rows
from prioritizer.benchmarks.measure import Measure, of_runs, run_command, seconds_of
from prioritizer.execution import available_cores
from prioritizer.synthetic import PROFILES, read_truth
from prioritizer.tables import open_tables

_REPORTS, _MOST_REPORTS = 1_000_000, 10_000_000
_MOST_SECONDS, _MOST_GB, _MOST_GB_LARGE = 60.0, 4.0, 6.0
_DOCUMENTS, _LEAST_DOCUMENTS_A_SECOND = 100_000, 4_000
_FAKER_REPORTS, _LEAST_FAKER_RATIO = 500, 100
_COUNTED_REPORTS = 20_000


def measure_generating(runs: int) -> Iterator[Measure]:
    """Yield the lines of the benchmark as they are measured.

    Parameters
    ----------
    runs : int
        How often each thing is done; ten million reports are made once.
    """
    with TemporaryDirectory(prefix="bench-") as place:
        yield from _tables(Path(place), runs)
        for format in ("json", "xml"):
            yield _documents(Path(place), runs, format)
        for profile in PROFILES:
            yield _fidelity(Path(place), profile)
        yield from _large(Path(place))


def _tables(place: Path, runs: int) -> Iterator[Measure]:
    """Yield time and memory of a million reports, and Faker's beside it."""
    ours, held, rival = [], [], []
    rows, truth = _shape(place)
    for _ in range(runs):
        seconds, gb = _generate(place, _REPORTS)
        ours.append(seconds)
        held.append(gb)
        drawn = seconds_of(lambda: write_rows(place, rows, truth, _FAKER_REPORTS))
        rival.append(drawn / _FAKER_REPORTS * _REPORTS)
    yield of_runs("tables, 1 M reports", "s", ours, limit=_MOST_SECONDS)
    yield of_runs("tables, 1 M reports, memory", "GB", held, limit=_MOST_GB)
    yield of_runs("Faker row by row, 1 M reports", "s", rival)
    ratios = [theirs / our for our, theirs in zip(ours, rival, strict=True)]
    yield of_runs(
        "ratio_faker", "times", ratios, limit=_LEAST_FAKER_RATIO, is_least=True
    )
    cores = available_cores()
    each = [ratio / cores for ratio in ratios]
    yield of_runs(f"ratio_faker for one of {cores} cores", "times", each)


def _documents(place: Path, runs: int, format: str) -> Measure:
    rates = [
        _DOCUMENTS / _generate(place, _DOCUMENTS, "--format", format)[0]
        for _ in range(runs)
    ]
    return of_runs(
        f"documents, {format}",
        "reports/s",
        rates,
        limit=_LEAST_DOCUMENTS_A_SECOND,
        is_least=True,
    )


def _fidelity(place: Path, profile: str) -> Measure:
    """Return how many published figures a million reports of a profile miss."""
    with TemporaryDirectory(dir=place) as out:
        where = ("--profile", profile, "--out", out)
        run_command("generate", "--reports", str(_REPORTS), *where, "--report")
        said = json.loads((Path(out) / "fidelity.json").read_text(encoding="utf-8"))
    missed = sum(row["is_within"] is False for row in said["rows"])
    return of_runs(f"published figures missed, {profile}", "figures", [missed], limit=0)


def _large(place: Path) -> Iterator[Measure]:
    seconds, gb = _generate(place, _MOST_REPORTS)
    yield of_runs("tables, 10 M reports", "s", [seconds])
    yield of_runs("tables, 10 M reports, memory", "GB", [gb], limit=_MOST_GB_LARGE)


def _generate(place: Path, reports: int, *more: str) -> tuple[float, float]:
    # Each into a folder of its own, removed after it: disks fill up.
    with TemporaryDirectory(dir=place) as out:
        return run_command("generate", "--reports", str(reports), "--out", out, *more)


def _shape(place: Path) -> tuple[dict[str, float], pl.Schema]:
    """Return how many rows of each table a report has, and the answer key's columns."""
    with TemporaryDirectory(dir=place) as out:
        run_command("generate", "--reports", str(_COUNTED_REPORTS), "--out", out)
        _, frames = open_tables(Path(out))
        truth = read_truth(Path(out)).schema
    rows = {name: frame.height / _COUNTED_REPORTS for name, frame in frames.items()}
    return rows, truth
