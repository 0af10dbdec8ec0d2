"""The folder `truth/`: written beside tables or documents, frozen, and read again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.synthetic.settling import Levels
from prioritizer.synthetic.world import World

_TRUTH = "truth"
_MANIFEST = "manifest.json"


def write_truth(folder: Path, number: int, truth: pl.DataFrame) -> dict[str, str]:
    """Write one part of the answer key, and return its SHA-256 by its name."""
    path = folder / _TRUTH / f"part-{number:05d}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    truth.write_parquet(path, compression="zstd", compression_level=1, statistics=False)
    return {path.name: _sha256(path)}


def freeze_truth(
    folder: Path, world: World, seed: int, levels: Levels, parts: dict[str, str]
) -> None:
    """Say what the truth is made of, so that nothing can change it unseen.

    Parameters
    ----------
    folder : pathlib.Path
        The folder beside whose tables or documents it lies.
    world, seed, levels
        What the reports were drawn from.
    parts : dict of str to str
        What `write_truth` returned, of all shards.
    """
    said = {
        "world": world.name,
        "world_hash": world.content_hash,
        "seed": seed,
        "levels": asdict(levels),
        "parts": parts,
    }
    path = folder / _TRUTH / _MANIFEST
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def read_truth(folder: Path) -> pl.DataFrame:
    """Return the answer key of a synthetic folder, compared with its manifest.

    Raises
    ------
    MissingInputError
        If the folder has none, as real reports never do.
    SettingsError
        If the key was altered after it was frozen.
    """
    return pl.read_parquet(check_truth(folder))


def check_truth(folder: Path) -> list[Path]:
    """Return the parts of an answer key, compared with its manifest.

    Raises
    ------
    MissingInputError
        If the folder has none, as real reports never do.
    SettingsError
        If the key was altered after it was frozen.
    """
    manifest = folder / _TRUTH / _MANIFEST
    if not manifest.is_file():
        raise MissingInputError(
            "these tables have no answer key",
            str(manifest),
            "use tables made by `prioritizer generate`",
        )
    said = json.loads(manifest.read_text(encoding="utf-8"))
    paths = [folder / _TRUTH / name for name in sorted(said["parts"])]
    altered = [
        path.name
        for path in paths
        if not path.is_file() or _sha256(path) != said["parts"][path.name]
    ]
    if altered:
        raise SettingsError(
            f"the answer key was altered: {', '.join(altered)}",
            str(folder / _TRUTH),
            "generate the world again",
        )
    return paths


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
