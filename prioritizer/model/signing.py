"""Sign the manifest of a model with Ed25519, and tell who signed one.

A manifest holds the hash of every part, so who signs it signs the model. The key
that can be checked stands beside the signature: a signature that does not hold is
found out by anybody. Whose key it is, only a list of trusted keys can say.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

PublicKey = Ed25519PublicKey
PrivateKey = Ed25519PrivateKey

UNSIGNED = "none"
"""What is said of a model without a signature."""

_BROKEN = "not valid"

ALGORITHM = "Ed25519"
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
# 128 bits: nobody can make another key that has the same.
_FINGERPRINT_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and the key with which it can be checked.

    Parameters
    ----------
    key : bytes
        The public key, 32 bytes.
    value : bytes
        The signature, 64 bytes.
    """

    key: bytes
    value: bytes

    @property
    def fingerprint(self) -> str:
        """A short text that stands for the key."""
        return _fingerprint(self.key)

    def holds_for(self, manifest: bytes) -> bool:
        """Return whether it was made of just these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(self.value, manifest)
        except (InvalidSignature, ValueError):
            return False
        return True


def fingerprint(key: PublicKey) -> str:
    """Return a short text that stands for a key: half of its SHA-256, in digits.

    Examples
    --------
    >>> fingerprint(PublicKey.from_public_bytes(bytes(32)))
    '66687aadf862bd776c8fc18b8e9f8e20'
    """
    return _fingerprint(key.public_bytes_raw())


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:_FINGERPRINT_DIGITS]


def signature_text(manifest: bytes, key: PrivateKey) -> str:
    """Return what is kept beside a manifest as its signature.

    Examples
    --------
    >>> text = signature_text(b"{}", PrivateKey.from_private_bytes(bytes(32)))
    >>> read_signature(text.encode()).holds_for(b"{}")
    True
    """
    public = key.public_key().public_bytes_raw()
    return _text(Signature(public, key.sign(manifest)))


def _text(signature: Signature) -> str:
    said = {
        "algorithm": ALGORITHM,
        "signed_by": signature.fingerprint,
        "public_key": _base64(signature.key),
        "signature": _base64(signature.value),
    }
    return json.dumps(said, indent=1) + "\n"


def read_signature(content: bytes) -> Signature | None:
    """Return the signature that a file holds; None if it holds something else."""
    try:
        said = json.loads(content)
        key, value = (
            base64.b64decode(said[name], validate=True)
            for name in ("public_key", "signature")
        )
        found = Signature(key, value)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    # Base64 and JSON can say the same in other bytes; one way of each is enough.
    is_whole = (len(key), len(value)) == (_KEY_BYTES, _SIGNATURE_BYTES)
    return found if is_whole and _text(found).encode() == content else None


def signature_state(
    manifest: bytes, content: bytes | None, trusted: Sequence[PublicKey] | None
) -> tuple[str, list[str]]:
    """Return who signed a manifest, in words, and what is wrong with that.

    Parameters
    ----------
    manifest : bytes
        What was signed.
    content : bytes or None
        What the file of its signature holds, None if there is none.
    trusted : sequence of PublicKey or None
        One of these must have signed it; if None, anybody or nobody may have.

    Returns
    -------
    str
        ``none``, ``not valid``, or the fingerprint of the key and whether it was
        checked.
    list of str
        Problems. A signature that does not hold is always one.

    Examples
    --------
    >>> signature_state(b"{}", None, None), signature_state(b"{}", None, [])
    (('none', []), ('none', ['it is not signed']))
    """
    if content is None:
        return UNSIGNED, [] if trusted is None else ["it is not signed"]
    found = read_signature(content)
    if found is None:
        return _BROKEN, ["its signature cannot be read"]
    if not found.holds_for(manifest):
        return _BROKEN, ["its signature is not of this manifest"]
    if trusted is None:
        return f"{found.fingerprint}, key not checked", []
    if found.key not in {key.public_bytes_raw() for key in trusted}:
        problem = f"it is signed by {found.fingerprint}, which is no trusted key"
        return f"{found.fingerprint}, not trusted", [problem]
    return _trusted(found.fingerprint), []


def is_signed_by(state: str, keys: Sequence[PublicKey]) -> bool:
    """Return whether words of `signature_state` say that one of these keys signed.

    Examples
    --------
    >>> is_signed_by("none", [PublicKey.from_public_bytes(bytes(32))])
    False
    """
    return state in {_trusted(fingerprint(key)) for key in keys}


def _trusted(digits: str) -> str:
    return f"{digits}, trusted"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
