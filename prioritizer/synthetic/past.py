"""What the past did: designations, which reports were worked, what was fed back."""

from __future__ import annotations

import numpy as np
import polars as pl

from prioritizer.seeds import Bools, Draws, Floats, Ints
from prioritizer.synthetic.circumstances import ABROAD, UNKNOWN, US
from prioritizer.synthetic.drawing import Drawn
from prioritizer.synthetic.moments import DAY_US, SECOND_US
from prioritizer.synthetic.senders import moment_us
from prioritizer.synthetic.settling import (
    Levels,
    cause_weights,
    chance_of,
    informational_share,
    work_score,
)
from prioritizer.synthetic.truth import outcomes_at
from prioritizer.synthetic.world import World
from prioritizer.tables import as_table
from prioritizer.vocabulary import OUTCOMES
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason

_WAIT_SIGMA = 0.9
_LATER_DAYS = 120.0  # from an ongoing investigation to its end, median; a guess
_LATER_ARREST_SHARE = 0.35  # of those that end; a guess
CAUSES = ("no nexus", "no location", "non-malicious")


def designations(
    world: World, levels: Levels, draws: Draws, drawn: Drawn
) -> tuple[Bools, Ints]:
    """Return which reports NCMEC designates informational, and why.

    Returns
    -------
    ndarray of bool of shape (n_reports,)
    ndarray of int64 of shape (n_reports,)
        Place in `CAUSES`; -1 for a referral.
    """
    number = drawn.circumstances.timeline.number
    share = informational_share(world, levels.informational, drawn)
    is_informational = draws.chance("informational", number, share)
    edges = np.cumsum(cause_weights(drawn, levels.causes), axis=0)[:-1]
    cause = (draws.uniform("cause", number)[None, :] > edges).sum(axis=0)
    return is_informational, np.where(is_informational, cause, -1)


def propensity(world: World, levels: Levels, drawn: Drawn) -> Floats:
    """Return the chance that the past policy worked each report, never under 0.02."""
    level = np.array(levels.worked)[drawn.circumstances.nation]
    return np.maximum(chance_of(work_score(drawn) + level), world.work.least_propensity)


def past_work(world: World, levels: Levels, draws: Draws, drawn: Drawn) -> pl.DataFrame:
    """Return what the past policy did with each report.

    Returns
    -------
    polars.DataFrame
        The columns `propensity`, `is_worked` and `started_at`, which is empty
        where nobody began.
    """
    case, timeline = drawn.circumstances, drawn.circumstances.timeline
    origins, number = case.origins, timeline.number
    share = propensity(world, levels, drawn)
    worked = draws.chance("worked", number, share)
    is_first = origins.is_priority_one | origins.is_escalated
    median = np.where(is_first, world.work.wait_days_urgent, world.work.wait_days)
    wait = draws.lognormal("wait", number, median, _WAIT_SIGMA)
    started = _whole(timeline.arrival_us + (wait * DAY_US).astype(np.int64))
    return pl.DataFrame(
        {"propensity": share, "is_worked": worked, "started_at": started}
    ).with_columns(
        pl.when("is_worked").then(pl.col("started_at").cast(pl.Datetime("us", "UTC")))
    )


def outcomes(
    world: World, draws: Draws, drawn: Drawn, truth: pl.DataFrame
) -> tuple[pl.DataFrame, Bools]:
    """Return the table `outcomes`: selective, late, partly wrong, in NCMEC's words.

    Parameters
    ----------
    world, draws, drawn
        The world, the chance of this run, and its reports.
    truth : polars.DataFrame
        The answer key with the columns of `past_work`.

    Returns
    -------
    polars.DataFrame
        One row for each statement that became known before the world ends.
    ndarray of bool of shape (n_reports,)
        Which reports' outcome was noted wrongly, fed back or not.
    """
    number = drawn.circumstances.timeline.number
    became = outcomes_at(truth, "started_at")
    wrong = draws.chance("wrong outcome", number, world.work.wrong_share)
    told = _is_told(world, draws, drawn, became["is_action"].to_numpy())
    worked = truth["is_worked"].to_numpy()
    noted = became.with_columns(_noted(wrong))
    decided = became["decided_at"].dt.timestamp("us").fill_null(0).to_numpy()
    after = draws.lognormal("known", number, world.work.known_after_days, 0.8)
    known = _whole(decided + (after * DAY_US).astype(np.int64))
    ends = moment_us(world.period.ends_at)
    first = _statements(noted, decided, known).filter(
        pl.Series(worked & told & (known < ends))
    )
    later = draws.lognormal("later", number, _LATER_DAYS, 0.6)
    decided_later = _whole(known + (later * DAY_US).astype(np.int64))
    known_later = _whole(decided_later + (after * DAY_US).astype(np.int64))
    ongoing = (noted["case_status"] == CaseStatus.ONGOING).fill_null(value=False)
    changes = draws.chance("changes", number, world.work.later_change_share)
    arrested = draws.chance("arrested later", number, _LATER_ARREST_SHARE)
    is_arrest = pl.lit(pl.Series(arrested))
    ended = noted.with_columns(
        case_status=pl.when(is_arrest)
        .then(pl.lit(str(CaseStatus.ARREST)))
        .otherwise(pl.lit(str(CaseStatus.CLOSED))),
        closed_reason=pl.when(~is_arrest).then(pl.lit(str(ClosedReason.NO_MERIT))),
    )
    second = _statements(ended, decided_later, known_later).filter(
        pl.Series(worked & told & changes & ongoing.to_numpy() & (known_later < ends))
    )
    told_of = pl.concat([first, second]).join(
        noted.select("report_id").with_row_index("place"), on="report_id"
    )
    return as_table(told_of.sort("place", "known_at"), OUTCOMES), wrong


def _is_told(world: World, draws: Draws, drawn: Drawn, acted: Bools) -> Bools:
    """Return whose outcome comes back: by recipient, and more readily for action."""
    work, nation = world.work, drawn.circumstances.nation
    shares = np.zeros(3)
    shares[US] = work.feedback_share
    shares[UNKNOWN] = work.feedback_share_federal
    shares[ABROAD] = work.feedback_share_international
    # What action has more, closure has less, so that the mean is as published.
    more, action = work.action_feedback_factor, world.truth.action_share
    factor = np.where(acted, more, max(0.0, (1 - action * more) / (1 - action)))
    share = shares[nation] * factor
    return draws.chance("told", drawn.circumstances.timeline.number, share)


def _noted(wrong: Bools) -> list[pl.Expr]:
    """Return status and reason as they were noted: some are simply wrong."""
    closed = pl.lit(str(CaseStatus.CLOSED))
    is_wrong = pl.lit(pl.Series(wrong))
    was_action = pl.col("is_action")
    return [
        pl.when(is_wrong & was_action)
        .then(closed)
        .when(is_wrong & ~was_action)
        .then(pl.lit(str(CaseStatus.REFERRED)))
        .otherwise("case_status")
        .alias("case_status"),
        pl.when(is_wrong & was_action)
        .then(pl.lit(str(ClosedReason.OTHER)))
        .when(~is_wrong & ~was_action)
        .then("closed_reason")
        .alias("closed_reason"),
    ]


def _statements(noted: pl.DataFrame, decided: Ints, known: Ints) -> pl.DataFrame:
    return noted.select(
        "report_id",
        "case_status",
        "closed_reason",
        decided_at=pl.Series(_whole(decided)).cast(pl.Datetime("us", "UTC")),
        known_at=pl.Series(known).cast(pl.Datetime("us", "UTC")),
    )


def _whole(moments: Ints) -> Ints:
    return moments // SECOND_US * SECOND_US
