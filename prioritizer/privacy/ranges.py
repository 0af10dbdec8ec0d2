"""What kind of range an IP address is from, by tables of our own.

Python's `is_global` changed between releases (3.11.10, 3.12.4, 3.14), and the same
report must give the same facts under each of them.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (as of 2025); RFC 1918
and RFC 4193 (private); RFC 6598 (carrier-grade NAT); RFC 5771 (multicast); RFC 4291,
section 2.4 (global unicast is 2000::/3).
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from prioritizer.vocabulary.enums import IpRange

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Block = ipaddress.IPv4Network | ipaddress.IPv6Network

# Of several that hold an address the narrowest says what it is.
_BLOCKS = {
    IpRange.PUBLIC: (
        "0.0.0.0/0 192.0.0.9 192.0.0.10 "
        "2000::/3 64:ff9b::/96 2001:1::1 2001:1::2 2001:1::3 2001:3::/32 "
        "2001:4:112::/48 2001:20::/28 2001:30::/28"
    ),
    IpRange.CGNAT: "100.64.0.0/10",
    IpRange.PRIVATE: "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7",
    # Addresses of tunnels (2001::/32, 2002::/16) are no subscriber's own.
    IpRange.RESERVED: (
        "0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 198.18.0.0/15 "
        "198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "::/0 2001::/23 2001:db8::/32 2002::/16 3fff::/20"
    ),
}
# Invented worlds draw public-looking addresses from ranges nobody can hold:
# RFC 1112 (reserved) and RFC 3849 (documentation).
_INVENTED = ("240.0.0.0/4", "2001:db8::/32")


def range_of(address: Address, *, invented: bool = False) -> str:
    """Return what kind of range an address is from.

    Parameters
    ----------
    address : ipaddress.IPv4Address or ipaddress.IPv6Address
        The address.
    invented : bool
        Whether reserved ranges stand for public ones, as in synthetic data.

    Returns
    -------
    str
        A member of `IpRange`.

    Examples
    --------
    >>> str(range_of(ipaddress.ip_address("100.64.0.1")))
    'cgnat'
    """
    starts, kinds = _stretches(address.version, invented)
    return kinds[bisect_right(starts, int(address)) - 1]


def ranges_of_version_4(*, invented: bool) -> dict[int, str]:
    """Return the kind of each stretch of version 4 addresses, by its first number.

    Examples
    --------
    >>> ranges = ranges_of_version_4(invented=False)
    >>> str(ranges[10 << 24]), str(ranges[11 << 24])
    ('private', 'public')
    """
    return dict(zip(*_stretches(4, invented), strict=True))


@cache
def _stretches(version: int, invented: bool) -> tuple[list[int], list[str]]:
    narrowest_first = sorted(
        _blocks(version, invented), key=lambda block: -block[0].prefixlen
    )
    edges = {int(block[0]) for block, _ in narrowest_first}
    edges |= {int(block[-1]) + 1 for block, _ in narrowest_first}
    starts = sorted(edges)[:-1]  # the last one is past the end
    return starts, [
        next(kind for block, kind in narrowest_first if _holds(block, start))
        for start in starts
    ]


def _blocks(version: int, invented: bool) -> Iterator[tuple[_Block, str]]:
    for kind, texts in _BLOCKS.items():
        for text in texts.split():
            block = ipaddress.ip_network(text)
            if block.version == version:
                stands_for = invented and text in _INVENTED
                yield block, str(IpRange.PUBLIC if stands_for else kind)


def _holds(block: _Block, number: int) -> bool:
    return int(block[0]) <= number <= int(block[-1])
