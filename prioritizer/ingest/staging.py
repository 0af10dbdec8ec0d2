"""Read a batch of documents, protect what they say, and lay it down for the merge.

What is laid down is already hashed: no clear text of a report reaches a disk.
"""

from __future__ import annotations

import gc
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from prioritizer.errors import DocumentError
from prioritizer.formats import (
    RawReport,
    frames_of,
    read_le_json,
    read_submission,
)
from prioritizer.ingest.sources.document import Batch, Given
from prioritizer.privacy import NetworkDatabases, protect
from prioritizer.vocabulary import DOCUMENT_TABLES
from prioritizer.vocabulary.enums import SourceFormat

READER_VERSION = 1
"""Rises when readers learn to read more, so that rejected documents get a chance."""

DOCUMENTS = pl.Schema(
    {
        "document": pl.UInt32(),
        "name": pl.String(),
        "identity": pl.Binary(),
        "inputs": pl.List(
            pl.Struct({"name": pl.String(), "sha256": pl.String(), "bytes": pl.Int64()})
        ),
        "format": pl.String(),
        "reader_version": pl.Int32(),
        "report_id": pl.Int64(),
        "arrival_at": pl.Datetime("us", "UTC"),
        "stated_count": pl.Int32(),
        "content_key": pl.Binary(),
        "what": pl.String(),
        "where": pl.String(),
        "fix": pl.String(),
        "noticed": pl.List(
            pl.Struct({"kind": pl.String(), "name": pl.String(), "count": pl.Int32()})
        ),
    }
)
"""A row for each document of a batch; rejected if `what` is there."""

_IDENTITY = "identity"
_FORMATS = {str(SourceFormat.LE_JSON): "json", str(SourceFormat.SUBMISSION_XML): "xml"}
_NO_RECEIPT = (
    "the report does not say when it was received, with its zone",
    "dateReceived, or received_at in submission.json",
    "add the time, such as 2026-03-01T08:00:00Z",
)
_NOT_READ = (
    "this version cannot read the document",
    "the whole document",
    "keep it, look at it by hand, and tell the makers of this program",
)
Row = dict[str, Any]
Read = dict[str, list[tuple[int, RawReport]]]
"""By format, the reports that were read, each with the number of its document."""


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
    """

    batch: Batch
    place: Path
    key: bytes
    networks: NetworkDatabases | None

    def __repr__(self) -> str:
        return f"Task({self.place.name})"  # the key is shown nowhere


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
            rows, frames = _read_all(task)
        for name, frame in frames.items():
            frame.write_parquet(
                unfinished / f"{name}.parquet", compression="lz4", statistics=False
            )
        _frame(rows).write_parquet(unfinished / "documents.parquet", compression="lz4")
        (unfinished / _IDENTITY).write_text(task.batch.identity, encoding="ascii")
        shutil.rmtree(task.place, ignore_errors=True)
        unfinished.rename(task.place)
    documents = pl.scan_parquet(task.place / "documents.parquet", glob=False)
    return int(documents.select(pl.len()).collect().item())


def _is_staged(task: Task) -> bool:
    said = task.place / _IDENTITY
    return said.is_file() and said.read_text(encoding="ascii") == task.batch.identity


@contextmanager
def _without_collection() -> Iterator[None]:
    # Documents make many objects and no circles, so looking for these is in vain.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _read_all(task: Task) -> tuple[list[Row], dict[str, pl.DataFrame]]:
    rows: list[Row] = []
    read: Read = {each: [] for each in _FORMATS}
    for number, given in enumerate(task.batch.documents()):
        row = _row(number, given)
        try:
            raw = _read(given)
            row |= _facts(raw, task.key)
            read[str(raw.report["source_format"])].append((number, raw))
        except DocumentError as problem:
            row |= {"what": problem.what, "where": problem.where, "fix": problem.fix}
        rows.append(row)
    return rows, _protected(read, rows, task)


def _row(number: int, given: Given) -> Row:
    identity = hashlib.blake2b(given.name.encode(), digest_size=16)
    for each in given.inputs:
        identity.update(bytes.fromhex(each.sha256))
    return {
        "document": number,
        "name": given.name,
        "identity": identity.digest(),
        "inputs": [
            {"name": each.name, "sha256": each.sha256, "bytes": each.size}
            for each in given.inputs
        ],
        "reader_version": READER_VERSION,
        "noticed": [],
    }


def _read(given: Given) -> RawReport:
    if given.content is None:
        raise DocumentError(*(given.refusal or _NOT_READ))
    try:
        if isinstance(given.content, bytes):
            raw = read_le_json(given.content)
        else:
            raw = read_submission(given.content)
    except DocumentError:
        raise
    except Exception:
        # Whatever a stranger's document does to a reader, the others go on.
        raise DocumentError(*_NOT_READ) from None
    if raw.report.get("received_at") is None:
        raise DocumentError(*_NO_RECEIPT)
    return raw


def _facts(raw: RawReport, key: bytes) -> Row:
    """Return what the row of a document says of its report, and add it to that."""
    said = orjson.dumps(raw.rows, option=orjson.OPT_SORT_KEYS)
    hashed = hashlib.blake2b(said, digest_size=16, key=key, person=b"content")
    report = raw.report
    arrival = report.get("made_available_at") or report["received_at"]
    report |= {
        "arrival_at": arrival,
        "reader_version": READER_VERSION,
        "content_key": hashed.hexdigest(),
        "stated_count": raw.stated,
        "unreadable_count": raw.unreadable.total(),
        "unknown_count": raw.unknown.total(),
        "unlisted_count": raw.unlisted.total(),
    }
    noticed: dict[str, Counter[str]] = {
        "unreadable": raw.unreadable,
        "unlisted": raw.unlisted,
        "unknown": raw.unknown,
        "rule": raw.rules,
    }
    return {
        "format": str(report["source_format"]),
        "report_id": report["report_id"],
        "arrival_at": arrival,
        "stated_count": raw.stated,
        "content_key": hashed.digest(),
        "noticed": [
            {"kind": kind, "name": name, "count": count}
            for kind, counter in noticed.items()
            for name, count in sorted(counter.items())
        ],
    }


def _frame(rows: list[Row]) -> pl.DataFrame:
    """Return the rows of documents as a frame of `DOCUMENTS`."""
    single = {
        name: pl.Series(name, [row.get(name) for row in rows], dtype=dtype)
        for name, dtype in DOCUMENTS.items()
        if not isinstance(dtype, pl.List)
    }
    return (
        pl.DataFrame(single)
        .join(_listed(rows, "inputs"), on="document", how="left", maintain_order="left")
        .join(
            _listed(rows, "noticed"), on="document", how="left", maintain_order="left"
        )
        .with_columns(pl.col("inputs", "noticed").fill_null([]))
        .select(DOCUMENTS.names())
    )


def _listed(rows: list[Row], name: str) -> pl.DataFrame:
    # Flat columns first: a frame of lists of dicts takes several times as long.
    things = [(row["document"], each) for row in rows for each in row[name]]
    dtype = DOCUMENTS[name]
    assert isinstance(dtype, pl.List)  # noqa: S101  # of structs, as stated above
    assert isinstance(dtype.inner, pl.Struct)  # noqa: S101
    types = {field.name: field.dtype for field in dtype.inner.fields}
    columns = {
        key: pl.Series([each[key] for _, each in things], dtype=kind)
        for key, kind in types.items()
    }
    flat = pl.DataFrame(columns).select(pl.struct(list(types)).alias(name))
    number = pl.Series("document", [each for each, _ in things], dtype=pl.UInt32)
    return (
        flat.insert_column(0, number)
        .group_by("document", maintain_order=True)
        .agg(name)
    )


def _protected(read: Read, rows: list[Row], task: Task) -> dict[str, pl.DataFrame]:
    """Return the tables of all that was read, hashed, each row with its document."""
    try:
        return _hashed(read, rows, task)
    except Exception:
        # One document must not take the others with it: find it, and reject it.
        good: Read = {format: [] for format in read}
        for format, numbered in read.items():
            for number, raw in numbered:
                try:
                    _hashed({format: [(number, raw)]}, rows, task)
                    good[format].append((number, raw))
                except Exception:
                    _reject(rows[number])
        return _hashed(good, rows, task)


def _reject(row: Row) -> None:
    what, where, fix = _NOT_READ
    facts = ("format", "report_id", "arrival_at", "stated_count", "content_key")
    row |= dict.fromkeys(facts) | {"what": what, "where": where, "fix": fix}
    row["noticed"] = []


def _hashed(read: Read, rows: list[Row], task: Task) -> dict[str, pl.DataFrame]:
    parts = [
        # A report may stand in several documents of a batch: until these are
        # versions, the document's number tells their rows apart.
        frames_of([raw for _, raw in each], _FORMATS[format], [n + 1 for n, _ in each])
        for format, each in read.items()
    ]
    raw = {name: pl.concat([part[name] for part in parts]) for name in parts[0]}
    hashed = protect(raw, task.key, invented=False, networks=task.networks)
    keys = pl.Series([row.get("content_key") for row in rows], dtype=pl.Binary)
    of_reports = keys.gather(hashed["reports"]["version"] - 1).alias("content_key")
    hashed["reports"] = hashed["reports"].with_columns(of_reports)
    return {
        table.name: hashed[table.name]
        .select(
            (pl.col("version") - 1).cast(pl.UInt32).alias("document"),
            *(pl.col(name) for name in table.columns if name != "version"),
        )
        .insert_column(2, pl.lit(1, dtype=pl.Int32).alias("version"))
        for table in DOCUMENT_TABLES
    }
