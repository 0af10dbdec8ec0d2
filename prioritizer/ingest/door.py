"""Read documents, protect them, and write tables; account for every one."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from prioritizer.errors import DocumentError
from prioritizer.formats import RawReport, Row
from prioritizer.ingest.documents import Document
from prioritizer.privacy import protect
from prioritizer.tables import (
    TableFolder,
    frame_of_rows,
    raw_schema_of,
    write_tables,
)
from prioritizer.vocabulary import DOCUMENT_TABLES

_LOG = logging.getLogger(__name__)
_NO_RECEIPT = (
    "the report does not say when it was received, with its zone",
    "dateReceived, or received_at in submission.json",
    "add the time, such as 2026-03-01T08:00:00Z",
)
REJECTED = pl.Schema({"document": pl.String, "reason": pl.String, "fix": pl.String})


@dataclass(slots=True)
class IngestResult:
    """What became of the documents given: accepted + rejected = given.

    Attributes
    ----------
    accepted : int
        Documents that became reports.
    rejected : list of tuple of (str, str, str)
        For each other document its name, the reason, and the fix.
    unreadable, unknown : collections.Counter
        Values that could not be read, by column; elements that are not
        known, by name.
    """

    accepted: int = 0
    rejected: list[tuple[str, str, str]] = field(default_factory=list)
    unreadable: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def given(self) -> int:
        """How many documents were given."""
        return self.accepted + len(self.rejected)


def ingest(
    documents: Iterable[Document],
    folder: Path,
    *,
    key: bytes,
    progress: Callable[[], None] = lambda: None,
) -> tuple[TableFolder, IngestResult]:
    """Turn documents into a folder of tables, rejecting by name what cannot.

    Parameters
    ----------
    documents : iterable of Document
        What to read.
    folder : pathlib.Path
        Where to write the tables, `rejected.parquet` and `ingest.json`.
    key : bytes
        The key under which identifiers are hashed.
    progress : callable
        Called after each document.

    Returns
    -------
    TableFolder
        The tables.
    IngestResult
        What became of each document.
    """
    result = IngestResult()
    raw: dict[str, list[Row]] = {table.name: [] for table in DOCUMENT_TABLES}
    for report in _accepted(documents, result, progress):
        for name, rows in report.rows.items():
            raw[name].extend(rows)
    frames = {
        table.name: frame_of_rows(raw[table.name], raw_schema_of(table))
        for table in DOCUMENT_TABLES
    }
    protected = protect(frames, key, invented=False)
    tables = write_tables(folder, [protected], origin="ingest")
    _write_account(folder, result)
    return tables, result


def _accepted(
    documents: Iterable[Document], result: IngestResult, progress: Callable[[], None]
) -> Iterator[RawReport]:
    seen: set[object] = set()
    for document in documents:
        try:
            raw = _read(document, seen)
        except DocumentError as problem:
            result.rejected.append((document.name, problem.what, problem.fix))
        else:
            result.accepted += 1
            result.unreadable.update(raw.unreadable)
            result.unknown.update(raw.unknown)
            yield raw
        progress()


def _read(document: Document, seen: set[object]) -> RawReport:
    try:
        raw = document.read()
    except OSError:
        raise DocumentError(
            "the file cannot be read", document.name, "check who may read it"
        ) from None
    report = raw.report
    if report.get("received_at") is None:
        raise DocumentError(*_NO_RECEIPT)
    if report["report_id"] in seen:
        raise DocumentError(
            "an earlier document has the same report id",
            document.name,
            "keep one of the two",
        )
    seen.add(report["report_id"])
    report |= {
        "arrival_at": report.get("made_available_at") or report["received_at"],
        "unreadable_count": raw.unreadable.total(),
        "unknown_count": raw.unknown.total(),
    }
    for rows in raw.rows.values():
        for row in rows:
            row |= {"report_id": report["report_id"], "version": 1}
    return raw


def _write_account(folder: Path, result: IngestResult) -> None:
    rejected = pl.DataFrame(result.rejected, schema=REJECTED, orient="row")
    rejected.write_parquet(folder / "rejected.parquet")
    account = {
        "given": result.given,
        "accepted": result.accepted,
        "rejected": len(result.rejected),
        "unreadable_values_by_column": dict(sorted(result.unreadable.items())),
        "unknown_elements_by_name": dict(sorted(result.unknown.items())),
    }
    text = json.dumps(account, indent=2) + "\n"
    (folder / "ingest.json").write_text(text, encoding="utf-8")
    _LOG.info("%d documents: %d accepted", result.given, result.accepted)
