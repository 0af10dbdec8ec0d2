"""Read a batch of documents, protect what they say, and lay it down for the merge.

What is laid down is already hashed: no clear text of a report reaches a disk.
"""

from __future__ import annotations

import gc
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import polars as pl

from prioritizer.errors import DocumentError
from prioritizer.formats import RawColumns
from prioritizer.ingest.findings import (
    READER_VERSION,
    Finding,
    begin_finding,
    facts_of,
    findings_frame,
    read_given,
    reject,
)
from prioritizer.ingest.sources.document import Batch, Given
from prioritizer.privacy import NetworkDatabases, key_check, protect
from prioritizer.tables import check_frames
from prioritizer.vocabulary import DOCUMENT_TABLES, SCHEMA_VERSION
from prioritizer.vocabulary.enums import SourceFormat

_IDENTITY = "identity"
_FORMATS = {str(SourceFormat.LE_JSON): "json", str(SourceFormat.SUBMISSION_XML): "xml"}
_AT_ONCE = 10_000
Frames = dict[str, pl.DataFrame]
Read = dict[str, RawColumns]
"""By format, what reports say, each with the place of its row for a version."""


@dataclass(frozen=True, slots=True)
class Task:
    """One batch to be staged.

    Parameters
    ----------
    batch : Batch
        Its documents.
    place : pathlib.Path
        The folder that will hold what they say.
    key : bytes
        The key under which identifiers are hashed.
    networks : NetworkDatabases or None
        Where to look up public addresses before they are hashed.
    means : str
        What else the result depends on: see `means_of`.
    """

    batch: Batch
    place: Path
    key: bytes
    networks: NetworkDatabases | None
    means: str

    def __repr__(self) -> str:
        return f"Task({self.place.name})"  # the key is shown nowhere


def means_of(key: bytes, networks: NetworkDatabases | None) -> str:
    """Return a digest of all, but the documents, on which a staged batch depends.

    What a killed run laid down under another key, or with other databases or another
    reader, must not be mixed with what is laid down now.
    """
    stamps = networks.stamps if networks else []
    facts = [key_check(key), READER_VERSION, SCHEMA_VERSION, stamps]
    return hashlib.sha256(orjson.dumps(facts)).hexdigest()


def stage(task: Task) -> int:
    """Read a batch and lay it down, unless a killed run has done so.

    Parameters
    ----------
    task : Task
        The batch.

    Returns
    -------
    int
        How many documents it holds.
    """
    if not _is_staged(task):
        unfinished = task.place.with_name(f"{task.place.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with _without_collection():
            stretches = list(_stretches(task))
        for name in stretches[0]:
            frame = pl.concat([each[name] for each in stretches])
            frame.write_parquet(
                unfinished / f"{name}.parquet", compression="lz4", statistics=False
            )
        (unfinished / _IDENTITY).write_text(_identity(task), encoding="ascii")
        shutil.rmtree(task.place, ignore_errors=True)
        unfinished.rename(task.place)
    staged = pl.scan_parquet(task.place / "documents.parquet", glob=False)
    return int(staged.select(pl.len()).collect().item())


def _is_staged(task: Task) -> bool:
    said = task.place / _IDENTITY
    return said.is_file() and said.read_text(encoding="ascii") == _identity(task)


def _identity(task: Task) -> str:
    return f"{task.batch.identity} {task.means}"


@contextmanager
def _without_collection() -> Iterator[None]:
    # Documents make many objects and no circles, so looking for these is in vain.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _stretches(task: Task) -> Iterator[Frames]:
    """Yield what a batch's documents say, and what was found, some at a time.

    A batch can hold many more documents than it seemed to when it was listed.
    """
    rows, read = _nothing()
    for number, given in enumerate(task.batch.documents()):
        rows.append(begin_finding(number, given))
        _take(given, rows[-1], len(rows), read, task.key)
        if len(rows) == _AT_ONCE:
            yield _laid_out(read, rows, task)
            rows, read = _nothing()
    yield _laid_out(read, rows, task)


def _nothing() -> tuple[list[Finding], Read]:
    return [], {name: RawColumns(format) for name, format in _FORMATS.items()}


def _take(given: Given, row: Finding, place: int, read: Read, key: bytes) -> None:
    """Read a document: what it says goes to `read`, what was found to its row.

    A report may stand in several documents of a batch: until these are versions, the
    place of the document tells their rows apart.
    """
    try:
        raw = read_given(given)
        row |= facts_of(raw, key)
        read[str(raw.report["source_format"])].add(raw, place)
    except DocumentError as problem:
        row |= {"what": problem.what, "where": problem.where, "fix": problem.fix}
    except Exception:
        # Whatever a stranger's document does to a reader, the others go on.
        reject(row)


def _laid_out(read: Read, rows: list[Finding], task: Task) -> Frames:
    """Return the tables of all that was read, hashed, each row with its document."""
    try:
        tables = _hashed(read, rows, task)
    except Exception:
        # One document must not take the others with it: find it, and reject it.
        tables = _hashed(_read_apart(rows, task), rows, task)
    return {**tables, "documents": findings_frame(rows)}


def _read_apart(rows: list[Finding], task: Task) -> Read:
    """Read documents again one by one, and reject those that cannot be laid out."""
    places = {row["document"]: place for place, row in enumerate(rows, 1)}
    _, good = _nothing()
    for number, given in enumerate(task.batch.documents()):
        place = places.get(number)
        if place is not None and rows[place - 1].get("what") is None:
            _, alone = _nothing()
            _take(given, rows[place - 1], place, alone, task.key)
            try:
                _hashed(alone, rows, task)
                _take(given, rows[place - 1], place, good, task.key)
            except Exception:
                reject(rows[place - 1])
    return good


def _hashed(read: Read, rows: list[Finding], task: Task) -> Frames:
    parts = [columns.frames() for columns in read.values()]
    raw = {name: pl.concat([part[name] for part in parts]) for name in parts[0]}
    hashed = protect(raw, task.key, invented=False, networks=task.networks)
    keys = pl.Series([row.get("content_key") for row in rows], dtype=pl.Binary)
    of_reports = keys.gather(hashed["reports"]["version"] - 1).alias("content_key")
    hashed["reports"] = hashed["reports"].with_columns(of_reports)
    check_frames(hashed)
    first = rows[0]["document"] if rows else 0
    return {
        table.name: hashed[table.name]
        .select(
            (pl.col("version") - 1 + first).cast(pl.UInt32).alias("document"),
            *(pl.col(name) for name in table.columns if name != "version"),
        )
        .insert_column(2, pl.lit(1, dtype=pl.Int32).alias("version"))
        for table in DOCUMENT_TABLES
    }
