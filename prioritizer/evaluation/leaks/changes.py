"""Ways to change tables that must not change what was known on arrival.

Each function returns changed tables, or None where there is nothing to change: a
check that changed nothing has shown nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from prioritizer.seeds import Draws, Ints
from prioritizer.tables import REPORT
from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary import TABLES, Kind
from prioritizer.vocabulary.enums import ACTIONS, CaseStatus, ClosedReason
from prioritizer.vocabulary.section import SECTIONS, Section

Frames = dict[str, pl.DataFrame]
_WHEN = [*REPORT, "arrival_at"]
_OF_KIND = {
    kind: {
        table.name: [field.name for field in table.fields if field.kind is kind]
        for table in TABLES
    }
    for kind in (Kind.HASH, Kind.REPORT_IDS)
}
# By when what a section says was there, beyond the arrival itself.
_SAID_AT = {Section.C: "processed_at", Section.D: "recipient_available_at"}


def order_of(count: int, draws: Draws, name: str) -> Ints:
    """Return the numbers below `count` in an order that `name` settles."""
    return np.argsort(draws.words(name, np.arange(count, dtype=np.uint64)))


def rows_of(tables: Frames, reports: pl.DataFrame) -> Frames:
    """Return the rows of some versions of reports, and outcomes of these reports."""
    found = {}
    for name, frame in tables.items():
        keys = [key for key in REPORT if key in frame.columns]
        found[name] = (
            frame.join(reports, on=keys, how="semi", maintain_order="left")
            if keys
            else frame
        )
    return found


# Whole tables.


def shuffled(tables: Frames, draws: Draws) -> Frames:
    """Return the rows of each table in another order."""
    return {
        name: frame[order_of(frame.height, draws, f"shuffle {name}")]
        for name, frame in tables.items()
    }


def exchanged_ids(reports: pl.DataFrame, draws: Draws) -> pl.DataFrame | None:
    """Return an old and a new id for each report, so that no order stays.

    Reports that arrive at one moment with another keep their ids, which break
    the tie.
    """
    is_tied = pl.col("report_id").n_unique().over("arrival_at") > 1
    tied = reports.filter(is_tied)["report_id"].unique()
    ids = reports.filter(~pl.col("report_id").is_in(tied.implode()))["report_id"]
    ids = ids.unique().sort()
    if len(ids) < 2:
        return None
    # One ring through all of them: each gets the id of the next.
    ring = ids[order_of(len(ids), draws, "ids")]
    return pl.DataFrame({"old": ring, "new": pl.concat([ring[1:], ring[:1]])})


def renumbered(tables: Frames, ids: pl.DataFrame) -> Frames:
    """Return the tables with each report called by its new id, wherever it is."""
    found = {}
    for name, frame in tables.items():
        lists = [c for c in _OF_KIND[Kind.REPORT_IDS].get(name, ()) if c in frame]
        found[name] = frame.with_columns(
            pl.col(column).list.eval(pl.element().replace(ids["old"], ids["new"]))
            for column in lists
        )
        if "report_id" in frame:
            new = pl.col("report_id").replace(ids["old"], ids["new"])
            found[name] = found[name].with_columns(new)
    return found


def flagged_later(tables: Frames, draws: Draws) -> Frames | None:
    """Return the tables as if our analysts had flagged half of the reports later."""
    reports = tables["reports"]
    if "analyst_urgent" not in reports.columns:
        return None
    half = order_of(reports.height, draws, "flags") % 2 == 0
    flagged = reports.with_columns(
        pl.Series("analyst_urgent", half),
        analyst_urgent_at=pl.col("arrival_at") + timedelta(days=1),
        analyst_urgent_by_key=pl.lit(b"a" * 16),
    )
    return {**tables, "reports": flagged}


def unsaid_later(tables: Frames, section: Section) -> Frames | None:
    """Return the tables without what a section said of reports after they arrived."""
    reports = tables["reports"]
    said_at = pl.col(_SAID_AT[section])
    # Without a date, NCMEC can have said nothing yet when it received the report.
    is_undated = said_at.is_null() & pl.col("made_available_at").is_null()
    late = reports.filter((said_at > pl.col("arrival_at")) | is_undated)
    if late.is_empty():
        return None
    placed = {name: frame.with_row_index("_place") for name, frame in tables.items()}
    late_rows = rows_of({n: f for n, f in placed.items() if "version" in f}, late)
    others = [each for each in SECTIONS if each is not section]
    silent = only_sections(late_rows, others)
    found = dict(tables)
    for name, frame in silent.items():
        kept = placed[name].join(late_rows[name], on="_place", how="anti")
        found[name] = pl.concat([kept, frame]).sort("_place").drop("_place")
    return found


def unknown_networks(tables: Frames) -> Frames | None:
    """Return captures without what databases made after the arrival say of them."""
    captures = tables.get("captures")
    if captures is None or "network_at" not in captures.columns:
        return None
    arrivals = tables["reports"].select(_WHEN)
    joined = captures.join(arrivals, on=REPORT, how="left", maintain_order="left")
    is_late = joined["network_at"] > joined["arrival_at"]
    if not is_late.any():
        return None
    facts = [name for name in captures.columns if name in _NETWORK_FACTS]
    emptied = pl.when(~is_late.fill_null(value=False)).then(pl.col(facts))
    return {**tables, "captures": captures.with_columns(emptied)}


_NETWORK_FACTS = frozenset(
    {
        *("network_country", "network_state", "network_type"),
        *("is_network_proxy", "network_number", "network_at"),
    }
)

# Whatever comes after a moment.


def without_later_outcomes(
    tables: Frames, moment: datetime, draws: Draws
) -> Frames | None:
    """Return the tables without outcomes known at the moment or later."""
    del draws
    return _with_outcomes(tables, moment, pl.lit(value=False))


def with_other_outcomes(
    tables: Frames, moment: datetime, draws: Draws
) -> Frames | None:
    """Return the tables with each later outcome the opposite, known at the moment."""
    del draws
    acts = pl.col("case_status").is_in(ACTIONS)
    status = tables["outcomes"].schema["case_status"]
    reason = tables["outcomes"].schema["closed_reason"]
    return _with_outcomes(
        tables,
        moment,
        pl.lit(value=True),
        case_status=pl.when(acts)
        .then(pl.lit(CaseStatus.CLOSED, dtype=status))
        .otherwise(pl.lit(CaseStatus.ARREST, dtype=status)),
        closed_reason=pl.when(acts).then(pl.lit(ClosedReason.NO_CRIME, dtype=reason)),
        decided_at=pl.min_horizontal("decided_at", pl.lit(moment)),
        # The strictest case: what is known at the moment itself is not known yet.
        known_at=pl.lit(moment, dtype=pl.Datetime("us", "UTC")),
    )


def _with_outcomes(
    tables: Frames, moment: datetime, kept: pl.Expr, **changed: pl.Expr
) -> Frames | None:
    outcomes = tables["outcomes"]
    is_later = pl.col("known_at") >= moment
    later = outcomes.filter(is_later)
    if later.is_empty():
        return None
    once = later.filter(kept).unique("report_id", keep="first", maintain_order=True)
    parts = [outcomes.filter(~is_later), once.with_columns(**changed)]
    return {**tables, "outcomes": pl.concat(parts)}


def without_later_reports(
    tables: Frames, moment: datetime, draws: Draws
) -> Frames | None:
    """Return the tables without what arrived after the moment."""
    del draws
    early = tables["reports"].filter(pl.col("arrival_at") <= moment)
    if early.height == tables["reports"].height:
        return None
    return rows_of(tables, early)


def without_later_versions(
    tables: Frames, moment: datetime, draws: Draws
) -> Frames | None:
    """Return the tables without later versions of reports that had arrived."""
    del draws
    is_later = pl.col("arrival_at") > moment
    is_version = is_later & (~is_later).any().over("report_id")
    kept = tables["reports"].filter(~is_version)
    if kept.height == tables["reports"].height:
        return None
    return rows_of(tables, kept)


def with_later_reports_at_once(
    tables: Frames, moment: datetime, draws: Draws
) -> Frames | None:
    """Return the tables as if all later reports had arrived at the very moment."""
    del draws
    is_later = (pl.col("arrival_at") > moment).all().over("report_id")
    reports = tables["reports"].with_columns(
        arrival_at=pl.when(is_later)
        .then(pl.lit(moment, dtype=pl.Datetime("us", "UTC")))
        .otherwise("arrival_at")
    )
    if reports.equals(tables["reports"]):
        return None
    return {**tables, "reports": reports}


def with_later_reports_mixed(
    tables: Frames, moment: datetime, draws: Draws
) -> Frames | None:
    """Return the tables with later reports mixed among each other.

    They exchange what they say and the rows that they have, and their identifiers
    are drawn from those of all reports, so that each comes to share some with
    earlier ones.
    """
    later = tables["reports"].filter(pl.col("arrival_at") > moment)
    if later.height < 2:
        return None
    ring = later.select(REPORT)[order_of(later.height, draws, "mix")]
    to = pl.concat([ring[1:], ring[:1]]).rename({key: f"_{key}" for key in REPORT})
    ring = pl.concat([ring, to], how="horizontal")
    mixed = dict(tables)
    for name, frame in tables.items():
        if "version" not in frame.columns:
            continue
        said = frame.join(ring, on=REPORT, how="left", maintain_order="left")
        is_later = pl.col("_version").is_not_null()
        handed = [pl.coalesce(f"_{key}", key).alias(key) for key in REPORT]
        keys = [
            pl.when(is_later)
            .then(frame[column][order_of(frame.height, draws, column)])
            .otherwise(pl.col(column))
            .alias(column)
            for column in _OF_KIND[Kind.HASH].get(name, ())
            if column in frame.columns
        ]
        changed = said.with_columns(*handed, *keys).select(frame.columns)
        if name == "reports":
            changed = _in_their_places(frame, changed)
        mixed[name] = changed
    return mixed


def _in_their_places(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return `before` with, for each version, what `after` says under its number."""
    said = after.drop("arrival_at")
    found = before.select(_WHEN).join(
        said, on=REPORT, how="left", maintain_order="left"
    )
    return found.select(before.columns)
