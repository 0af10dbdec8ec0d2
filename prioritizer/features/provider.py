"""The record of the provider, as a weak and capped prior; never which provider."""

from __future__ import annotations

import math

import polars as pl

from prioritizer.features.feature import Band, Feature

# Each share starts as if so many outcomes, or reports, were known at the share that
# it is shrunk towards, and the whole never leaves the cap: no sender's record can
# bury or lift a report by itself.
_PRIOR_OUTCOMES = 40
_PRIOR_REPORTS = 100
_CAP = 0.25
_HALF = 0.5  # NCMEC: half of all reports of 2023 were referrals


def _shrunk(
    part: pl.Expr, whole: pl.Expr, towards: pl.Expr, strength: int = _PRIOR_OUTCOMES
) -> pl.Expr:
    return (part + strength * towards) / (whole + strength)


def _in_regime(name: str) -> pl.Expr:
    return pl.col(f"provider_regime_{name}")


def _before_it(name: str) -> pl.Expr:
    return pl.col(f"provider_{name}") - _in_regime(name)


# From the general to the particular: all providers in this regime, the provider
# before it, the provider in it. A change of practice moves them all together.
_OF_ALL = _shrunk(pl.col("regime_actions"), pl.col("regime_outcomes"), pl.lit(_HALF))
_BEFORE = _shrunk(_before_it("actions"), _before_it("outcomes"), _OF_ALL)
_NOW = _shrunk(_in_regime("actions"), _in_regime("outcomes"), _BEFORE)


def _share(name: str) -> pl.Expr:
    """Return the share of a provider's reports, none of them if few are known."""
    none = pl.lit(0.0)
    return _shrunk(pl.col(name), pl.col("provider_reports"), none, _PRIOR_REPORTS)


_RARE = 1 - _share("provider_escalated")
_REGISTRATIONS = _share("provider_registration_times")
_WEAK = "a provider's record is a weak prior"

FEATURES = (
    Feature(
        "provider_record",
        "provider",
        "provider_history",
        pl.when(pl.col("provider_outcomes") > 0).then(
            (_NOW - _OF_ALL).clip(-_CAP, _CAP)
        ),
        "share",
        (
            Band(-0.02, "this provider's reports led to action less often ({value})"),
            Band(0.02, "this provider's reports led to action as often ({value})"),
            Band(
                math.inf, "this provider's reports led to action more often ({value})"
            ),
        ),
        "nothing is known of this provider's record",
        absent=None,
        exemption=_WEAK,
    ),
    Feature(
        "escalation_rarity",
        "provider",
        "provider_history",
        pl.when(pl.col("esp_escalated")).then(_RARE).otherwise(0.0),
        "share",
        (
            Band(0.5, "escalated by a provider that often does so ({value})"),
            Band(math.inf, "escalated by a provider that seldom does so ({value})"),
        ),
        "no escalation to compare with the provider's habit",
        direction=1,
    ),
    Feature(
        "registration_time_share",
        "provider",
        "provider_history",
        _REGISTRATIONS,
        "share",
        (
            Band(0.1, "this provider seldom gives registrations as the time ({value})"),
            Band(
                math.inf,
                "this provider often gives registrations as the time ({value})",
            ),
        ),
        "this provider is not known to give registrations as the time",
        direction=-1,
        exemption="its incident times may say when an account was opened",
    ),
)
