"""How the persons of a report can be reached."""

from __future__ import annotations

import polars as pl

from prioritizer.features.wording import Group
from prioritizer.vocabulary.enums import EmailDomain, IdentifierKind, Role

_PEOPLE = Group("contact", "people")
_IDENTIFIERS = Group("contact", "identifiers")
_IS_USER = (pl.col("role") == Role.REPORTED_USER).cast(pl.Int32)
_IS_EMAIL = pl.col("identifier_kind") == IdentifierKind.EMAIL
_OWN_DOMAINS = [str(EmailDomain.EDUCATION), str(EmailDomain.GOVERNMENT)]

FEATURES = (
    _PEOPLE.count(
        "user_emails",
        _IS_USER * pl.col("email_count"),
        "e-mail address of the reported account",
        "e-mail addresses of the reported account",
    ),
    _PEOPLE.count(
        "user_phones",
        _IS_USER * pl.col("phone_count"),
        "telephone number of the reported account",
        "telephone numbers of the reported account",
    ),
    _PEOPLE.count(
        "user_addresses",
        _IS_USER * pl.col("address_count"),
        "postal address of the reported account",
        "postal addresses of the reported account",
    ),
    _IDENTIFIERS.count(
        "verified_contacts",
        pl.col("is_verified"),
        "contact that the provider verified",
        "contacts that the provider verified",
    ),
    _IDENTIFIERS.count(
        "institution_emails",
        _IS_EMAIL & pl.col("email_domain").is_in(_OWN_DOMAINS),
        "e-mail address of a school or an authority",
        "e-mail addresses of schools or authorities",
    ),
    _IDENTIFIERS.count(
        "us_phones",
        pl.col("phone_state").is_not_null(),
        "telephone number with the area code of a US state",
        "telephone numbers with the area code of a US state",
    ),
    _PEOPLE.count(
        "complete_email_lists",
        pl.col("are_all_emails_reported"),
        "account of which all e-mail addresses were sent",
        "accounts of which all e-mail addresses were sent",
    ),
    Group("contact", "reports").number(
        "incident_contacts",
        pl.col("incident_email_count").fill_null(0)
        + pl.col("has_incident_phone").fill_null(value=False).cast(pl.Int32),
        "e-mail address or telephone of the incident",
        "e-mail addresses or telephones of the incident",
    ),
    Group("contact", "reports").flag(
        "has_esp_contact",
        pl.col("has_esp_contact"),
        "the provider names a contact",
        "the provider names no contact",
    ),
    Group("contact", "reports").flag(
        "has_reporting_person",
        pl.col("has_reporting_person"),
        "the reporting person is named",
        "the reporting person is not named",
    ),
)
