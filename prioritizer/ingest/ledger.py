"""What became of every document ever given, and the account of it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from prioritizer.errors import TableError
from prioritizer.ingest.account import Account
from prioritizer.ingest.findings import DOCUMENTS
from prioritizer.ingest.settling import (
    Settled,
    StagedBatch,
    ledger_parts,
    report_parts,
    stretches,
)
from prioritizer.tables import TableChange

_LOG = logging.getLogger(__name__)
LEDGER = pl.Schema(
    {
        **{name: dtype for name, dtype in DOCUMENTS.items() if name != "document"},
        "is_repeated": pl.Boolean(),
        "replaces": pl.Boolean(),
    }
)
"""A row for each document ever given: what stands in its staged batch; whether it
says what an earlier document says of the same report; and whether the row replaces an
earlier one. It was rejected if `what` says why."""
_MOST_REJECTED_SHOWN = 20
_WHY = ("what", "where", "fix")
_IS_REJECTED = pl.col("what").is_not_null()


def write_ledger(settled: Settled, staged: Path, change: TableChange) -> Account:
    """Write down what became of the documents, and return the account.

    A document that was rejected and is found to be something else gets a further
    row, which replaces the earlier one in every count. A run that finds nothing
    new writes nothing.

    Parameters
    ----------
    settled : Settled
        What `settle` found.
    staged : pathlib.Path
        The folder of staged batches.
    change : TableChange
        Takes the new part of the ledger, `rejected.parquet`, the same as CSV, and
        `ingest.json`.

    Returns
    -------
    Account
        What became of the documents.

    Raises
    ------
    TableError
        If the ledger and the tables do not agree.
    """
    parts = ledger_parts(change)
    now: list[Path] = []
    if settled.recorded:
        number = 1 + max((int(path.stem[5:]) for path in parts), default=-1)
        now = [change.file(f"ledger/part-{number:05d}.parquet")]
        _write_part(settled, staged, now[0])
    newest = _newest([*parts, *now])
    account = _account(newest, settled, change, now)
    _compare(account.accepted - account.repeated, account.versions, change.folder)
    if now or not change.beside("ingest.json"):
        rejected = newest.filter(_IS_REJECTED).sort("position")
        told = rejected.select(document="name", reason="what", where="where", fix="fix")
        told.sink_parquet(change.file("rejected.parquet"))
        told.sink_csv(change.file("rejected.csv"))
        change.file("ingest.json").write_text(account.as_json(), encoding="utf-8")
    _LOG.info("%d documents: %d accepted", account.given, account.accepted)
    return account


def check_ledger(folder: Path, versions: int) -> None:
    """Raise if a ledger tells of something else than the tables beside it.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables; one without a ledger was made by other means.
    versions : int
        How many rows its table `reports` has.

    Raises
    ------
    TableError
        If it does, or cannot be read.
    """
    parts = sorted((folder / "ledger").glob("part-*.parquet"))
    if parts:
        is_version = ~_IS_REJECTED & ~pl.col("is_repeated")
        with readable(folder):
            told = _newest(parts).filter(is_version).select(pl.len()).collect().item()
        _compare(int(told), versions, folder)


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Say in our words that a file which a run relies on cannot be read."""
    try:
        yield
    except pl.exceptions.PolarsError:
        raise TableError(
            "a file of the ledger, or one that a run laid down, cannot be read",
            str(folder),
            "put back the ledger of these tables, or begin anew with --overwrite",
        ) from None


def _compare(told: int, there: int, folder: Path) -> None:
    if told != there:
        raise TableError(
            f"the ledger tells of {told} versions of reports, "
            f"and the tables hold {there}",
            str(folder / "ledger"),
            "put back the ledger of these tables, or begin anew with --overwrite",
        )


def _write_part(settled: Settled, staged: Path, path: Path) -> None:
    """Write a row for each document of which something new was found."""
    pieces: list[Path] = []
    for stretch in stretches(settled.batches, settled.partition // 5):
        pieces.append(settled.folder / f"ledger-{len(pieces):05d}")
        _rows(settled, staged, stretch).write_parquet(
            pieces[-1], compression="zstd", compression_level=1
        )
    if len(pieces) == 1:
        pieces[0].replace(path)
    else:
        pl.scan_parquet(pieces, glob=False).sink_parquet(
            path, compression="zstd", compression_level=1
        )


def _rows(
    settled: Settled, staged: Path, batches: Sequence[StagedBatch]
) -> pl.DataFrame:
    files = [staged / each.name / "documents.parquet" for each in batches]
    first = batches[0].first
    verdict = settled.scan("verdict").filter(
        pl.col("row").is_between(first, batches[-1].end, closed="left")
    )
    is_said = pl.col("is_said").fill_null(value=False)
    return (
        pl.scan_parquet(files, glob=False, row_index_name="row", row_index_offset=first)
        .join(verdict, on="row", how="left", maintain_order="left")
        .filter(~pl.col("is_known").fill_null(value=False))
        .with_columns(
            is_repeated=is_said, replaces=pl.col("replaces").fill_null(value=False)
        )
        .select(LEDGER.names())
        .collect()
    )


def _newest(parts: list[Path]) -> pl.LazyFrame:
    """Return the ledger without rows that a later part replaces."""
    if not parts:
        return pl.LazyFrame(schema={**LEDGER, "position": pl.UInt32()})
    rows = pl.scan_parquet(
        parts, glob=False, include_file_paths="path", row_index_name="position"
    )
    # Few documents are found anew, so that all of their rows are held at once.
    found_anew = rows.filter("replaces").select("identity").unique()
    replaced = (
        rows.select("identity", "position", part=pl.col("path").str.tail(18))
        .join(found_anew, on="identity", how="semi")
        .filter(pl.col("part") != pl.col("part").max().over("identity"))
        .select("position")
        .collect(engine="streaming")
    )
    if replaced.is_empty():
        return rows
    return rows.join(replaced.lazy(), on="position", how="anti")


def _account(
    newest: pl.LazyFrame, settled: Settled, change: TableChange, now: list[Path]
) -> Account:
    accepted = newest.filter(~_IS_REJECTED)
    noticed = (
        accepted.filter(~pl.col("is_repeated"))
        .select("noticed")
        .explode("noticed")
        .unnest("noticed")
        .drop_nulls("kind")
        .group_by("kind", "name")
        .agg(pl.col("count").cast(pl.Int64).sum())
    )
    totals, reasons, formats, counts = pl.collect_all(
        [
            newest.select(
                given=pl.len(),
                rejected=_IS_REJECTED.sum(),
                repeated=pl.col("is_repeated").sum(),
                reader_version=pl.col("reader_version").max(),
            ),
            newest.filter(_IS_REJECTED).group_by("what").len().sort("what"),
            accepted.group_by("format").len().sort("format"),
            noticed,
        ],
        engine="streaming",
    )
    given, rejected, repeated, reader_version = totals.row(0)
    kinds: dict[str, Counter[str]] = {
        kind: Counter() for kind in ("unreadable", "unlisted", "unknown", "rule")
    }
    for kind, name, count in counts.iter_rows():
        kinds[kind][name] += count
    return Account(
        given=given,
        accepted=given - rejected,
        rejected=rejected,
        repeated=repeated,
        reports=_rows_there(change, pl.col("version") == 1) + settled.new_reports,
        versions=_rows_there(change, pl.lit(value=True)) + settled.added,
        rejected_by_reason=dict(reasons.iter_rows()),
        unreadable=kinds["unreadable"],
        unlisted=kinds["unlisted"],
        unknown=kinds["unknown"],
        rules=kinds["rule"],
        formats=dict(formats.iter_rows()),
        reader_version=reader_version or 0,
        new_reports=settled.new_reports,
        new_versions=settled.new_versions,
        repeated_now=settled.repeated,
        rejected_now=settled.recorded - settled.added - settled.repeated,
        known=settled.known,
        first_rejected=_first_rejected(now),
    )


def _rows_there(change: TableChange, condition: pl.Expr) -> int:
    """Return how many rows of `reports` obey a condition before the change."""
    parts = report_parts(change.tables)
    if not parts:
        return 0
    rows = pl.scan_parquet(parts, glob=False).filter(condition)
    return int(rows.select(pl.len()).collect(engine="streaming").item())


def _first_rejected(now: list[Path]) -> tuple[tuple[str, str, str, str], ...]:
    if not now:
        return ()
    rows = pl.scan_parquet(now, glob=False).filter(_IS_REJECTED).select("name", *_WHY)
    return tuple(rows.head(_MOST_REJECTED_SHOWN).collect().rows())
