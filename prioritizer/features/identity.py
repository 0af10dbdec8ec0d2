"""Who is named, and what is known of the accounts."""

from __future__ import annotations

import polars as pl

from prioritizer.features.wording import Group
from prioritizer.vocabulary.enums import IdentifierKind, Role

_IDENTITY = Group("identity", "people")
_ACCOUNT = Group("account", "people")
_IS_USER = pl.col("role") == Role.REPORTED_USER

FEATURES = (
    _IDENTITY.count(
        "user_names",
        _IS_USER & (pl.col("has_last_name") | pl.col("has_first_name")),
        "reported person with a name",
        "reported persons with a name",
    ),
    _IDENTITY.count(
        "user_birth_dates",
        _IS_USER & (pl.col("has_date_of_birth") | pl.col("age_years").is_not_null()),
        "reported person with a date of birth or age",
        "reported persons with a date of birth or age",
    ),
    _IDENTITY.count(
        "user_vehicles",
        _IS_USER & (pl.col("has_vehicle") | pl.col("has_vehicle_tag")),
        "reported person with a vehicle",
        "reported persons with a vehicle",
    ),
    _ACCOUNT.count(
        "user_account_numbers",
        _IS_USER & pl.col("has_esp_identifier"),
        "reported account with its number at the provider",
        "reported accounts with their number at the provider",
    ),
    _ACCOUNT.count(
        "user_screen_names",
        _IS_USER.cast(pl.Int32) * pl.col("screen_name_count"),
        "screen name of the reported account",
        "screen names of the reported account",
    ),
    _ACCOUNT.count(
        "user_display_names",
        _IS_USER.cast(pl.Int32) * pl.col("display_name_count"),
        "display name of the reported account",
        "display names of the reported account",
    ),
    _ACCOUNT.count(
        "user_profiles",
        _IS_USER.cast(pl.Int32) * pl.col("profile_url_count"),
        "profile page of the reported account",
        "profile pages of the reported account",
    ),
    _ACCOUNT.count(
        "closed_accounts",
        pl.col("is_permanently_disabled").fill_null(value=False)
        | pl.col("is_temporarily_disabled").fill_null(value=False),
        "account that the provider paused or closed",
        "accounts that the provider paused or closed",
    ),
    _ACCOUNT.count(
        "associated_accounts",
        pl.col("role") == Role.ASSOCIATED_ACCOUNT,
        "associated account",
        "associated accounts",
    ),
    _ACCOUNT.count(
        "compromised_accounts",
        pl.col("is_compromised_account"),
        "account that somebody else may have used",
        "accounts that somebody else may have used",
        direction=-1,
        exemption="the account's holder may not be the user",
    ),
    _ACCOUNT.count(
        "third_party_accounts",
        pl.col("is_third_party_user").fill_null(value=False)
        | pl.col("is_platform_third_party").fill_null(value=False),
        "account on another company's service",
        "accounts on another company's service",
        direction=0,
        exemption="the provider cannot say much of another company's user",
    ),
    Group("account", "identifiers").count(
        "shared_groups",
        pl.col("identifier_kind") == IdentifierKind.GROUP,
        "group that the account belongs to",
        "groups that the account belongs to",
    ),
    _ACCOUNT.number(
        "listed_prior_reports",
        # Each once, and not the report itself, whichever account they stand with.
        pl.col("prior_report_ids")
        .list.set_difference(pl.concat_list("report_id"))
        .explode()
        .drop_nulls()
        .n_unique(),
        "earlier report that the provider lists",
        "earlier reports that the provider lists",
    ),
)
