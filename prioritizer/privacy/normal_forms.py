"""Bring identifiers to one form, so that equal ones hash alike.

Only what is certain is left out. What a provider's rule alone could tell, such as
whether two e-mail addresses are one mailbox, stays apart but where the provider has
said so in public.
"""

from __future__ import annotations

import base64
import binascii
import re
import string
from collections.abc import Callable

import polars as pl

from prioritizer.privacy.domains import plain_domain
from prioritizer.privacy.telephones import telephone_column
from prioritizer.privacy.texts import (
    bare,
    odd_by_hand,
    plain,
    quick_plain,
)
from prioritizer.vocabulary.enums import DeviceIdType, IdentifierKind

# Google says of both domains that dots, and what follows a plus, make no difference
# (Gmail Help, "Dots don't matter in Gmail addresses"; "Create task-specific emails").
_GMAIL, _GMAIL_TOO = "gmail.com", "googlemail.com"
_MAILTO = "mailto:"
# Addresses that `quick_plain` alone does not bring to their form.
_ODD_EMAIL = r"^mailto:|xn--|\.$|@(?:gmail|googlemail)\.com$"

_HEXADECIMAL = re.compile("[0-9a-f]+")
_HASH_BYTES = (16, 20, 32, 64)  # MD5, SHA-1, SHA-256 and PDQ, SHA-512
_HASH_SIGNS = r"[\t\n\x0B\f\r\x1C-\x1F :-]"
# Serial numbers of devices and cards are printed in groups.
_SERIALS = (DeviceIdType.IMEI, DeviceIdType.ICCID)
_SERIAL = r"^[0-9][0-9 ./-]*$"
# A UUID, such as an advertising identifier, or the address of a network card.
_GROUPED = (
    r"^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$"
    r"|^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$|^[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}$"
)


def email(text: str) -> str:
    """Return an e-mail address without case, its domain in one form.

    Examples
    --------
    >>> email("A.B+c@GoogleMail.com"), email("A.B+c@Example.com")
    ('ab@gmail.com', 'a.b+c@example.com')
    """
    address = plain(text).removeprefix(_MAILTO)
    local, sign, domain = address.rpartition("@")
    domain = plain_domain(domain)
    if sign and domain in (_GMAIL, _GMAIL_TOO):
        mailbox = local.partition("+")[0].replace(".", "")
        return f"{mailbox or local}@{_GMAIL}"
    return local + sign + domain if sign else address


def email_column(texts: pl.Series) -> pl.Series:
    """Return `email` of each text; null stays null."""
    quick = quick_plain(texts)
    return odd_by_hand(texts, quick, email, is_odd=quick.str.contains(_ODD_EMAIL))


def user_name(text: str) -> str:
    """Return a user name without case and without the sign that calls it.

    Examples
    --------
    >>> user_name("@Bob")
    'bob'
    """
    name = plain(text)
    return name.lstrip("@") or name


def user_name_column(texts: pl.Series) -> pl.Series:
    """Return `user_name` of each text; null stays null."""
    quick = quick_plain(texts)
    is_odd = quick.str.starts_with("@")
    return odd_by_hand(texts, quick, user_name, is_odd=is_odd)


def file_hash(text: str) -> str:
    """Return a hash of a file; its digits in lower case if it is hexadecimal.

    Hashes come as hexadecimal digits or in base64, of which the case is a part.
    Base64 of as many bytes as a common hash has is turned into digits.

    Examples
    --------
    >>> file_hash("00AB-CD"), file_hash("AAECAwQFBgcICQoLDA0ODw==")
    ('00abcd', '000102030405060708090a0b0c0d0e0f')
    >>> file_hash("aB+/")
    'aB+/'
    """
    whole = "".join(bare(text).split())
    digits = whole.replace(":", "").replace("-", "").lower().removeprefix("0x")
    if _HEXADECIMAL.fullmatch(digits):
        return digits
    return _of_base64(whole) or whole


def _of_base64(text: str) -> str | None:
    if not text.isascii() or len(text) % 4 or not text.endswith("="):
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return content.hex() if len(content) in _HASH_BYTES else None


def file_hash_column(texts: pl.Series) -> pl.Series:
    """Return `file_hash` of each text; null stays null."""
    quick = texts.str.replace_all(_HASH_SIGNS, "").str.to_lowercase()
    quick = quick.str.strip_prefix("0x")
    is_odd = ~quick.str.contains("^[0-9a-f]+$")
    return odd_by_hand(texts, quick, file_hash, is_odd=is_odd)


def device(text: str, kind: str | None) -> str:
    """Return an identifier of a device of one kind, without the signs between.

    Parameters
    ----------
    text : str
        The identifier as sent.
    kind : str or None
        A member of `DeviceIdType`.

    Examples
    --------
    >>> device("00-000000-000000-1", DeviceIdType.IMEI)
    '000000000000001'
    >>> device("AA-BB-CC-00-11-22", None), device("Home", DeviceIdType.SSID)
    ('aabbcc001122', 'Home')
    """
    if kind == DeviceIdType.SSID:
        return bare(text)  # two networks may differ in case alone
    name = plain(text)
    if kind in _SERIALS and re.search(_SERIAL, name):
        return "".join(each for each in name if each in string.digits)
    is_grouped = re.search(_GROUPED, name)
    return "".join(filter(str.isalnum, name)) if is_grouped else name


def device_column(texts: pl.Series, kinds: pl.Series) -> pl.Series:
    """Return `device` of each text and kind; null stays null."""
    name = pl.col("name")
    is_serial = pl.col("kind").is_in(_SERIALS) & name.str.contains(_SERIAL)
    is_grouped = name.str.contains(_GROUPED).or_(is_serial.fill_null(value=False))
    rows = pl.DataFrame({"name": quick_plain(texts), "kind": kinds.cast(pl.String)})
    quick = rows.select(
        pl.when(is_grouped).then(name.str.replace_all("[^0-9a-z]", "")).otherwise(name)
    ).to_series()
    is_odd = texts.str.len_bytes() != texts.str.len_chars()
    is_network = (rows["kind"] == DeviceIdType.SSID) & texts.is_not_null()
    places = (is_odd | is_network).arg_true()
    pairs = zip(texts.gather(places), rows["kind"].gather(places), strict=True)
    return quick.scatter(places, [device(*pair) for pair in pairs])


NORMAL_FORMS: dict[str, Callable[[pl.Series], pl.Series]] = {
    IdentifierKind.EMAIL: email_column,
    IdentifierKind.PHONE: telephone_column,
    IdentifierKind.SCREEN_NAME: user_name_column,
    IdentifierKind.FILE_HASH: file_hash_column,
}
"""By kind of identifier; any other kind is made `plain`."""
