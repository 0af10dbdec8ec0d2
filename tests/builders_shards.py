"""Folders of tables in shards, cut anywhere, and changed as writers change them."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import polars as pl

from prioritizer.tables import changing, sha256_of, streamed_tables, write_tables
from tests.builders import small_world

Frames = dict[str, pl.DataFrame]

STORED = (
    *("reports", "people", "files", "captures", "identifiers", "locations"),
    "outcomes",
)


def cut_at(frames: Frames, cuts: list[int]) -> list[Frames]:
    """Return tables in shards, cut in order of arrival before these versions."""
    order = frames["reports"].sort("arrival_at", "report_id", "version")
    places = [0, *sorted(cuts), order.height]
    shards = []
    for begin, end in pairwise(places):
        own = order[begin:end].select("report_id", "version")
        first = own.filter(pl.col("version") == 1).select("report_id")
        shards.append(
            {
                name: frame.join(
                    own if "version" in frame.columns else first,
                    on=own.columns if "version" in frame.columns else "report_id",
                    how="semi",
                )
                for name, frame in frames.items()
                if name in STORED
            }
        )
    return shards


def put(folder: Path, shards: list[Frames]) -> None:
    """Put shards in place of those that are there, as `ingest` does."""
    with changing(folder) as change:
        change.keep_shards(0)
        for number, shard in enumerate(shards):
            change.put_shard(number, shard)
        change.commit(origin="ingest")


def written(folder: Path, frames: Frames, cuts: list[int]) -> Path:
    write_tables(folder, cut_at(frames, cuts), origin="synthetic")
    return folder


def some_world() -> Frames:
    tables = streamed_tables(small_world())
    return {name: tables.read(name) for name in STORED}


def rewritten(folder: Path, part: str, frame: pl.DataFrame) -> None:
    """Replace a part and say so in the manifest, as a faulty writer would."""
    frame.write_parquet(folder / part)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["parts"][part]["sha256"] = sha256_of(folder / part)
    (folder / "manifest.json").write_text(json.dumps(manifest))
