"""Staged batches made by hand, and the tables and accounts that come of them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from prioritizer.ingest.account import Account
from prioritizer.ingest.findings import DOCUMENTS
from prioritizer.ingest.ledger import write_ledger
from prioritizer.ingest.merging import merge
from prioritizer.ingest.settling import PARTITION, Settled, settle
from prioritizer.tables import changing, open_tables, schema_of
from prioritizer.vocabulary import DOCUMENT_TABLES, TABLES
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaseStatus,
    IdentifierKind,
    LocationSource,
    Role,
    SourceFormat,
)
from tests.builders_frames import frame_of_rows

HOUR = 3_600_000_000
CHILDREN = {
    "people": "person_no",
    "files": "file_no",
    "captures": "capture_no",
    "identifiers": "identifier_no",
    "locations": "location_no",
}
REQUIRED = {
    "people": {"role": Role.VICTIM},
    "captures": {"capture_of": CaptureOf.PERSON},
    "identifiers": {"identifier_kind": IdentifierKind.EMAIL},
    "locations": {"location_source": LocationSource.ADDRESS},
}
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Doc:
    """A document; what it says follows from its report and from `says`."""

    report: int = 1
    says: int = 1
    hour: int = 0
    stated: int = 1
    copy: int = 0
    why: str | None = None
    reader: int = 1
    noticed: tuple[tuple[str, str, int], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.report}-{self.says}-{self.copy}.json"

    @property
    def content_key(self) -> bytes:
        return digest(f"{self.report} says {self.says}")


def digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def rows_of(doc: Doc, version: int = 1) -> dict[str, Rows]:
    """Return what a document says, child rows not in their order."""
    key = {"report_id": doc.report, "version": version}
    report = {
        **key,
        "arrival_at": doc.hour * HOUR,
        "received_at": doc.hour * HOUR,
        "source_format": SourceFormat.LE_JSON,
        "reader_version": doc.reader,
        "content_key": doc.content_key,
        "stated_count": doc.stated,
        "unreadable_count": 0,
        "unknown_count": 0,
        "unlisted_count": 0,
    }
    rows: dict[str, Rows] = {"reports": [report]}
    for place, (table, number) in enumerate(CHILDREN.items()):
        count = (doc.says + place) % 4
        rows[table] = [{**key, number: no} for no in range(count, 0, -1)]
    for row in rows["identifiers"]:
        row["identifier_key"] = digest(f"{doc.content_key} {row['identifier_no']}")
    for table, said in REQUIRED.items():
        rows[table] = [row | said for row in rows[table]]
    return rows


def frames_of(docs: Sequence[Doc]) -> dict[str, pl.DataFrame]:
    """Return staged tables of a batch, and its `documents`."""
    frames = {}
    for table in DOCUMENT_TABLES:
        rows = [
            {"document": number, **row}
            for number, doc in enumerate(docs)
            if doc.why is None
            for row in rows_of(doc)[table.name]
        ]
        schema = pl.Schema({"document": pl.UInt32(), **schema_of(table)})
        frames[table.name] = frame_of_rows(rows, schema)
    told = [_told(doc, number) for number, doc in enumerate(docs)]
    return {**frames, "documents": pl.DataFrame(told, schema=DOCUMENTS)}


def _told(doc: Doc, number: int) -> dict[str, object]:
    is_read = doc.why is None
    return {
        "document": number,
        "name": doc.name,
        "identity": digest(doc.name),
        "inputs": [{"name": doc.name, "sha256": "0" * 64, "bytes": 7}],
        "format": str(SourceFormat.LE_JSON) if is_read else None,
        "reader_version": doc.reader,
        "report_id": doc.report if is_read else None,
        "arrival_at": doc.hour * HOUR if is_read else None,
        "stated_count": doc.stated if is_read else None,
        "content_key": doc.content_key if is_read else None,
        "what": doc.why,
        "where": None if is_read else "the document",
        "fix": None if is_read else "mend it",
        "noticed": [
            {"kind": kind, "name": name, "count": count}
            for kind, name, count in doc.noticed
        ],
    }


def stage(staged: Path, docs: Sequence[Doc], batch: int = 3) -> Path:
    """Write staged batches of some documents each."""
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    for number, first in enumerate(range(0, len(docs), batch)):
        folder = staged / f"batch-{number:06d}"
        folder.mkdir()
        for name, frame in frames_of(docs[first : first + batch]).items():
            frame.write_parquet(folder / f"{name}.parquet")
    return staged


def settled(
    folder: Path, *docs: Doc, batch: int = 3, partition: int = PARTITION
) -> Settled:
    """Return what would be new among documents; the tables stay as they are."""
    with changing(folder) as change:
        staged = stage(change.scratch / "staged", docs, batch)
        return settle(staged, change, partition=partition)


def given(
    folder: Path,
    *docs: Doc,
    batch: int = 3,
    size: int = 4,
    partition: int = PARTITION,
) -> Account:
    """Put documents into tables, and return the account."""
    with changing(folder) as change:
        staged = stage(change.scratch / "staged", docs, batch)
        found = settle(staged, change, partition=partition)
        merge(found, staged, change, size=size)
        account = write_ledger(found, staged, change)
        change.commit(origin="ingest")
    return account


def add_outcomes(folder: Path, *reports: int) -> None:
    """Put an outcome beside the first version of each report."""
    (table,) = (table for table in TABLES if table.name == "outcomes")
    with changing(folder) as change:
        for number in range(change.tables.shards):
            there = change.tables.read_shard(number, ["reports"])["reports"]
            first = there.filter(pl.col("version") == 1)["report_id"].to_list()
            told = [_outcome(report) for report in first if report in reports]
            outcomes = {"outcomes": frame_of_rows(told, schema_of(table))}
            change.put_shard(number, outcomes, tables=["outcomes"])
        change.commit(origin="ingest")


def _outcome(report: int) -> dict[str, object]:
    times = {"decided_at": 10**6 * HOUR // 10, "known_at": 10**6 * HOUR // 10 + report}
    return {"report_id": report, "case_status": CaseStatus.CLOSED, **times}


def versions(folder: Path) -> list[tuple[int, int, int]]:
    """Return report, version and hour of arrival, in the order of the tables."""
    reports = open_tables(folder)[1]["reports"]
    hour = pl.col("arrival_at").cast(pl.Int64) // HOUR
    return reports.select("report_id", "version", hour).rows()


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def tables_of(folder: Path) -> dict[str, bytes]:
    """Return the parts of the tables, and their manifest."""
    parts = ("ledger/", "ingest.json", "rejected.")
    return {
        name: content
        for name, content in bytes_of(folder).items()
        if not name.startswith(parts)
    }
