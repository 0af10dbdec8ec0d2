"""In which shard, and at which place of it, each row of `reports` will stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from prioritizer.ingest.settling import Key, Settled, report_parts
from prioritizer.tables import TableFolder
from prioritizer.tables.layout import part_name

_KEY = ["arrival_at", "report_id"]
_PLACE = [*_KEY, "version"]
_SAMPLES = 500  # of each partition: enough to cut it at most 1/500 too long


@dataclass(frozen=True, slots=True)
class Order:
    """The order of the shards that are made anew.

    Attributes
    ----------
    folder : pathlib.Path
        Holds a file for each of them, with the rows of `reports` in order: their
        place in all tables, and the document or the old shard they come from.
    kept : int
        Shards before these, which stay as they are.
    awaited : tuple of int
        How many documents of this run each of them takes.
    """

    folder: Path
    kept: int
    awaited: tuple[int, ...]

    def rows(self, shard: int) -> pl.DataFrame:
        """Return the rows of one shard."""
        return pl.read_parquet(self._file(shard), glob=False)

    def places(self, first: int, end: int) -> pl.DataFrame:
        """Return place and version of documents, null for those not accepted."""
        mine = pl.col("row").is_between(first, end, closed="left")
        shards = range(self.kept, self.kept + len(self.awaited))
        found = (
            pl.scan_parquet([self._file(shard) for shard in shards], glob=False)
            .filter(mine)
            .select("row", "place", "version")
            .collect()
        )
        rows = pl.int_range(first, end, dtype=pl.UInt32, eager=True)
        return (
            rows.alias("row")
            .to_frame()
            .join(found, on="row", how="left", maintain_order="left")
        )

    def _file(self, shard: int) -> Path:
        return self.folder / f"order-{shard:05d}"


def put_in_order(
    settled: Settled,
    tables: TableFolder | None,
    *,
    size: int,
) -> Order:
    """Cut old and new rows of `reports`, in order of arrival, into shards.

    Shard k holds the places from k * size on, whatever was given when. A shard
    that ends before the first change, and is whole, stays.

    Parameters
    ----------
    settled : Settled
        What is new; at least one row.
    tables : TableFolder or None
        What is there.
    size : int
        Reports of a shard.

    Returns
    -------
    Order
        The shards that are to be made.
    """
    kept = _kept(settled, tables, size)
    awaited: list[int] = []
    rest = pl.DataFrame()
    for rows in _sorted_stretches(settled, tables, kept):
        rest = pl.concat([rest, rows]) if rest.height else rows
        while rest.height >= size:
            awaited.append(_cut(settled, rest[:size], kept + len(awaited), size))
            rest = rest[size:]
    if rest.height:
        awaited.append(_cut(settled, rest, kept + len(awaited), size))
    return Order(settled.folder, kept, tuple(awaited))


def _cut(settled: Settled, rows: pl.DataFrame, shard: int, size: int) -> int:
    """Write the rows of a shard; return how many are documents of this run."""
    placed = rows.with_row_index("place", offset=shard * size)
    placed.write_parquet(settled.folder / f"order-{shard:05d}", compression="lz4")
    return int(rows["row"].count())


def _kept(settled: Settled, tables: TableFolder | None, size: int) -> int:
    """Return how many shards, from the first, stay as they are."""
    if tables is None or settled.first_change is None:
        return 0
    for shard, path in enumerate(report_parts(tables)):
        said = tables.manifest["parts"][part_name("reports", shard)]
        if said["rows"] != size or _last_key(path) >= settled.first_change:
            return shard
    return tables.shards


def _last_key(path: Path) -> Key:
    (last,) = pl.scan_parquet(path, glob=False).select(_KEY).tail(1).collect().rows()
    return last


def _sorted_stretches(
    settled: Settled, tables: TableFolder | None, kept: int
) -> Iterator[pl.DataFrame]:
    """Yield the rows in order, about a partition of them at a time."""
    new, moved = settled.scan("added"), settled.scan("moved")
    old = _old_rows(report_parts(tables, kept), kept)
    keys = pl.concat([new.select(_KEY), old.select(_KEY)])
    for mine in _stretches(keys, settled.partition):
        before = old.filter(mine).join(
            moved.filter(mine).select("report_id", "old_version", moved="version"),
            on=["report_id", "old_version"],
            how="left",
        )
        version = pl.coalesce("moved", "old_version")
        together = [new.filter(mine), before.with_columns(version=version)]
        yield (
            pl.concat(together, how="diagonal")
            .select(*_PLACE, "row", "shard", "old_version")
            .sort(_PLACE)
            .collect()
        )


def _old_rows(parts: list[Path], first: int) -> pl.LazyFrame:
    columns = [*_KEY, pl.col("version").alias("old_version")]
    scans = [
        pl.scan_parquet(path, glob=False)
        .select(columns)
        .with_columns(shard=pl.lit(shard, pl.UInt32))
        for shard, path in enumerate(parts, first)
    ]
    if scans:
        return pl.concat(scans)
    schema = {"arrival_at": pl.Datetime("us", "UTC"), "report_id": pl.Int64()}
    return pl.LazyFrame(
        schema={**schema, "old_version": pl.Int32(), "shard": pl.UInt32()}
    )


def _stretches(keys: pl.LazyFrame, most: int) -> list[pl.Expr]:
    """Return conditions that part the rows into stretches of about `most` each.

    They are cut between two reports at sampled keys, since an hour may hold no
    report, and a single moment half of them.
    """
    count = keys.select(pl.len()).collect().item()
    if count <= most:
        return [pl.lit(value=True)]
    step = max(1, most // _SAMPLES)
    samples = (
        keys.with_row_index("number")
        .filter(pl.col("number") % step == 0)
        .select(_KEY)
        .collect(engine="streaming")
        .sort(_KEY)
    )
    cuts = samples.gather_every(max(1, most // step)).unique(maintain_order=True)
    after = [_from(*key) for key in cuts.rows()[1:]]
    return [
        lower & ~upper
        for lower, upper in zip(
            [pl.lit(value=True), *after], [*after, pl.lit(value=False)], strict=True
        )
    ]


def _from(arrival: datetime, report: int) -> pl.Expr:
    """Return the condition that a key is not before another."""
    at = pl.lit(arrival, pl.Datetime("us", "UTC"))
    is_same = (pl.col("arrival_at") == at) & (pl.col("report_id") >= report)
    return (pl.col("arrival_at") > at) | is_same
