"""Which statements of outcomes hold, within one shard of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from prioritizer.tables import schema_of
from prioritizer.vocabulary import OUTCOMES
from prioritizer.vocabulary.enums import CaseStatus

STATEMENTS = pl.Schema([("line", pl.Int64()), *schema_of(OUTCOMES).items()])
"""The table `outcomes`, and the line of a file on which each row stands."""
PROBLEMS = pl.Schema(
    {"line": pl.Int64, "column": pl.String, "reason": pl.String, "fix": pl.String}
)
"""Why rows are refused: where, and what to do; never what they say."""
NOT_THERE = (
    "report_id",
    "the report is not in the tables",
    "ingest the report first, then give this file again",
)
_TOO_EARLY = (
    "decided_at",
    "it was decided before the report arrived, so it is not about this report",
    "mend the number of the report or the moment of the decision",
)
_SUPERSEDED = (
    "known_at",
    "another statement of this report is known from the same moment, and holds",
    "give each statement the moment from which it was known",
)
_KEY = list(OUTCOMES.key)
_CONTENT = [name for name in OUTCOMES.columns if name not in OUTCOMES.key]
# Of two decided at one moment, the later in this list says more of how it ended.
_FINALITY = (
    CaseStatus.ONGOING,
    CaseStatus.REFERRED,
    CaseStatus.CLOSED,
    CaseStatus.ARREST,
    CaseStatus.CONVICTION,
)


@dataclass(frozen=True, slots=True)
class MergedStatements:
    """What became of the statements on the reports of a shard.

    Attributes
    ----------
    outcomes : polars.DataFrame
        The shard's table `outcomes` as it is now.
    accepted, already_there, replaced : int
        New statements that hold, statements that were there, and statements that
        were there and hold no longer.
    problems : polars.DataFrame
        Why others are refused.
    rest : polars.DataFrame
        The statements on reports of other shards.
    """

    outcomes: pl.DataFrame
    accepted: int
    already_there: int
    replaced: int
    problems: pl.DataFrame
    rest: pl.DataFrame


def merge_statements(
    statements: pl.DataFrame, shard: Mapping[str, pl.DataFrame]
) -> MergedStatements:
    """Bring statements together with the outcomes of a shard.

    Parameters
    ----------
    statements : polars.DataFrame
        Table `outcomes` and the `line` of each row.
    shard : mapping of str to polars.DataFrame
        The shard's `reports` and `outcomes`.

    Returns
    -------
    MergedStatements
        What became of each statement.
    """
    stored = shard["outcomes"]
    # An outcome lies with the first version of its report.
    first = shard["reports"].filter(pl.col("version") == 1)
    arrivals = first.select("report_id", "arrival_at")
    rest = statements.join(arrivals, on="report_id", how="anti", maintain_order="left")
    ours = statements.join(arrivals, on="report_id", maintain_order="left")
    is_early = pl.col("decided_at") < pl.col("arrival_at")
    new = ours.filter(~is_early).select(statements.columns)
    ranked = _ranked(new, stored)
    is_new = ranked["line"].is_not_null()
    kept = ranked.unique(_KEY, keep="first", maintain_order=True)
    taken = kept["line"].count()  # the lines that are not null
    problems = [
        problems_of(ours.filter(is_early), _TOO_EARLY),
        problems_of(ranked.filter(is_new & ~ranked["holds"]), _SUPERSEDED),
    ]
    return MergedStatements(
        kept.select(stored.columns),
        accepted=taken,
        already_there=ranked.filter(is_new & ranked["holds"]).height - taken,
        replaced=ranked.filter(~is_new & ~ranked["holds"]).height,
        problems=pl.concat(problems),
        rest=rest,
    )


def problems_of(rows: pl.DataFrame, said: tuple[str, str, str]) -> pl.DataFrame:
    """Return the same problem of each row."""
    column, reason, fix = map(pl.lit, said)
    return rows.select("line", column=column, reason=reason, fix=fix).cast(PROBLEMS)


def _ranked(new: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Return all statements, of each moment first the one that holds.

    The column `holds` says whether a row says what that one says. Of rows that say
    the same, what is stored already comes first.
    """
    lines = pl.lit(None, new.schema["line"]).alias("line")
    both = pl.concat([stored.with_columns(lines), new], how="diagonal")
    rank = {str(status): place for place, status in enumerate(_FINALITY)}
    status = pl.col("case_status").cast(pl.String)
    final = status.replace_strict(rank, default=-1, return_dtype=pl.Int64)
    reason = pl.col("closed_reason").to_physical().cast(pl.Int64).fill_null(-1)
    order = both.sort(
        *_KEY,
        pl.col("decided_at"),
        final,
        reason,
        pl.col("line"),
        descending=[False, False, True, True, True, False],
        nulls_last=False,
    )
    says = [
        pl.col(name).eq_missing(pl.col(name).first().over(_KEY)) for name in _CONTENT
    ]
    return order.with_columns(holds=pl.all_horizontal(says))
