"""Which models lie in a folder, what they learned from, and who signed them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from prioritizer.errors import MissingInputError, PrioritizerError
from prioritizer.model.parts import MANIFEST
from prioritizer.model.store import model_of, parts_of

_STATED = (
    *("data", "labels_known_before", "test_begins_at", "train_reports"),
    *("label_version", "sections"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of models.

    Attributes
    ----------
    name : str
        Of its folder.
    model_hash : str
        By which queues and scores name it; empty if it cannot be read.
    signature : str
        Who signed it, unchecked; ``none`` if nobody.
    problem : str
        Why it does not load; empty if it does.
    stated : dict of str to str
        What the model says of its data and labels.
    """

    name: str
    model_hash: str
    signature: str
    problem: str
    stated: dict[str, str]

    def facts(self) -> dict[str, object]:
        """Return all of it by name, for a person or a program."""
        said = asdict(self)
        stated = said.pop("stated")
        return {"name": said.pop("name"), **stated, **said}


def models_in(folder: Path) -> list[Listed]:
    """Return the models in a folder, by name; or the one that the folder is.

    Parameters
    ----------
    folder : pathlib.Path
        Its subfolders are looked at, and no deeper.

    Returns
    -------
    list of Listed

    Raises
    ------
    MissingInputError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise MissingInputError(
            "there is no such folder", str(folder), "name a folder of models"
        )
    if (folder / MANIFEST).is_file():
        return [_listed(folder)]
    # What begins with a dot is a model that a killed run did not finish.
    inside = sorted(path for path in folder.iterdir() if path.name[:1] != ".")
    return [_listed(path) for path in inside if (path / MANIFEST).is_file()]


def _listed(folder: Path) -> Listed:
    parts = parts_of(folder, None)
    name = folder.resolve().name
    try:
        facts = model_of(folder, parts).facts
    except PrioritizerError as odd:
        return Listed(name, parts.content_hash, parts.signature, odd.what, {})
    stated = {each: str(facts[each]) for each in _STATED if each in facts}
    return Listed(name, parts.content_hash, parts.signature, "", stated)
