"""From whom a report comes and what it is about: the part that decides its handling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prioritizer.seeds import Bools, Draws, Floats, Ints, Words
from prioritizer.synthetic.moments import DAY_US
from prioritizer.synthetic.senders import Senders, moment_us, year_place
from prioritizer.synthetic.world import KIND_NAMES, World
from prioritizer.vocabulary.enums import IncidentType

KINDS = (IncidentType.CSAM, *(IncidentType[name.upper()] for name in KIND_NAMES))
"""The incident types, in the order of their places in `Origins.kind`."""

IS_CONTACT = np.isin(
    KINDS,
    [IncidentType.ENTICEMENT, IncidentType.MOLESTATION, IncidentType.TRAFFICKING],
)
"""Which types tell of somebody who is or was in contact with a child."""

# How much likelier a report of contact is urgent than another one; a guess.
_URGENCY_OF_CONTACT, _URGENCY_OF_OTHERS = 12.0, 0.6
_URGENCY_OF_DANGER = 0.6
_MOST_LIKELY_URGENT = 0.9


@dataclass(frozen=True, slots=True)
class Origins:
    """The sender, the kind and the urgency of each report.

    Attributes
    ----------
    account : ndarray of int64
        Which of its actor's accounts, 0 or 1.
    provider, kind, year : ndarray of int64
        Places among the providers, `KINDS`, and the years.
    danger : ndarray of float64
        A latent of the actor that no field shows; standard normal.
    is_urgent : ndarray of bool
        Urgent in truth.
    is_escalated, is_priority_one : ndarray of bool
        What the provider, and what NCMEC, made of it.
    """

    account: Ints
    provider: Ints
    kind: Ints
    year: Ints
    danger: Floats
    is_urgent: Bools
    is_escalated: Bools
    is_priority_one: Bools

    @property
    def is_contact(self) -> Bools:
        """Whether the kind tells of contact with a child."""
        return np.asarray(IS_CONTACT[self.kind])


def draw_origins(
    world: World,
    senders: Senders,
    draws: Draws,
    number: Words,
    cluster: Ints,
    received_us: Ints,
) -> Origins:
    """Draw who sends each report, of what kind it is, and whether it is urgent.

    Parameters
    ----------
    world, senders, draws
        The world, its providers, the chance of this run.
    number, cluster, received_us : ndarray of shape (n_reports,)
        As in `Timeline`.

    Returns
    -------
    Origins
    """
    year = year_place(received_us)
    account, provider = _accounts(world, senders, draws, number, cluster, received_us)
    kind = _kinds(world, senders, draws, number, provider, received_us)
    danger = draws.normal("danger", cluster.astype(np.uint64))
    is_urgent = _urgent(world, draws, number, kind, danger, year)
    escalates = np.where(
        is_urgent,
        senders.of("escalates_urgent_share", provider),
        senders.of("escalated_share", provider),
    )
    marks = np.where(
        is_urgent, world.ncmec.marks_urgent_share, world.ncmec.marks_other_share
    )
    return Origins(
        account=account,
        provider=provider,
        kind=kind,
        year=year,
        danger=danger,
        is_urgent=is_urgent,
        is_escalated=draws.chance("escalated", number, escalates),
        is_priority_one=draws.chance("priority one", number, marks),
    )


def _accounts(
    world: World,
    senders: Senders,
    draws: Draws,
    number: Words,
    cluster: Ints,
    received_us: Ints,
) -> tuple[Ints, Ints]:
    """Return which account of the actor it is, and on which provider."""
    rows = cluster.astype(np.uint64)
    # The mix is that of the day of each report: an actor whose provider stops
    # reporting is reported by another.
    first = senders.choose(draws, "provider", rows, received_us)
    other = senders.choose(draws, "other provider", rows, received_us)
    stays = draws.chance(
        "other account stays", rows, world.clusters.same_provider_share
    )
    has_second = draws.chance(
        "second account", rows, world.clusters.second_account_share
    )
    is_second = has_second & draws.chance("account", number, 0.5)
    provider = np.where(is_second & ~stays, other, first)
    flood = senders.flooding(draws, number, received_us)
    return is_second.astype(np.int64), np.where(flood >= 0, flood, provider)


def _kinds(
    world: World,
    senders: Senders,
    draws: Draws,
    number: Words,
    provider: Ints,
    received_us: Ints,
) -> Ints:
    """Return each report's kind; some providers see more contact than others."""
    year = year_place(received_us)
    weight = senders.of("contact_weight", provider) / senders.contact_mean[year]
    drawn = draws.uniform("kind", number)
    kind = np.zeros(len(number), dtype=np.int64)
    below = np.zeros(len(number))
    for place, name in enumerate(KIND_NAMES, 1):
        share = np.array(getattr(world.kinds, name))[year]
        if IS_CONTACT[place]:
            share = share * weight
        if KINDS[place] is IncidentType.TRAFFICKING:
            share = share * _factor_of_act(world, received_us)
        # What is left over is the first kind.
        kind[(drawn >= below) & (drawn < below + share)] = place
        below += share
    return kind


def _factor_of_act(world: World, received_us: Ints) -> Floats:
    """Return how many times as many reports of trafficking the Act brings."""
    act, kinds = world.calendar.report_act, world.kinds
    factor = 1 + act.force * (kinds.report_act_trafficking_factor - 1)
    lag_us = kinds.report_act_lag_days * DAY_US
    return np.where(received_us >= moment_us(act.starts_at) + lag_us, factor, 1.0)


def _urgent(
    world: World, draws: Draws, number: Words, kind: Ints, danger: Floats, year: Ints
) -> Bools:
    is_contact = IS_CONTACT[kind]
    weight = np.where(is_contact, _URGENCY_OF_CONTACT, _URGENCY_OF_OTHERS)
    # A lognormal factor of mean one.
    weight = weight * np.exp(_URGENCY_OF_DANGER * danger - _URGENCY_OF_DANGER**2 / 2)
    table = np.array([getattr(world.kinds, name) for name in KIND_NAMES]).T
    contact = table[:, IS_CONTACT[1:]].sum(axis=1)
    mean = contact * _URGENCY_OF_CONTACT + (1 - contact) * _URGENCY_OF_OTHERS
    share = np.array(world.truth.urgent_share)[year] / mean[year] * weight
    return draws.chance("urgent", number, np.minimum(share, _MOST_LIKELY_URGENT))
