"""Read documents, protect them, and write tables; account for every one."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from prioritizer.errors import DocumentError
from prioritizer.formats import RawReport, Row
from prioritizer.ingest.document import Document
from prioritizer.ingest.documents import DocumentSearch
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
_SAID_BEFORE = (
    "an earlier document says the same of the same report",
    "the whole document",
    "leave it out; the earlier one is kept",
)
_MOST_NAMES_LISTED = 100
REJECTED = pl.Schema({"document": pl.String, "reason": pl.String, "fix": pl.String})


@dataclass(slots=True)
class IngestResult:
    """What became of the documents given: accepted + rejected = given.

    Attributes
    ----------
    accepted : int
        Documents that became a report, or a further version of one.
    rejected : list of tuple of (str, str, str)
        For each other document its name, the reason, and the fix.
    ignored : collections.Counter
        Files of other kinds in the folders, by suffix; they are not given.
    unreadable, unlisted : collections.Counter
        Values that could not be read, or that their closed list does not
        hold, by column.
    unknown : collections.Counter
        Elements that the vocabulary does not have, by name.
    """

    accepted: int = 0
    rejected: list[tuple[str, str, str]] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def given(self) -> int:
        """How many documents were given."""
        return self.accepted + len(self.rejected)


def ingest(
    search: DocumentSearch,
    folder: Path,
    *,
    key: bytes,
    progress: Callable[[], None] = lambda: None,
) -> tuple[TableFolder, IngestResult]:
    """Turn documents into a folder of tables, rejecting by name what cannot.

    A report that comes again and says something else is a further version, in
    order of arrival; nothing of the earlier one is lost.

    Parameters
    ----------
    search : DocumentSearch
        What was found.
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
    result = IngestResult(ignored=search.ignored)
    read = list(_read_all(search.documents, result, progress))
    raw: dict[str, list[Row]] = {table.name: [] for table in DOCUMENT_TABLES}
    for report in _versions(read, result):
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


def _read_all(
    documents: Iterable[Document], result: IngestResult, progress: Callable[[], None]
) -> Iterable[tuple[Document, RawReport]]:
    for document in documents:
        try:
            yield document, _read(document)
        except DocumentError as problem:
            result.rejected.append((document.name, problem.what, problem.fix))
        progress()


def _read(document: Document) -> RawReport:
    try:
        raw = document.read()
    except OSError:
        raise DocumentError(
            "the file cannot be read", document.name, "check who may read it"
        ) from None
    report = raw.report
    if report.get("received_at") is None:
        raise DocumentError(*_NO_RECEIPT)
    report |= {
        "arrival_at": report.get("made_available_at") or report["received_at"],
        "unreadable_count": raw.unreadable.total(),
        "unknown_count": raw.unknown.total(),
        "unlisted_count": raw.unlisted.total(),
    }
    return raw


def _versions(
    read: list[tuple[Document, RawReport]], result: IngestResult
) -> Iterable[RawReport]:
    """Yield the reports, those of one id numbered in order of arrival."""
    kept: dict[object, list[dict[str, list[Row]]]] = {}
    in_order = sorted(read, key=lambda pair: _order(pair[1]))
    for document, raw in in_order:
        said = kept.setdefault(raw.report["report_id"], [])
        if raw.rows in said:
            what, _, fix = _SAID_BEFORE
            result.rejected.append((document.name, what, fix))
            continue
        said.append(deepcopy(raw.rows))
        result.accepted += 1
        result.unreadable.update(raw.unreadable)
        result.unlisted.update(raw.unlisted)
        result.unknown.update(raw.unknown)
        key = {"report_id": raw.report["report_id"], "version": len(said)}
        for rows in raw.rows.values():
            for row in rows:
                row |= key
        yield raw


def _order(raw: RawReport) -> tuple[int, int, str]:
    """Return what orders the versions of a report, whatever the files' names are.

    Of two that arrive at the same moment the one that says more is the later.
    """
    arrival = raw.report["arrival_at"]
    assert isinstance(arrival, int)  # noqa: S101  # µs, as every time of a raw record
    values = [
        each for rows in raw.rows.values() for row in rows for each in row.items()
    ]
    said = sum(1 for _, value in values if value not in (None, False, 0))
    return arrival, said, repr(sorted(values, key=repr))


def _write_account(folder: Path, result: IngestResult) -> None:
    rejected = pl.DataFrame(result.rejected, schema=REJECTED, orient="row")
    rejected.write_parquet(folder / "rejected.parquet")
    listed = dict(result.unknown.most_common(_MOST_NAMES_LISTED))
    rest = result.unknown.total() - sum(listed.values())
    account = {
        "given": result.given,
        "accepted": result.accepted,
        "rejected": len(result.rejected),
        "ignored_files_by_suffix": dict(sorted(result.ignored.items())),
        "unreadable_values_by_column": dict(sorted(result.unreadable.items())),
        "unlisted_values_by_column": dict(sorted(result.unlisted.items())),
        "unknown_elements_by_name": dict(sorted(listed.items())),
        "unknown_elements_not_listed": rest,
    }
    text = json.dumps(account, indent=2) + "\n"
    (folder / "ingest.json").write_text(text, encoding="utf-8")
    _LOG.info("%d documents: %d accepted", result.given, result.accepted)
