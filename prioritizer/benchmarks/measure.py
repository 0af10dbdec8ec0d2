"""Time a command as a user would run it, and watch the memory of all its processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from prioritizer.errors import SettingsError

_PAUSE_SECONDS = 0.05
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_RESIDENT, _PARENT = 1, 1


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of a benchmark: what was measured, and what it must reach.

    Attributes
    ----------
    name, unit : str
        What it is, and in what it is counted.
    value : float
        The median of all runs.
    runs : tuple of float
        Every run.
    limit : float or None
        What it must reach, if anything.
    is_least : bool
        Whether the limit is a least value, or else a most.
    interval : (float, float) or None
        What 95 % of resamples lie within, where it was resampled.
    """

    name: str
    unit: str
    value: float
    runs: tuple[float, ...]
    limit: float | None = None
    is_least: bool = False
    interval: tuple[float, float] | None = None

    @property
    def is_reached(self) -> bool | None:
        """Whether the limit is reached; None if there is none."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.is_least else self.value <= self.limit


def of_runs(
    name: str,
    unit: str,
    values: Sequence[float],
    *,
    limit: float | None = None,
    is_least: bool = False,
) -> Measure:
    """Return the median of several runs as a line of a benchmark."""
    return Measure(name, unit, median(values), tuple(values), limit, is_least)


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    begins = time.perf_counter()
    work()
    return time.perf_counter() - begins


def run_command(*arguments: str) -> tuple[float, float]:
    """Run a `prioritizer` command in a process of its own.

    Returns
    -------
    float
        Seconds from start to end, the start of Python included.
    float
        The most memory that it and its processes held together, in GB; pages
        that they share count for each.

    Raises
    ------
    SettingsError
        If the command fails.
    """
    begins = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "prioritizer", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    watch = _Watch(process.pid)
    watch.start()
    _, said = process.communicate()
    seconds = time.perf_counter() - begins
    watch.join()
    if process.returncode:
        raise SettingsError(
            "a command of the benchmark failed",
            " ".join(arguments[:1]),
            said.strip().replace("\n", "; ")[-400:] or "run it by itself",
        )
    return seconds, watch.most_bytes / 1e9


class _Watch(threading.Thread):
    """Looks at a process and all below it until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.most_bytes = 0

    def run(self) -> None:
        while _is_running(self._pid):
            held = sum(map(_resident_bytes, _family(self._pid)))
            self.most_bytes = max(self.most_bytes, held)
            time.sleep(_PAUSE_SECONDS)


def _family(pid: int) -> list[int]:
    """Return a process and all below it, as Linux tells."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        fields = _words(place)
        if fields:
            parents[int(place.parent.name)] = int(fields[_PARENT])
    family = [pid]
    for each in family:
        family += [child for child, parent in parents.items() if parent == each]
    return family


def _is_running(pid: int) -> bool:
    fields = _words(Path(f"/proc/{pid}/stat"))
    return bool(fields) and fields[0] != "Z"


def _resident_bytes(pid: int) -> int:
    try:
        words = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0  # it has just ended
    return int(words[_RESIDENT]) * _PAGE_BYTES


def _words(place: Path) -> list[str]:
    """Return what stands after a process's name, which may hold blanks."""
    try:
        text = place.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
