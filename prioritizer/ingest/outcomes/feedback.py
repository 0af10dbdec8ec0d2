"""The door for outcomes: what became of reports, as agencies say, joins the tables."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import polars as pl

from prioritizer.errors import MissingInputError
from prioritizer.ingest.outcomes.account import fed_file, write_account
from prioritizer.ingest.outcomes.file import OutcomesFile
from prioritizer.ingest.outcomes.mapping import COLUMNS, OutcomesMapping
from prioritizer.ingest.outcomes.rows import Problem, RowReader, Statement
from prioritizer.ingest.outcomes.statements import (
    NOT_THERE,
    PROBLEMS,
    STATEMENTS,
    merge_statements,
    problems_of,
)
from prioritizer.tables import TableChange, TableFolder, changing

_LOG = logging.getLogger(__name__)
_NEEDED = ("report_id", "case_status", "decided_at")
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class OutcomesResult:
    """What became of the rows: accepted + already there + rejected = given.

    Attributes
    ----------
    accepted : int
        Rows that are in the tables now and were not before.
    already_there : int
        Rows that the tables, or an earlier row, say as well.
    replaced : int
        Statements of earlier files in whose place an accepted row stands now.
    problems : polars.DataFrame
        Line, column, reason and fix of each reason why a row is rejected.
    columns : tuple of str
        The columns that the file has, by our names.
    """

    accepted: int
    already_there: int
    replaced: int
    problems: pl.DataFrame
    columns: tuple[str, ...]

    @property
    def rejected(self) -> int:
        """How many rows are rejected; one may have several problems."""
        return self.problems["line"].n_unique()

    @property
    def given(self) -> int:
        """How many rows the file has."""
        return self.accepted + self.already_there + self.rejected

    @property
    def counts(self) -> dict[str, int]:
        """All of these numbers by name."""
        names = ("given", "accepted", "already_there", "rejected", "replaced")
        return {name: getattr(self, name) for name in names}


def feed_back(
    file: Path,
    folder: Path,
    *,
    mapping: OutcomesMapping | None = None,
    known_at: datetime | None = None,
) -> tuple[TableFolder, OutcomesResult]:
    """Bring the outcomes of a file into the tables, rejecting by line what cannot.

    A statement with a moment of its own is kept beside earlier ones of its report.
    Of several from one moment the one decided last holds, and of those the one that
    says most of how it ended, so that the order of rows and files does not matter.

    Parameters
    ----------
    file : pathlib.Path
        CSV with `report_id`, `case_status`, `closed_reason`, `decided_at`,
        `known_at`.
    folder : pathlib.Path
        The tables; beside them go `outcomes.json` and `rejected-outcomes.csv`.
    mapping : OutcomesMapping or None
        What the agency calls columns and words.
    known_at : datetime.datetime or None
        For rows that do not say from when they were known.

    Returns
    -------
    TableFolder
        The tables.
    OutcomesResult
        What became of the rows.

    Raises
    ------
    MissingInputError
        If the file or the tables are not there.
    SettingsError
        If the file cannot be read, or lacks columns, or another run writes to the
        tables.
    TableError
        If the tables are of an invented world, or not what their manifest says, or
        what is told of earlier files cannot be read.
    """
    mapping = mapping or OutcomesMapping()
    needed = [*_NEEDED, *mapping.columns, *([] if known_at else ["known_at"])]
    given = OutcomesFile(file, mapping.headers(), list(dict.fromkeys(needed)))
    reader = RowReader(mapping, known_at)
    if not folder.is_dir():
        raise _no_tables(folder)
    with changing(folder) as change:
        if change.tables is None:
            raise _no_tables(folder)
        change.refuse_invented()
        statements, problems = _read(given, reader)
        result = _bring_in(statements, problems, change, given.columns)
        absent = [name for name in COLUMNS if name not in result.columns]
        write_account(change, fed_file(file, result.counts), result.problems, absent)
        _LOG.info("%d outcomes: %d accepted", result.given, result.accepted)
        return change.commit(origin=change.tables.manifest["origin"]), result


def _no_tables(folder: Path) -> MissingInputError:
    return MissingInputError(
        "the folder holds no tables",
        str(folder),
        "make tables with `prioritizer ingest`",
    )


def _read(given: OutcomesFile, reader: RowReader) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what the rows say, and why others are refused."""
    statements = [pl.DataFrame(schema=STATEMENTS)]
    problems = [pl.DataFrame(schema=PROBLEMS)]
    rows = map(reader.read, given.rows())
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        said = [each for each in some if isinstance(each, Statement)]
        refused = [each for row in some if isinstance(row, list) for each in row]
        statements.append(_statements(said))
        problems.append(_problems(refused))
    return pl.concat(statements), pl.concat(problems)


def _statements(said: list[Statement]) -> pl.DataFrame:
    times = ("decided_at", "known_at")
    numbers = {**STATEMENTS, **dict.fromkeys(times, pl.Int64())}
    frame = pl.DataFrame(said, schema=numbers, orient="row")
    return frame.cast({name: STATEMENTS[name] for name in times})


def _problems(refused: list[Problem]) -> pl.DataFrame:
    return pl.DataFrame(refused, schema=PROBLEMS, orient="row")


def _bring_in(
    statements: pl.DataFrame,
    problems: pl.DataFrame,
    change: TableChange,
    columns: tuple[str, ...],
) -> OutcomesResult:
    """Put each statement into the shard of its report, one shard at a time."""
    accepted = already = replaced = 0
    assert change.tables is not None  # noqa: S101  # `feed_back` looked
    for number in range(change.tables.shards):
        if statements.is_empty():
            break
        shard = change.tables.read_shard(number, ["reports", "outcomes"])
        merged = merge_statements(statements, shard)
        accepted += merged.accepted
        already += merged.already_there
        replaced += merged.replaced
        problems = pl.concat([problems, merged.problems])
        statements = merged.rest
        if merged.accepted:
            new = {**shard, "outcomes": merged.outcomes}
            change.put_shard(number, new, tables=["outcomes"])
    problems = pl.concat([problems, problems_of(statements, NOT_THERE)])
    problems = problems.sort("line", maintain_order=True)
    return OutcomesResult(accepted, already, replaced, problems, columns)
