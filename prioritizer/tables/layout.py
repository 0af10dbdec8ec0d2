"""What lies where in a folder of tables."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from prioritizer.vocabulary import SCHEMA_VERSION, TABLES, Table

MANIFEST = "manifest.json"
SCRATCH = ".change"
"""The folder in which a change is made ready, among the tables."""
COMMIT = "commit.json"
"""What is still to be put in place, in the folder of a change."""
HISTORY = "history"
"""The folder in which the history of tables is kept, among them; it may be removed."""
STORED: tuple[Table, ...] = tuple(
    table
    for table in TABLES
    if table.name
    in (
        "reports",
        "people",
        "files",
        "captures",
        "identifiers",
        "locations",
        "outcomes",
    )
)
"""The tables that are written; all others are computed from them."""

Parts = dict[str, dict[str, object]]


def part_name(table: str, number: int) -> str:
    """Return the name of one shard of a table.

    Examples
    --------
    >>> part_name("reports", 2)
    'reports/part-00002.parquet'
    """
    return f"{table}/part-{number:05d}.parquet"


def number_of(part: str) -> int:
    """Return which shard a part belongs to.

    Examples
    --------
    >>> number_of("reports/part-00002.parquet")
    2
    """
    return int(part[-13:-8])


def parts_in(folder: Path) -> set[str]:
    """Return the names of all parts that lie in a folder, named anywhere or not."""
    return {
        f"{table.name}/{path.name}"
        for table in STORED
        for path in (folder / table.name).glob("part-*.parquet")
    }


def manifest_of(parts: Parts, *, origin: str, key_check: str | None) -> dict[str, Any]:
    """Return what a folder says of itself."""
    check = {"key_check": key_check} if key_check else {}
    return {
        "schema_version": SCHEMA_VERSION,
        "origin": origin,
        "parts": dict(sorted(parts.items())),
        **check,
    }


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
