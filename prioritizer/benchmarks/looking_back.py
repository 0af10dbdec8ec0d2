"""How fast history and features are computed, in what memory, and how pandas fares."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from prioritizer.benchmarks.measure import Measure, of_runs, run_command, seconds_of
from prioritizer.benchmarks.pandas_features import pandas_features
from prioritizer.benchmarks.pandas_history import pandas_history, read_frames

_SMALL, _REPORTS, _LARGE = 100_000, 1_000_000, 10_000_000
_MOST_SECONDS, _MOST_GB = 40, 5
_LEAST_RATIO = 10
_MOST_GROWTH = 1.25


def measure_looking_back(runs: int) -> Iterator[Measure]:
    """Yield the lines of the benchmark as they are measured.

    Parameters
    ----------
    runs : int
        How often each thing is done; ten million reports are computed once.
    """
    each: dict[int, list[float]] = {}
    for reports, times in ((_SMALL, runs), (_REPORTS, runs), (_LARGE, 1)):
        with TemporaryDirectory(prefix="bench-") as place:
            world = Path(place) / "world"
            run_command("generate", "--reports", str(reports), "--out", str(world))
            done = [_anew(world, Path(place)) for _ in range(times)]
            each[reports] = [seconds / reports * 1e6 for seconds, _ in done]
            yield from _lines(reports, done)
            if reports == _REPORTS:
                yield from _again(world, Path(place), runs)
                yield from _rival(world, Path(place), [seconds for seconds, _ in done])
    (large,) = each[_LARGE]
    for reports in (_SMALL, _REPORTS):
        growth = [large / other for other in each[reports]]
        name = f"a report of 10 M against one of {_said(reports)}"
        yield of_runs(name, "times", growth, limit=_MOST_GROWTH)


def _lines(reports: int, done: list[tuple[float, float]]) -> Iterator[Measure]:
    seconds, held = ([each[at] for each in done] for at in (0, 1))
    name = f"history and features, {_said(reports)} reports"
    limit = _MOST_SECONDS if reports == _REPORTS else None
    yield of_runs(name, "s", seconds, limit=limit)
    yield of_runs(f"{name}, memory", "GB", held, limit=_MOST_GB)


def _anew(world: Path, place: Path) -> tuple[float, float]:
    """Compute everything, nothing of it kept."""
    shutil.rmtree(world / "history", ignore_errors=True)
    return run_command("features", str(world), "--out", str(place / "X.parquet"))


def _again(world: Path, place: Path, runs: int) -> Iterator[Measure]:
    """Yield what it takes when nothing is new, and when the last shard is."""
    manifest = world / "history" / "manifest.json"
    same, newer = [], []
    for _ in range(runs):
        out = str(place / "X.parquet")
        same.append(run_command("features", str(world), "--out", out)[0])
        said = json.loads(manifest.read_text(encoding="utf-8"))
        shards = said["shards"][:-1]
        manifest.write_text(json.dumps({"shards": shards}), encoding="utf-8")
        newer.append(run_command("features", str(world), "--out", out)[0])
    yield of_runs("the same again, nothing new", "s", same)
    yield of_runs("the same again, the last tenth new", "s", newer)


def _rival(world: Path, place: Path, ours: list[float]) -> Iterator[Measure]:
    """Yield what the same aggregates take in pandas, from tables to a file as ours."""

    def work() -> None:
        frames = read_frames(world)
        X = pandas_features({**frames, **pandas_history(frames)})
        X.to_parquet(place / "rival.parquet", compression="zstd")

    took = [seconds_of(work) for _ in ours]
    yield of_runs(f"pandas groupby, {_said(_REPORTS)} reports", "s", took)
    ratios = [theirs / our for our, theirs in zip(ours, took, strict=True)]
    yield of_runs("ratio_pandas", "times", ratios, limit=_LEAST_RATIO, is_least=True)


def _said(reports: int) -> str:
    """Return a number of reports in words.

    Examples
    --------
    >>> _said(100_000), _said(1_000_000)
    ('100 k', '1 M')
    """
    if reports < 1_000_000:
        return f"{reports // 1000} k"
    return f"{reports // 1_000_000} M"
