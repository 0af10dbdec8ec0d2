"""Who reports: the providers of a world, how each does it, and how much it sends."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import numpy as np

from prioritizer.seeds import Draws, Floats, Ints, Words
from prioritizer.synthetic.moments import SECOND_US
from prioritizer.synthetic.parameters import YEARS, Provider
from prioritizer.synthetic.world import World
from prioritizer.vocabulary.providers import INVENTED_PROVIDERS

_MEANINGS = ("act", "detection", "account_creation")
_OF_DRIFT = YEARS.index(2023)
YEAR_BEGINS_US: Ints = np.array(
    [
        round(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * SECOND_US
        for year in (*YEARS, YEARS[-1] + 1)
    ],
    dtype=np.int64,
)
"""First moment of each year that the calendar knows, and of the one after."""


def moment_us(moment: datetime) -> int:
    """Return a moment in µs since 1970."""
    return round(moment.timestamp()) * SECOND_US


def year_place(moments_us: Ints) -> Ints:
    """Return the place of each moment's year in the lists by year."""
    place = np.searchsorted(YEAR_BEGINS_US, moments_us, side="right") - 1
    return np.clip(place, 0, len(YEARS) - 1)


class Senders:
    """The providers of a world as arrays, one place each; the long tail comes last.

    Parameters
    ----------
    world : World
        Its archetypes and its tail.

    Attributes
    ----------
    names : tuple of str
        Invented names that may be shown.
    contact, network, place, ... : ndarray of shape (n_providers,)
        The fields of `Provider`.
    """

    def __init__(self, world: World) -> None:
        archetypes = list(world.providers.values())
        self._world = world
        self._archetypes = len(archetypes)
        everyone = [*archetypes, *_tail(world)]
        self.names = INVENTED_PROVIDERS[: len(everyone)]
        self._columns = {
            field.name: np.array([getattr(each, field.name) for each in everyone])
            for field in fields(Provider)
            if field.name not in ("share", "incident_time")
        }
        self.meaning: Ints = np.array(
            [_MEANINGS.index(each.incident_time) for each in everyone]
        )
        self._shares = self._by_year([each.share for each in archetypes])
        self.contact_mean = self._shares @ self._columns["contact_weight"]

    def __len__(self) -> int:
        return len(self.names)

    def of(self, field: str, provider: Ints) -> Floats:
        """Return a field of `Provider` for each row's provider."""
        return np.asarray(self._columns[field][provider])

    def choose(self, draws: Draws, name: str, rows: Words, moments_us: Ints) -> Ints:
        """Return the place of a provider for each row, as likely as in its year.

        A provider that floods is never among them: see `flooding`.
        """
        drawn = draws.uniform(name, rows)
        year = year_place(moments_us)
        chosen = np.zeros(len(rows), dtype=np.int64)
        for place in range(len(YEARS)):
            (which,) = np.nonzero(year == place)
            shares = np.where(self._columns["floods"], 0.0, self._shares[place])
            edges = np.cumsum(shares / shares.sum())
            chosen[which] = np.searchsorted(edges, drawn[which], side="right")
        return np.minimum(chosen, len(self) - 1)

    def flooding(self, draws: Draws, number: Words, moments_us: Ints) -> Ints:
        """Return the flooding provider of each report, -1 for none.

        Its findings have no actor, so they are drawn report by report.
        """
        (floods,) = np.nonzero(self._columns["floods"])
        shares = self._shares[:, floods][year_place(moments_us)]
        starts = moment_us(self._world.calendar.ai_flood.starts_at)
        shares[moments_us < starts] = 0.0
        edges = np.cumsum(shares, axis=1)
        place = (draws.uniform("flood", number)[:, None] > edges).sum(axis=1)
        return np.asarray(np.append(floods, -1)[place])

    def _by_year(self, published: list[tuple[float, ...]]) -> Floats:
        """Return what each provider sends of each year, as the calendar bends it."""
        calendar = self._world.calendar
        by_year = np.array(published, dtype=np.float64).T
        floods = self._columns["floods"][: self._archetypes]
        held = by_year[_OF_DRIFT]
        drift = calendar.provider_drift
        drifts = np.array(YEARS) >= drift.starts_at.year
        bent = held + drift.force * drifts[:, None] * (by_year - held)
        # What floods is there in any year, for it may be set to begin in any.
        flood = np.where(floods, by_year.max(axis=0), 0.0)
        ordinary = np.where(floods, 0.0, np.clip(bent, 0.0, 1.0))
        rest = np.clip(
            1.0 - ordinary.sum(axis=1) - (by_year * floods).sum(axis=1), 0, 1
        )
        rank = np.arange(1, self._world.tail.count + 1)
        # Zipf's law, and a far end that falls off faster than it.
        falls = np.exp(-((rank / self._world.tail.cutoff) ** 2))
        tail = rank**-self._world.tail.exponent * falls
        shares = np.hstack([ordinary, np.outer(rest, tail / tail.sum())])
        shares[:, : self._archetypes] += flood * calendar.ai_flood.force
        if self._world.is_american:
            shares = shares * self._columns["us_weight"]
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _tail(world: World) -> list[Provider]:
    """Return the small providers; what kind each is does not depend on the seed."""
    tail = world.tail
    draws = Draws(0, "long tail")
    rows = np.arange(tail.count, dtype=np.uint64)

    def drawn(name: str, most: float) -> list[float]:
        return list((draws.uniform(name, rows) * most).tolist())

    columns = {
        **{
            name: drawn(name, tail.most_complete)
            for name in ("contact", "network", "place", "narrative", "upload_share")
        },
        "port_share": drawn("port_share", 0.4),
        "viewed_stated_share": drawn("viewed_stated_share", 1.0),
        "viewed_share": drawn("viewed_share", 0.9),
        "viral_share": drawn("viral_share", 2 * tail.viral_share),
        "prompt_hours": draws.lognormal(
            "prompt_hours", rows, tail.prompt_hours, 0.8
        ).tolist(),
    }
    return [
        Provider(
            share=(0.0,) * len(YEARS),
            us_weight=tail.us_weight,
            contact_weight=tail.contact_weight,
            **{name: values[place] for name, values in columns.items()},
        )
        for place in range(tail.count)
    ]
