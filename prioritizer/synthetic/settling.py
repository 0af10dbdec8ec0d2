"""Settle the levels of a world, so that its published shares hold whatever its rates.

Three shares come out of many circumstances at once: reports designated
informational, reports worked by the past policy, and reports that are actionable.
Each has an intercept that is solved on a fixed sample of the world, the same for
every seed and size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from prioritizer.seeds import Draws, Floats, Ints
from prioritizer.synthetic.circumstances import ABROAD, UNKNOWN, US
from prioritizer.synthetic.drawing import Drawn, draw_reports
from prioritizer.synthetic.effects import shares_of_variance
from prioritizer.synthetic.parameters import YEARS
from prioritizer.synthetic.senders import Senders, moment_us, year_place
from prioritizer.synthetic.timeline import draw_timeline
from prioritizer.synthetic.world import World
from prioritizer.synthetic.worth import probability

_SAMPLE = 60_000
_WIDEST = 30.0
_STEPS = 50
_POLICY_YEAR = 2022


@dataclass(frozen=True, slots=True)
class Levels:
    """The intercepts of a world, in log-odds, and what they rest on.

    Attributes
    ----------
    action : float
        Of being actionable.
    informational : tuple of float
        Of being designated informational, by year.
    causes : tuple of float
        Factors of the three causes of informational, by `CAUSES`.
    worked : tuple of float
        Of being worked by the past policy, by `US`, `ABROAD` and `UNKNOWN`.
    shares_of_variance : dict of str to float
        How much of the variance of the truth each family of effects has.
    """

    action: float
    informational: tuple[float, ...]
    causes: tuple[float, ...]
    worked: tuple[float, ...]
    shares_of_variance: dict[str, float]


def settle(world: World, senders: Senders) -> Levels:
    """Return the levels at which a world's shares are what its settings say."""
    draws = Draws(0, "reference")
    drawn = draw_reports(
        world, senders, draws, draw_timeline(world, senders, draws, _SAMPLE)
    )
    score = drawn.worth.score
    action = _solved(
        lambda level: float(probability(score, level).mean()), world.truth.action_share
    )
    informational = tuple(_informational_levels(world, drawn))
    return Levels(
        action=action,
        informational=informational,
        causes=_cause_factors(world, drawn, informational),
        worked=tuple(_worked_levels(world, drawn)),
        shares_of_variance=shares_of_variance(drawn.worth.parts),
    )


def informational_target(world: World, received_us: Ints) -> Floats:
    """Return the share of reports designated informational at some moments."""
    year = year_place(received_us)
    policy, ncmec = world.calendar.informational_policy, world.ncmec
    table = np.array(ncmec.informational_share)
    before = np.where(
        np.array(YEARS) < _POLICY_YEAR, table, ncmec.informational_share_before_policy
    )
    first = YEARS.index(_POLICY_YEAR)
    since = ncmec.informational_share_before_policy
    after = since + policy.force * (table[np.maximum(year, first)] - since)
    is_after = received_us >= moment_us(policy.starts_at)
    return np.clip(np.where(is_after, after, before[year]), 1e-4, 1 - 1e-4)


def informational_score(drawn: Drawn) -> Floats:
    """Return what speaks for informational, in log-odds; sizes are guesses."""
    case = drawn.worth.case
    thin = ~case.leads_to_one & ~case.has_contact
    return np.asarray(
        1.6 * thin
        + 1.3 * case.is_viral
        + 1.6 * case.is_generated
        + 1.0 * case.is_spam
        - 2.0 * (case.completeness - 0.5)
        - 1.2 * case.is_contact
        - 3.0 * drawn.circumstances.origins.is_escalated
        - 3.0 * drawn.circumstances.origins.is_priority_one
    )


def informational_share(
    world: World, levels: tuple[float, ...], drawn: Drawn
) -> Floats:
    """Return each report's probability of being designated informational."""
    case = drawn.circumstances
    target = informational_target(world, case.timeline.received_us)
    level = np.array(levels)[case.origins.year]
    return chance_of(informational_score(drawn) + logit(target) + level)


def cause_weights(drawn: Drawn, factors: tuple[float, ...]) -> Floats:
    """Return how well each cause of informational fits each report; guesses.

    Returns
    -------
    ndarray of shape (n_causes, n_reports)
        Shares of the causes, adding up to one for each report.
    """
    case = drawn.worth.case
    fits = np.stack(
        [
            1.0 + 2.0 * (case.is_generated | case.is_spam),
            0.4 + 0.6 * ~case.leads_to_one,
            0.4 + 1.6 * case.is_viral,
        ]
    )
    weights = fits * np.array(factors)[:, None]
    return np.asarray(weights / weights.sum(axis=0))


def work_score(drawn: Drawn) -> Floats:
    """Return what made the past policy work a report, in log-odds; guesses.

    It saw what is stated, as officers do: urgency, kind, completeness, the
    number of files; and it had habits of its own, one for each provider.
    """
    case, origins = drawn.worth.case, drawn.circumstances.origins
    stated = drawn.circumstances
    habit = np.sin(origins.provider * 2.4)  # some senders are read with more will
    return np.asarray(
        2.5 * (origins.is_priority_one | origins.is_escalated)
        + 1.2 * case.is_contact
        + 1.0 * case.has_upload
        + 0.8 * case.has_victim
        + 1.2 * (case.completeness - 0.5)
        + 0.25 * np.log1p(case.files)
        - 0.7 * (stated.is_bundle | drawn.says(drawn.stated.is_said_viral))
        - 1.6 * drawn.says(drawn.stated.is_said_generated)
        + 0.4 * habit
    )


def logit(share: Floats | float) -> Floats:
    """Return the log-odds of a share."""
    return np.asarray(np.log(share) - np.log1p(-np.asarray(share)))


def chance_of(score: Floats) -> Floats:
    """Return the probability of a log-odds, to six digits."""
    return np.round(1.0 / (1.0 + np.exp(-score)), 6)


def _informational_levels(world: World, drawn: Drawn) -> list[float]:
    received = drawn.circumstances.timeline.received_us
    target, score = informational_target(world, received), informational_score(drawn)
    year = drawn.circumstances.origins.year
    odds = score + logit(target)
    return [
        _level(odds[year == place], float(target[year == place].mean()))
        if (year == place).any()
        else 0.0
        for place in range(len(YEARS))
    ]


def _cause_factors(
    world: World, drawn: Drawn, levels: tuple[float, ...]
) -> tuple[float, ...]:
    """Return the factors at which each cause has its share of the informational."""
    ncmec = world.ncmec
    wanted = np.array(
        [ncmec.no_nexus_share, ncmec.no_location_share, ncmec.non_malicious_share]
    )
    chance = informational_share(world, levels, drawn)
    factors = np.ones(len(wanted))
    for _ in range(_STEPS):
        got = cause_weights(drawn, tuple(factors)) @ chance / chance.sum()
        factors = factors * wanted / got
    return tuple(np.round(factors / factors.sum(), 6).tolist())


def _worked_levels(world: World, drawn: Drawn) -> list[float]:
    score, nation = work_score(drawn), drawn.circumstances.nation
    work = world.work
    shares = {
        US: work.worked_share,
        ABROAD: work.worked_share_elsewhere,
        UNKNOWN: work.worked_share_elsewhere,
    }
    return [_level(score[nation == each], share) for each, share in shares.items()]


def _level(score: Floats, share: float) -> float:
    if not len(score):
        return 0.0
    return _solved(lambda level: float(chance_of(score + level).mean()), share)


def _solved(mean_at: Callable[[float], float], share: float) -> float:
    """Return the level at which a mean that rises with it is `share`."""
    low, high = -_WIDEST, _WIDEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if mean_at(middle) < share else (low, middle)
    return round((low + high) / 2, 6)
