"""Where outputs may go, so that nothing is replaced that should not be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from prioritizer.errors import SettingsError, TableError
from prioritizer.tables.layout import (
    COMMIT,
    HISTORY,
    MANIFEST,
    SCRATCH,
    STORED,
    parts_in,
)
from prioritizer.tables.lock import sole_writer

_MOST_BYTES = 2**28  # of a manifest: a year of shards takes a megabyte
# What a run leaves beside the tables, and another run's tables must not keep.
_BESIDE = (
    "ingest.json",
    "rejected.*",
    "outcomes.json",
    "rejected-outcomes.*",
    "ledger/part-*.parquet",
    "truth/part-*.parquet",
    "truth/manifest.json",
    "fidelity.*",
    "history/manifest.json",
    "history/*/part-[0-9][0-9][0-9][0-9][0-9].*",
)


def is_tables(folder: Path) -> bool:
    """Return whether a folder holds tables: a manifest, and a part that it names."""
    path = folder / MANIFEST
    try:
        # A pipe would keep us waiting, and a device has no end.
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return False
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    if not isinstance(said, dict) or not {"schema_version", "parts"} <= said.keys():
        return False
    return isinstance(said["parts"], dict) and not parts_in(folder).isdisjoint(
        said["parts"]
    )


def is_begun(folder: Path) -> bool:
    """Return whether a folder holds tables, or a run began to make some there."""
    return is_tables(folder) or (folder / SCRATCH).is_dir()


def lying_beside(folder: Path) -> set[str]:
    """Return the names of what a run left beside the tables of a folder.

    Raises
    ------
    TableError
        If another program's manifest is there.
    """
    if (folder / MANIFEST).exists() and not is_tables(folder):
        raise TableError(
            "another program's manifest is there",
            str(folder / MANIFEST),
            "choose another folder for the tables",
        )
    return {path.relative_to(folder).as_posix() for path in _beside(folder)}


def _beside(folder: Path) -> set[Path]:
    found = {path for pattern in _BESIDE for path in folder.glob(pattern)}
    if is_own(folder / HISTORY):
        return found
    return {path for path in found if folder / HISTORY not in path.parents}


def is_own(kept: Path) -> bool:
    """Return whether a folder among tables is their own, to be written and emptied.

    It is not if it or what lies in it leads elsewhere, or if it has another manifest
    than that of a history, such as that of tables.
    """
    there = [kept, *kept.iterdir()] if kept.is_dir() else [kept]
    if any(path.is_symlink() for path in there):
        return False
    manifest = kept / MANIFEST
    try:
        return not manifest.exists() or "shards" in json.loads(manifest.read_bytes())
    except (OSError, ValueError, TypeError, RecursionError):
        return False


def refuse_full(folder: Path, *, overwrite: bool) -> None:
    """Raise if a folder for output holds something.

    Parameters
    ----------
    folder : pathlib.Path
        Where something will be written.
    overwrite : bool
        Whether the user said that it may be replaced.

    Raises
    ------
    SettingsError
        If it is not empty, or no folder.
    """
    if folder.exists() and not folder.is_dir():
        raise SettingsError("it is not a folder", str(folder), "choose another place")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise SettingsError(
            "the output folder is not empty",
            str(folder),
            "choose another folder, or add --overwrite",
        )


def refuse_tables(out: Path) -> None:
    """Raise if what is made from tables would be written among tables.

    Raises
    ------
    SettingsError
        If `out` is a folder of tables, or lies in one.
    """
    if any(is_tables(above) for above in (out, *out.parents)):
        raise SettingsError(
            "the output would lie among tables", str(out), "choose a place elsewhere"
        )


def forget_tables(folder: Path) -> None:
    """Remove the tables of an earlier run and what lies beside them, nothing else.

    A change that was being made ready, or put in place, goes as well.

    Raises
    ------
    TableError
        If another program's manifest is there.
    SettingsError
        If another run writes to the folder.
    """
    if not folder.is_dir():
        return
    lying_beside(folder)
    with sole_writer(folder):
        # The plan goes first: after a kill there is nothing to finish.
        (folder / SCRATCH / COMMIT).unlink(missing_ok=True)
        shutil.rmtree(folder / SCRATCH, ignore_errors=True)
        parts = [f"{table.name}/part-*.parquet" for table in STORED]
        tables = {path for name in parts for path in folder.glob(name)}
        for path in {folder / MANIFEST} | _beside(folder) | tables:
            path.unlink(missing_ok=True)
