"""Where outputs may go, so that nothing is replaced that should not be."""

from __future__ import annotations

import json
from pathlib import Path

from prioritizer.errors import SettingsError


def is_tables(folder: Path) -> bool:
    """Return whether a folder holds tables, by what its manifest says."""
    try:
        said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(said, dict) and {"schema_version", "parts"} <= said.keys()


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
