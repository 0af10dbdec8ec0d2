"""What makes a report actionable: a sum of effects of every shape, each with a name.

The sum is the log-odds of police action if the report is worked on arrival. It
holds effects of one circumstance, of two and of three together, some that rise and
fall again, and latents that no field shows, so that it suits no model by design.
All sizes are guesses; how much of the variance each family has is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from prioritizer.seeds import Bools, Draws, Floats
from prioritizer.synthetic.circumstances import US, Circumstances
from prioritizer.synthetic.origins import KINDS
from prioritizer.synthetic.recorded import (
    FRESH,
    LOGIN,
    UPLOAD,
    Addresses,
    FileItems,
    share_of_rows,
)
from prioritizer.synthetic.world import World
from prioritizer.vocabulary.enums import IncidentType


class Family(StrEnum):
    """What shape an effect has."""

    MAIN = "main"
    PAIRS = "pairs"
    TRIPLES = "triples"
    CURVES = "curves"
    LATENTS = "latents"


@dataclass(frozen=True, slots=True)
class Case:
    """The circumstances of each report in the terms in which effects are said."""

    kind: Floats
    is_contact: Bools
    is_enticement: Bools
    is_viral: Bools
    is_meme: Bools
    is_spam: Bools
    is_generated: Bools
    is_padded: Bools
    is_urgent: Bools
    has_upload: Bools
    has_login: Bools
    leads_to_one: Bools
    is_shared: Bools
    has_port: Bools
    is_identifiable: Bools
    is_verified: Bools
    has_contact: Bools
    has_victim: Bools
    is_victim_young: Bools
    is_victim_located: Bools
    has_recipient: Bools
    is_viewed: Bools
    is_classified: Bools
    is_placed: Bools
    is_conflicting: Bools
    earlier: Floats
    fresh_share: Floats
    files: Floats
    completeness: Floats
    conversation: Floats
    delay_hours: Floats
    hour: Floats
    danger: Floats
    has_lead: Bools
    diligence: Floats


# Log-odds by kind; the first type is the zero.
_BY_KIND = {
    IncidentType.ENTICEMENT: 0.9,
    IncidentType.MOLESTATION: 1.5,
    IncidentType.TRAFFICKING: 1.0,
    IncidentType.TOURISM: 0.8,
    IncidentType.UNSOLICITED: 0.1,
    IncidentType.MISLEADING_WORDS: -1.2,
    IncidentType.MISLEADING_DOMAIN: -1.2,
}
BY_KIND: Floats = np.array([_BY_KIND.get(kind, 0.0) for kind in KINDS])
_MANY_CHARACTERS = 8_000


def _bump(values: Floats, middle: float, width: float) -> Floats:
    return np.asarray(np.exp(-(((values - middle) / width) ** 2)))


Effect = tuple[str, Family, Callable[[Case], Floats | Bools], float]

EFFECTS: tuple[Effect, ...] = (
    ("kind", Family.MAIN, lambda c: c.kind, 1.0),
    ("address leads to one", Family.MAIN, lambda c: c.leads_to_one, 0.7),
    ("verified contact", Family.MAIN, lambda c: c.is_verified, 0.5),
    ("any contact", Family.MAIN, lambda c: c.has_contact, 0.35),
    ("victim stated", Family.MAIN, lambda c: c.has_victim, 0.7),
    ("victim located", Family.MAIN, lambda c: c.is_victim_located, 0.7),
    ("viewed", Family.MAIN, lambda c: c.is_viewed, 0.4),
    ("fresh files", Family.MAIN, lambda c: c.fresh_share, 0.7),
    ("widely shared", Family.MAIN, lambda c: c.is_viral, -1.0),
    ("meme", Family.MAIN, lambda c: c.is_meme, -0.7),
    ("unwanted bulk", Family.MAIN, lambda c: c.is_spam, -1.2),
    ("generated", Family.MAIN, lambda c: c.is_generated, -1.6),
    ("padded", Family.MAIN, lambda c: c.is_padded, -1.3),
    ("placed", Family.MAIN, lambda c: c.is_placed, 0.4),
    ("conflicting place", Family.MAIN, lambda c: c.is_conflicting, -0.6),
    ("earlier reports", Family.MAIN, lambda c: c.earlier, 0.35),
    ("conversation", Family.MAIN, lambda c: c.conversation > 0, 0.5),
    (
        "shared address without port",
        Family.PAIRS,
        lambda c: c.is_shared & ~c.has_port & c.has_upload,
        -1.0,
    ),
    ("viewed and coded", Family.PAIRS, lambda c: c.is_viewed & c.is_classified, 0.7),
    (
        "complete and viral",
        Family.PAIRS,
        lambda c: c.is_viral * np.clip(c.completeness - 0.4, 0, 1),
        -2.6,
    ),
    (
        "sparse and in contact",
        Family.PAIRS,
        lambda c: c.is_contact * np.clip(0.75 - c.completeness, 0, 1),
        2.4,
    ),
    (
        "recipient of enticement",
        Family.PAIRS,
        lambda c: c.is_enticement & c.has_recipient,
        0.6,
    ),
    (
        "generated with a victim",
        Family.PAIRS,
        lambda c: c.is_generated & c.has_victim,
        2.0,
    ),
    ("log-in only", Family.PAIRS, lambda c: c.has_login & ~c.has_upload, -0.7),
    (
        "viral from a known actor with fresh files",
        Family.TRIPLES,
        lambda c: c.is_viral & (c.earlier > 0) & (c.fresh_share > 0),
        1.5,
    ),
    (
        "upload, few files, seen",
        Family.TRIPLES,
        lambda c: c.has_upload & (c.files <= 2) & c.is_viewed,
        0.8,
    ),
    (
        "late, shared, in contact",
        Family.TRIPLES,
        lambda c: c.is_contact & c.is_shared & (c.delay_hours > 48),
        -1.4,
    ),
    (
        "young victim in a conversation of enticement",
        Family.TRIPLES,
        lambda c: c.is_enticement & c.is_victim_young & (c.conversation > 0),
        1.2,
    ),
    (
        "complete, placed, log-in only",
        Family.TRIPLES,
        lambda c: (c.completeness > 0.6) & c.is_placed & c.has_login & ~c.has_upload,
        0.9,
    ),
    ("some files", Family.CURVES, lambda c: _bump(np.log1p(c.files), 2.2, 0.7), 1.1),
    (
        "neither hasty nor late",
        Family.CURVES,
        lambda c: _bump(np.log(c.delay_hours), 3.2, 1.2),
        0.8,
    ),
    (
        "hour of the day",
        Family.CURVES,
        lambda c: np.cos((c.hour - 3) * np.pi / 12),
        0.35,
    ),
    (
        "very long conversation",
        Family.CURVES,
        lambda c: c.conversation > _MANY_CHARACTERS,
        -0.9,
    ),
    ("danger", Family.LATENTS, lambda c: c.danger, 0.55),
    ("lead", Family.LATENTS, lambda c: c.has_lead, 1.1),
    ("address still known", Family.LATENTS, lambda c: c.is_identifiable, 0.9),
    ("urgent", Family.LATENTS, lambda c: c.is_urgent, 0.9),
    ("diligence", Family.LATENTS, lambda c: c.diligence, 0.35),
)
"""Name, family, value for each report, and log-odds for one unit of it."""


def families(world: World, case: Case) -> dict[Family, Floats]:
    """Return the log-odds that each family of effects gives each report.

    Parameters
    ----------
    world : World
        How strong each family is.
    case : Case
        The reports.

    Returns
    -------
    dict of Family to ndarray of shape (n_reports,)
    """
    total = {family: np.zeros(len(case.kind)) for family in Family}
    for _, family, value, size in EFFECTS:
        total[family] += size * getattr(world.truth, family) * value(case)
    return total


def shares_of_variance(parts: dict[Family, Floats]) -> dict[str, float]:
    """Return how much of the variance of the sum each part has.

    A part's share is its covariance with the sum over the sum's variance: shares
    add up to one, also where parts go together.

    Parameters
    ----------
    parts : dict of Family to ndarray of shape (n_reports,)
        The families' log-odds.

    Returns
    -------
    dict of str to float
    """
    total = np.sum(list(parts.values()), axis=0)
    centred = total - total.mean()
    whole = float(centred @ centred) or 1.0  # all families may be switched off
    return {
        str(family): round(float((part - part.mean()) @ centred) / whole, 4)
        for family, part in parts.items()
    }


def describe(
    draws: Draws,
    case: Circumstances,
    addresses: Addresses,
    files: FileItems,
    said: dict[str, Bools],
    identifiable: Bools,
) -> Case:
    """Return the circumstances in the terms in which effects are said.

    Parameters
    ----------
    draws : Draws
        The chance of this run.
    case, addresses, files
        What is the case, and what was recorded.
    said : dict of str to ndarray of bool
        ``is_verified``, ``has_contact``, ``is_viewed``, ``is_classified``: what
        is stated in the report.
    identifiable : ndarray of bool
        Whether an address still leads to a subscriber if worked on arrival.

    Returns
    -------
    Case
    """
    reports = len(case)

    def any_of(flags: Bools) -> Bools:
        return np.asarray(np.bincount(addresses.row[flags], minlength=reports) > 0)

    is_upload = addresses.event == UPLOAD
    origins = case.origins
    hours = case.incident_us // 3_600_000_000 % 24
    actor = case.timeline.cluster.astype(np.uint64)
    return Case(
        kind=BY_KIND[origins.kind],
        is_contact=origins.is_contact,
        is_enticement=np.array([k is IncidentType.ENTICEMENT for k in KINDS])[
            origins.kind
        ],
        is_viral=case.is_viral,
        is_meme=case.is_meme,
        is_spam=case.is_spam,
        is_generated=case.is_generated,
        is_padded=case.is_padded,
        is_urgent=origins.is_urgent,
        has_upload=any_of(is_upload),
        has_login=any_of(addresses.event == LOGIN),
        leads_to_one=any_of(is_upload & addresses.is_attributable),
        is_shared=any_of(addresses.is_shared),
        has_port=any_of(addresses.has_port),
        is_identifiable=identifiable,
        has_victim=case.victims > 0,
        is_victim_young=(case.victim_age > 0) & (case.victim_age < 13),
        is_victim_located=case.is_victim_located,
        has_recipient=case.recipients > 0,
        is_placed=case.nation == US,
        is_conflicting=case.is_conflicting,
        earlier=np.log1p(np.minimum(case.timeline.ordinal, 20)),
        fresh_share=share_of_rows(files.origin == FRESH, files.row, reports),
        files=np.bincount(files.row, minlength=reports).astype(np.float64),
        completeness=case.completeness,
        conversation=case.conversation_length.astype(np.float64),
        delay_hours=case.delay_hours,
        hour=hours.astype(np.float64),
        danger=origins.danger,
        has_lead=case.has_lead,
        diligence=draws.normal("diligence", actor),
        **said,
    )
