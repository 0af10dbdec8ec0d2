"""Bring identifiers to one form, so that equal ones hash alike."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable

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
    digits = "".join(each for each in text if each in string.digits)
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
    domain = plain(text).rpartition("@")[2]
    labels = domain.split(".")
    if domain in _WEBMAIL:
        return EmailDomain.WEBMAIL
    if labels[-1] in _RESERVED_ENDINGS or ".".join(labels[-2:]) in _RESERVED_DOMAINS:
        return EmailDomain.RESERVED
    if "edu" in labels[-2:]:
        return EmailDomain.EDUCATION
    return EmailDomain.GOVERNMENT if "gov" in labels[-2:] else EmailDomain.OTHER


NORMAL_FORMS: dict[str, Callable[[str], str]] = {
    IdentifierKind.PHONE: telephone,
    IdentifierKind.FILE_HASH: hexadecimal,
}
"""By kind of identifier; any other kind is made `plain`."""
