"""A folder of tables, opened.

A folder holds `<table>/part-00000.parquet`, every table split alike and
ordered by (arrival, report_id), and `manifest.json`, which says what is there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from prioritizer.errors import MissingInputError, TableError, numbered
from prioritizer.tables.check import problems_of_frames
from prioritizer.tables.commit import is_cut_short
from prioritizer.tables.layout import (
    MANIFEST,
    STORED,
    Parts,
    number_of,
    part_name,
    parts_in,
    sha256_of,
)
from prioritizer.vocabulary import SCHEMA_VERSION

_PART = re.compile(r"[a-z]+/part-\d{5}\.parquet")

Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class TableFolder:
    """An opened folder of tables, its manifest already compared with its files.

    Attributes
    ----------
    path : pathlib.Path
        The folder.
    manifest : dict
        What the folder says of itself: schema version, origin, parts.
    """

    path: Path
    manifest: dict[str, Any]

    def read(self, name: str) -> pl.DataFrame:
        """Return the whole table called `name`, in (arrival, report_id) order.

        Raises
        ------
        TableError
            If a part is not Parquet, or parts have different columns.
        """
        parts = [part for part in self.manifest["parts"] if part.startswith(f"{name}/")]
        return self._read(name, sorted(parts))

    def read_shard(self, number: int, names: Sequence[str] = ()) -> Frames:
        """Return one shard of the tables, each part compared with the manifest.

        Parameters
        ----------
        number : int
            Which shard, counted from 0 in order of arrival.
        names : sequence of str
            Which tables; all that are stored if left out.

        Raises
        ------
        TableError
            If a part was altered, or is not there.
        """
        frames = {}
        for name in names or [table.name for table in STORED]:
            part = part_name(name, number)
            facts = self.manifest["parts"].get(part)
            if facts is None or not _is_as_written(self.path / part, facts):
                raise TableError(
                    "a part of the tables is missing or was altered",
                    str(self.path / part),
                    "make the tables again",
                )
            frames[name] = self._read(name, [part])
        return frames

    def _read(self, name: str, parts: Sequence[str]) -> pl.DataFrame:
        try:
            return pl.read_parquet([self.path / part for part in parts], glob=False)
        except (pl.exceptions.PolarsError, OSError, ValueError):
            raise _unreadable(self.path / name) from None

    @property
    def shards(self) -> int:
        """How many shards the tables are split into."""
        return len({number_of(part) for part in self.manifest["parts"]})

    @property
    def key_check(self) -> str | None:
        """A short digest under the key of the identifiers, if it was kept."""
        found = self.manifest.get("key_check")
        return None if found is None else str(found)

    @property
    def content_hash(self) -> str:
        """A hash of all that the tables hold."""
        parts = json.dumps(self.manifest["parts"], sort_keys=True)
        return hashlib.sha256(parts.encode()).hexdigest()

    @property
    def is_synthetic(self) -> bool:
        """Whether the reports were invented."""
        return bool(self.manifest["origin"] == "synthetic")


def find_tables(folder: Path) -> TableFolder | None:
    """Return the tables of a folder without reading them, or None if there are none.

    Raises
    ------
    TableError
        If a manifest is there, and files are missing, or are there that it does
        not name, or it is of another schema version.
    """
    if not (folder / MANIFEST).is_file():
        return None
    manifest, problems = _manifest_in(folder)
    problems += [] if problems else _differences(folder, manifest)
    if problems:
        raise TableError(numbered(problems), str(folder), "make the tables again")
    return TableFolder(folder, manifest)


def streamed_tables(folder: Path) -> TableFolder:
    """Return the tables of a folder, to be read and checked shard by shard.

    Raises
    ------
    MissingInputError
        If there is no manifest.
    TableError
        If files are missing, or are there that the manifest does not name, or it is
        of another schema version.
    """
    _refuse_none(folder)
    tables = find_tables(folder)
    if tables is None:
        raise _no_tables(folder)
    return tables


def open_tables(folder: Path) -> tuple[TableFolder, Frames]:
    """Open a folder of tables, compare it with its manifest, and check it.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.

    Returns
    -------
    TableFolder
        The folder.
    dict of str to polars.DataFrame
        Every table of it.

    Raises
    ------
    MissingInputError
        If there is no manifest.
    TableError
        If files are missing, altered or of another schema version, or do not
        obey the vocabulary; all of it is listed.
    """
    _refuse_none(folder)
    manifest, problems = _manifest_in(folder)
    frames: Frames = {}
    if not problems:
        opened = TableFolder(folder, manifest)
        problems = _differences(folder, manifest)
        problems += list(_altered(folder, manifest["parts"]))
        for table in STORED:
            try:
                frames[table.name] = opened.read(table.name)
            except TableError:
                problems.append(f"table {table.name} cannot be read")
        problems += problems_of_frames(frames)
        if not problems and not frames["reports"]["arrival_at"].is_sorted():
            problems.append("the shards do not follow each other in order of arrival")
    if problems:
        raise TableError(numbered(problems), str(folder), "make the tables again")
    return opened, frames


def _refuse_none(folder: Path) -> None:
    if is_cut_short(folder):
        raise TableError(
            "the last change of these tables was cut short, and is not all in place",
            str(folder),
            "run the same command again, which finishes it",
        )
    if not (folder / MANIFEST).is_file():
        raise _no_tables(folder)


def _no_tables(folder: Path) -> MissingInputError:
    return MissingInputError(
        "the folder holds no tables",
        f"{folder / MANIFEST} is not there",
        "make tables with `prioritizer ingest` or `prioritizer generate`",
    )


def _manifest_in(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return a folder's manifest, and why it cannot be believed."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest, list(_problems_of_manifest(manifest))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, ["the manifest cannot be read"]


def _problems_of_manifest(manifest: dict[str, Any]) -> Iterator[str]:
    version = manifest.get("schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        yield f"their schema is not version {SCHEMA_VERSION}"
        return
    odd = [name for name in manifest["parts"] if not _PART.fullmatch(name)]
    if odd:
        yield f"the manifest names {len(odd)} files that are no tables"
    without = [each for each in manifest["parts"].values() if "sha256" not in each]
    if without:
        yield f"the manifest says nothing of {len(without)} files"


def _differences(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return how a folder is not what its manifest says, without opening a part."""
    found = []
    if manifest.get("origin") not in ("synthetic", "ingest"):
        found.append("the manifest does not say whether they were invented")
    parts, there = manifest["parts"], parts_in(folder)
    found += [f"{name} is missing" for name in sorted(parts.keys() - there)]
    found += [f"{name} is not in the manifest" for name in sorted(there - parts.keys())]
    tables = {name.split("/")[0] for name in parts}
    lost = [table.name for table in STORED if table.name not in tables]
    return found + [f"table {name} is missing" for name in lost]


def _altered(folder: Path, parts: Parts) -> Iterator[str]:
    for name, facts in parts.items():
        if (folder / name).is_file() and not _is_as_written(folder / name, facts):
            yield f"{name} was altered"


def _is_as_written(path: Path, facts: Mapping[str, object]) -> bool:
    return path.is_file() and sha256_of(path) == facts["sha256"]


def _unreadable(place: Path) -> TableError:
    return TableError("a table cannot be read", str(place), "make the tables again")
