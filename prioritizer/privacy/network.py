"""What is safe and useful to keep of an IP address before it is hashed."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from prioritizer.privacy.ranges import Address, range_of
from prioritizer.privacy.texts import bare

# As programs write an address that they talk to, such as `[2001:db8::1]:443`.
_WITH_PORT = re.compile(
    r"(?:\[([^\]]*)\]|(?=[0-9.]+:)([0-9.]+))(?::([0-9]{1,5}))?", re.ASCII
)
_PORTS = range(1, 65_536)
_GROUP_BITS = {4: 24, 6: 64}


@dataclass(frozen=True, slots=True)
class IpFacts:
    """An address in its one form, and what may be known of it."""

    address: str
    group: str
    version: int
    range: str
    port: int | None = None


def ip_facts(text: str, *, invented: bool = False) -> IpFacts | None:
    """Return the facts of an IP address, or None if it is not one.

    Parameters
    ----------
    text : str
        The address as sent, with or without brackets and a port. A version 4
        address inside a version 6 one counts as version 4. The scope of a
        version 6 address (`%eth0`) means something only on its own machine and
        is left out.
    invented : bool
        Whether reserved ranges stand for public ones, as in synthetic data.

    Returns
    -------
    IpFacts or None
        Its one form, its /24 or /64 group, its version, its kind of range and
        the port that stands behind it.

    Examples
    --------
    >>> ip_facts("::ffff:100.64.1.2").range, ip_facts("10.0.0.7").group
    ('cgnat', '10.0.0.0/24')
    >>> ip_facts("[FE80::1%eth0]:443").address, ip_facts("8.8.8.8:53").port
    ('fe80::1', 53)
    """
    text = text.strip() if text.isascii() else bare(text)
    port = None
    if ends := _WITH_PORT.fullmatch(text):
        text = ends[1] or ends[2] or ""
        port = int(ends[3] or 0)
    address = _address(text)
    if address is None:
        return None
    kind = range_of(address, invented=invented)
    found = port if port in _PORTS else None
    return IpFacts(str(address), _group(address), address.version, kind, found)


def _address(text: str) -> Address | None:
    # Only version 6 has colons; to try both would take twice as long.
    read = ipaddress.IPv6Address if ":" in text else ipaddress.IPv4Address
    try:
        address: Address = read(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address.scope_id:
            return ipaddress.IPv6Address(int(address))
    return address


def _group(address: Address) -> str:
    """Return the text of `ipaddress.ip_network`, which takes twice as long."""
    bits = _GROUP_BITS[address.version]
    spare = address.max_prefixlen - bits
    return f"{type(address)(int(address) >> spare << spare)}/{bits}"
