"""How fast documents become tables, and how much memory that takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import orjson

from prioritizer.benchmarks.measure import Measure, of_runs, run_command, seconds_of

_WORKERS = 2
_REPORTS = {"json": 200_000, "xml": 100_000}
_LEAST_A_SECOND = {"json": 8_000, "xml": 3_000}
_MOST_TIMES_ORJSON = 20
_LARGE, _MOST_GB = 600_000, 1.5


def measure_ingesting(runs: int) -> Iterator[Measure]:
    """Yield the lines of the benchmark as they are measured.

    Parameters
    ----------
    runs : int
        How often each thing is done; the large corpus is read once.
    """
    with TemporaryDirectory(prefix="bench-") as place:
        for format in _REPORTS:
            yield from _rate(Path(place), runs, format)
        yield from _large(Path(place))


def _rate(place: Path, runs: int, format: str) -> Iterator[Measure]:
    """Yield the rate of one format, and for JSON how parsing alone compares."""
    reports, least = _REPORTS[format], _LEAST_A_SECOND[format]
    with TemporaryDirectory(dir=place) as made:
        documents = _documents(Path(made), reports, format)
        took, held, alone = [], [], []
        for _ in range(runs):
            seconds, gb = _ingest(place, documents)
            took.append(seconds)
            held.append(gb)
            if format == "json":
                alone.append(_parsing(documents))
        size = sum(map(_bytes_in, documents.iterdir())) / reports
    rates = [reports / seconds for seconds in took]
    yield of_runs(f"{format}, size of a report", "bytes", [size])
    yield of_runs(f"{format}", "reports/s", rates, limit=least, is_least=True)
    yield of_runs(f"{format}, memory", "GB", held, limit=_MOST_GB)
    if alone:
        ratios = [ours / theirs for ours, theirs in zip(took, alone, strict=True)]
        yield of_runs("orjson.loads alone", "s", alone)
        yield of_runs("ratio_orjson", "times", ratios, limit=_MOST_TIMES_ORJSON)


def _large(place: Path) -> Iterator[Measure]:
    with TemporaryDirectory(dir=place) as made:
        documents = _documents(Path(made), _LARGE, "json")
        seconds, gb = _ingest(place, documents)
    yield of_runs(f"json, {_LARGE:,} reports", "reports/s", [_LARGE / seconds])
    yield of_runs(f"json, {_LARGE:,} reports, memory", "GB", [gb], limit=_MOST_GB)


def _documents(folder: Path, reports: int, format: str) -> Path:
    where = ("--format", format, "--out", str(folder / "W"))
    run_command("generate", "--reports", str(reports), *where)
    return folder / "W" / "documents"


def _ingest(place: Path, documents: Path) -> tuple[float, float]:
    # Each into a folder of its own, removed after it: disks fill up.
    with TemporaryDirectory(dir=place) as out:
        tables, key = str(Path(out) / "T"), str(Path(out) / "key")
        more = ("--key-file", key, "--workers", str(_WORKERS))
        return run_command("ingest", str(documents), "--out", tables, *more)


def _parsing(documents: Path) -> float:
    """Return how long it takes to parse the same JSON once it is in memory."""
    seconds = 0.0
    for path in sorted(documents.glob("*.zip")):
        with ZipFile(path) as archive:
            read = [archive.read(entry) for entry in archive.infolist()]

        def parse(contents: list[bytes] = read) -> None:
            for content in contents:
                orjson.loads(content)

        seconds += seconds_of(parse)
    return seconds


def _bytes_in(archive: Path) -> int:
    if archive.suffix != ".zip":
        return 0
    with ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())
