"""Signatures of models, and the keys that make and check them."""

import base64
import json
import os
import stat
from pathlib import Path
from shutil import copy

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from prioritizer.errors import ModelError, SettingsError
from prioritizer.model import load_model, load_public_key, sign_model
from prioritizer.model.key_files import load_private_key, make_keys
from prioritizer.model.parts import add_signature
from prioritizer.model.signing import (
    PrivateKey,
    fingerprint,
    read_signature,
    signature_text,
)
from prioritizer.pipeline import signature_of
from tests.builders_models import copied, flipped, key_pair, with_manifest

needs_posix = pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")
WORDS = "nine words"
# RFC 8032, section 7.1, test 2.
SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNED_0X72 = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def signed(folder: Path, name: str = "office") -> tuple[Path, Path]:
    """Return a signed model and the public key; what it says was not looked at."""
    model, (key, public) = copied(folder), key_pair(folder, name)
    add_signature(model, load_model(model).content_hash, key)
    return model, public


def edited(model: Path, **changes: str) -> None:
    path = model / "MANIFEST.sig"
    said = json.loads(path.read_bytes()) | changes
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def test_a_signature_is_that_of_the_standard() -> None:
    key = PrivateKey.from_private_bytes(bytes.fromhex(SEED))
    found = read_signature(signature_text(b"\x72", key).encode())
    assert found is not None
    assert (found.key.hex(), found.value.hex()) == (PUBLIC, SIGNED_0X72)
    assert found.holds_for(b"\x72")
    assert not found.holds_for(b"\x73")


def test_a_signed_model_loads_for_whoever_trusts_the_key(tmp_path: Path) -> None:
    model, public = signed(tmp_path)
    digits = fingerprint(load_public_key(public))
    _, other = key_pair(tmp_path, "other")
    assert load_model(model).signature == f"{digits}, key not checked"
    assert signature_of(model, [other, public]) == f"{digits}, trusted"
    with pytest.raises(ModelError, match=f"signed by {digits}, which is no trusted"):
        signature_of(model, [other])


def test_an_unsigned_model_loads_only_where_no_key_is_asked_for(tmp_path) -> None:
    model, (_, public) = copied(tmp_path), key_pair(tmp_path)
    assert load_model(model).signature == "none"
    with pytest.raises(ModelError, match="1 problem: it is not signed"):
        load_model(model, trusted=[load_public_key(public)])
    with pytest.raises(ModelError, match="1 problem: it is not signed"):
        load_model(model, trusted=[])


def test_a_signature_does_not_change_the_name_of_a_model(tmp_path: Path) -> None:
    before = load_model(copied(tmp_path / "a")).content_hash
    (tmp_path / "b").mkdir()
    assert load_model(signed(tmp_path / "b")[0]).content_hash == before


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_one_flipped_bit_of_a_signed_manifest_is_refused(place, tmp_path) -> None:
    model, _ = signed(tmp_path)
    flipped(model / "MANIFEST.json", place)
    with pytest.raises(ModelError, match="its signature is not of this manifest"):
        load_model(model)


def test_every_flipped_bit_of_a_signature_is_refused(tmp_path: Path) -> None:
    model, public = signed(tmp_path)
    whole = (model / "MANIFEST.sig").read_bytes()
    for place in range(len(whole)):
        flipped(model / "MANIFEST.sig", (place + 0.5) / len(whole))
        with pytest.raises(ModelError, match="signature"):
            signature_of(model, [public])
        (model / "MANIFEST.sig").write_bytes(whole)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    model, _ = signed(tmp_path)
    flipped(model / "card.md")
    with_manifest(model, lambda said: said.update(lightgbm="5"))
    with pytest.raises(ModelError, match=r"2 problems: card.*; its signature is not"):
        load_model(model)


def test_the_signature_of_another_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    model, _ = signed(tmp_path)
    other = with_manifest(
        copied(tmp_path / "o"), lambda said: said.update(lightgbm="4")
    )
    copy(model / "MANIFEST.sig", other / "MANIFEST.sig")
    with pytest.raises(ModelError, match="its signature is not of this manifest"):
        load_model(other)


def test_a_swapped_public_key_is_refused(tmp_path: Path) -> None:
    model, public = signed(tmp_path)
    other = load_public_key(key_pair(tmp_path, "other")[1])
    raw = base64.b64encode(other.public_bytes_raw()).decode()
    edited(model, public_key=raw)
    with pytest.raises(ModelError, match="its signature cannot be read"):
        load_model(model)
    edited(model, public_key=raw, signed_by=fingerprint(other))
    with pytest.raises(ModelError, match="its signature is not of this manifest"):
        signature_of(model, [public])


ODD = [
    "",
    "{}",
    "[]",
    "null",
    "[" * 10_000,
    '{"algorithm": "Ed25519"}',
    "\x00",
    " " * 9,
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_what_is_no_signature_is_refused_and_not_ignored(text, tmp_path) -> None:
    model = copied(tmp_path)
    (model / "MANIFEST.sig").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="its signature cannot be read"):
        load_model(model)


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_a_signature_of_another_length_is_refused(length: int, tmp_path: Path) -> None:
    model, _ = signed(tmp_path)
    edited(model, signature=base64.b64encode(bytes(length)).decode())
    with pytest.raises(ModelError, match="its signature cannot be read"):
        load_model(model)


@needs_posix
def test_a_signature_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    model, _ = signed(tmp_path)
    (model / "MANIFEST.sig").rename(tmp_path / "sig")
    (model / "MANIFEST.sig").symlink_to(tmp_path / "sig")
    with pytest.raises(ModelError, match=r"MANIFEST\.sig leads elsewhere"):
        load_model(model)


def test_only_a_sound_model_is_signed_and_only_with_one_key(tmp_path: Path) -> None:
    model, (key, _), (other, _) = (
        copied(tmp_path),
        key_pair(tmp_path),
        key_pair(tmp_path, "other"),
    )
    assert sign_model(model, key).signature.endswith(", trusted")
    content = (model / "MANIFEST.sig").read_bytes()
    sign_model(model, key)
    assert (model / "MANIFEST.sig").read_bytes() == content
    with pytest.raises(ModelError, match="signed with another key"):
        sign_model(model, other)
    (model / "notes").mkdir()
    with pytest.raises(ModelError, match="1 problem: 1 files besides it are there"):
        sign_model(model, key)


@needs_posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777], ids=oct)
def test_a_private_key_is_its_owners_whatever_rights_new_files_have(tmp_path, mask):
    before = os.umask(mask)
    try:
        make_keys(tmp_path / "a", tmp_path / "b")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"]
    assert modes == [0o600, 0o644]


@pytest.mark.parametrize("name", ["office.private.pem", "office.public.pem"])
def test_a_key_that_is_there_is_never_replaced(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="a key is there already"):
        key_pair(tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@needs_posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622], ids=oct)
def test_a_private_key_that_others_may_use_is_refused(mode: int, tmp_path: Path):
    key_pair(tmp_path)
    path = tmp_path / "office.private.pem"
    path.chmod(mode)
    with pytest.raises(SettingsError, match=f"chmod 600 {path}"):
        load_private_key(path, lambda: None)


def test_an_encrypted_key_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    private = tmp_path / "a"
    digits = make_keys(private, tmp_path / "b", passphrase=WORDS)
    assert b"ENCRYPTED" in private.read_bytes()
    key = load_private_key(private, lambda: WORDS)
    assert fingerprint(key.public_key()) == digits
    with pytest.raises(SettingsError, match="that this passphrase opens") as caught:
        load_private_key(private, lambda: "other words")
    assert "other words" not in str(caught.value)
    with pytest.raises(SettingsError, match="there is no passphrase"):
        load_private_key(private, lambda: None)


@pytest.mark.parametrize("passphrase", ["", "7 chars", "x" * 201], ids=len)
def test_a_passphrase_that_protects_nothing_makes_no_key(passphrase, tmp_path):
    with pytest.raises(SettingsError, match="has not 8 to 200 characters"):
        make_keys(tmp_path / "a", tmp_path / "b", passphrase=passphrase)
    assert list(tmp_path.iterdir()) == []


def pem_of(kind: str) -> bytes:
    if kind == "text":
        return b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    if kind == "RSA":
        other = rsa.generate_private_key(65537, 2048)
    else:
        other = ec.generate_private_key(ec.SECP256R1())
    if kind == "public":
        shown = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return other.public_key().public_bytes(*shown)
    return other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("kind", ["RSA", "EC", "public", "text"])
def test_a_key_of_another_kind_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(pem_of(kind))
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="holds no private key of Ed25519"):
        load_private_key(path, lambda: None)
    with pytest.raises(SettingsError, match="holds no public key of Ed25519"):
        load_public_key(path)


def test_the_two_files_of_a_pair_are_not_taken_for_each_other(tmp_path: Path) -> None:
    key_pair(tmp_path)
    public = tmp_path / "office.public.pem"
    public.chmod(0o600)
    with pytest.raises(SettingsError, match="holds no private key"):
        load_private_key(public, lambda: None)
    with pytest.raises(SettingsError, match="holds no public key"):
        load_public_key(tmp_path / "office.private.pem")
    with pytest.raises(SettingsError, match="holds no public key"):
        load_public_key(tmp_path)
