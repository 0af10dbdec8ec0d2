"""What is still to be put in place in a folder of tables, and putting it there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from prioritizer.tables.layout import COMMIT, MANIFEST, SCRATCH

NEW = "new"
"""Where new files lie in the folder of a change, each under its later name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be put in place.

    Parameters
    ----------
    remove : list of str
        Files that go.
    move : list of str
        Files that come, over those that are there.
    manifest : dict
        What the folder says of itself then.
    """

    remove: list[str]
    move: list[str]
    manifest: dict[str, Any]


def is_cut_short(folder: Path) -> bool:
    """Return whether a change of tables is not yet wholly in place."""
    return plan_in(folder / SCRATCH) is not None


def plan_in(scratch: Path) -> Plan | None:
    """Return what is still to be put in place, if it is said in full."""
    try:
        plan = Plan(**json.loads((scratch / COMMIT).read_text(encoding="utf-8")))
        is_whole = all(map(is_inside, [*plan.remove, *plan.move]))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return plan if is_whole and isinstance(plan.manifest, dict) else None


def is_inside(name: str) -> bool:
    """Return whether a name is that of a file among the tables.

    Examples
    --------
    >>> is_inside("ingest.json"), is_inside("../ingest.json")
    (True, False)
    """
    path = PurePosixPath(name)
    is_above = path.is_absolute() or ".." in path.parts
    return bool(path.parts) and not is_above and path.parts[0] != SCRATCH


def put_in_place(folder: Path, plan: Plan) -> None:
    """Say what is to be put in place, then do it.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of tables.
    plan : Plan
        Its new files lie in `.change/new`.
    """
    scratch = folder / SCRATCH
    for name in plan.move:
        _sync(scratch / NEW / name)
    _write_whole(scratch / COMMIT, asdict(plan), by=scratch)
    carry_out(folder, plan)


def carry_out(folder: Path, plan: Plan) -> None:
    """Put a change in place; what a killed run did of it already is done.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of tables.
    plan : Plan
        What its `.change/commit.json` says.
    """
    scratch = folder / SCRATCH
    touched = {folder}
    for name in plan.remove:
        (folder / name).unlink(missing_ok=True)
    for name in plan.move:
        source, target = scratch / NEW / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        touched.add(target.parent)
        if source.exists():
            source.replace(target)
    _write_whole(folder / MANIFEST, plan.manifest, by=scratch)
    for path in sorted(touched):
        _sync(path)
    # The plan goes last: without it the rest would look like work to resume.
    for path in sorted(scratch.iterdir()):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != COMMIT:
            path.unlink()
    (scratch / COMMIT).unlink()
    with suppress(OSError):  # a worker that outlived its run may have left something
        scratch.rmdir()


def _write_whole(path: Path, said: Mapping[str, object], *, by: Path) -> None:
    """Write JSON so that a kill leaves the file that was there, or the new one."""
    draft = by / f"{path.name}.draft"
    text = json.dumps(said, indent=2, sort_keys=True) + "\n"
    draft.write_text(text, encoding="utf-8")
    _sync(draft)
    draft.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Have the disk keep a file or a folder before anything that relies on it."""
    if path.is_dir():
        with suppress(OSError):  # not every system opens folders
            _flush(os.open(path, os.O_RDONLY))
    else:
        _flush(os.open(path, os.O_RDWR))


def _flush(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
