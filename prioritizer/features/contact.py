"""Who is named, and how they can be reached."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Feature
from prioritizer.vocabulary.enums import Role

_IS_USER = pl.col("role") == Role.REPORTED_USER
_IS_VICTIM = pl.col("role") == Role.VICTIM


def _of_user(name: str, column: str, unit: str, said: str, unsaid: str) -> Feature:
    return Feature(
        name,
        "contact",
        "people",
        pl.col(column).filter(_IS_USER).sum(),
        unit,
        said,
        unsaid,
        direction=1,
    )


FEATURES = (
    _of_user(
        "user_emails",
        "email_count",
        "addresses",
        "e-mail addresses of the reported account: {value}",
        "no e-mail address of the reported account",
    ),
    _of_user(
        "user_phones",
        "phone_count",
        "numbers",
        "telephone numbers of the reported account: {value}",
        "no telephone number of the reported account",
    ),
    _of_user(
        "user_screen_names",
        "screen_name_count",
        "names",
        "screen names of the reported account: {value}",
        "no screen name of the reported account",
    ),
    _of_user(
        "user_profiles",
        "profile_url_count",
        "pages",
        "profile pages of the reported account: {value}",
        "no profile page of the reported account",
    ),
    _of_user(
        "user_addresses",
        "address_count",
        "addresses",
        "postal addresses of the reported account: {value}",
        "no postal address of the reported account",
    ),
    _of_user(
        "user_names",
        "has_last_name",
        "persons",
        "reported persons with a name: {value}",
        "no name of a reported person",
    ),
    _of_user(
        "user_birth_dates",
        "has_date_of_birth",
        "persons",
        "reported persons with a date of birth: {value}",
        "no date of birth of a reported person",
    ),
    Feature(
        "verified_contacts",
        "contact",
        "identifiers",
        pl.col("is_verified").fill_null(value=False).sum(),
        "contacts",
        "contacts that the provider verified: {value}",
        "no contact that the provider verified",
        direction=1,
    ),
    Feature(
        "victims",
        "people",
        "people",
        _IS_VICTIM.sum(),
        "persons",
        "child victims listed: {value}",
        "no child victim listed",
        direction=1,
    ),
    Feature(
        "victims_reachable",
        "people",
        "people",
        (
            _IS_VICTIM
            & (
                pl.col("has_last_name")
                | pl.col("has_first_name")
                | (pl.col("screen_name_count") + pl.col("email_count") > 0)
            )
        ).sum(),
        "persons",
        "child victims with a name or account: {value}",
        "no child victim with a name or account",
        direction=1,
    ),
    Feature(
        "victims_with_age",
        "people",
        "people",
        (_IS_VICTIM & pl.col("age_years").is_not_null()).sum(),
        "persons",
        "child victims whose age is stated: {value}",
        "no child victim whose age is stated",
        direction=1,
    ),
    Feature(
        "intended_recipients",
        "people",
        "people",
        (pl.col("role") == Role.INTENDED_RECIPIENT).sum(),
        "persons",
        "intended recipients listed: {value}",
        "no intended recipient listed",
        direction=1,
    ),
    Feature(
        "compromised_accounts",
        "people",
        "people",
        pl.col("is_compromised_account").fill_null(value=False).sum(),
        "accounts",
        "accounts that somebody else may have used: {value}",
        direction=-1,
        exemption="the account's holder may not be the user",
    ),
)
