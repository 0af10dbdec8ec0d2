"""Write tables to a folder, and open them again.

A folder holds `<table>/part-00000.parquet`, every table split alike and
ordered by (arrival, report_id), and `manifest.json`, which says what is there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from prioritizer.errors import MissingInputError, TableError, numbered
from prioritizer.tables.check import check_frames, problems_of_frames
from prioritizer.tables.frames import empty
from prioritizer.tables.outputs import is_tables
from prioritizer.vocabulary import SCHEMA_VERSION, TABLES, Table

_MANIFEST = "manifest.json"
_PART = re.compile(r"[a-z]+/part-\d{5}\.parquet")
# What a run leaves beside the tables, and another run's tables must not keep.
_BESIDE = (
    "ingest.json",
    "rejected.parquet",
    "truth/part-*.parquet",
    "truth/manifest.json",
    "fidelity.*",
)
_ORDER = ["arrival_at", "report_id", "version"]
_STORED = (
    "reports",
    "people",
    "files",
    "captures",
    "identifiers",
    "locations",
    "outcomes",
)

Frames = dict[str, pl.DataFrame]
Parts = dict[str, dict[str, object]]


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
        parts = sorted((self.path / name).glob("part-*.parquet"))
        try:
            return pl.read_parquet(parts)
        except (pl.exceptions.PolarsError, OSError):
            raise TableError(
                "a table cannot be read", str(self.path / name), "make the tables again"
            ) from None

    @property
    def content_hash(self) -> str:
        """A hash of all that the tables hold."""
        parts = json.dumps(self.manifest["parts"], sort_keys=True)
        return hashlib.sha256(parts.encode()).hexdigest()

    @property
    def is_synthetic(self) -> bool:
        """Whether the reports were invented."""
        return bool(self.manifest["origin"] == "synthetic")


def write_tables(
    folder: Path, shards: Iterable[Mapping[str, pl.DataFrame]], *, origin: str
) -> TableFolder:
    """Check and write shards of tables, and return the folder they make.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write; made if it is not there. Tables in it are replaced.
    shards : iterable of mapping of str to polars.DataFrame
        Tables by name, shards in order of arrival. A table left out is empty.
    origin : str
        ``"synthetic"`` or ``"ingest"``.

    Returns
    -------
    TableFolder
        The folder, opened.

    Raises
    ------
    TableError
        If a shard does not obey the vocabulary.
    """
    forget_tables(folder)
    parts: Parts = {}
    for number, shard in enumerate(shards):
        parts |= write_shard(folder, number, shard)
    return close_tables(folder, parts, origin=origin)


def write_shard(
    folder: Path,
    number: int,
    shard: Mapping[str, pl.DataFrame],
    *,
    is_ordered: bool = False,
) -> Parts:
    """Check and write one shard of tables, and return what the manifest says of it.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of tables, from which `forget_tables` removed what was there.
    number : int
        Which shard, counted from 0 in order of arrival.
    shard : mapping of str to polars.DataFrame
        Tables by name. A table left out is empty.
    is_ordered : bool
        Whether the rows of every table stand in order already.

    Returns
    -------
    dict of str to dict
        Rows and SHA-256 of each file written.

    Raises
    ------
    TableError
        If the shard does not obey the vocabulary.
    """
    given = {table.name: empty(table) for table in _tables()} | dict(shard)
    check_frames(given)
    parts: Parts = {}
    for name, frame in (given if is_ordered else _ordered(given)).items():
        path = folder / name / f"part-{number:05d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        # Hashes do not compress; trying harder takes half as long again.
        frame.write_parquet(
            path, compression="zstd", compression_level=1, statistics=False
        )
        parts[f"{name}/{path.name}"] = {"rows": frame.height, "sha256": _sha256(path)}
    return parts


def close_tables(folder: Path, parts: Parts, *, origin: str) -> TableFolder:
    """Write the manifest of shards that were all written, and return the folder.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of tables.
    parts : dict of str to dict
        What `write_shard` returned, of all shards.
    origin : str
        ``"synthetic"`` or ``"ingest"``.
    """
    manifest = {"schema_version": SCHEMA_VERSION, "origin": origin, "parts": parts}
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MANIFEST).write_text(text, encoding="utf-8")
    return TableFolder(folder, manifest)


def open_tables(folder: Path) -> tuple[TableFolder, Frames]:
    """Open a folder of tables, compare it with its manifest, and check it.

    Parameters
    ----------
    folder : pathlib.Path
        A folder made by `write_tables`.

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
    path = folder / _MANIFEST
    if not path.is_file():
        raise MissingInputError(
            "the folder holds no tables",
            f"{path} is not there",
            "make tables with `prioritizer ingest` or `prioritizer generate`",
        )
    manifest: dict[str, Any] = {}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        problems = _differences(folder, manifest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problems = ["the manifest cannot be read"]
    opened, frames = TableFolder(folder, manifest), {}
    for name in _STORED:
        if any((folder / name).glob("part-*.parquet")):
            try:
                frames[name] = opened.read(name)
            except TableError:
                problems.append(f"table {name} cannot be read")
    problems += problems_of_frames(frames)
    if problems:
        raise TableError(numbered(problems), str(folder), "make the tables again")
    return opened, frames


def _tables() -> tuple[Table, ...]:
    return tuple(table for table in TABLES if table.name in _STORED)


def _ordered(frames: Frames) -> Frames:
    reports = frames["reports"].sort(_ORDER)
    place = reports.select("report_id", "version").with_row_index("place")
    ordered = {"reports": reports}
    for table in _tables()[1:]:
        frame = frames[table.name]
        key = [name for name in ("report_id", "version") if name in frame.columns]
        first = place.unique("report_id", keep="first") if len(key) == 1 else place
        columns = frame.columns
        ordered[table.name] = (
            frame.join(first, on=key, how="left", maintain_order="left")
            .sort("place", *table.key)
            .select(columns)
        )
    return ordered


def forget_tables(folder: Path) -> None:
    """Remove the tables of an earlier run and what lies beside them, nothing else.

    Raises
    ------
    TableError
        If another program's manifest is there.
    """
    if (folder / _MANIFEST).exists() and not is_tables(folder):
        raise TableError(
            "another program's manifest is there",
            str(folder / _MANIFEST),
            "choose another folder for the tables",
        )
    for pattern in (_MANIFEST, *_BESIDE):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
    for name in _STORED:
        for part in (folder / name).glob("part-*.parquet"):
            part.unlink(missing_ok=True)


def _differences(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return every way in which a folder is not what its manifest says."""
    found = []
    version = manifest.get("schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        return [f"their schema is not version {SCHEMA_VERSION}"]
    if manifest.get("origin") not in ("synthetic", "ingest"):
        found.append("the manifest does not say whether they were invented")
    parts = manifest["parts"]
    odd = [name for name in parts if not _PART.fullmatch(name)]
    if odd:
        return [*found, f"the manifest names {len(odd)} files that are no tables"]
    for name, facts in parts.items():
        if not (folder / name).is_file():
            found.append(f"{name} is missing")
        elif _sha256(folder / name) != facts["sha256"]:
            found.append(f"{name} was altered")
    there = {
        f"{name}/{path.name}"
        for name in _STORED
        for path in (folder / name).glob("part-*.parquet")
    }
    found += [f"{name} is not in the manifest" for name in sorted(there - parts.keys())]
    tables = {name.split("/")[0] for name in parts}
    lost = [name for name in _STORED if name not in tables]
    return found + [f"table {name} is missing" for name in lost]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
