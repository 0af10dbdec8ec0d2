"""How fast documents become tables, and how much memory that takes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from prioritizer.benchmarks.measure import Measure, of_runs, run_command, seconds_of

_WORKERS = 2
_JSON, _XML = 400_000, 100_000
_BYTES = 2_000  # of a report, as the rate is asked for
_LEAST_JSON, _LEAST_XML = 8_000, 3_000
_MOST_TIMES_ORJSON = 20
_MOST_GB = 1.5


def measure_ingesting(runs: int) -> Iterator[Measure]:
    """Yield the lines of the benchmark as they are measured.

    Parameters
    ----------
    runs : int
        How often each thing is done; the world's own documents are read once.
    """
    with TemporaryDirectory(prefix="bench-") as made:
        place = Path(made)
        documents = _documents(place / "json", _JSON, "json")
        usual = _of_usual_size(documents, place / "usual")
        yield from _rate(place, usual, runs, "json", least=_LEAST_JSON)
        yield from _rate(place, documents, 1, "json, as the world has them")
    with TemporaryDirectory(prefix="bench-") as made:
        place = Path(made)
        documents = _documents(place / "xml", _XML, "xml")
        yield from _rate(place, documents, runs, "xml", least=_LEAST_XML)


def _rate(
    place: Path, documents: Path, runs: int, name: str, *, least: float | None = None
) -> Iterator[Measure]:
    """Yield the rate of some documents, and for JSON how parsing alone compares."""
    sizes = [size for path in _archives(documents) for _, size in _entries(path)]
    reports = len({name for path in _archives(documents) for name, _ in _entries(path)})
    took, held, alone = [], [], []
    for _ in range(runs):
        seconds, gb = _ingest(place, documents)
        took.append(seconds)
        held.append(gb)
        if name.startswith("json"):
            alone.append(_parsing(documents))
    rates = [reports / seconds for seconds in took]
    yield of_runs(f"{name}, bytes of a report", "bytes", [sum(sizes) / reports])
    yield of_runs(name, "reports/s", rates, limit=least, is_least=True)
    yield of_runs(f"{name}, memory", "GB", held, limit=_MOST_GB)
    if alone:
        ratios = [ours / theirs for ours, theirs in zip(took, alone, strict=True)]
        most = _MOST_TIMES_ORJSON if least else None
        yield of_runs(f"{name}, orjson.loads alone", "s", alone)
        yield of_runs(f"{name}, ratio_orjson", "times", ratios, limit=most)


def _documents(folder: Path, reports: int, format: str) -> Path:
    where = ("--format", format, "--out", str(folder))
    run_command("generate", "--reports", str(reports), *where)
    return folder / "documents"


def _of_usual_size(documents: Path, folder: Path) -> Path:
    """Write the smaller documents anew, so many that the mean size is as asked."""
    folder.mkdir()
    found = sorted(
        (size, path, name)
        for path in _archives(documents)
        for name, size in _entries(path)
    )
    sums = accumulate(size for size, _, _ in found)
    count = sum(total <= _BYTES * place for place, total in enumerate(sums, 1))
    kept = {name for _, _, name in found[:count]}
    for path in _archives(documents):
        with (
            ZipFile(path) as archive,
            ZipFile(folder / path.name, "w", ZIP_DEFLATED) as smaller,
        ):
            for entry in archive.infolist():
                if entry.filename in kept:
                    smaller.writestr(entry.filename, archive.read(entry))
    return folder


def _archives(documents: Path) -> list[Path]:
    return sorted(documents.glob("*.zip"))


def _entries(path: Path) -> list[tuple[str, int]]:
    """Return the report of each entry of an archive, and the entry's bytes."""
    with ZipFile(path) as archive:
        return [
            (entry.filename.rpartition("/")[0] or entry.filename, entry.file_size)
            for entry in archive.infolist()
        ]


def _ingest(place: Path, documents: Path) -> tuple[float, float]:
    # Each into a folder of its own, removed after it: disks fill up.
    with TemporaryDirectory(dir=place) as out:
        tables, key = str(Path(out) / "T"), str(Path(out) / "key")
        more = ("--key-file", key, "--workers", str(_WORKERS))
        return run_command("ingest", str(documents), "--out", tables, *more)


def _parsing(documents: Path) -> float:
    """Return how long it takes to parse the same JSON once it is in memory."""
    seconds = 0.0
    for path in _archives(documents):
        with ZipFile(path) as archive:
            read = [archive.read(entry) for entry in archive.infolist()]

        def parse(contents: list[bytes] = read) -> None:
            for content in contents:
                orjson.loads(content)

        seconds += seconds_of(parse)
    return seconds
