"""Keep a model as a folder of text and JSON, checked before it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prioritizer.errors import MissingInputError, ModelError, numbered
from prioritizer.features import CATALOGUE, Feature, by_name
from prioritizer.model.calibration import Calibration
from prioritizer.model.card import model_card
from prioritizer.model.parts import (
    MANIFEST,
    Parts,
    as_json,
    read_parts,
    refuse_others,
    write_parts,
)
from prioritizer.model.refits import Refits
from prioritizer.model.scoring import ScoringModel
from prioritizer.model.signing import PublicKey
from prioritizer.model.tables_json import tables_as_json, tables_from_json
from prioritizer.model.tree_text import read_tree_text
from prioritizer.model.venn_abers import VennAbers
from prioritizer.vocabulary.section import sections_stated

if TYPE_CHECKING:
    import lightgbm as lgb

PARTS = (
    "model.txt",
    "spec.json",
    "tables.json",
    "calibration.json",
    "venn_abers.json",
    "refits.json",
    "metrics.json",
    "card.md",
)
# What reading a file of another shape may raise.
_ODD = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
)
# What LightGBM writes of the machines that trained: their addresses and threads.
_MACHINES = re.compile(
    r"^\[(machines|machine_list_filename|local_listen_port|num_machines|num_threads)"
    r": .*\]\n",
    re.M,
)


def save_model(
    folder: Path,
    model: ScoringModel,
    booster: lgb.Booster,
    metrics: Mapping[str, object],
) -> ScoringModel:
    """Write a model to a folder, all of it or nothing, and return it as stored.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write; made if it is not there.
    model : ScoringModel
        The model.
    booster : lightgbm.Booster
        Its trees, kept as the oracle of its tables.
    metrics : mapping
        What was measured.

    Returns
    -------
    ScoringModel
        The model as `load_model` returns it.

    Raises
    ------
    ModelError
        If the folder holds something else, or the trees are none that could be
        read back.
    """
    texts = {
        "model.txt": _MACHINES.sub("", booster.model_to_string()),
        "spec.json": as_json(
            {
                "facts": model.facts,
                "features": list(map(_spec, model.features)),
                "seen": model.seen,
            }
        ),
        "tables.json": as_json(tables_as_json(model.tables)),
        "calibration.json": as_json(model.calibration.as_json()),
        "venn_abers.json": as_json(model.venn_abers.as_json()),
        "refits.json": as_json(model.refits.as_json(), indent=None),
        "metrics.json": as_json(dict(metrics)),
        "card.md": model_card(folder.name, model, metrics),
    }
    problems = read_tree_text(texts["model.txt"]).problems
    if problems:
        raise ModelError(
            numbered(problems), "the trained trees", "train with depth two on numbers"
        )
    write_parts(folder, texts)
    return load_model(folder)


def refuse_other_folder(folder: Path) -> None:
    """Raise if a folder holds something that is not a model.

    Raises
    ------
    ModelError
        If files are there that are no part of a model, or no model's manifest is.
    """
    refuse_others(folder, PARTS)


def load_model(
    folder: Path, *, trusted: Sequence[PublicKey] | None = None
) -> ScoringModel:
    """Return the model in a folder, after its files were compared with its manifest.

    The trees themselves are not parsed, and LightGBM need not be there: its text
    parser is not safe with altered files, and the tables are what scores.

    Parameters
    ----------
    folder : pathlib.Path
        A folder made by `save_model`.
    trusted : sequence of PublicKey or None
        One of these must have signed it. If None it need not be signed; a signature
        that is there must hold all the same.

    Returns
    -------
    ScoringModel
        The model.

    Raises
    ------
    MissingInputError
        If the folder holds no model.
    ModelError
        If a file is missing, too large, altered or a link, the signature is not
        what it should be, or the model's features are not in this version's
        catalogue; all problems are listed.
    """
    return model_of(folder, parts_of(folder, trusted))


def parts_of(folder: Path, trusted: Sequence[PublicKey] | None) -> Parts:
    """Return the files of a model's folder, and what is wrong with them.

    Raises
    ------
    MissingInputError
        If the folder holds no model.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise MissingInputError(
            "there is no model in the folder",
            f"{path} is not there",
            "train one with `prioritizer train`, or name another folder",
        )
    return read_parts(folder, PARTS, trusted)


def model_of(folder: Path, parts: Parts) -> ScoringModel:
    """Return the model that the files of a folder say.

    Raises
    ------
    ModelError
        If anything is wrong with them; all problems are listed.
    """
    texts = parts.texts
    if parts.problems:
        raise ModelError(
            numbered(parts.problems),
            str(folder),
            "restore the folder, ask who made it, or train again",
        )
    try:
        spec = json.loads(texts["spec.json"])
        calibration = Calibration.from_json(json.loads(texts["calibration.json"]))
        venn_abers = VennAbers.from_json(json.loads(texts["venn_abers.json"]))
        tables = tables_from_json(json.loads(texts["tables.json"]))
        refits = Refits.from_json(json.loads(texts["refits.json"]))
        features = _features(spec["features"], folder)
        facts = dict(spec["facts"])
        seen = {str(name): tuple(said) for name, said in spec["seen"].items()}
        sections_stated(facts)  # raises if they are no sections
        counts = [len(feature.allowed) for feature in features]
        problems = [*tables.problems(), *calibration.problems()]
        problems += [*venn_abers.problems(), *refits.problems(counts)]
        if [bins.categories for bins in tables.bins] != counts:
            problems.append("the tables are not of these features")
        if not _are_of(seen, features):
            problems.append("the categories that taught are not of these features")
    except _ODD as odd:
        if isinstance(odd, ModelError):
            raise
        problems = ["its files do not hold what they should"]
    if problems:
        raise ModelError(numbered(problems), str(folder), "train the model again")
    return ScoringModel(
        features=features,
        tables=tables,
        calibration=calibration,
        venn_abers=venn_abers,
        facts=facts,
        content_hash=parts.content_hash,
        refits=refits,
        signature=parts.signature,
        seen=seen,
    )


def _spec(feature: Feature) -> dict[str, object]:
    """Return what must be the same when the model scores as when it was trained."""
    return {
        "name": feature.name,
        "table": feature.table,
        "reads": list(feature.reads),
        "unit": feature.unit,
        "direction": feature.direction,
        "absent": feature.absent,
        "allowed": list(feature.allowed),
    }


def _are_of(seen: Mapping[str, tuple[str, ...]], features: Sequence[Feature]) -> bool:
    allowed = {each.name: set(each.allowed) for each in features if each.is_category}
    return seen.keys() == allowed.keys() and all(
        set(seen[name]) <= allowed[name] for name in allowed
    )


def _features(specs: list[dict[str, object]], folder: Path) -> tuple[Feature, ...]:
    known = by_name(CATALOGUE)
    problems = []
    names = [str(spec["name"]) for spec in specs]
    if len(set(names)) < len(names):
        problems.append("a feature is there twice")
    for number, spec in enumerate(specs, start=1):
        feature = known.get(str(spec["name"]))
        if feature is None:
            problems.append(
                f"feature {number}, {str(spec['name'])[:60]!a}, is not in the catalogue"
            )
        elif _spec(feature) != spec:
            problems.append(f"feature {spec['name']} has changed since")
    if problems:
        raise ModelError(
            numbered(problems), str(folder / "spec.json"), "train the model again"
        )
    return tuple(known[str(spec["name"])] for spec in specs)
