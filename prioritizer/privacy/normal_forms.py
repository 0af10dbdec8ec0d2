"""Bring identifiers to one form, so that equal ones hash alike."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable

import polars as pl

from prioritizer.vocabulary.area_codes import STATE_OF_AREA
from prioritizer.vocabulary.enums import EmailDomain, IdentifierKind

# The largest public mail services, whose domain tells nothing about its user.
_WEBMAIL = {
    "aol.com", "gmail.com", "gmx.com", "gmx.net", "googlemail.com", "hotmail.com",
    "icloud.com", "live.com", "mail.ru", "msn.com", "outlook.com", "proton.me",
    "protonmail.com", "yahoo.com", "yandex.ru",
}  # fmt: skip
# RFC 2606 and RFC 6761: domains that belong to nobody.
_RESERVED_ENDINGS = ("example", "test", "invalid", "localhost")
_RESERVED_DOMAINS = ("example.com", "example.net", "example.org")

_DIGITS = frozenset(string.digits)
# What `str.strip` removes; Polars alone would leave the separators.
_ASCII_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f "


def plain(text: str) -> str:
    """Return text without case and outer blanks, in one Unicode form.

    Examples
    --------
    >>> plain("  Straße ")
    'strasse'
    """
    return unicodedata.normalize("NFKC", text).strip().casefold()


def telephone(text: str) -> str:
    """Return a telephone number's digits, a US number with its country code.

    Examples
    --------
    >>> telephone("(307) 055-0199"), telephone("+1 307 055 0199")
    ('13070550199', '13070550199')
    """
    digits = "".join(filter(_DIGITS.__contains__, text))
    # Ten digits are a US number if they begin with an area code of the plan.
    is_american = len(digits) == 10 and digits[:3] in STATE_OF_AREA
    return "1" + digits if is_american and not text.startswith("+") else digits


def hexadecimal(text: str) -> str:
    """Return a hash's digits in lower case."""
    return "".join(filter(str.isalnum, text.casefold()))


def email_domain(text: str) -> str:
    """Return what kind of domain an e-mail address has.

    Examples
    --------
    >>> str(email_domain("a@school.example.edu")), str(email_domain("a@b.test"))
    ('education', 'reserved')
    """
    return kind_of_domain(plain(text).rpartition("@")[2])


def kind_of_domain(domain: str) -> str:
    """Return what kind of domain one in its plain form is.

    Examples
    --------
    >>> str(kind_of_domain("gmail.com"))
    'webmail'
    """
    labels = domain.split(".")
    if domain in _WEBMAIL:
        return EmailDomain.WEBMAIL
    if labels[-1] in _RESERVED_ENDINGS or ".".join(labels[-2:]) in _RESERVED_DOMAINS:
        return EmailDomain.RESERVED
    if "edu" in labels[-2:]:
        return EmailDomain.EDUCATION
    return EmailDomain.GOVERNMENT if "gov" in labels[-2:] else EmailDomain.OTHER


def plain_column(texts: pl.Series) -> pl.Series:
    """Return `plain` of each text; null stays null.

    Examples
    --------
    >>> plain_column(pl.Series([" Bob", "Straße", None])).to_list()
    ['bob', 'strasse', None]
    """
    quick = texts.str.strip_chars(_ASCII_BLANKS).str.to_lowercase()
    return _beyond_ascii(texts, quick, plain)


def hexadecimal_column(texts: pl.Series) -> pl.Series:
    """Return `hexadecimal` of each text; null stays null."""
    quick = texts.str.to_lowercase().str.replace_all("[^0-9a-z]", "")
    return _beyond_ascii(texts, quick, hexadecimal)


def telephone_column(texts: pl.Series) -> pl.Series:
    """Return `telephone` of each text; null stays null."""
    return texts.map_elements(telephone, return_dtype=pl.String)


def email_domain_column(plain_texts: pl.Series) -> pl.Series:
    """Return the kind of domain of each address in its plain form.

    Examples
    --------
    >>> email_domain_column(pl.Series(["a@gmail.com", None])).to_list()
    ['webmail', None]
    """
    domains = plain_texts.str.extract("([^@]*)$")
    distinct = domains.drop_nulls().unique()
    kinds = [kind_of_domain(domain) for domain in distinct]
    return domains.replace_strict(distinct, kinds, return_dtype=pl.String)


NORMAL_FORMS: dict[str, Callable[[pl.Series], pl.Series]] = {
    IdentifierKind.PHONE: telephone_column,
    IdentifierKind.FILE_HASH: hexadecimal_column,
}
"""By kind of identifier; any other kind is made `plain`."""


def _beyond_ascii(
    texts: pl.Series, quick: pl.Series, form: Callable[[str], str]
) -> pl.Series:
    """Return `quick` with `form` of each text that has other than ASCII letters."""
    odd = (texts.str.len_bytes() != texts.str.len_chars()).arg_true()
    return quick.scatter(odd, [form(text) for text in texts.gather(odd)])
