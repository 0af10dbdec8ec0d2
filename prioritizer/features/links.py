"""What was known on arrival of linked reports and of the provider."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Feature

# A sender's record is a weak prior: it starts as if this many of its outcomes
# were known at the usual rate, and never leaves the band, so that no sender's
# name can bury or lift a report by itself.
_PRIOR_OUTCOMES = 40
_PRIOR_SHARE = 0.5  # NCMEC: half of all reports of 2023 were referrals
_BAND = (0.25, 0.75)
_SHRUNK = (pl.col("provider_actions") + _PRIOR_SHARE * _PRIOR_OUTCOMES) / (
    pl.col("provider_outcomes") + _PRIOR_OUTCOMES
)

FEATURES = (
    Feature(
        "account_matches",
        "links",
        "links",
        pl.col("account_matches"),
        "matches",
        "identifiers seen in earlier reports, times seen: {value}",
        "no identifier seen in an earlier report",
        exemption="what was reported before may have been worked before",
    ),
    Feature(
        "address_matches",
        "links",
        "links",
        pl.col("address_matches"),
        "matches",
        "addresses or devices seen in earlier reports, times seen: {value}",
        "no address or device seen in an earlier report",
        exemption="strangers may share an address",
    ),
    Feature(
        "widest_file",
        "links",
        "links",
        pl.col("widest_file"),
        "reports",
        "earlier reports with the same file, for the most common one: {value}",
        "no earlier report with the same file",
        direction=-1,
        exemption="a file that many reports hold seldom leads to a new place",
    ),
    Feature(
        "known_files",
        "links",
        "links",
        pl.col("known_file_count"),
        "files",
        "files that an earlier report had: {value}",
        "no file that an earlier report had",
        direction=-1,
        exemption="a file that was reported before tells less",
    ),
    Feature(
        "provider_action_share",
        "provider",
        "provider_history",
        _SHRUNK.clip(*_BAND),
        "share",
        "record of this provider, half if nothing is known: {value}",
        "nothing is known of this provider's record",
        direction=1,
        absent=_PRIOR_SHARE,
    ),
)
