"""The areas of the benchmark, by the name that the command line takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prioritizer.benchmarks.generating import measure_generating
from prioritizer.benchmarks.ingesting import measure_ingesting
from prioritizer.benchmarks.looking_back import measure_looking_back
from prioritizer.benchmarks.measure import Measure
from prioritizer.benchmarks.quality import measure_quality
from prioritizer.benchmarks.training_speed import measure_training
from prioritizer.errors import SettingsError

AREAS: dict[str, Callable[[int], Iterator[Measure]]] = {
    "generate": measure_generating,
    "ingest": measure_ingesting,
    "history": measure_looking_back,
    "train": measure_training,
    "quality": measure_quality,
}
"""What can be measured."""


def run_area(area: str, *, runs: int) -> Iterator[Measure]:
    """Yield the lines of one area as they are measured.

    Parameters
    ----------
    area : str
        A key of `AREAS`.
    runs : int
        How often each thing is done, 1 or more.

    Raises
    ------
    SettingsError
        If there is no such area.
    """
    if area not in AREAS:
        raise SettingsError(
            "there is no such area", "AREA", f"choose one of: {', '.join(AREAS)}"
        )
    return AREAS[area](runs)
