"""The door past which identifiers are keyed hashes: normalise, keep, hash."""

from prioritizer.privacy.door import protect
from prioritizer.privacy.keys import PUBLIC_KEY, load_key

__all__ = ["PUBLIC_KEY", "load_key", "protect"]
