"""What is safe and useful to keep of an IP address before it is hashed."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from prioritizer.vocabulary.enums import IpRange

_CGNAT = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598
# Invented worlds draw public-looking addresses from ranges nobody can hold.
_INVENTED = (
    ipaddress.ip_network("240.0.0.0/4"),  # RFC 1112, reserved
    ipaddress.ip_network("2001:db8::/32"),  # RFC 3849, documentation
)
_HOME = (  # RFC 1918 and RFC 4193
    ipaddress.ip_network("10.0.0.0/8"),
    ipaddress.ip_network("172.16.0.0/12"),
    ipaddress.ip_network("192.168.0.0/16"),
    ipaddress.ip_network("fc00::/7"),
)
# Where the kind of a version 4 address may change: IANA IPv4 Special-Purpose Address
# Registry, and RFC 5771 (multicast). What the kind is, only `_range` says.
_SPECIAL = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
        "192.0.0.0/24 192.0.0.0/29 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170/31 "
        "192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 "
        "192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 "
        "240.0.0.0/4 255.255.255.255"
    ).split()
]
_GROUP_BITS = {4: 24, 6: 64}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class IpFacts:
    """An address in its one form, and what may be known of it."""

    address: str
    group: str
    version: int
    range: str


def ip_facts(text: str, *, invented: bool = False) -> IpFacts | None:
    """Return the facts of an IP address, or None if it is not one.

    Parameters
    ----------
    text : str
        The address as sent; a version 4 address inside a version 6 one counts
        as version 4.
    invented : bool
        Whether reserved ranges stand for public ones, as in synthetic data.

    Returns
    -------
    IpFacts or None
        Its one form, its /24 or /64 group, its version and its kind of range.

    Examples
    --------
    >>> ip_facts("::ffff:100.64.1.2").range.value, ip_facts("10.0.0.7").group
    ('cgnat', '10.0.0.0/24')
    """
    # Only version 6 has colons; to try both would take twice as long.
    read = ipaddress.IPv6Address if ":" in text else ipaddress.IPv4Address
    try:
        address: Address = read(text.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    kind = _range(address, invented)
    return IpFacts(str(address), _group(address), address.version, kind)


def ranges_of_version_4(*, invented: bool) -> dict[int, str]:
    """Return the kind of each stretch of version 4 addresses, by its first number.

    Examples
    --------
    >>> ranges = ranges_of_version_4(invented=False)
    >>> str(ranges[10 << 24]), str(ranges[11 << 24])
    ('private', 'public')
    """
    ends = (int(network.broadcast_address) + 1 for network in _SPECIAL)
    edges = {0, *(int(network.network_address) for network in _SPECIAL), *ends}
    return {
        edge: _range(ipaddress.IPv4Address(edge), invented)
        for edge in sorted(edges - {1 << 32})
    }


def _group(address: Address) -> str:
    """Return the text of `ipaddress.ip_network`, which takes twice as long."""
    bits = _GROUP_BITS[address.version]
    spare = address.max_prefixlen - bits
    number = int(address) >> spare << spare
    # There, too, the first address of a group keeps its scope, such as %eth0.
    first = address if number == int(address) else type(address)(number)
    return f"{first}/{bits}"


def _range(address: Address, invented: bool) -> str:
    if address in _CGNAT:
        return IpRange.CGNAT
    if invented and any(address in network for network in _INVENTED):
        return IpRange.PUBLIC
    if any(address in network for network in _HOME):
        return IpRange.PRIVATE
    public = address.is_global and not address.is_multicast
    return IpRange.PUBLIC if public else IpRange.RESERVED
