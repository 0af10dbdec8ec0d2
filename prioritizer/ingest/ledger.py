"""What became of every document ever given, and the account of it."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from prioritizer.ingest.settling import (
    Settled,
    StagedBatch,
    ledger_parts,
    report_parts,
    stretches,
)
from prioritizer.ingest.staging import DOCUMENTS
from prioritizer.tables import TableChange

_LOG = logging.getLogger(__name__)
LEDGER = pl.Schema([*list(DOCUMENTS.items())[1:], ("replaces", pl.Boolean())])
"""A row for each document ever given: what stands in its staged batch, and whether
the row replaces an earlier one. It was rejected if `what` says why."""
SAID_BEFORE = (
    "an earlier document says the same of the same report",
    "the whole document",
    "leave it out; the earlier one is kept",
)
_MOST_NAMES_LISTED = 100
_MOST_REJECTED_SHOWN = 20
_WHY = ("what", "where", "fix")
_IS_REJECTED = pl.col("what").is_not_null()


@dataclass(frozen=True, slots=True)
class Account:
    """What became of documents: of all ever given, and of those of this run.

    Of all ever given, where accepted + rejected = given:

    Attributes
    ----------
    given, accepted, rejected : int
        Documents, each counted once however often it was given.
    reports, versions : int
        Reports in the tables, and all versions of them.
    rejected_by_reason : dict of str to int
        How many were rejected why.
    unreadable, unlisted, unknown : collections.Counter
        Of accepted documents: values that could not be read, or that their closed
        list does not hold, by column; elements that have no column, by name.
    rules : collections.Counter
        Values that rules for habits of providers set in them, by rule.
    formats : dict of str to int
        Accepted documents by format.
    reader_version : int
        Version of the newest reader that read one of them.
    new_reports, new_versions, rejected_now, known : int
        Documents of this run: those that became a report, or a further version;
        those that were rejected; those that were given before.
    first_rejected : tuple of (str, str, str, str)
        Name, what, where and fix of the first that were rejected in this run.
    """

    given: int = 0
    accepted: int = 0
    rejected: int = 0
    reports: int = 0
    versions: int = 0
    rejected_by_reason: dict[str, int] = field(default_factory=dict)
    unreadable: Counter[str] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    formats: dict[str, int] = field(default_factory=dict)
    reader_version: int = 0
    new_reports: int = 0
    new_versions: int = 0
    rejected_now: int = 0
    known: int = 0
    first_rejected: tuple[tuple[str, str, str, str], ...] = ()

    @property
    def given_now(self) -> int:
        """How many documents this run was given."""
        became = self.new_reports + self.new_versions
        return became + self.rejected_now + self.known

    def as_json(self) -> str:
        """Return what `ingest.json` says: nothing of this run alone."""
        by_count = sorted(self.unknown.items(), key=lambda item: (-item[1], item[0]))
        listed = dict(by_count[:_MOST_NAMES_LISTED])
        account = {
            "given": self.given,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "reports": self.reports,
            "versions": self.versions,
            "rejected_by_reason": self.rejected_by_reason,
            "formats": self.formats,
            "reader_version": self.reader_version,
            "unreadable_values_by_column": dict(sorted(self.unreadable.items())),
            "unlisted_values_by_column": dict(sorted(self.unlisted.items())),
            "provider_rules_by_name": dict(sorted(self.rules.items())),
            "unknown_elements_by_name": listed,
            "unknown_elements_not_listed": self.unknown.total() - sum(listed.values()),
        }
        return json.dumps(account, indent=2) + "\n"


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
        Takes the new part of the ledger, `rejected.parquet` and `ingest.json`.

    Returns
    -------
    Account
        What became of the documents.
    """
    parts = ledger_parts(change.folder)
    now: list[Path] = []
    if settled.recorded:
        number = 1 + max((int(path.stem[5:]) for path in parts), default=-1)
        now = [change.file(f"ledger/part-{number:05d}.parquet")]
        _write_part(settled, staged, now[0])
    newest = _newest([*parts, *now])
    account = _account(newest, settled, change, now)
    if now or change.tables is None:
        rejected = newest.filter(_IS_REJECTED).sort("position")
        rejected.select(
            document="name", reason="what", where="where", fix="fix"
        ).sink_parquet(change.file("rejected.parquet"))
        change.file("ingest.json").write_text(account.as_json(), encoding="utf-8")
    _LOG.info("%d documents: %d accepted", account.given, account.accepted)
    return account


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
    why = [
        pl.when(is_said).then(pl.lit(text)).otherwise(name).alias(name)
        for name, text in zip(_WHY, SAID_BEFORE, strict=True)
    ]
    return (
        pl.scan_parquet(files, glob=False, row_index_name="row", row_index_offset=first)
        .join(verdict, on="row", how="left", maintain_order="left")
        .filter(~pl.col("is_known").fill_null(value=False))
        .with_columns(*why, replaces=pl.col("replaces").fill_null(value=False))
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
        accepted.select("noticed")
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
                reader_version=pl.col("reader_version").max(),
            ),
            newest.filter(_IS_REJECTED).group_by("what").len().sort("what"),
            accepted.group_by("format").len().sort("format"),
            noticed,
        ],
        engine="streaming",
    )
    given, rejected, reader_version = totals.row(0)
    kinds: dict[str, Counter[str]] = {
        kind: Counter() for kind in ("unreadable", "unlisted", "unknown", "rule")
    }
    for kind, name, count in counts.iter_rows():
        kinds[kind][name] += count
    return Account(
        given=given,
        accepted=given - rejected,
        rejected=rejected,
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
        rejected_now=settled.recorded - settled.added,
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
