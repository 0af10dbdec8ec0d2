"""What was found in each document: a row of the account, and a raw record."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import orjson
import polars as pl

from prioritizer.errors import DocumentError
from prioritizer.formats import RawReport, read_le_json, read_submission
from prioritizer.ingest.sources.document import Given
from prioritizer.vocabulary import REPORTS, Kind

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
        "processed_at": pl.Datetime("us", "UTC"),
        "stated_count": pl.Int32(),
        "content_order": pl.Int64(),
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

_ORDER_BYTES = 7  # so that it is a positive number of eight
_HASHED = {field.name for field in REPORTS.fields if field.kind is Kind.HASH}
_OF_ACCEPTED = (
    *("format", "report_id", "arrival_at", "processed_at"),
    *("stated_count", "content_order", "content_key"),
)
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
Finding = dict[str, Any]
"""A row of `DOCUMENTS`."""


def begin_finding(number: int, given: Given) -> Finding:
    """Return what is known of a document before it is read."""
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


def read_given(given: Given) -> RawReport:
    """Return the raw record of a document; raise `DocumentError` if it is rejected."""
    if given.content is None:
        raise DocumentError(*(given.refusal or _NOT_READ))
    if isinstance(given.content, bytes):
        raw = read_le_json(given.content)
    else:
        raw = read_submission(given.content)
    if raw.report.get("received_at") is None:
        raise DocumentError(*_NO_RECEIPT)
    return raw


def facts_of(raw: RawReport, key: bytes) -> Finding:
    """Return what a finding says of the report that was read.

    The report's own row is given what the door says of it.
    """
    said = orjson.dumps(raw.rows, option=orjson.OPT_SORT_KEYS)
    hashed = hashlib.blake2b(said, digest_size=16, key=key, person=b"content")
    report = raw.report
    arrival = report.get("made_available_at") or report["received_at"]
    report |= {
        "arrival_at": arrival,
        "reader_version": READER_VERSION,
        "content_order": _order(report),
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
        "processed_at": report.get("processed_at"),
        "stated_count": raw.stated,
        "content_order": report["content_order"],
        "content_key": hashed.digest(),
        "noticed": [
            {"kind": kind, "name": name, "count": count}
            for kind, counter in noticed.items()
            for name, count in sorted(counter.items())
        ],
    }


def _order(report: Finding) -> int:
    """Return a number made of what a report states openly, the same under any key."""
    said = {name: value for name, value in report.items() if name not in _HASHED}
    digest = hashlib.blake2b(
        orjson.dumps(said, option=orjson.OPT_SORT_KEYS), digest_size=_ORDER_BYTES
    )
    return int.from_bytes(digest.digest())


def findings_frame(rows: list[Finding]) -> pl.DataFrame:
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


def _listed(rows: list[Finding], name: str) -> pl.DataFrame:
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


def reject(row: Finding) -> None:
    """Reject a document over which a reader failed, or that cannot be laid down."""
    what, where, fix = _NOT_READ
    row |= dict.fromkeys(_OF_ACCEPTED) | {"what": what, "where": where, "fix": fix}
    row["noticed"] = []
