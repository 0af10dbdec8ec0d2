"""Draw what lies behind the reports: accounts, circumstances, and the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prioritizer.seeds import stream
from prioritizer.synthetic.world import World
from prioritizer.vocabulary.enums import IncidentType

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MICROSECONDS_PER_HOUR = 3_600_000_000
_CONTACT_TYPES = {
    IncidentType.ENTICEMENT,
    IncidentType.MOLESTATION,
    IncidentType.TRAFFICKING,
}
# 2023 US reports by state as counted by NCMEC: the thirteen largest and the two
# smallest; those between are left out of this first world.
STATE_WEIGHTS = {
    "CA": 110_784, "TX": 110_385, "FL": 66_861, "NY": 63_987, "IL": 39_814,
    "GA": 38_520, "NC": 34_162, "MI": 30_406, "VA": 28_155, "PA": 27_167,
    "OH": 26_339, "NJ": 25_282, "IN": 21_541, "WY": 1_049, "VT": 918,
}  # fmt: skip
# 2023 reports by country outside the United States, the largest.
COUNTRY_WEIGHTS = {
    "IN": 24.6, "PH": 7.6, "BD": 6.9, "ID": 5.3, "PK": 5.3, "SA": 2.3, "TR": 2.3,
    "DZ": 2.1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Latent:
    """What is true of each report, whether or not any field shows it.

    One element a report, in order of arrival.
    """

    arrival_us: Ints
    received_us: Ints
    incident_us: Ints
    account: Ints
    provider: Ints
    incident_type: NDArray[np.str_]
    state: NDArray[np.str_]
    country: NDArray[np.str_]
    is_us: Bools
    completeness: Floats
    is_viral: Bools
    is_ai: Bools
    is_contact: Bools
    is_urgent: Bools
    has_upload: Bools
    has_port: Bools
    is_cgnat: Bools
    is_viewed: Bools
    states_viewed: Bools
    ip_age_hours: Floats
    p_actionable: Floats
    is_actionable: Bools

    def __len__(self) -> int:
        return len(self.account)


def draw_latent(world: World, reports: int, seed: int) -> Latent:
    """Draw the truth behind `reports` reports.

    Parameters
    ----------
    world : World
        Rates and shares.
    reports : int
        How many, 1 or more.
    seed : int
        The seed of the run.

    Returns
    -------
    Latent
        Arrays of shape (reports,), in order of arrival.
    """
    arrival = _arrivals(world, reports, seed)
    accounts = max(1, round(reports / world.reports_per_account))
    account = stream(seed, "account of report").integers(0, accounts, reports)
    of_account = _Accounts(world, accounts, seed)
    provider = of_account.provider[account]
    random = stream(seed, "circumstances")

    def chance(share: Floats | float) -> Bools:
        return np.asarray(random.random(reports) < share)

    kinds = list(world.type_shares)
    kind = random.choice(kinds, reports, p=list(world.type_shares.values()))
    is_contact = np.isin(kind, [str(each) for each in _CONTACT_TYPES])
    # Contact cases are alive and new: they are seldom copies of anything.
    is_viral = chance(_by(world, "viral_share")[provider]) & ~is_contact
    is_ai = chance(_by(world, "ai_share")[provider]) & ~is_contact
    shift = random.normal(0.0, 0.18, reports)
    completeness = np.clip(_by(world, "completeness")[provider] + shift, 0.02, 0.98)
    has_upload = chance(_by(world, "upload_share")[provider] * np.sqrt(completeness))
    has_port = chance(_by(world, "port_share")[provider])
    is_cgnat = chance(0.25)
    states_viewed = chance(
        np.where(_by(world, "viewed_share")[provider] > 0, 0.85, 0.0)
    )
    is_viewed = chance(_by(world, "viewed_share")[provider])
    ip_age = random.lognormal(np.log(60.0), 1.6, reports)
    handling = random.lognormal(np.log(36.0), 0.9, reports)
    delay = random.lognormal(np.log(30.0), 1.3, reports)
    received = _whole_seconds(arrival - handling * _MICROSECONDS_PER_HOUR)
    is_urgent = chance(
        np.where(is_contact, 8 * world.urgent_share, 0.6 * world.urgent_share)
    )
    logit = (
        -1.5
        + 1.5 * has_upload
        + 0.9 * completeness
        + 0.8 * is_viewed
        + 1.2 * is_contact
        + 0.9 * is_urgent
        - 1.7 * is_viral
        - 1.5 * is_ai
        # An address that many share leads to nobody unless its port is known.
        - 1.4 * (is_cgnat & ~has_port & has_upload)
        # Networks forget who held an address, first slowly and then for good.
        - 0.9 * np.clip(np.log1p(ip_age / 336.0), 0.0, 2.0)
        + 0.8 * of_account.severity[account]
        + random.normal(0.0, 0.5, reports)
    )
    p = 1.0 / (1.0 + np.exp(-logit))
    return Latent(
        arrival_us=arrival,
        received_us=received,
        incident_us=_whole_seconds(received - delay * _MICROSECONDS_PER_HOUR),
        account=account,
        provider=provider,
        incident_type=kind,
        state=of_account.state[account],
        country=of_account.country[account],
        is_us=of_account.is_us[account],
        completeness=completeness,
        is_viral=is_viral,
        is_ai=is_ai,
        is_contact=is_contact,
        is_urgent=is_urgent,
        has_upload=has_upload,
        has_port=has_port,
        is_cgnat=is_cgnat,
        is_viewed=is_viewed & states_viewed,
        states_viewed=states_viewed,
        ip_age_hours=ip_age,
        p_actionable=p,
        is_actionable=chance(p),
    )


class _Accounts:
    """What is true of each account, whichever of its reports is looked at."""

    def __init__(self, world: World, accounts: int, seed: int) -> None:
        random = stream(seed, "accounts")
        shares = _by(world, "share")
        self.provider = random.choice(len(shares), accounts, p=shares / shares.sum())
        self.severity = random.normal(0.0, 1.0, accounts)
        self.is_us = random.random(accounts) < world.us_share
        self.state = _weighted(random, STATE_WEIGHTS, accounts)
        self.country = np.where(
            self.is_us, "US", _weighted(random, COUNTRY_WEIGHTS, accounts)
        )


def _arrivals(world: World, reports: int, seed: int) -> Ints:
    begins = round(world.begins_at.timestamp() * 1_000_000)
    ends = round(world.ends_at.timestamp() * 1_000_000)
    moments = stream(seed, "arrivals").integers(begins, ends, reports)
    moments.sort()
    return _whole_seconds(moments)


def _whole_seconds(moments: NDArray[np.generic]) -> Ints:
    """Return moments as reports state them, in whole seconds."""
    return moments.astype(np.int64) // 1_000_000 * 1_000_000


def _by(world: World, name: str) -> Floats:
    return np.array([getattr(provider, name) for provider in world.providers])


def _weighted(
    random: np.random.Generator, weights: Mapping[str, float], size: int
) -> NDArray[np.str_]:
    shares = np.array(list(weights.values()), dtype=float)
    names = np.array(list(weights), dtype=np.str_)
    return np.asarray(random.choice(names, size, p=shares / shares.sum()))
