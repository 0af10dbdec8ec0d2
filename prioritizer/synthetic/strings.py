"""Look-alike identifiers that can belong to no one, each from a number of its own.

E-mail is under `example.*`, `.test` and `.invalid` (RFC 2606), public-looking
IPv4 from 240.0.0.0/4 (RFC 1112, reserved), shared addresses from 100.64.0.0/10
(RFC 6598), IPv6 from 2001:db8::/32 (RFC 3849). Telephone numbers have an exchange
that starts with 0 or 1, which is never assigned, or the unassigned country code
999. Different numbers give different identifiers, so that chance links nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
import pyarrow as pa
from faker import Faker
from numpy.typing import NDArray

from prioritizer.seeds import Ints, Words
from prioritizer.vocabulary.area_codes import AREA_OF_STATE

_NAMES = 400
_MAIL_DOMAINS = (
    "example.com",
    "example.org",
    "example.net",
    "mail.test",
    "post.invalid",
)
# 240.0.0.0/4 is shared out: homes have 16 addresses each, within one /24.
_HOME_FIRST, _HOMES = 240 << 24, 14 << 20
_PROXY_FIRST = 254 << 24
_SHARED_FIRST = 255 << 24
_CARRIER_FIRST, _CARRIER_ADDRESSES = (100 << 24) + (64 << 16), 1 << 22
SLOTS = 16
_NUMBERS_OF_AREA = 2_000_000  # the exchanges 000 to 199, ten thousand lines each
_NUMBERS_ABROAD = 1_000_000_000


class Names:
    """Invented names that identifiers are made with, the same for every seed."""

    def __init__(self) -> None:
        self._users = _user_names()

    def screen_names(self, numbers: Ints) -> pl.Series:
        """Return a screen name for each number.

        Examples
        --------
        >>> Names().screen_names(np.array([3]))[0].endswith("_3")
        True
        """
        return "invented_" + self._users.gather(numbers % _NAMES) + "_" + _text(numbers)

    def emails(self, numbers: Ints) -> pl.Series:
        """Return an e-mail address for each number."""
        domains = pl.Series(_MAIL_DOMAINS).gather(numbers % len(_MAIL_DOMAINS))
        return self.screen_names(numbers) + "@" + domains

    def profiles(self, numbers: Ints) -> pl.Series:
        """Return the address of a profile for each number."""
        return "https://profile.example/" + self.screen_names(numbers)


@cache
def _user_names() -> pl.Series:
    faker = Faker("en_US")
    faker.seed_instance(0)
    return pl.Series([faker.user_name() for _ in range(_NAMES)])


def telephones(numbers: Ints, states: Sequence[str], issued: Ints) -> pl.Series:
    """Return a telephone number for each number, issued in a state or abroad.

    Parameters
    ----------
    numbers : ndarray of int64 of shape (n,)
        Different within a state: 0 to 1,999,999.
    states : sequence of str
        US states.
    issued : ndarray of int64 of shape (n,)
        Place among the states; as many as there are for abroad.

    Examples
    --------
    >>> telephones(np.array([7, 7]), ["WY"], np.array([0, 1])).to_list()
    ['+13070000007', '+999000000007']
    """
    areas = [*(f"+1{AREA_OF_STATE[state]}" for state in states), "+999"]
    is_abroad = pl.Series(issued == len(states))
    local = _text(numbers % _NUMBERS_OF_AREA).str.zfill(7)
    abroad = _text(numbers % _NUMBERS_ABROAD).str.zfill(9)
    return pl.Series(areas).gather(issued) + abroad.zip_with(is_abroad, local)


def home_addresses(numbers: Ints, slots: Ints) -> pl.Series:
    """Return a public-looking IPv4 address for each home and one of its slots.

    Examples
    --------
    >>> home_addresses(np.array([0, 17]), np.array([0, 2])).to_list()
    ['240.0.0.0', '240.0.1.18']
    """
    return dotted(_HOME_FIRST + numbers % _HOMES * SLOTS + slots)


def proxy_addresses(numbers: Ints) -> pl.Series:
    """Return the address of a proxy for each number."""
    return dotted(_PROXY_FIRST + numbers)


def shared_addresses(numbers: Ints) -> pl.Series:
    """Return a public-looking address that many customers share."""
    return dotted(_SHARED_FIRST + numbers)


def carrier_addresses(numbers: Ints) -> pl.Series:
    """Return an address of the range that carriers share out inside their network."""
    return dotted(_CARRIER_FIRST + numbers % _CARRIER_ADDRESSES)


def dotted(addresses: Ints) -> pl.Series:
    """Return IPv4 addresses as they are written.

    Examples
    --------
    >>> dotted(np.array([(240 << 24) + 258])).to_list()
    ['240.0.1.2']
    """
    octets = [_text(addresses >> shift & 255) for shift in (24, 16, 8, 0)]
    return octets[0] + "." + octets[1] + "." + octets[2] + "." + octets[3]


def version_6_addresses(numbers: Ints, interfaces: Words) -> pl.Series:
    """Return an IPv6 address for each home and interface, written out in full.

    Examples
    --------
    >>> version_6_addresses(np.array([65538]), np.array([1], dtype=np.uint64))[0]
    '2001:0db8:0001:0002:0000:0000:0000:0001'
    """
    words = np.empty((len(numbers), 2), dtype=">u8")
    words[:, 0] = (0x2001_0DB8 << 32) + (numbers & 0xFFFF_FFFF)
    words[:, 1] = interfaces
    digits = hexadecimal(words)
    groups = [digits.str.slice(4 * place, 4) for place in range(8)]
    text = groups[0]
    for group in groups[1:]:
        text = text + ":" + group
    return text


def file_hashes(first: Words, second: Words) -> pl.Series:
    """Return a made-up hash of 32 hexadecimal digits for each pair of words."""
    words = np.empty((len(first), 2), dtype=">u8")
    words[:, 0], words[:, 1] = first, second
    return hexadecimal(words)


def device_ids(numbers: Ints) -> pl.Series:
    """Return a device identifier of 15 digits for each number.

    They begin with 00, which is kept for test devices (GSMA TS.06).
    """
    return _text(numbers).str.zfill(15)


def hexadecimal(words: NDArray[np.unsignedinteger]) -> pl.Series:
    """Return the bytes of each row of big-endian words as hexadecimal digits."""
    content = pa.py_buffer(np.ascontiguousarray(words))
    size = words.dtype.itemsize * words.shape[1]
    array = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(size), len(words), [None, content]
    )
    return pl.Series(array.cast(pa.binary())).bin.encode("hex")


def _text(numbers: Ints) -> pl.Series:
    return pl.Series(numbers).cast(pl.String)
