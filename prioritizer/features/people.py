"""Victims and recipients: whether they are named, placed, and of what age."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Feature
from prioritizer.features.wording import Group
from prioritizer.vocabulary.enums import Role

_PEOPLE = Group("people", "people")
_IS_VICTIM = pl.col("role") == Role.VICTIM
_HAS_ACCOUNT = (
    pl.col("has_esp_identifier")
    | (pl.col("screen_name_count") > 0)
    | (pl.col("email_count") > 0)
    | (pl.col("phone_count") > 0)
)
_ADULT_AGE = 18


def _aged(name: str, least: int, past: int) -> Feature:
    """Return how many victims are stated to be of some ages; of nobody else."""
    words = f"of {least} to {past - 1} years" if least else f"under {past} years"
    return _PEOPLE.count(
        name,
        _IS_VICTIM & pl.col("age_years").is_between(least, past - 1),
        f"child victim stated to be {words}",
        f"child victims stated to be {words}",
    )


FEATURES = (
    _PEOPLE.count("victims", _IS_VICTIM, "child victim listed", "child victims listed"),
    _PEOPLE.count(
        "victims_named",
        _IS_VICTIM & (pl.col("has_last_name") | pl.col("has_first_name")),
        "child victim with a name",
        "child victims with a name",
    ),
    _PEOPLE.count(
        "victims_reachable",
        _IS_VICTIM & _HAS_ACCOUNT,
        "child victim with an account or contact",
        "child victims with an account or contact",
    ),
    _PEOPLE.count(
        "victims_with_age",
        _IS_VICTIM & (pl.col("age_years").is_not_null() | pl.col("has_date_of_birth")),
        "child victim with an age or date of birth",
        "child victims with an age or date of birth",
    ),
    _aged("victims_under_13", 0, 13),
    _aged("victims_13_to_15", 13, 16),
    _aged("victims_16_to_17", 16, _ADULT_AGE),
    _PEOPLE.count(
        "victims_stated_adult",
        _IS_VICTIM & (pl.col("age_years") >= _ADULT_AGE),
        "listed victim stated to be an adult",
        "listed victims stated to be adults",
        direction=-1,
        exemption="cases are closed where the alleged child is an adult",
    ),
    _PEOPLE.count(
        "victims_with_school",
        _IS_VICTIM & pl.col("has_school"),
        "child victim whose school is named",
        "child victims whose school is named",
    ),
    Group("people", "locations").count(
        "victims_located",
        (pl.col("role") == Role.VICTIM).fill_null(value=False)
        | (pl.col("person_role") == Role.VICTIM).fill_null(value=False),
        "statement of where a child victim is",
        "statements of where a child victim is",
    ),
    Group("people", "captures").count(
        "victim_captures",
        pl.col("person_role") == Role.VICTIM,
        "address or device of a child victim",
        "addresses or devices of a child victim",
    ),
    _PEOPLE.count(
        "intended_recipients",
        pl.col("role") == Role.INTENDED_RECIPIENT,
        "intended recipient listed",
        "intended recipients listed",
    ),
    _PEOPLE.count(
        "recipients_reachable",
        (pl.col("role") == Role.INTENDED_RECIPIENT) & _HAS_ACCOUNT,
        "intended recipient with an account or contact",
        "intended recipients with an account or contact",
    ),
    _PEOPLE.count(
        "reported_users",
        pl.col("role") == Role.REPORTED_USER,
        "reported account",
        "reported accounts",
    ),
)
