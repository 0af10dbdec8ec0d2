"""How databases of networks say what ours say, in words and in flags.

Sources: MaxMind's documentation of its binary databases (GeoIP City, Country, ISP,
ASN, Connection-Type, Anonymous-IP, Enterprise) and of `user_type`; the databases of
DB-IP (Lite) and IPinfo (Lite, ASN, Privacy), which are flatter.
"""

from __future__ import annotations

from prioritizer.vocabulary.enums import NetworkType, fold, texts_by_fold

US_TERRITORIES = ("AS", "GU", "MP", "PR", "VI")
"""Countries of ISO 3166-1 that are also states to the USPS."""

NETWORK_TYPES: dict[str, str] = {
    **texts_by_fold(tuple(NetworkType)),
    # Access lines that are sold to households more than to anybody else.
    fold("Cable/DSL"): NetworkType.RESIDENTIAL,
    fold("Dialup"): NetworkType.RESIDENTIAL,
    fold("Satellite"): NetworkType.RESIDENTIAL,
    fold("Corporate"): NetworkType.BUSINESS,
    fold("content_delivery_network"): NetworkType.HOSTING,
}
"""Our word for what a database calls a network, by its folded text.

Others say something that our list does not hold: `cafe`, `college`, `government`,
`library`, `military`, `router`, `school`, `search_engine_spider`, `traveler`, `isp`.
"""

TYPE_FLAGS: dict[str, str] = {
    "is_hosting_provider": NetworkType.HOSTING,
    "is_hosting": NetworkType.HOSTING,
    "hosting": NetworkType.HOSTING,
    "is_mobile": NetworkType.CELLULAR,
}
"""Flags that say what a network is; they hold before any word."""

TYPE_NAMES = ("user_type", "connection_type", "type", "as_type")
"""Where the words stand, the more exact ones first."""

PROXY_FLAGS = frozenset(
    "is_anonymous_proxy is_anonymous_vpn is_proxy is_public_proxy is_relay "
    "is_residential_proxy is_tor is_tor_exit_node is_vpn proxy relay tor vpn".split()
)
"""Flags by which an address stands for others that are not seen."""

ANONYMOUS_FLAG = "is_anonymous"
"""Set for any of the above and for hosting; alone it means a proxy."""

PROXY_TYPES = (fold("consumer_privacy_network"),)
"""Words for networks that hide their users' own addresses."""

DATABASE_WORDS = (
    "anonymous",
    "asn",
    "city",
    "connectiontype",
    "country",
    "enterprise",
    "ipinfo",
    "isp",
    "location",
    "privacy",
)
"""One of these is in the folded name of each kind of database that we can read."""
