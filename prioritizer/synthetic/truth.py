"""The answer key: what each report is worth, until when, and what would become of it.

It lies beside the tables in a folder of its own, and no feature may read it.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from prioritizer.seeds import Bools, Draws, Floats, Ints
from prioritizer.synthetic.circumstances import UNKNOWN, US, Circumstances
from prioritizer.synthetic.jurisdictions import task_forces
from prioritizer.synthetic.moments import DAY_US, HOUR_US
from prioritizer.synthetic.recorded import FRESH, FileItems
from prioritizer.synthetic.records import coded
from prioritizer.synthetic.world import World
from prioritizer.synthetic.worth import Worth, probability
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason

_WARRANT_HOURS = 1.5
_COLD_DAYS = 75.0  # until a trail without records is cold, median; a guess
_EFFORT_OF_CONTACT = 1.7
ACTION_STATUSES = (
    CaseStatus.ARREST,
    CaseStatus.CONVICTION,
    CaseStatus.REFERRED,
    CaseStatus.ONGOING,
)
CLOSED_REASONS = (
    ClosedReason.NOT_LOCATED,
    ClosedReason.LEGAL_RESPONSE_EMPTY,
    ClosedReason.NO_CRIME,
    ClosedReason.NO_MERIT,
    ClosedReason.ADULT,
    ClosedReason.AGE_UNDETERMINED,
    ClosedReason.FALSE_REPORT,
    ClosedReason.UNFOUNDED,
    ClosedReason.DECEASED,
    ClosedReason.OTHER,
)
# Why a report comes to nothing, by what is the case; guesses, in the order above.
_REASONS_OF_VIRAL = (0.06, 0.06, 0.40, 0.14, 0.06, 0.06, 0.05, 0.14, 0.00, 0.03)
_REASONS_OF_UNPLACED = (0.46, 0.24, 0.05, 0.07, 0.03, 0.05, 0.02, 0.05, 0.01, 0.02)
_REASONS_OF_OTHERS = (0.14, 0.12, 0.14, 0.22, 0.12, 0.12, 0.03, 0.07, 0.01, 0.03)


def truth_frame(
    world: World,
    draws: Draws,
    case: Circumstances,
    files: FileItems,
    worth: Worth,
    intercept: float,
) -> pl.DataFrame:
    """Return the answer key but for the past policy, a row for each report.

    Parameters
    ----------
    world, draws, case, files, worth
        As above.
    intercept : float
        Log-odds that bring the world's share of action to what it should be.

    Returns
    -------
    polars.DataFrame
        In the order of the timeline.
    """
    timeline, number = case.timeline, case.timeline.number
    p = probability(worth.score, intercept)
    acts = draws.chance("action", number, p)
    last = np.maximum(worth.address_until_us, worth.account_until_us)
    until = last - worth.request_us
    # Who finds a lead needs no record.
    lasting = case.has_lead | case.is_victim_located
    # What is acted on without a record goes by a trail, which grows cold.
    cold = draws.lognormal("cold", number, _COLD_DAYS, 0.8) * DAY_US
    no_record = until < timeline.arrival_us
    until = np.where(no_record, timeline.arrival_us + cold.astype(np.int64), until)
    duplicate, has_files, is_copy = _duplicates(case, files)
    is_us = case.nation == US
    countries = (*world.places.country_weights, "US")
    country = np.where(is_us, len(countries) - 1, case.country)
    where = {
        "nation": _texts(("US", "abroad", "unknown"), case.nation),
        "us_state": _texts(tuple(world.places.state_weights), case.state, is_us),
        "country": _texts(countries, country, case.nation != UNKNOWN),
        "task_force": np.where(
            is_us, task_forces(world, draws, timeline, case.state), 0
        ),
    }
    asked = (timeline.arrival_us + worth.request_us) / DAY_US
    return pl.DataFrame(
        {
            "report_id": timeline.report_id,
            "cluster": timeline.cluster,
            "account": timeline.cluster * 2 + case.origins.account,
            "duplicate_cluster": duplicate,
            "is_copy": is_copy,
            "incidents": case.incidents.astype(np.int32),
            "p_actionable": p,
            "is_actionable": acts,
            "is_urgent": case.origins.is_urgent,
            "urgency": np.round(_urgency(draws, case), 4),
            "completeness": np.round(case.completeness, 4),
            "is_viral": case.is_viral,
            "is_generated": case.is_generated,
            "is_identifiable": worth.case.is_identifiable,
            "address_days": np.round(asked - worth.newest_us / DAY_US, 3),
            "address_until": worth.address_until_us,
            "account_until": worth.account_until_us,
            "actionable_until": until,
            "is_lasting": lasting,
            "request_hours": np.round(worth.request_us / HOUR_US, 2),
            "legal_process_hours": np.round(worth.legal_process_us / HOUR_US, 2),
            "effort_hours": np.round(_effort(world, draws, case, worth), 2),
            "status_if_acted": _statuses(world, draws, case),
            "reason_if_closed": _reasons(draws, case, worth),
            **where,
        }
    ).with_columns(
        _moment("address_until"),
        _moment("account_until"),
        pl.when(pl.col("is_lasting"))
        .then(None)
        .otherwise(pl.col("actionable_until").cast(pl.Datetime("us", "UTC")))
        .alias("actionable_until"),
        pl.when(pl.lit(pl.Series(has_files)))
        .then("duplicate_cluster")
        .alias("duplicate_cluster"),
        pl.when(pl.lit(pl.Series(worth.newest_us > 0)))
        .then("address_days")
        .alias("address_days"),
    )


def outcomes_at(truth: pl.DataFrame, started_at: pl.Expr | str) -> pl.DataFrame:
    """Return what becomes of reports if work on each begins at some moment.

    A report that is worth action stays so until its records are gone; then
    nobody is found. Without delay the outcome is that of `is_actionable`.

    Parameters
    ----------
    truth : polars.DataFrame
        The answer key.
    started_at : polars.Expr or str
        When work on each begins, a time in UTC, of columns of `truth`.

    Returns
    -------
    polars.DataFrame
        The columns `report_id`, `is_action`, `case_status`, `closed_reason` and
        `decided_at`, in the order of `truth`.
    """
    begins = pl.col(started_at) if isinstance(started_at, str) else started_at
    in_time = (begins <= pl.col("actionable_until")).fill_null(value=True)
    acts = pl.col("is_actionable") & in_time
    hours = (
        pl.col("request_hours") + pl.col("legal_process_hours") + pl.col("effort_hours")
    )
    lost = (
        pl.when(pl.col("account_until") > pl.col("address_until"))
        .then(pl.lit(str(ClosedReason.LEGAL_RESPONSE_EMPTY)))
        .otherwise(pl.lit(str(ClosedReason.NOT_LOCATED)))
    )
    reason = pl.when(pl.col("is_actionable")).then(lost).otherwise("reason_if_closed")
    return truth.select(
        "report_id",
        is_action=acts,
        case_status=pl.when(acts)
        .then("status_if_acted")
        .otherwise(pl.lit(str(CaseStatus.CLOSED))),
        closed_reason=pl.when(~acts).then(reason),
        decided_at=(begins + pl.duration(seconds=(hours * 3600).round())).dt.truncate(
            "1s"
        ),
    )


def _moment(name: str) -> pl.Expr:
    moment = pl.col(name).cast(pl.Datetime("us", "UTC"))
    return pl.when(pl.col(name) > 0).then(moment).alias(name)


def _duplicates(case: Circumstances, files: FileItems) -> tuple[Ints, Bools, Bools]:
    """Return what each report's files look like, and whether all are copies.

    Reports that share their lowest look are one cluster, the original among them.
    """
    reports = len(case)
    counted = np.bincount(files.row, minlength=reports)
    fresh = np.bincount(files.row[files.origin == FRESH], minlength=reports)
    of = np.full(reports, np.iinfo(np.int64).max)
    known = (files.look >> np.uint64(1)).astype(np.int64)
    np.minimum.at(of, files.row, known)
    return of, counted > 0, (counted > 0) & (fresh == 0)


def _urgency(draws: Draws, case: Circumstances) -> Floats:
    """Return how urgent each report is, 0 to 1; above a half is `is_urgent`."""
    drawn = draws.uniform("urgency", case.timeline.number)
    return np.where(case.origins.is_urgent, 0.5 + drawn / 2, 0.5 * drawn**2)


def _effort(world: World, draws: Draws, case: Circumstances, worth: Worth) -> Floats:
    number = case.timeline.number
    hours = draws.lognormal("effort", number, world.truth.effort_hours, 0.6)
    hours = hours * (1 + 0.15 * np.log1p(worth.case.files))
    hours = hours * np.where(case.origins.is_contact, _EFFORT_OF_CONTACT, 1.0)
    # An unviewed file may need a warrant before anyone opens it.
    return hours + _WARRANT_HOURS * ((worth.case.files > 0) & ~worth.case.is_viewed)


def _texts(names: tuple[str, ...], codes: Ints, mask: Bools | None = None) -> pl.Series:
    return coded(names, codes, mask).as_series(pl.String())


def _statuses(world: World, draws: Draws, case: Circumstances) -> pl.Series:
    truth = world.truth
    shares = [truth.arrest_share, truth.conviction_share, truth.referred_share]
    place = draws.choice("status", case.timeline.number, [*shares, 1 - sum(shares)])
    return _texts(ACTION_STATUSES, place)


def _reasons(draws: Draws, case: Circumstances, worth: Worth) -> pl.Series:
    number = case.timeline.number
    unplaced = ~worth.case.is_identifiable & ~worth.case.has_contact
    place = np.select(
        [case.is_viral, unplaced],
        [
            draws.choice("reason of viral", number, _REASONS_OF_VIRAL),
            draws.choice("reason of unplaced", number, _REASONS_OF_UNPLACED),
        ],
        draws.choice("reason", number, _REASONS_OF_OTHERS),
    )
    return _texts(CLOSED_REASONS, place)
