"""The door past which identifiers are keyed hashes: normalise, keep, hash."""

from prioritizer.privacy.databases import NetworkDatabases
from prioritizer.privacy.door import protect
from prioritizer.privacy.keys import PUBLIC_KEY, key_check, key_from, load_key

__all__ = [
    "PUBLIC_KEY",
    "NetworkDatabases",
    "key_check",
    "key_from",
    "load_key",
    "protect",
]
