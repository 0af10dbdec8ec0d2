"""A model's folder as files: put in place at once, read only as it was written."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from prioritizer.errors import ModelError
from prioritizer.model.signing import (
    UNSIGNED,
    PrivateKey,
    PublicKey,
    signature_state,
    signature_text,
)
from prioritizer.tables.lock import sole_writer

FORMAT_VERSION = 2
MANIFEST = "MANIFEST.json"
SIGNATURE = "MANIFEST.sig"

_MOST_BYTES = 64 * 2**20
_MOST_OF_A_MANIFEST = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Parts:
    """What a model's folder holds.

    Attributes
    ----------
    texts : dict of str to str
        The parts that are as the manifest says, by name.
    problems : list of str
        All that is not.
    content_hash : str
        SHA-256 of the manifest, which holds the hashes of all parts.
    signature : str
        ``none``, or who signed it and whether that was checked.
    """

    texts: Mapping[str, str]
    problems: list[str]
    content_hash: str
    signature: str = UNSIGNED


def write_parts(folder: Path, texts: Mapping[str, str]) -> None:
    """Put a new model in place of what is there, all of it or nothing.

    It is written beside the folder and takes its name when it is whole; a signature
    of the model before goes with that model.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if it is not there.
    texts : mapping of str to str
        Each part by name.

    Raises
    ------
    ModelError
        If something that is no part of a model is there.
    """
    folder = Path(os.path.realpath(folder))
    refuse_others(folder, texts)
    said = {
        "format_version": FORMAT_VERSION,
        "lightgbm": version("lightgbm"),
        "sha256": {name: sha256(text.encode()) for name, text in texts.items()},
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Drafts have one name, so that those of killed runs are found: one at a time.
    with sole_writer(folder.parent, wait=True):
        draft = folder.with_name(f".{folder.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)  # of a run that was killed
        draft.mkdir()
        for name, text in {**texts, MANIFEST: as_json(said)}.items():
            _write(draft / name, text)
        _keep(draft)
        _exchange(folder, draft)


def _exchange(folder: Path, draft: Path) -> None:
    before = folder.with_name(f".{folder.name}.before")
    if before.exists() and not folder.exists():
        before.replace(folder)  # a run was killed between the two lines below
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        folder.replace(before)
    draft.replace(folder)
    _keep(folder.parent)
    shutil.rmtree(before, ignore_errors=True)


def refuse_others(folder: Path, parts: Iterable[str]) -> None:
    """Raise if a folder holds what is no part of a model.

    Raises
    ------
    ModelError
        If so, or if files are there and no model's manifest.
    """
    has_files = folder.is_dir() and any(folder.iterdir())
    if has_files and (strangers(folder, parts) or not (folder / MANIFEST).is_file()):
        raise ModelError(
            "the folder holds something that is not a model",
            str(folder),
            "choose another folder for the model",
        )


def strangers(folder: Path, parts: Iterable[str]) -> list[str]:
    """Return the names in a model's folder that are no part of it."""
    known = {*parts, MANIFEST, SIGNATURE}
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


def read_parts(
    folder: Path, names: Sequence[str], trusted: Sequence[PublicKey] | None
) -> Parts:
    """Return the parts of a model that are as its manifest says, and what is not.

    Each file is read once: what was compared with its hash is what is used.

    Parameters
    ----------
    folder : pathlib.Path
        A folder in which a manifest is.
    names : sequence of str
        The parts that a model has.
    trusted : sequence of PublicKey or None
        One of these must have signed it; if None, anybody or nobody may have.

    Returns
    -------
    Parts
    """
    manifest, problem = _read(folder / MANIFEST, _MOST_OF_A_MANIFEST)
    if problem:
        return Parts({}, [problem], "")
    signature, problem = _read(folder / SIGNATURE, _MOST_OF_A_MANIFEST)
    is_signed = os.path.lexists(folder / SIGNATURE)
    state, problems = signature_state(
        manifest, signature if is_signed else None, trusted
    )
    if is_signed and problem:
        problems = [problem]
    hashes, odd = _hashes(manifest, names)
    if hashes is None:
        return Parts({}, [*odd, *problems], sha256(manifest), state)
    texts = {}
    for name in names:
        content, problem = _read(folder / name, _MOST_BYTES)
        if not problem and sha256(content) != hashes.get(name):
            problem = f"{name} was altered"
        if problem:
            odd.append(problem)
        else:
            texts[name] = content.decode("utf-8", errors="replace")
    return Parts(texts, [*odd, *problems], sha256(manifest), state)


def _hashes(
    manifest: bytes, names: Sequence[str]
) -> tuple[dict[str, str] | None, list[str]]:
    try:
        said = json.loads(manifest)
        hashes, format_version = dict(said["sha256"]), said["format_version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, ["the manifest cannot be read"]
    if format_version != FORMAT_VERSION:
        return None, [f"its format is not version {FORMAT_VERSION}, which is read here"]
    if hashes.keys() - set(names):
        return hashes, ["the manifest names parts that no model has"]
    return hashes, []


def _read(path: Path, most: int) -> tuple[bytes, str]:
    """Return a file's bytes, or nothing and what is wrong with it."""
    # A link could lead to what is none of the model's; a pipe would keep us waiting.
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():
            return b"", f"{path.name} leads elsewhere"
        handle = os.open(path, os.O_RDONLY | flags | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return b"", f"{path.name} is missing"
    except OSError:
        return b"", f"{path.name} cannot be read"
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return b"", f"{path.name} is not a file"
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(most + 1)
    finally:
        os.close(handle)
    if len(content) > most:
        return b"", f"{path.name} is larger than any model"
    return content, ""


def add_signature(folder: Path, content_hash: str, key: PrivateKey) -> None:
    """Sign the manifest of a model.

    Parameters
    ----------
    folder : pathlib.Path
        The model.
    content_hash : str
        Of the manifest that is meant to be signed.
    key : PrivateKey
        The key.

    Raises
    ------
    ModelError
        If the manifest is no longer that one.
    """
    folder = Path(os.path.realpath(folder))
    manifest, problem = _read(folder / MANIFEST, _MOST_OF_A_MANIFEST)
    if problem or sha256(manifest) != content_hash:
        raise ModelError(
            "the model was changed while it was signed", str(folder), "sign it again"
        )
    draft = folder.with_name(f".{folder.name}.sig")
    draft.unlink(missing_ok=True)
    _write(draft, signature_text(manifest, key))
    draft.replace(folder / SIGNATURE)
    _keep(folder)


def as_json(value: object, *, indent: int | None = 1) -> str:
    """Return JSON that reads back to the very same numbers."""
    said = json.dumps(value, indent=indent, ensure_ascii=True, allow_nan=False)
    return f"{said}\n"


def sha256(content: bytes) -> str:
    """Return a hash in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _keep(folder: Path) -> None:
    """Have the disk keep a folder's entries before anything that relies on them."""
    with suppress(OSError):  # not every system opens folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
