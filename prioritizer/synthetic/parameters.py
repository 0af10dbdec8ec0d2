"""The sections of a world's settings, each a small typed record.

What each rate means, its unit and its source stand beside it in `profiles/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Len

YEARS = tuple(range(2019, 2026))
"""The years that the calendar knows."""

Share = Annotated[float, Ge(0), Le(1)]
Positive = Annotated[float, Gt(0), Le(1e9)]
Hours = Annotated[float, Gt(0), Le(5 * 8766)]
Days = Annotated[float, Gt(0), Le(5 * 365)]
Factor = Annotated[float, Ge(0), Le(100)]
Whole = Annotated[int, Ge(1), Le(10_000_000)]
SharesByYear = Annotated[tuple[Share, ...], Len(len(YEARS), len(YEARS))]
ByYear = Annotated[tuple[Positive, ...], Len(len(YEARS), len(YEARS))]


@dataclass(frozen=True, slots=True)
class Period:
    """First moment of the world, and the first one after it."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed at one moment."""

    on: bool
    starts_at: datetime
    strength: Factor

    @property
    def force(self) -> float:
        """Its strength, nothing if it is switched off."""
        return self.strength if self.on else 0.0


@dataclass(frozen=True, slots=True)
class Calendar:
    """What changed in these years; each event can be switched, moved, amplified."""

    informational_policy: Event
    report_act: Event
    bundling: Event
    encryption: Event
    ai_flood: Event
    provider_drift: Event


@dataclass(frozen=True, slots=True)
class Volume:
    """Reports a year, and how many task forces share them."""

    reports: ByYear
    task_forces: Whole


@dataclass(frozen=True, slots=True)
class Clusters:
    """How many reports one actor causes, over which time, from which accounts."""

    tail_index: Annotated[float, Gt(1), Le(10)]
    largest: Annotated[int, Ge(1), Le(10_000)]
    span_days: Days
    second_account_share: Share
    same_provider_share: Share


@dataclass(frozen=True, slots=True)
class Kinds:
    """Share of reports by incident type, by year; the rest is the first type."""

    enticement: SharesByYear
    unsolicited: SharesByYear
    molestation: SharesByYear
    trafficking: SharesByYear
    misleading_words: SharesByYear
    misleading_domain: SharesByYear
    tourism: SharesByYear
    report_act_trafficking_factor: Factor
    report_act_lag_days: Annotated[float, Ge(0), Le(730)]


@dataclass(frozen=True, slots=True)
class Places:
    """Where reports lead, and how often that is said and agrees."""

    us_share: SharesByYear
    unknown_share: SharesByYear
    state_weights: Mapping[str, Positive]
    country_weights: Mapping[str, Positive]
    conflict_share: Share
    address_stated_share: Share
    estimate_share: Share


@dataclass(frozen=True, slots=True)
class People:
    """What is said of the persons and accounts of a report."""

    email_share: Share
    phone_share: Share
    name_share: Share
    birth_date_share: Share
    screen_name_share: Share
    display_name_share: Share
    profile_share: Share
    verified_share: Share
    victim_share_contact: Share
    victim_share_other: Share
    victim_located_share: Share
    victim_age_share: Share
    recipient_share: Share
    associated_account_share: Share
    prior_stated_share: Share
    compromised_share: Share


@dataclass(frozen=True, slots=True)
class Files:
    """How many files, how many of them copies, and what is said of them."""

    mean_count: ByYear
    largest_count: Annotated[int, Ge(1), Le(1000)]
    tail_sigma: Annotated[float, Gt(0), Le(3)]
    none_share_contact: Annotated[float, Ge(0), Le(0.9)]
    viral_share: Share
    viral_items: Whole
    viral_exponent: Annotated[float, Gt(0), Le(3)]
    copy_share_single: Share
    copy_share_many: Share
    reports_a_copied_file: Whole
    near_copy_share_single: Share
    near_copy_share_many: Share
    reports_a_varied_file: Whole
    repeat_share: Share
    classified_share: Share
    exif_share: Share
    public_stated_share: Share
    second_hash_share: Share


@dataclass(frozen=True, slots=True)
class Operator:
    """A network: how many use it, and for how long it knows who had an address."""

    share: Share
    retention_days: Annotated[float, Ge(0), Le(3650)]
    kind: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Network:
    """Addresses and devices: how old, how often, how shared."""

    newest_age_hours: Hours
    age_sigma: Annotated[float, Gt(0), Le(4)]
    success_share: Share
    version_6_share: Share
    shared_addresses: Whole
    logins_mean: Annotated[float, Ge(0), Le(20)]
    registration_share: Share
    device_share: Share
    proxy_share: Share
    proxy_stated_share: Share
    request_hours: Hours
    operators: Mapping[str, Operator]


@dataclass(frozen=True, slots=True)
class Ncmec:
    """What NCMEC adds: designation, codes, and the time that it takes."""

    informational_share: SharesByYear
    informational_share_before_policy: Share
    no_nexus_share: Share
    no_location_share: Share
    non_malicious_share: Share
    handling_hours: Hours
    handling_hours_urgent: Hours
    marks_urgent_share: Share
    marks_other_share: Share
    second_share: Share
    third_share: Share


@dataclass(frozen=True, slots=True)
class Bundles:
    """Reports that hold several incidents."""

    share: Share
    mean_incidents: Annotated[float, Ge(2.1), Le(1000)]
    most_listed: Annotated[int, Ge(2), Le(1000)]


@dataclass(frozen=True, slots=True)
class Ai:
    """Reports flagged as made by a generative model, beside the flood."""

    generated_share: SharesByYear


@dataclass(frozen=True, slots=True)
class Work:
    """The past policy that worked the reports, and what was fed back."""

    worked_share: Annotated[float, Ge(0.05), Le(0.95)]
    worked_share_elsewhere: Annotated[float, Ge(0.05), Le(0.95)]
    least_propensity: Annotated[float, Ge(0.02), Le(0.5)]
    wait_days: Days
    wait_days_urgent: Days
    feedback_share: Share
    feedback_share_federal: Share
    feedback_share_international: Share
    action_feedback_factor: Annotated[float, Ge(1), Le(10)]
    wrong_share: Share
    known_after_days: Days
    later_change_share: Share


@dataclass(frozen=True, slots=True)
class Truth:
    """How strong each family of effects is, and what actions come to."""

    main: Factor
    pairs: Factor
    triples: Factor
    curves: Factor
    latents: Factor
    urgent_share: SharesByYear
    action_share: Annotated[float, Ge(0.01), Le(0.9)]
    arrest_share: Share
    conviction_share: Share
    referred_share: Share
    effort_hours: Hours


@dataclass(frozen=True, slots=True)
class Provider:
    """How one invented provider reports; no claim about any company."""

    share: SharesByYear
    contact: Share
    network: Share
    place: Share
    narrative: Share
    upload_share: Share
    viral_share: Share
    prompt_hours: Hours
    us_weight: Factor
    port_share: Share = 0.0
    viewed_stated_share: Share = 0.0
    viewed_share: Share = 0.0
    contact_weight: Factor = 1.0
    ai_share: Share = 0.0
    escalated_share: Share = 0.0008
    escalates_urgent_share: Share = 0.30
    padded_share: Share = 0.0
    is_encrypted_share: Share = 0.0
    incident_time: Literal["act", "detection", "account_creation"] = "act"
    bundles: bool = False
    classifies: bool = False
    floods: bool = False


@dataclass(frozen=True, slots=True)
class Tail:
    """The many small providers, of whom each is drawn."""

    count: Annotated[int, Ge(1), Le(230)]
    exponent: Annotated[float, Gt(0), Le(5)]
    cutoff: Positive
    most_complete: Share
    viral_share: Share
    prompt_hours: Hours
    us_weight: Factor
    contact_weight: Factor
