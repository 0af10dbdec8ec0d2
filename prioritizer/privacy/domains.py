"""The domain of an e-mail address: its one form, and what kind it is."""

from __future__ import annotations

import polars as pl

from prioritizer.privacy.texts import plain
from prioritizer.vocabulary.enums import EmailDomain

# The largest public mail services, whose domain tells nothing about its user.
_WEBMAIL = {
    "126.com", "163.com", "aol.com", "bk.ru", "fastmail.com", "gmail.com",
    "googlemail.com", "icloud.com", "inbox.ru", "list.ru", "mac.com", "mail.com",
    "mail.ru", "me.com", "msn.com", "naver.com", "passport.com", "pm.me", "proton.me",
    "protonmail.com", "qq.com", "rediffmail.com", "rocketmail.com", "tuta.io",
    "tutanota.com", "web.de", "ya.ru", "ymail.com", "zohomail.com",
}  # fmt: skip
# Services with a domain in each country, such as `yahoo.co.uk`.
_WEBMAIL_NAMES = {"gmx", "hotmail", "live", "outlook", "yahoo", "yandex"}
# What stands between such a name and the country.
_BEFORE_COUNTRY = ("co", "com")
_OF_ALL_COUNTRIES = (["com"], ["net"])
# RFC 2606 and RFC 6761: domains that belong to nobody.
_RESERVED_ENDINGS = ("example", "test", "invalid", "localhost")
_RESERVED_DOMAINS = ("example.com", "example.net", "example.org")
# Second-level domains that registries keep for schools and for the state.
_EDUCATION = {"edu", "ac"}
_GOVERNMENT = {"gov", "gob", "gouv", "govt", "mil"}
_PUNYCODE = "xn--"
_LONGEST_LABEL = 63  # RFC 1035, section 2.3.4
_BOUNDS = set(".@ \u3002")


def plain_domain(domain: str) -> str:
    """Return a domain without its closing dot, its labels as they are read.

    Parameters
    ----------
    domain : str
        A domain in its `plain` form.

    Examples
    --------
    >>> plain_domain("xn--bcher-kva.example.") == plain_domain("b\u00fccher.example")
    True
    """
    labels = domain.replace("\u3002", ".").rstrip(".").split(".")
    return ".".join(map(_label, labels))


def _label(label: str) -> str:
    if not label.startswith(_PUNYCODE) or len(label) > _LONGEST_LABEL:
        return label
    try:
        text = plain(label.removeprefix(_PUNYCODE).encode("ascii").decode("punycode"))
    except (UnicodeError, OverflowError):
        return label
    # Whoever hides a dot or an at sign in a label means no domain that there is.
    is_one = text.isprintable() and not set(text) & _BOUNDS
    return text if text and is_one else label


def kind_of_domain(domain: str) -> str:
    """Return what kind of domain one in its plain form is.

    Examples
    --------
    >>> str(kind_of_domain("gmail.com")), str(kind_of_domain("yahoo.co.uk"))
    ('webmail', 'webmail')
    """
    labels = domain.split(".")
    if _is_webmail(domain, labels):
        return EmailDomain.WEBMAIL
    if labels[-1] in _RESERVED_ENDINGS or ".".join(labels[-2:]) in _RESERVED_DOMAINS:
        return EmailDomain.RESERVED
    if _is_education(labels):
        return EmailDomain.EDUCATION
    is_government = _ends_in(labels, _GOVERNMENT)
    return EmailDomain.GOVERNMENT if is_government else EmailDomain.OTHER


def _is_webmail(domain: str, labels: list[str]) -> bool:
    if domain in _WEBMAIL:
        return True
    name, *ending = labels
    if len(ending) == 2 and ending[0] in _BEFORE_COUNTRY:
        ending = ending[1:]
    is_country = len(ending) == 1 and len(ending[0]) == 2
    return name in _WEBMAIL_NAMES and (is_country or ending in _OF_ALL_COUNTRIES)


def _is_education(labels: list[str]) -> bool:
    is_us_school = labels[-1] == "us" and "k12" in labels
    return is_us_school or _ends_in(labels, _EDUCATION)


def _ends_in(labels: list[str], words: set[str]) -> bool:
    """Return whether a domain ends in a word, or in one and a country."""
    is_abroad = len(labels) > 1 and len(labels[-1]) == 2
    return labels[-2 if is_abroad else -1] in words


def kind_of_domain_column(plain_emails: pl.Series) -> pl.Series:
    """Return the kind of domain of each address in its plain form.

    Examples
    --------
    >>> kind_of_domain_column(pl.Series(["a@gmail.com", None])).to_list()
    ['webmail', None]
    """
    domains = plain_emails.str.extract("([^@]*)$")
    distinct = domains.drop_nulls().unique()
    kinds = [kind_of_domain(domain) for domain in distinct]
    return domains.replace_strict(distinct, kinds, return_dtype=pl.String)
