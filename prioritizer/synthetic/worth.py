"""Add up what makes each report actionable, and until when it can be pursued."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prioritizer.seeds import Draws, Floats, Ints
from prioritizer.synthetic.circumstances import Circumstances
from prioritizer.synthetic.effects import Case, Family, describe, families
from prioritizer.synthetic.moments import DAY_US, HOUR_US
from prioritizer.synthetic.recorded import (
    REGISTRATION,
    Addresses,
    FileItems,
    share_of_rows,
)
from prioritizer.synthetic.senders import moment_us
from prioritizer.synthetic.statements import AccountStatements, FileStatements
from prioritizer.synthetic.world import World

# 18 USC 2258A(h): 90 days, and one year since the REPORT Act.
_PRESERVED_DAYS, _PRESERVED_DAYS_SINCE_ACT = 90, 365
_LEGAL_PROCESS_DAYS = 18.0  # days to weeks, as police say; a guess


@dataclass(frozen=True, slots=True)
class Worth:
    """What each report is worth; arrays of shape (n_reports,).

    Attributes
    ----------
    score : ndarray of float64
        The sum of all effects, before the intercept.
    case : Case
        The circumstances in the terms of the effects.
    parts : dict of Family to ndarray of float64
        The families of effects.
    newest_us : ndarray of int64
        When the newest address that leads to one subscriber was recorded, before
        registration; 0 for none.
    address_until_us, account_until_us : ndarray of int64
        Until when a request for an address, or to the provider, has an answer;
        0 where there is nothing to ask for.
    request_us, legal_process_us : ndarray of int64
        From begin of work to the request, and from there to the answer.
    """

    score: Floats
    case: Case
    parts: dict[Family, Floats]
    newest_us: Ints
    address_until_us: Ints
    account_until_us: Ints
    request_us: Ints
    legal_process_us: Ints


def weigh(
    world: World,
    draws: Draws,
    case: Circumstances,
    addresses: Addresses,
    files: FileItems,
    account: AccountStatements,
    stated: FileStatements,
) -> Worth:
    """Add up what makes each report actionable, and until when.

    Parameters
    ----------
    world, draws
        The world and the chance of this run.
    case, addresses, files, account, stated
        What is the case, what was recorded, and what is said of it.

    Returns
    -------
    Worth
    """
    number, reports = case.timeline.number, len(case)
    address_until = np.zeros(reports, dtype=np.int64)
    np.maximum.at(address_until, addresses.row, addresses.lasts_until_us)
    newest = np.zeros(reports, dtype=np.int64)
    leads = addresses.is_attributable & (addresses.event != REGISTRATION)
    np.maximum.at(newest, addresses.row[leads], addresses.captured_us[leads])
    act = world.calendar.report_act
    days = _PRESERVED_DAYS + act.force * (_PRESERVED_DAYS_SINCE_ACT - _PRESERVED_DAYS)
    since = case.timeline.received_us >= moment_us(act.starts_at)
    kept_us = np.where(since, days, _PRESERVED_DAYS) * DAY_US
    account_until = np.where(
        account.has_contact, case.timeline.received_us + kept_us, 0
    ).astype(np.int64)
    request = draws.lognormal("request", number, world.network.request_hours, 0.7)
    legal = draws.lognormal("legal process", number, _LEGAL_PROCESS_DAYS, 0.7)
    request_us = (request * HOUR_US).astype(np.int64)
    terms = describe(
        draws,
        case,
        addresses,
        files,
        {
            "is_verified": account.is_verified,
            "has_contact": account.has_contact,
            "is_viewed": share_of_rows(stated.is_viewed, files.row, reports) > 0,
            "is_classified": share_of_rows(stated.code >= 0, files.row, reports) > 0,
        },
        case.timeline.arrival_us + request_us <= address_until,
    )
    parts = families(world, terms)
    return Worth(
        score=np.sum(list(parts.values()), axis=0),
        case=terms,
        parts=parts,
        newest_us=newest,
        address_until_us=address_until,
        account_until_us=account_until,
        request_us=request_us,
        legal_process_us=(legal * DAY_US).astype(np.int64),
    )


def probability(score: Floats, intercept: float) -> Floats:
    """Return the probability of action, to six digits: the same on any processor."""
    return np.round(1.0 / (1.0 + np.exp(-(score + intercept))), 6)
