"""Small worlds and tables, for tests that need some."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
import polars as pl

from prioritizer import pipeline
from prioritizer.model import TrainingRun
from prioritizer.synthetic.records import raw_frame
from prioritizer.tables import as_table, empty
from prioritizer.vocabulary import TABLES
from prioritizer.vocabulary.enums import CaptureOf, CaptureType, SourceFormat

MARCH = pd.Timestamp("2025-03-01T00:00:00Z")
TABLE = {table.name: table for table in TABLES}


@cache
def small_world(reports: int = 3000, seed: int = 7) -> Path:
    """Return a folder with a world; made once, never changed by a test."""
    folder = Path(mkdtemp(prefix="world-"))
    pipeline.make_world(
        folder, world="icac", reports=reports, seed=seed, overwrite=True
    )
    return folder


@cache
def prepared_world() -> pipeline.Prepared:
    """Return the tables and features of the small world."""
    return pipeline.prepare(small_world())


@cache
def trained() -> TrainingRun:
    """Return a model trained on the small world."""
    return pipeline.train_model(small_world(), Path(mkdtemp(prefix="model-")) / "m")


def stored_with(folder: Path, name: str, text: str) -> Path:
    """Return a model folder in which one file says something else, hash and all."""
    (folder / name).write_text(text, encoding="utf-8")
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    manifest["sha256"][name] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def rows(table: str, count: int, **columns: object) -> pl.DataFrame:
    """Return `count` rows of a table; columns that are not given say nothing."""
    keys: dict[str, object] = {}
    if "report_id" in TABLE[table].columns:
        keys["report_id"] = list(range(1, count + 1))
    if "version" in TABLE[table].columns:
        keys["version"] = [1] * count
    raw = raw_frame(TABLE[table], {**keys, **columns}, count)
    return as_table(raw, TABLE[table])


def reports(count: int, **columns: object) -> pl.DataFrame:
    """Return `count` reports that arrive an hour apart."""
    arrivals = [MARCH + pd.Timedelta(hours=hour) for hour in range(count)]
    times = {"arrival_at": arrivals, "received_at": arrivals}
    names = ("unreadable_count", "unknown_count", "unlisted_count")
    counts = {name: [0] * count for name in names}
    door = {"source_format": [SourceFormat.SYNTHETIC] * count}
    return rows("reports", count, **{**times, **counts, **door, **columns})


def captures(**columns: object) -> pl.DataFrame:
    """Return addresses that the first report records."""
    count = len(next(iter(columns.values())))
    about = {
        "report_id": [1] * count,
        "capture_no": list(range(1, count + 1)),
        "capture_of": [CaptureOf.PERSON] * count,
        "capture_type": [CaptureType.IP_ADDRESS] * count,
        "ip_version": [4] * count,
    }
    return rows("captures", count, **{**about, **columns})


def tables(**given: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return all tables; those that are not given are empty."""
    return {table.name: given.get(table.name, empty(table)) for table in TABLES}
