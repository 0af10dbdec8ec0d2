"""Check shards of tables and write them to a folder.

A folder holds `<table>/part-00000.parquet`, every table split alike and
ordered by (arrival, report_id), and `manifest.json`, which says what is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from prioritizer.tables.check import check_frames
from prioritizer.tables.folder import Frames, TableFolder
from prioritizer.tables.frames import empty
from prioritizer.tables.layout import (
    MANIFEST,
    STORED,
    Parts,
    manifest_of,
    part_name,
    sha256_of,
)
from prioritizer.tables.outputs import forget_tables
from prioritizer.tables.places import REPORT, places_of

_ORDER = ["arrival_at", "report_id", "version"]


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
    tables: Sequence[str] | None = None,
    is_ordered: bool = False,
) -> Parts:
    """Check and write one shard of tables, and return what the manifest says of it.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write; parts of that number are replaced.
    number : int
        Which shard, counted from 0 in order of arrival.
    shard : mapping of str to polars.DataFrame
        Tables by name. A table left out is empty.
    tables : sequence of str or None
        Only these are written; `reports` is given all the same.
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
    if tables is None:
        tables = [table.name for table in STORED]
        shard = {table.name: empty(table) for table in STORED} | dict(shard)
    check_frames(shard)
    if not is_ordered:
        shard = _ordered(shard)
    parts: Parts = {}
    for name in tables:
        part = part_name(name, number)
        path = folder / part
        path.parent.mkdir(parents=True, exist_ok=True)
        # Hashes do not compress; trying harder takes half as long again.
        shard[name].write_parquet(
            path, compression="zstd", compression_level=1, statistics=False
        )
        parts[part] = {"rows": shard[name].height, "sha256": sha256_of(path)}
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
    manifest = manifest_of(parts, origin=origin, key_check=None)
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return TableFolder(folder, manifest)


def _ordered(frames: Mapping[str, pl.DataFrame]) -> Frames:
    reports = frames["reports"].sort(_ORDER)
    ordered = {"reports": reports}
    for table in STORED:
        if table.name == "reports" or table.name not in frames:
            continue
        frame = frames[table.name]
        key = [name for name in REPORT if name in frame.columns]
        named = reports.select(key).unique(key, keep="first", maintain_order=True)
        ordered[table.name] = (
            frame.with_columns(place=places_of(frame, named, key))
            .sort("place", *table.key)
            .select(frame.columns)
        )
    return ordered
