"""What is the case behind each report, whether or not any field shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from prioritizer.seeds import Bools, Draws, Floats, Ints
from prioritizer.synthetic.moments import HOUR_US, SECOND_US
from prioritizer.synthetic.origins import Origins, draw_origins
from prioritizer.synthetic.senders import Senders, moment_us
from prioritizer.synthetic.timeline import Timeline
from prioritizer.synthetic.world import World

US, ABROAD, UNKNOWN = 0, 1, 2
# Arrays of several kinds by the names of `Circumstances`.
Columns = dict[str, Any]
_SECTIONS = ("contact", "network", "place", "narrative")
# Guesses about what goes with what.
_SPREAD_OF_ACTOR, _SPREAD_OF_REPORT = 0.10, 0.08
_VIRAL_SHARE_OF_BUNDLES = 0.92
_SPAM_SHARE_OF_VIRAL = 0.05
_MEME_SHARE_OF_VIRAL = 0.15
_LEAD_SHARE, _LEAD_SHARE_OF_CONTACT = 0.10, 0.28
_LEFT_OF_NARRATIVE = 0.1  # where the provider no longer sees what is sent
_DELAY_SIGMA = 1.2
_ACCOUNT_AGE_HOURS = 400 * 24.0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Arrays of shape (n_reports,), in the order of the timeline.

    Attributes
    ----------
    nation : ndarray of int64
        `US`, `ABROAD` or `UNKNOWN`, in truth.
    country, operator : ndarray of int64
        Places in the world's lists of countries and networks.
    is_conflicting : ndarray of bool
        Whether look-ups name another place.
    contact, network, place, narrative : ndarray of float64
        How complete the report is in each section, between 0 and 1.
    is_encrypted, is_bundle, is_viral, is_meme, is_spam, is_generated, is_padded
        What kind of report it is.
    has_lead : ndarray of bool
        A latent: somebody who reads it all finds a lead that no field shows.
    incidents : ndarray of int64
        How many incidents the report stands for, 1 or more.
    incident_us : ndarray of int64
        The moment that the provider states, whatever it means by it.
    victims, recipients : ndarray of int64
        How many are stated.
    is_victim_located : ndarray of bool
        Whether a place of a victim is stated.
    victim_age : ndarray of int64
        In years; 0 if not stated.
    conversation_length : ndarray of int64
        Characters of communication sent along.
    """

    timeline: Timeline
    origins: Origins
    nation: Ints
    country: Ints
    operator: Ints
    is_conflicting: Bools
    is_proxied: Bools
    contact: Floats
    network: Floats
    place: Floats
    narrative: Floats
    is_encrypted: Bools
    is_bundle: Bools
    is_viral: Bools
    is_meme: Bools
    is_spam: Bools
    is_generated: Bools
    is_padded: Bools
    has_lead: Bools
    incidents: Ints
    incident_us: Ints
    delay_hours: Floats
    victims: Ints
    recipients: Ints
    is_victim_located: Bools
    victim_age: Ints
    conversation_length: Ints

    def __len__(self) -> int:
        return len(self.timeline)

    @property
    def state(self) -> Ints:
        """The US state in which the actor would be, a place in the world's list."""
        return self.timeline.state

    @property
    def completeness(self) -> Floats:
        """How complete the report is in all, between 0 and 1."""
        return np.asarray(sum(getattr(self, each) for each in _SECTIONS) / 4)


def draw_circumstances(
    world: World, senders: Senders, draws: Draws, timeline: Timeline
) -> Circumstances:
    """Draw what is the case behind the reports of a timeline.

    Parameters
    ----------
    world, senders, draws
        The world, its providers, the chance of this run.
    timeline : Timeline
        The reports, in any order; each is drawn on its own.

    Returns
    -------
    Circumstances
    """
    number = timeline.number
    origins = draw_origins(
        world, senders, draws, number, timeline.cluster, timeline.received_us
    )
    kinds = _what_it_is(world, senders, draws, timeline, origins)
    sections = _sections(senders, draws, timeline, origins)
    is_contact = origins.is_contact
    hidden = kinds["is_encrypted"]
    sections["narrative"] = np.where(
        hidden, sections["narrative"] * _LEFT_OF_NARRATIVE, sections["narrative"]
    )
    lead = np.where(is_contact, _LEAD_SHARE_OF_CONTACT, _LEAD_SHARE)
    return Circumstances(
        timeline=timeline,
        origins=origins,
        **_whereabouts(world, draws, timeline, origins),
        **sections,
        **kinds,
        has_lead=draws.chance("lead", number, lead),
        **_times(senders, draws, timeline, origins),
        **_others(world, draws, timeline, origins, sections["narrative"]),
    )


def _whereabouts(
    world: World, draws: Draws, timeline: Timeline, origins: Origins
) -> Columns:
    rows = timeline.cluster.astype(np.uint64)
    drawn = draws.uniform("nation", rows)
    us = np.array(world.places.us_share)[origins.year]
    unknown = np.array(world.places.unknown_share)[origins.year]
    nation = np.select([drawn < us, drawn > 1 - unknown], [US, UNKNOWN], ABROAD)
    operators = list(world.network.operators.values())
    proxied = np.where(
        nation == UNKNOWN, 0.5, world.network.proxy_share
    )  # who cannot be placed often comes through a proxy
    number = timeline.number
    return {
        "nation": nation.astype(np.int64),
        "country": draws.choice(
            "country", rows, list(world.places.country_weights.values())
        ),
        "operator": draws.choice("operator", rows, [each.share for each in operators]),
        "is_conflicting": draws.chance("conflict", number, world.places.conflict_share),
        "is_proxied": draws.chance("proxy", number, proxied),
    }


def _sections(
    senders: Senders, draws: Draws, timeline: Timeline, origins: Origins
) -> Columns:
    """Return how complete each section is: the provider's habit, and a spread."""
    actor = draws.normal("completeness of actor", timeline.cluster.astype(np.uint64))
    return {
        name: np.clip(
            senders.of(name, origins.provider)
            + _SPREAD_OF_ACTOR * actor
            + _SPREAD_OF_REPORT * draws.normal(f"{name} section", timeline.number),
            0.0,
            1.0,
        )
        # What floods in says nothing of anybody.
        * ~senders.of("floods", origins.provider).astype(bool)
        for name in _SECTIONS
    }


def _what_it_is(
    world: World, senders: Senders, draws: Draws, timeline: Timeline, origins: Origins
) -> Columns:
    number, provider = timeline.number, origins.provider
    received, calendar = timeline.received_us, world.calendar

    def after(name: str) -> Bools:
        starts = moment_us(getattr(calendar, name).starts_at)
        return np.asarray(received >= starts)

    hidden = senders.of("is_encrypted_share", provider) * calendar.encryption.force
    bundled = np.where(
        after("bundling") & senders.of("bundles", provider).astype(bool),
        world.bundles.share * calendar.bundling.force,
        0.0,
    )
    is_bundle = draws.chance("bundle", number, bundled) & ~origins.is_contact
    viral = np.where(
        is_bundle, _VIRAL_SHARE_OF_BUNDLES, senders.of("viral_share", provider)
    )
    # Contact is alive and new: it is seldom a copy of anything.
    is_viral = draws.chance("is viral", number, viral) & ~origins.is_contact
    generated = np.maximum(
        senders.of("ai_share", provider),
        np.array(world.ai.generated_share)[origins.year],
    )
    more = draws.uniform("incidents", number)
    mean = world.bundles.mean_incidents
    # Geometric from two up, with the mean that the world says.
    further = np.floor(np.log(more) / np.log(1 - 1 / (mean - 1))).astype(np.int64)
    return {
        "is_encrypted": after("encryption") & draws.chance("encrypted", number, hidden),
        "is_bundle": is_bundle,
        "is_viral": is_viral,
        "is_meme": is_viral & draws.chance("meme", number, _MEME_SHARE_OF_VIRAL),
        "is_spam": is_viral & draws.chance("is spam", number, _SPAM_SHARE_OF_VIRAL),
        "is_generated": draws.chance("generated", number, generated),
        "is_padded": draws.chance(
            "padded", number, senders.of("padded_share", provider)
        ),
        "incidents": np.where(is_bundle, 2 + further, 1),
    }


def _times(
    senders: Senders, draws: Draws, timeline: Timeline, origins: Origins
) -> Columns:
    """Return when it happened as stated, and hours from the act to NCMEC."""
    number = timeline.number
    prompt = senders.of("prompt_hours", origins.provider)
    delay = draws.lognormal("delay", number, prompt, _DELAY_SIGMA)
    account = draws.lognormal("account age", number, _ACCOUNT_AGE_HOURS, 0.8)
    meaning = senders.meaning[origins.provider]
    stated = np.select([meaning == 1, meaning == 2], [0.2 * delay, account], delay)
    moment = timeline.received_us - (stated * HOUR_US).astype(np.int64)
    return {"incident_us": moment // SECOND_US * SECOND_US, "delay_hours": delay}


def _others(
    world: World, draws: Draws, timeline: Timeline, origins: Origins, told: Floats
) -> Columns:
    """Return who else is in the report, and how much communication."""
    people, number, is_contact = world.people, timeline.number, origins.is_contact
    stated = np.where(
        is_contact, people.victim_share_contact, people.victim_share_other
    )
    victims = draws.chance("victim", number, stated).astype(np.int64)
    victims += (victims > 0) & draws.chance("second victim", number, 0.12)
    aged = (victims > 0) & draws.chance("victim age", number, people.victim_age_share)
    talks = draws.chance(
        "conversation", number, np.where(is_contact, 0.25 + 0.7 * told, 0.25 * told)
    )
    characters = draws.lognormal("conversation length", number, 1100.0, 1.1)
    return {
        "victims": victims,
        "recipients": draws.chance(
            "recipient", number, people.recipient_share * np.where(is_contact, 2.5, 1.0)
        ).astype(np.int64),
        "is_victim_located": (victims > 0)
        & draws.chance("victim located", number, people.victim_located_share),
        "victim_age": np.where(aged, draws.whole("age of victim", number, 6, 18), 0),
        "conversation_length": np.where(
            talks, np.minimum(characters, 60_000), 0
        ).astype(np.int64),
    }
