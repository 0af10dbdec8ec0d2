"""Which staged documents are new, and which version of its report each one is."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from prioritizer.errors import TableError
from prioritizer.tables import TableChange, TableFolder
from prioritizer.tables.layout import part_name

# An index of so many documents takes about 100 MB while it is sorted.
PARTITION = 500_000
# Of versions that arrive together the later is what NCMEC finished later, or what
# states more. The last of them, a keyed hash, can only tell apart what is openly alike.
_VERSION_ORDER = [
    *("report_id", "arrival_at", "processed_at"),
    *("stated_count", "content_order", "content_key"),
]
_INDEX = ("identity", "reader_version", *_VERSION_ORDER)
_PLACE = ["arrival_at", "report_id", "version"]
_VERDICT = ["row", "is_known", "is_said", "replaces"]
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """A staged batch, and which documents of the run it holds.

    Parameters
    ----------
    name : str
        Its folder.
    first : int
        How many documents stand in batches before it.
    count : int
        How many documents it holds.
    """

    name: str
    first: int
    count: int

    @property
    def end(self) -> int:
        """How many documents stand in batches up to this one."""
        return self.first + self.count


@dataclass(frozen=True, slots=True)
class Settled:
    """What of a run is new; the details lie in files of its folder.

    A document is named by its row: its place among all documents of the run.

    Attributes
    ----------
    folder : pathlib.Path
        Holds ``added-*``: report, version and row of each document accepted;
        ``moved-*``: rows of the tables that get another version; ``verdict-*``:
        documents given before, said before, or that replace an earlier finding.
    batches : tuple of StagedBatch
        The batches, in their order.
    partition : int
        About how many documents are looked at together.
    new_reports : int
        Reports of which the tables hold nothing yet.
    new_versions : int
        Further versions, of reports in the tables or of new ones.
    known : int
        Documents given before, of which nothing new was found.
    repeated : int
        Documents that say what an earlier one says of the same report.
    first_change : tuple of (datetime, int) or None
        Arrival and report of the first row that is added or gets another version.
    """

    folder: Path
    batches: tuple[StagedBatch, ...]
    partition: int = PARTITION
    new_reports: int = 0
    new_versions: int = 0
    known: int = 0
    repeated: int = 0
    first_change: Key | None = None

    @property
    def added(self) -> int:
        """How many rows of `reports` are added."""
        return self.new_reports + self.new_versions

    @property
    def recorded(self) -> int:
        """How many documents get a row in the ledger."""
        return sum(batch.count for batch in self.batches) - self.known

    def scan(self, kind: str) -> pl.LazyFrame:
        """Return the files of one kind as one frame."""
        return pl.scan_parquet(sorted(self.folder.glob(f"{kind}-*")), glob=False)


def stretches(
    batches: Sequence[StagedBatch], most: int
) -> Iterator[tuple[StagedBatch, ...]]:
    """Yield neighboring batches that hold about `most` documents together."""
    taken: list[StagedBatch] = []
    for batch in batches:
        if taken and batch.end - taken[0].first > most:
            yield tuple(taken)
            taken = []
        taken.append(batch)
    if taken:
        yield tuple(taken)


def settle(staged: Path, change: TableChange, *, partition: int = PARTITION) -> Settled:
    """Find what is new among staged documents, and number the versions.

    All that different documents say of one report are its versions, in order of
    arrival; of two that arrive at once the one that states more is the later. So
    a document that arrived earlier and is given later moves the numbers of others.

    Parameters
    ----------
    staged : pathlib.Path
        The folder of staged batches.
    change : TableChange
        The change of tables that is being made ready.
    partition : int
        About how many documents are looked at together.

    Returns
    -------
    Settled
        What is new.

    Raises
    ------
    TableError
        If the tables are of an invented world, or a ledger is without its tables.
    """
    _check(change)
    folder = change.scratch / "settled"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settled = Settled(folder, tuple(_index(staged, folder, partition)), partition)
    count = sum(batch.count for batch in settled.batches)
    if count == 0:
        return settled
    parts = math.ceil(count / partition)
    known = sum(_match(settled, change, n, parts) for n in range(parts))
    found = [_number_versions(settled, change.tables, n, parts) for n in range(parts)]
    return replace(
        settled,
        new_reports=sum(each.new_reports for each in found),
        new_versions=sum(each.new_versions for each in found),
        known=known + sum(each.known for each in found),
        repeated=sum(each.repeated for each in found),
        first_change=min(
            (each.first_change for each in found if each.first_change), default=None
        ),
    )


def ledger_parts(change: TableChange) -> list[Path]:
    """Return the parts of the ledger that is there, oldest first."""
    return change.beside("ledger/part-*.parquet")


def report_parts(tables: TableFolder | None, first: int = 0) -> list[Path]:
    """Return the parts of the table `reports`, from one shard on."""
    if tables is None:
        return []
    return [tables.path / part_name("reports", n) for n in range(first, tables.shards)]


def _check(change: TableChange) -> None:
    change.refuse_invented()
    if change.tables is None and ledger_parts(change):
        # What it says was accepted would be known, and be in no table.
        raise TableError(
            "a ledger is there without the tables it tells of",
            str(change.folder / "ledger"),
            "remove it, or choose another folder for the tables",
        )


def _index(staged: Path, folder: Path, most: int) -> Iterator[StagedBatch]:
    """Yield the batches, and write down what versions and identities depend on."""
    frames: list[pl.DataFrame] = []
    first = begun = files = 0
    for path in _batch_folders(staged):
        frame = pl.read_parquet(
            path / "documents.parquet", columns=[*_INDEX, "what"], glob=False
        ).with_row_index("row", offset=first)
        frames.append(frame.with_columns(is_refused=pl.col("what").is_not_null()))
        yield StagedBatch(path.name, first, frame.height)
        first += frame.height
        if first - begun >= most:
            _write(frames, folder / f"index-{files:05d}")
            frames, begun, files = [], first, files + 1
    if frames:
        _write(frames, folder / f"index-{files:05d}")


def _batch_folders(staged: Path) -> list[Path]:
    whole = (path for path in staged.glob("batch-*") if path.name[6:].isdigit())
    return sorted(whole, key=lambda path: int(path.name[6:]))


def _write(frames: Sequence[pl.DataFrame], path: Path) -> None:
    pl.concat(frames).write_parquet(path, compression="lz4")


def _match(settled: Settled, change: TableChange, number: int, parts: int) -> int:
    """Compare documents with the ledger; return how many it knows already.

    A document that was rejected is looked at again if it can be read now, or if
    a newer reader says why not.
    """
    mine = pl.col("identity").hash() % parts == number
    documents = settled.scan("index").filter(mine).collect()
    before = _before(ledger_parts(change), documents)
    is_there = pl.col("was_accepted").is_not_null()
    has_same_reader = pl.col("read_by") >= pl.col("reader_version")
    matched = documents.join(before, on="identity", how="left").with_columns(
        is_known=is_there
        & (pl.col("was_accepted") | (pl.col("is_refused") & has_same_reader)),
        is_said=False,
        replaces=is_there,
        has_same_reader=has_same_reader.fill_null(value=False),
    )
    is_decided = pl.col("is_known") | (pl.col("is_refused") & pl.col("replaces"))
    verdict = matched.filter(is_decided).select(_VERDICT)
    _write([verdict], settled.folder / f"verdict-a{number:05d}")
    candidates = matched.filter(~pl.col("is_known") & ~pl.col("is_refused")).select(
        "row", *_VERSION_ORDER, "replaces", "has_same_reader"
    )
    _write([candidates], settled.folder / f"candidate-{number:05d}")
    return int(verdict["is_known"].sum())


def _before(parts: list[Path], documents: pl.DataFrame) -> pl.DataFrame:
    """Return what the ledger says of documents: one row for each it knows."""
    if not parts:
        schema = documents.select("identity", read_by="reader_version").schema
        return pl.DataFrame(schema={**schema, "was_accepted": pl.Boolean()})
    wanted = documents.lazy().select("identity")
    return (
        pl.scan_parquet(parts, glob=False)
        .select("identity", "reader_version", "what")
        .join(wanted, on="identity", how="semi")
        .group_by("identity")
        .agg(
            read_by=pl.col("reader_version").max(),
            was_accepted=pl.col("what").is_null().any(),
        )
        .collect(engine="streaming")
    )


def _number_versions(
    settled: Settled, tables: TableFolder | None, number: int, parts: int
) -> Settled:
    """Settle the reports of one partition, and return what is new of them."""
    mine = pl.col("report_id") % parts == number
    documents = settled.scan("candidate").filter(mine).collect().sort("row")
    there = _there(report_parts(tables), documents)
    said = ["report_id", "content_key"]
    fresh = documents.unique(said, keep="first", maintain_order=True).join(
        there, on=said, how="anti"
    )
    known, repeated = _decide(settled, documents, fresh, number)
    numbered = _numbered(there, fresh)
    is_new = pl.col("row").is_not_null()
    added = numbered.filter(is_new).select(*_PLACE, "row").sort(_PLACE)
    moved = numbered.filter(~is_new & (pl.col("version") != pl.col("old_version")))
    moved = moved.select(*_PLACE, "old_version")
    _write([added], settled.folder / f"added-{number:05d}")
    _write([moved], settled.folder / f"moved-{number:05d}")
    # A report is new if nothing stands before its first row here.
    new = fresh.join(there, on="report_id", how="anti")["report_id"].n_unique()
    keys = pl.concat([added, moved], how="diagonal").select("arrival_at", "report_id")
    first = keys.sort("arrival_at", "report_id").rows()[:1]
    return replace(
        settled,
        new_reports=new,
        new_versions=added.height - new,
        known=known,
        repeated=repeated,
        first_change=first[0] if first else None,
    )


def _there(parts: list[Path], documents: pl.DataFrame) -> pl.DataFrame:
    """Return what the tables hold of the documents' reports."""
    columns = [*_VERSION_ORDER, "version"]
    if not parts:
        schema = documents.select(_VERSION_ORDER).schema
        return pl.DataFrame(schema={**schema, "version": pl.Int32()})
    return (
        pl.scan_parquet(parts, glob=False)
        .select(columns)
        .join(documents.lazy().select("report_id"), on="report_id", how="semi")
        .collect(engine="streaming")
    )


def _decide(
    settled: Settled, documents: pl.DataFrame, fresh: pl.DataFrame, number: int
) -> tuple[int, int]:
    """Write down what was said before.

    Returns how much of it was known as that, and how much is a repetition now.
    """
    said = documents.join(fresh.select("row"), on="row", how="anti")
    is_known = pl.col("replaces") & pl.col("has_same_reader")
    verdict = pl.concat(
        [
            said.with_columns(is_known=is_known, is_said=~is_known),
            fresh.filter("replaces").with_columns(is_known=False, is_said=False),
        ],
        how="diagonal",
    ).select(_VERDICT)
    _write([verdict], settled.folder / f"verdict-b{number:05d}")
    return int(verdict["is_known"].sum()), int(verdict["is_said"].sum())


def _numbered(there: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Return all rows of the reports that get a new one, their versions counted."""
    others = there.join(fresh, on="report_id", how="semi")
    together = pl.concat(
        [others.rename({"version": "old_version"}), fresh], how="diagonal"
    ).sort(*_VERSION_ORDER, "old_version")
    place = pl.int_range(pl.len(), dtype=pl.Int32)
    begins = pl.col("report_id") != pl.col("report_id").shift()
    first = pl.when(begins.fill_null(value=True)).then(place).forward_fill()
    return together.with_columns(version=place - first + 1)
