"""Look-alike identifiers that can belong to no one.

E-mail is under `example.*`, `.test` and `.invalid` (RFC 2606), public-looking
IPv4 from 240.0.0.0/4 (RFC 1112, reserved), shared addresses from 100.64.0.0/10
(RFC 6598), IPv6 from 2001:db8::/32 (RFC 3849), and telephone numbers have an
exchange that starts with 0, which is never assigned. Faker only lends the looks
of names; which number goes with which account is drawn by NumPy.
"""

from __future__ import annotations

import numpy as np
from faker import Faker
from numpy.typing import NDArray

from prioritizer.vocabulary.area_codes import AREA_OF_STATE

_NAMES = 400
_MAIL_DOMAINS = (
    "example.com",
    "example.org",
    "example.net",
    "mail.test",
    "post.invalid",
)

Ints = NDArray[np.int64]


class Strings:
    """Makes the identifiers of accounts, addresses and files from their numbers.

    Parameters
    ----------
    seed : int
        The seed of the run.
    """

    def __init__(self, seed: int) -> None:
        faker = Faker("en_US")
        faker.seed_instance(seed)
        self._names = [faker.user_name() for _ in range(_NAMES)]

    def screen_names(self, accounts: Ints) -> list[str]:
        """Return a screen name for each account number."""
        names = self._names
        return [f"{names[each % _NAMES]}_{each}" for each in accounts.tolist()]

    def emails(self, accounts: Ints) -> list[str]:
        """Return an e-mail address for each account number."""
        domains = len(_MAIL_DOMAINS)
        return [
            f"{name}@{_MAIL_DOMAINS[each % domains]}"
            for name, each in zip(
                self.screen_names(accounts), accounts.tolist(), strict=True
            )
        ]

    def telephones(self, accounts: Ints, states: NDArray[np.str_]) -> list[str]:
        """Return a telephone number for each account, from its state."""
        # 10^6 numbers an area code: the exchange's last two digits and the line.
        return [
            f"+1{AREA_OF_STATE[state]}0{each % 1_000_000:06d}"
            for each, state in zip(accounts.tolist(), states.tolist(), strict=True)
        ]


def ipv4_addresses(numbers: Ints) -> list[str]:
    """Return a reserved IPv4 address for each number below 2^28.

    Examples
    --------
    >>> ipv4_addresses(np.array([0, 258]))
    ['240.0.0.0', '240.0.1.2']
    """
    return [_dotted((240 << 24) + each % (1 << 28)) for each in numbers.tolist()]


def shared_addresses(numbers: Ints) -> list[str]:
    """Return an address behind which many are, for each number below 2^22."""
    return [
        _dotted((100 << 24) + (64 << 16) + each % (1 << 22))
        for each in numbers.tolist()
    ]


def ipv6_addresses(numbers: Ints) -> list[str]:
    """Return a documentation IPv6 address for each number below 2^32.

    Examples
    --------
    >>> ipv6_addresses(np.array([65538]))
    ['2001:db8:1:2::1']
    """
    return [
        f"2001:db8:{each >> 16 & 0xFFFF:x}:{each & 0xFFFF:x}::1"
        for each in numbers.tolist()
    ]


def file_hashes(numbers: Ints) -> list[str]:
    """Return a made-up MD5-shaped hash for each file number."""
    return [f"{each:032x}" for each in numbers.tolist()]


def _dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
