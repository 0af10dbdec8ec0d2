"""Everything that is tried on features that can be computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from prioritizer.evaluation.leaks import changes
from prioritizer.evaluation.leaks.changes import Frames
from prioritizer.evaluation.leaks.leak import LeakKind
from prioritizer.seeds import Draws
from prioritizer.vocabulary.section import Section

# Of the reports in order of arrival, those at whose arrival the future is changed.
_MOMENTS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Trial:
    """One change of the tables that must leave every feature as it is.

    Parameters
    ----------
    kind : LeakKind
        What a feature knows that moves.
    change : str
        What was changed, as the end of "moved when".
    tables : dict of str to polars.DataFrame or None
        The changed tables; None if there was nothing to change.
    as_of : datetime or None
        Compare reports as they stood at this moment; all if left out.
    history : dict of str to polars.DataFrame or None
        What was known on arrival; looked up again in `tables` if left out.
    ids : polars.DataFrame or None
        An `old` and a `new` id for reports that have another.
    """

    kind: LeakKind
    change: str
    tables: Frames | None
    as_of: datetime | None = None
    history: Frames | None = None
    ids: pl.DataFrame | None = None


def every_trial(tables: Frames, history: Frames, draws: Draws) -> Iterator[Trial]:
    """Yield each change in turn, made when it is asked for.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        Document tables and outcomes.
    history : dict of str to polars.DataFrame
        What was known on arrival, from these tables.
    draws : Draws
        What is random in the changes.
    """
    yield Trial(LeakKind.CHANCE, "the same was computed again", tables)
    yield from _halves(tables, history, draws)
    yield Trial(
        LeakKind.ROW_ORDER,
        "the rows of all tables were shuffled",
        changes.shuffled(tables, draws),
    )
    ids = changes.exchanged_ids(tables["reports"], draws)
    yield Trial(
        LeakKind.REPORT_ID,
        "reports exchanged their numbers",
        None if ids is None else changes.renumbered(tables, ids),
        ids=ids,
    )
    yield from _after_triage(tables, draws)
    for moment in moments(tables["reports"]):
        for kind, change, function in _AT_A_MOMENT:
            yield Trial(kind, change, function(tables, moment, draws), moment)


def moments(reports: pl.DataFrame) -> list[datetime]:
    """Return arrivals at which to part what was known from what came later.

    Three that quarter the reports and, where reports have later versions, one
    between the versions.
    """
    arrivals = reports["arrival_at"].sort()
    found = {
        arrivals[int(len(arrivals) * share)] for share in _MOMENTS if len(arrivals)
    }
    first = pl.col("arrival_at").min().over("report_id")
    followed = reports.filter(pl.col("arrival_at") > first).select("report_id").unique()
    firsts = (
        reports.join(followed, on="report_id", how="semi")
        .group_by("report_id")
        .agg(pl.col("arrival_at").min())["arrival_at"]
        .sort()
    )
    found |= {firsts[len(firsts) // 2]} if len(firsts) else set()
    return sorted(found)


def _halves(tables: Frames, history: Frames, draws: Draws) -> Iterator[Trial]:
    ids = tables["reports"].select("report_id").unique().sort("report_id")
    order = changes.order_of(ids.height, draws, "halves")
    for place in (0, 1):
        chosen = ids[order[place::2]]
        part = tables["reports"].join(
            chosen, on="report_id", how="semi", maintain_order="left"
        )
        yield Trial(
            LeakKind.BATCH,
            "half of the reports were computed apart",
            changes.rows_of(tables, part) if ids.height > 1 else None,
            history=changes.rows_of(history, part),
        )


def _after_triage(tables: Frames, draws: Draws) -> Iterator[Trial]:
    yield Trial(
        LeakKind.AFTER_TRIAGE,
        "analysts of the agency flagged other reports after arrival",
        changes.flagged_later(tables, draws),
    )
    for section, whose in _LATER_WORDS.items():
        yield Trial(
            LeakKind.AFTER_TRIAGE,
            f"what {whose} after arrival was emptied",
            changes.unsaid_later(tables, section),
        )
    yield Trial(
        LeakKind.AFTER_TRIAGE,
        "what network databases made after arrival say was emptied",
        changes.unknown_networks(tables),
    )


_LATER_WORDS = {
    Section.C: "NCMEC's analysts finished (section C)",
    Section.D: "recipients were told (section D)",
}
_AT_A_MOMENT: tuple[
    tuple[LeakKind, str, Callable[[Frames, datetime, Draws], Frames | None]], ...
] = (
    (
        LeakKind.OUTCOME,
        "outcomes known at its arrival or later were removed",
        changes.without_later_outcomes,
    ),
    (
        LeakKind.OUTCOME,
        "outcomes known at its arrival or later were turned into the opposite",
        changes.with_other_outcomes,
    ),
    (
        LeakKind.LATER_REPORTS,
        "reports that arrived later were removed",
        changes.without_later_reports,
    ),
    (
        LeakKind.LATER_REPORTS,
        "later versions of reports were removed",
        changes.without_later_versions,
    ),
    (
        LeakKind.LATER_REPORTS,
        "reports that arrived later were mixed among each other",
        changes.with_later_reports_mixed,
    ),
    (
        LeakKind.LATER_REPORTS,
        "reports that arrived later came at the very moment",
        changes.with_later_reports_at_once,
    ),
)
