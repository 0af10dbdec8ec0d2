"""One invented world: all of its settings, and what must hold among them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from prioritizer.synthetic.parameters import (
    YEARS,
    Ai,
    Bundles,
    Calendar,
    Clusters,
    Files,
    Kinds,
    Ncmec,
    Network,
    People,
    Period,
    Places,
    Provider,
    Tail,
    Truth,
    Volume,
    Work,
)
from prioritizer.vocabulary.enums import UNLISTED, IncidentType, NetworkType
from prioritizer.vocabulary.places import COUNTRIES, US_STATES

PROFILE_FILES = {
    path.stem: path for path in sorted((Path(__file__).parent / "profiles").iterdir())
}
"""The files of the built-in worlds; the first is what the others extend."""

PROFILES = ("icac", "national")

# Shares that should fill one whole may miss it by rounding.
_ROUNDING = 1e-6
_EVENT_YEARS = (2000, 2100)  # before 2019 means always, after 2025 never
# With the tail of 230 there are as many as invented names: about 245 reported in 2023.
_MOST_PROVIDERS = 15
KIND_NAMES = tuple(
    member.name.lower()
    for member in IncidentType
    if member not in (IncidentType.CSAM, IncidentType.UNLISTED)
)
"""The incident types that `Kinds` gives shares of."""


@dataclass(frozen=True, slots=True)
class World:
    """One invented world, whole; see `profiles/common.toml` for every rate.

    `name` is the profile or file that it was read from, `profile` the built-in
    world that it extends.
    """

    name: str
    profile: str
    period: Period
    volume: Volume
    calendar: Calendar
    clusters: Clusters
    kinds: Kinds
    places: Places
    people: People
    files: Files
    network: Network
    ncmec: Ncmec
    bundles: Bundles
    ai: Ai
    work: Work
    truth: Truth
    providers: Mapping[str, Provider]
    tail: Tail

    @property
    def is_american(self) -> bool:
        """Whether most of it is about the United States, as a task force's queue."""
        return sum(self.places.us_share) > len(YEARS) / 2

    @property
    def content_hash(self) -> str:
        """A hash of every setting but the name."""
        settings = {**asdict(self), "name": ""}
        text = json.dumps(settings, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def problems(self) -> list[str]:
        """Return what no single key shows: sums, dates, names; each with its path."""
        return [
            *self._odd_times(),
            *self._odd_sums(),
            *self._odd_names(),
        ]

    def _odd_times(self) -> Iterator[str]:
        first = datetime(YEARS[0], 1, 1, tzinfo=UTC)
        last = datetime(YEARS[-1] + 1, 1, 1, tzinfo=UTC)
        known = f"the calendar knows {YEARS[0]} to {YEARS[-1]}"
        times = {
            "period.begins_at": self.period.begins_at,
            "period.ends_at": self.period.ends_at,
            **{
                f"calendar.{name}.starts_at": getattr(self.calendar, name).starts_at
                for name in Calendar.__slots__
            },
        }
        for path, moment in times.items():
            if moment.tzinfo is None:
                yield f"{path}: the time has no zone"
            elif path.startswith("period") and not first <= moment <= last:
                yield f"{path}: {known}"
            elif not _EVENT_YEARS[0] <= moment.year <= _EVENT_YEARS[1]:
                yield f"{path}: the year is not {_EVENT_YEARS[0]} to {_EVENT_YEARS[1]}"
        begins, ends = self.period.begins_at, self.period.ends_at
        if begins.tzinfo and ends.tzinfo and begins >= ends:
            yield "period.ends_at: it is not after period.begins_at"

    def _odd_sums(self) -> Iterator[str]:
        by_year = {
            "providers.*.share": [each.share for each in self.providers.values()],
            "kinds": [getattr(self.kinds, name) for name in KIND_NAMES],
            "places.us_share, unknown_share": [
                self.places.us_share,
                self.places.unknown_share,
            ],
        }
        for path, lists in by_year.items():
            for place, year in enumerate(YEARS):
                total = sum(each[place] for each in lists if len(each) > place)
                if total > 1 + _ROUNDING:
                    yield f"{path}: the shares of {year} add up to {total:.4g}, over 1"
        whole = {
            "network.operators.*.share": [
                each.share for each in self.network.operators.values()
            ],
            "ncmec.no_nexus_share, no_location_share, non_malicious_share": [
                self.ncmec.no_nexus_share,
                self.ncmec.no_location_share,
                self.ncmec.non_malicious_share,
            ],
        }
        for path, shares in whole.items():
            if abs(sum(shares) - 1) > _ROUNDING:
                yield f"{path}: the shares add up to {sum(shares):.4g}, not 1"
        actions = self.truth
        parts = actions.arrest_share + actions.conviction_share + actions.referred_share
        if parts > 1 + _ROUNDING:
            yield "truth.arrest_share, conviction_share, referred_share: over 1 in all"

    def _odd_names(self) -> Iterator[str]:
        # What is at home is not abroad.
        not_abroad = {"places.state_weights": "", "places.country_weights": "US"}
        closed = (
            ("places.state_weights", self.places.state_weights, US_STATES),
            ("places.country_weights", self.places.country_weights, COUNTRIES),
        )
        for path, weights, known in closed:
            odd = sorted(set(weights) - (set(known) - {UNLISTED, not_abroad[path]}))
            yield from (f"{path}.{name}: there is no such place" for name in odd)
            if not weights:
                yield f"{path}: it is empty"
        for name, operator in self.network.operators.items():
            if operator.kind not in set(NetworkType) - {NetworkType.UNLISTED}:
                yield f"network.operators.{name}.kind: there is no such kind"
        if self.volume.task_forces < len(self.places.state_weights):
            yield "volume.task_forces: there are fewer than states"
        if not 1 <= len(self.providers) <= _MOST_PROVIDERS:
            yield f"providers: there must be 1 to {_MOST_PROVIDERS}"
