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
    try:
        address: Address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    bits = _GROUP_BITS[address.version]
    group = ipaddress.ip_network(f"{address}/{bits}", strict=False)
    return IpFacts(str(address), str(group), address.version, _range(address, invented))


def _range(address: Address, invented: bool) -> str:
    if address in _CGNAT:
        return IpRange.CGNAT
    if invented and any(address in network for network in _INVENTED):
        return IpRange.PUBLIC
    if any(address in network for network in _HOME):
        return IpRange.PRIVATE
    public = address.is_global and not address.is_multicast
    return IpRange.PUBLIC if public else IpRange.RESERVED
