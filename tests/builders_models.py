"""Stored models that say something else, and keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

from prioritizer.model.key_files import load_private_key, make_keys
from prioritizer.model.signing import PrivateKey
from tests.builders import trained

DEMO = Path(__file__).parents[1] / "models" / "demo"


def copied(to: Path, of: Path = DEMO) -> Path:
    """A copy of the example model, or of another one."""
    return Path(copytree(of, to / "m"))


def trained_copy(to: Path) -> Path:
    """A copy of a model that was trained on the small world."""
    return copied(to, trained().folder)


def stored_with(folder: Path, name: str, text: str) -> Path:
    """The folder, in which one file says something else, hash and all."""
    (folder / name).write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return with_manifest(folder, lambda said: said["sha256"].update({name: digest}))


def with_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The folder, whose manifest was changed."""
    path = folder / "MANIFEST.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    change(said)
    path.write_text(json.dumps(said), encoding="utf-8")
    return folder


def flipped(path: Path, place: float = 0.5) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(bytes(content))


def key_pair(folder: Path, name: str = "office") -> tuple[PrivateKey, Path]:
    """A new private key, and the file of its public one."""
    private, public = (folder / f"{name}.{word}.pem" for word in ("private", "public"))
    make_keys(private, public)
    return load_private_key(private, lambda: None), public
