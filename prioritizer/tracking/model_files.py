"""Which files of a model's folder are the model, and that all of them are text."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from prioritizer.errors import ModelError, numbered

MODEL_FOLDER = "model_folder"
_MANIFEST = "MANIFEST.json"
_TEXTS = frozenset({".txt", ".json", ".md"})
# It lies beside the manifest, which cannot hold the hash of its own signature.
_SIGNATURE = re.compile(r"(manifest(\.json)?\.sig|signature(\.json|\.txt)?)", re.I)
_ODD = (OSError, ValueError, KeyError, TypeError, RecursionError)


def model_files(folder: Path, content_hash: str, *, where: str) -> list[Path]:
    """Return the files of a stored model, after its manifest was compared.

    The manifest's own hash is compared before anything in it is read; the files
    it names are compared by `load_model`.

    Parameters
    ----------
    folder : pathlib.Path
        A model's folder.
    content_hash : str
        The hash that the model has by its training run or by the registry.
    where : str
        What to call the folder in a message.

    Returns
    -------
    list of pathlib.Path
        The manifest, what it names, and a signature if there is one; whatever
        else lies there is left out.

    Raises
    ------
    ModelError
        If the manifest is another one, or a file is missing or no text.
    """
    try:
        content = (folder / _MANIFEST).read_bytes()
        if hashlib.sha256(content).hexdigest() != content_hash:
            raise ValueError
        named = [_MANIFEST, *json.loads(content)["sha256"]]
    except _ODD:
        raise ModelError(
            "the folder of the model is not as it was when the model was stored",
            where,
            "restore it, or train again",
        ) from None
    beside = sorted(path.name for path in folder.iterdir())
    names = named + [name for name in beside if _SIGNATURE.fullmatch(name)]
    problems = [f"{name} is no text" for name in names if not _is_text(folder, name)]
    if problems:
        raise ModelError(
            numbered(problems), where, "restore the folder of the model, or train again"
        )
    return [folder / name for name in names]


def _is_text(folder: Path, name: str) -> bool:
    """Return whether a file lies in the folder itself and holds text, as all models do.

    A pickle that could do harm begins with a byte that is no text, or has a name
    that no file of a model has.
    """
    path = folder / name
    has_name = path.suffix in _TEXTS or _SIGNATURE.fullmatch(name)
    if Path(name).name != name or not has_name or not path.is_file():
        return False
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
