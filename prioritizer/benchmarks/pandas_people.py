"""The rival of features: persons, accounts and contacts, in pandas."""

from __future__ import annotations

import pandas as pd

from prioritizer.benchmarks.pandas_mentions import REPORT
from prioritizer.benchmarks.pandas_rows import is_true, summed
from prioritizer.vocabulary.enums import EmailDomain, IdentifierKind, Role

_ADULT_AGE = 18


def of_people(people: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Return the features of persons, by report and version."""
    sums = summed(people, {**_users(people), **_accounts(people), **_victims(people)})
    bundles = reports.set_index(REPORT)["is_bundle"].reindex(sums.index)
    further = (sums["reported_users"] - 1).clip(lower=0)
    return sums.assign(
        bundled_users=further.where(is_true(bundles), 0),
        listed_prior_reports=_listed(people).reindex(sums.index, fill_value=0),
    )


def _listed(people: pd.DataFrame) -> pd.Series:
    listed = people[[*REPORT, "prior_report_ids"]].explode("prior_report_ids")
    listed = listed.dropna().drop_duplicates()
    return (
        listed[listed["prior_report_ids"] != listed["report_id"]].groupby(REPORT).size()
    )


def _users(people: pd.DataFrame) -> dict[str, pd.Series]:
    is_user = people["role"] == Role.REPORTED_USER
    has_name = is_true(people["has_last_name"]) | is_true(people["has_first_name"])
    has_age = is_true(people["has_date_of_birth"]) | people["age_years"].notna()
    has_vehicle = is_true(people["has_vehicle"]) | is_true(people["has_vehicle_tag"])
    return {
        "reported_users": is_user,
        "user_names": is_user & has_name,
        "user_birth_dates": is_user & has_age,
        "user_vehicles": is_user & has_vehicle,
        "user_account_numbers": is_user & is_true(people["has_esp_identifier"]),
        "user_screen_names": people["screen_name_count"].where(is_user, 0),
        "user_display_names": people["display_name_count"].where(is_user, 0),
        "user_profiles": people["profile_url_count"].where(is_user, 0),
        "user_emails": people["email_count"].where(is_user, 0),
        "user_phones": people["phone_count"].where(is_user, 0),
        "user_addresses": people["address_count"].where(is_user, 0),
    }


def _accounts(people: pd.DataFrame) -> dict[str, pd.Series]:
    is_closed = is_true(people["is_permanently_disabled"])
    is_paused = is_true(people["is_temporarily_disabled"])
    is_elsewhere = is_true(people["is_third_party_user"])
    is_elsewhere |= is_true(people["is_platform_third_party"])
    return {
        "closed_accounts": is_closed | is_paused,
        "associated_accounts": people["role"] == Role.ASSOCIATED_ACCOUNT,
        "compromised_accounts": is_true(people["is_compromised_account"]),
        "third_party_accounts": is_elsewhere,
        "complete_email_lists": is_true(people["are_all_emails_reported"]),
        "person_info_length": people["person_info_length"],
        "intended_recipients": people["role"] == Role.INTENDED_RECIPIENT,
    }


def _victims(people: pd.DataFrame) -> dict[str, pd.Series]:
    is_victim = people["role"] == Role.VICTIM
    age = people["age_years"].where(is_victim)
    has_name = is_true(people["has_last_name"]) | is_true(people["has_first_name"])
    has_account = (
        is_true(people["has_esp_identifier"])
        | (people["screen_name_count"] > 0)
        | (people["email_count"] > 0)
        | (people["phone_count"] > 0)
    )
    has_birth_date = is_true(people["has_date_of_birth"])
    return {
        "victims": is_victim,
        "victims_named": is_victim & has_name,
        "recipients_reachable": (people["role"] == Role.INTENDED_RECIPIENT)
        & has_account,
        "victims_reachable": is_victim & has_account,
        "victims_with_age": is_victim & (age.notna() | has_birth_date),
        "victims_under_13": age.between(0, 12),
        "victims_13_to_15": age.between(13, 15),
        "victims_16_to_17": age.between(16, 17),
        "victims_stated_adult": age >= _ADULT_AGE,
        "victims_with_school": is_victim & is_true(people["has_school"]),
    }


def of_identifiers(identifiers: pd.DataFrame) -> pd.DataFrame:
    """Return the features of identifiers, by report and version."""
    kind = identifiers["identifier_kind"]
    is_own = identifiers["email_domain"].isin(
        [EmailDomain.EDUCATION, EmailDomain.GOVERNMENT]
    )
    return summed(
        identifiers,
        {
            "shared_groups": kind == IdentifierKind.GROUP,
            "verified_contacts": is_true(identifiers["is_verified"]),
            "institution_emails": (kind == IdentifierKind.EMAIL) & is_own,
            "us_phones": identifiers["phone_state"].notna(),
        },
    )
