"""Files of outcomes, and tables that they are fed into."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from prioritizer.ingest.outcomes.feedback import OutcomesResult, feed_back
from prioritizer.ingest.outcomes.mapping import OutcomesMapping
from prioritizer.tables import open_tables, write_tables
from tests.builders_documents import frame, report_rows

HEADER = "report_id,case_status,closed_reason,decided_at,known_at"
ARREST = "Arrest,,2025-03-01T08:00:00Z,2025-03-02T08:00:00Z"
HOUR_US = 3_600_000_000


def tables_of(folder: Path, *shards: tuple[int, ...]) -> Path:
    """Tables whose reports arrive an hour apart from 2025 on, in shards."""
    first = int(datetime.fromisoformat("2025-01-01T00:00Z").timestamp()) // 3600
    frames = [
        {"reports": frame("reports", report_rows(*ids, first_hour=first + 100 * place))}
        for place, ids in enumerate(shards)
    ]
    write_tables(folder, frames, origin="ingest")
    return folder


def file_of(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def fed(
    folder: Path,
    file: Path | bytes,
    *,
    mapping: OutcomesMapping | None = None,
    known_at: str | None = None,
) -> OutcomesResult:
    """Feed a file, or the bytes of one, into tables."""
    if isinstance(file, bytes):
        path = folder.parent / "feedback.csv"
        path.write_bytes(file)
        file = path
    moment = datetime.fromisoformat(known_at) if known_at else None
    result = feed_back(file, folder, mapping=mapping, known_at=moment)[1]
    assert result.given == result.accepted + result.already_there + result.rejected
    return result


def feed(folder: Path, file: Path) -> None:
    """Feed a file into tables, for a process that may be killed."""
    feed_back(file, folder)


def fed_rows(folder: Path, *rows: str, **how: object) -> OutcomesResult:
    """Feed rows under our own header into tables."""
    return fed(folder, "\n".join([HEADER, *rows]).encode(), **how)


def outcomes_in(folder: Path) -> list[tuple[object, ...]]:
    """The outcomes as (report, status, reason, day decided, day known)."""
    day = pl.selectors.datetime().dt.strftime("%Y-%m-%d")
    return open_tables(folder)[1]["outcomes"].with_columns(day).rows()


def problems_in(result: OutcomesResult) -> list[tuple[int, str, str]]:
    """Line, column and reason of each problem."""
    return result.problems.select("line", "column", "reason").rows()
