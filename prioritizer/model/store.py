"""Keep a model as a folder of text and JSON, checked before it is read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from prioritizer.errors import MissingInputError, ModelError, numbered
from prioritizer.features import CATALOGUE, Feature, by_name
from prioritizer.model.calibration import Calibration
from prioritizer.model.card import model_card
from prioritizer.model.scoring import ScoringModel
from prioritizer.model.tables import Bins, Floats, PointTables
from prioritizer.vocabulary.section import sections_stated

FORMAT_VERSION = 1
_MANIFEST = "MANIFEST.json"
_PARTS = (
    "model.txt",
    "spec.json",
    "tables.json",
    "calibration.json",
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
_MOST_BYTES = 64 * 2**20
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
    """Write a model to a folder and return it as stored.

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
    """
    texts = {
        "model.txt": _MACHINES.sub("", booster.model_to_string()),
        "spec.json": _json(
            {"facts": model.facts, "features": list(map(_spec, model.features))}
        ),
        "tables.json": _json(_tables_as_json(model.tables)),
        "calibration.json": _json(
            {"slope": model.calibration.slope, "intercept": model.calibration.intercept}
        ),
        "metrics.json": _json(dict(metrics)),
        "card.md": model_card(folder.name, model, metrics),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    manifest = {
        "format_version": FORMAT_VERSION,
        "lightgbm": lgb.__version__,
        "sha256": {name: _sha256(text.encode()) for name, text in texts.items()},
    }
    (folder / _MANIFEST).write_text(_json(manifest), encoding="utf-8", newline="\n")
    return load_model(folder)


def refuse_other_folder(folder: Path) -> None:
    """Raise if a folder holds something that is not a model.

    Raises
    ------
    ModelError
        If files are there and no model's manifest.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MANIFEST).is_file():
        raise ModelError(
            "the folder holds something that is not a model",
            str(folder),
            "choose another folder for the model",
        )


def load_model(folder: Path) -> ScoringModel:
    """Return the model in a folder, after its files were compared with its manifest.

    The trees themselves are not parsed: LightGBM's text parser is not safe
    with altered files, and the tables are what scores.

    Parameters
    ----------
    folder : pathlib.Path
        A folder made by `save_model`.

    Returns
    -------
    ScoringModel
        The model.

    Raises
    ------
    MissingInputError
        If the folder holds no model.
    ModelError
        If a file is missing, too large or altered, or the model's features
        are not in this version's catalogue; all problems are listed.
    """
    path = folder / _MANIFEST
    if not path.is_file():
        raise MissingInputError(
            "there is no model in the folder",
            f"{path} is not there",
            "train one with `prioritizer train`, or name another folder",
        )
    texts, problems = _checked_texts(folder, path)
    if problems:
        raise ModelError(
            numbered(problems), str(folder), "restore the folder or train again"
        )
    try:
        spec = json.loads(texts["spec.json"])
        calibration = Calibration(**json.loads(texts["calibration.json"]))
        tables = _tables_from_json(json.loads(texts["tables.json"]))
        features = _features(spec["features"], folder)
        facts = dict(spec["facts"])
        sections_stated(facts)  # raises if they are no sections
        problems = [*tables.problems(), *calibration.problems()]
        counts = [len(feature.allowed) for feature in features]
        if [bins.categories for bins in tables.bins] != counts:
            problems.append("the tables are not of these features")
    except _ODD as odd:
        if isinstance(odd, ModelError):
            raise
        problems = ["its files do not hold what they should"]
    if problems:
        raise ModelError(numbered(problems), str(folder), "train the model again")
    return ScoringModel(
        features, tables, calibration, facts, _sha256(path.read_bytes())
    )


def _checked_texts(folder: Path, manifest: Path) -> tuple[dict[str, str], list[str]]:
    try:
        said = json.loads(manifest.read_text(encoding="utf-8"))
        hashes, version = dict(said["sha256"]), said["format_version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}, ["the manifest cannot be read"]
    if version != FORMAT_VERSION:
        return {}, [f"its format is not version {FORMAT_VERSION}, which is read here"]
    texts, problems = {}, []
    for name in _PARTS:
        file = folder / name
        if not file.is_file():
            problems.append(f"{name} is missing")
        elif file.stat().st_size > _MOST_BYTES:
            problems.append(f"{name} is larger than any model")
        elif _sha256(file.read_bytes()) != hashes.get(name):
            problems.append(f"{name} was altered")
        else:
            texts[name] = file.read_text(encoding="utf-8", errors="replace")
    return texts, problems


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


def _features(specs: list[dict[str, object]], folder: Path) -> tuple[Feature, ...]:
    known = by_name(CATALOGUE)
    problems = []
    for spec in specs:
        feature = known.get(str(spec["name"]))
        if feature is None:
            problems.append("a feature is not in the catalogue")
        elif _spec(feature) != spec:
            problems.append(f"feature {spec['name']} has changed since")
    if problems:
        raise ModelError(
            numbered(problems), str(folder / "spec.json"), "train the model again"
        )
    return tuple(known[str(spec["name"])] for spec in specs)


def _tables_as_json(tables: PointTables) -> dict[str, object]:
    return {
        "base": tables.base,
        "bins": [
            {"thresholds": bins.thresholds.tolist(), "categories": bins.categories}
            for bins in tables.bins
        ],
        "mains": [
            {"feature": i, "points": table.tolist()}
            for i, table in tables.mains.items()
        ],
        "pairs": [
            {"features": [i, j], "points": table.tolist()}
            for (i, j), table in tables.pairs.items()
        ],
    }


def _tables_from_json(said: dict[str, Any]) -> PointTables:
    bins = tuple(
        Bins(np.array(each["thresholds"], dtype=float), each["categories"])
        for each in said["bins"]
    )
    return PointTables(
        bins,
        float(said["base"]),
        {each["feature"]: _points(each) for each in said["mains"]},
        {tuple(each["features"]): _points(each) for each in said["pairs"]},
    )


def _points(table: dict[str, Any]) -> Floats:
    return np.array(table["points"], dtype=float)


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
