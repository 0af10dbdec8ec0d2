"""Merge staged rows with the tables that are there, into shards in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from prioritizer.errors import TableError
from prioritizer.ingest.ordering import Order, put_in_order
from prioritizer.ingest.settling import Settled, StagedBatch, stretches
from prioritizer.ingest.waiting import Frames, Waiting
from prioritizer.tables import REPORT, TableChange, TableFolder, empty
from prioritizer.tables.layout import part_name
from prioritizer.vocabulary import DOCUMENT_TABLES, OUTCOMES

SHARD = 50_000  # their rows take about 60 MB in memory


def merge(
    settled: Settled, staged: Path, change: TableChange, *, size: int = SHARD
) -> None:
    """Make the shards that hold what is new, and those after them.

    Parameters
    ----------
    settled : Settled
        What `settle` found.
    staged : pathlib.Path
        The folder of staged batches.
    change : TableChange
        Takes the shards.
    size : int
        Reports of a shard. Tables that were cut otherwise are cut anew.

    Raises
    ------
    TableError
        If a shard that is there was altered.
    """
    if settled.added == 0:
        return
    order = put_in_order(settled, change.tables, size=size)
    change.keep_shards(order.kept)
    old = _OldRows(change.tables, order.kept)
    waiting = Waiting(settled.folder / "waiting", 2 * size)
    for shard in _whole_shards(settled, staged, order, size, waiting):
        rows = order.rows(shard)
        given = waiting.take(shard)
        change.put_shard(shard, _merged(rows, given, old), is_ordered=True)
    old.check_outcomes()


def _whole_shards(
    settled: Settled, staged: Path, order: Order, size: int, waiting: Waiting
) -> Iterator[int]:
    """Yield shards as soon as all their documents wait."""
    awaited = dict(enumerate(order.awaited, order.kept))
    for many in stretches(settled.batches, settled.partition):
        first = many[0].first
        places = order.places(first, many[-1].end)
        for few in stretches(many, max(1, size // 2)):
            mine = places[few[0].first - first : few[-1].end - first]
            for shard, frames in _parted(_read(staged, few, mine), size):
                awaited[shard] -= frames["reports"].height
                waiting.add(shard, frames)
            for shard in [each for each, count in awaited.items() if count == 0]:
                del awaited[shard]
                yield shard


def _read(staged: Path, batches: Sequence[StagedBatch], places: pl.DataFrame) -> Frames:
    """Return the accepted rows of batches, with their places and versions."""
    first = pl.Series(
        [each.first - batches[0].first for each in batches], dtype=pl.UInt32
    )
    scans = []
    for table in DOCUMENT_TABLES:
        files = [staged / each.name / f"{table.name}.parquet" for each in batches]
        batch = pl.col("batch").cast(pl.Enum([str(file) for file in files]))
        row = pl.lit(first).gather(batch.to_physical()) + pl.col("document")
        scans.append(
            pl.scan_parquet(files, include_file_paths="batch", glob=False)
            .with_columns(row=row)
            .with_columns(
                place=pl.lit(places["place"]).gather("row"),
                version=pl.lit(places["version"]).gather("row"),
            )
            .filter(pl.col("place").is_not_null())
            .select("place", *table.columns)
        )
    names = (table.name for table in DOCUMENT_TABLES)
    return dict(zip(names, pl.collect_all(scans), strict=True))


def _parted(frames: Frames, size: int) -> Iterator[tuple[int, Frames]]:
    """Yield rows by the shard they go to."""
    shard = pl.col("place") // size
    parted = {
        name: frame.with_columns(to=shard).partition_by(
            "to", include_key=False, as_dict=True
        )
        for name, frame in frames.items()
    }
    for (number,) in parted["reports"]:
        yield (
            number,
            {
                name: parts.get((number,), frames[name].clear())
                for name, parts in parted.items()
            },
        )


def _merged(rows: pl.DataFrame, given: list[Frames], old: _OldRows) -> Frames:
    """Return one shard, every table of it in order."""
    parts = [*given, *old.frames(rows)]
    merged = {
        table.name: pl.concat([part[table.name] for part in parts])
        .sort("place", *table.key[len(REPORT) :])
        .select(table.columns)
        .rechunk()  # where rows came from must not show in the bytes
        for table in DOCUMENT_TABLES
    }
    return {**merged, OUTCOMES.name: old.outcomes(rows)}


class _OldRows:
    """Rows of the shards that are made anew."""

    def __init__(self, tables: TableFolder | None, first: int) -> None:
        self._tables = tables
        shards = range(first, tables.shards if tables else 0)
        parts = [part_name(OUTCOMES.name, shard) for shard in shards]
        facts = tables.manifest["parts"] if tables else {}
        self._outcome_files = [tables.path / part for part in parts] if tables else []
        self._outcomes_left = sum(facts[part]["rows"] for part in parts)
        self._read: dict[int, Frames] = {}

    def frames(self, rows: pl.DataFrame) -> Iterator[Frames]:
        """Yield what the tables hold of reports, at new places, in new versions."""
        old = rows.filter(pl.col("shard").is_not_null())
        for (shard,), keys in old.partition_by("shard", as_dict=True).items():
            there = self._shard(shard)
            reports = keys.select(
                "place", "report_id", moved="version", version="old_version"
            )
            yield {
                table.name: there[table.name]
                .join(reports, on=REPORT)
                .with_columns(version=pl.col("moved"))
                .select("place", *table.columns)
                for table in DOCUMENT_TABLES
            }

    def outcomes(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the outcomes of the reports whose first version is among the rows."""
        if not self._outcomes_left:
            return empty(OUTCOMES)
        firsts = rows.filter(pl.col("version") == 1).select("report_id", "place")
        outcomes = (
            pl.scan_parquet(self._outcome_files, glob=False)
            .join(firsts.lazy(), on="report_id")
            .sort("place", "known_at")
            .select(OUTCOMES.columns)
            .collect()
            .rechunk()
        )
        self._outcomes_left -= outcomes.height
        return outcomes

    def check_outcomes(self) -> None:
        """Raise if outcomes are left that no shard took."""
        if self._outcomes_left:
            raise TableError(
                f"{self._outcomes_left} outcomes do not lie beside the first version "
                "of their report",
                f"table {OUTCOMES.name!r}",
                "make the tables again",
            )

    def _shard(self, number: int) -> Frames:
        """Return a shard; each is needed for two new ones at most, one by one."""
        if number not in self._read:
            assert self._tables is not None  # noqa: S101  # it has a shard
            self._read.clear()
            self._read[number] = self._tables.read_shard(number)
        return self._read[number]
