"""The trees of a stored model: read safely, and compared with its tables of points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from prioritizer.errors import ModelError, numbered
from prioritizer.model.parts import SIGNATURE, add_signature, strangers
from prioritizer.model.scoring import ScoringModel
from prioritizer.model.signing import PrivateKey, PublicKey, fingerprint, read_signature
from prioritizer.model.store import PARTS, model_of, parts_of
from prioritizer.model.tables import Floats, Pair
from prioritizer.model.tree_text import TreeText, read_tree_text

if TYPE_CHECKING:
    import lightgbm as lgb

# Sums of some thousand numbers, added in another order: 1e-14 to 1e-12 were seen.
_MOST_DIFFERENCE = 1e-9
_RANDOM_ROWS = 4096
_ROWS_AT_ONCE = 4096
_INFINITY = 1e300  # as LightGBM writes it
# Cells of tables of two that are tried, half a minute of LightGBM's time; 64 pairs of
# features with 64 bins each have an eighth of it.
_MOST_CELLS = 2**21
# Numbers at which LightGBM has rules of its own, and some far from any threshold.
_ODD_NUMBERS = (0.0, -0.0, 1e-36, -1e-36, 1e-34, -1.0, 0.5, 1e30, -1e30)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found when a stored model was looked at from all sides.

    Attributes
    ----------
    problems : tuple of str
        Everything that is wrong; none if the model is what it says.
    signature : str
        Who signed it and whether that was checked; ``none`` if nobody.
    content_hash : str
        The hash by which queues and scores name the model.
    trees : int
        How many there are.
    rows : int
        On how many rows tables and trees were compared.
    every_cell : bool
        Whether each cell of each table was among them, or there are too many.
    difference : float or None
        The most by which they differed, in log-odds; None if not compared.
    """

    problems: tuple[str, ...]
    signature: str
    content_hash: str
    trees: int = 0
    rows: int = 0
    every_cell: bool = False
    difference: float | None = None


def load_booster(
    folder: Path, *, trusted: Sequence[PublicKey] | None = None
) -> lgb.Booster:
    """Return the trees of a stored model, after all that can be checked without them.

    Parameters
    ----------
    folder : pathlib.Path
        A folder made by `save_model`.
    trusted : sequence of PublicKey or None
        As for `load_model`.

    Returns
    -------
    lightgbm.Booster

    Raises
    ------
    MissingInputError
        If the folder holds no model.
    ModelError
        If a file was altered, the signature is not what it should be, the text is
        not what LightGBM writes of such trees, or LightGBM refuses it.
    """
    parts = parts_of(folder, trusted)
    problems = list(parts.problems)
    if "model.txt" in parts.texts:
        problems += read_tree_text(parts.texts["model.txt"]).problems
    if problems:
        raise ModelError(numbered(problems), str(folder), "restore the folder")
    return _parsed(parts.texts["model.txt"], folder)


def _parsed(text: str, folder: Path) -> lgb.Booster:
    import lightgbm as lgb

    try:
        return lgb.Booster(model_str=text)
    except (lgb.basic.LightGBMError, ValueError):
        raise ModelError(
            "LightGBM cannot read the trees", str(folder / "model.txt"), "train again"
        ) from None


def verify_model(
    folder: Path, *, trusted: Sequence[PublicKey] | None = None, seed: int = 0
) -> Verification:
    """Look at a stored model from all sides, and say what is wrong with it.

    Its files are compared with the manifest and that with its signature; the text of
    its trees is checked, and read by LightGBM; and the tables, which are what scores,
    are compared with the trees: in each cell of each table, with every threshold hit
    exactly, and on random rows with missing values. Trees of depth two are sums of
    tables, so that those which agree in each cell are the same.

    Parameters
    ----------
    folder : pathlib.Path
        A folder made by `save_model`.
    trusted : sequence of PublicKey or None
        One of these must have signed it; if None, anybody or nobody may have.
    seed : int
        Of the random rows.

    Returns
    -------
    Verification

    Raises
    ------
    MissingInputError
        If the folder holds no model.
    """
    parts = parts_of(folder, trusted)
    problems = [*parts.problems]
    besides = strangers(folder, PARTS)
    if besides:
        problems.append(
            f"{len(besides)} files besides it are there, such as {besides[0]}"
        )
    said = read_tree_text(parts.texts.get("model.txt", ""))
    if "model.txt" in parts.texts:
        problems += said.problems
    compared = _Compared()
    if not parts.problems and not said.problems:
        try:
            model = model_of(folder, parts)
            booster = _parsed(parts.texts["model.txt"], folder)
            problems += _other_columns(model, said)
            compared = _compared(model, booster, said, seed)
        except ModelError as problem:
            problems.append(problem.what)
    if compared.rows and not compared.difference <= _MOST_DIFFERENCE:
        problems.append("the tables are not the sum of the trees")
    return Verification(
        tuple(problems),
        parts.signature,
        parts.content_hash,
        said.trees,
        compared.rows,
        compared.every_cell,
        compared.difference if compared.rows else None,
    )


def _other_columns(model: ScoringModel, said: TreeText) -> list[str]:
    """Return in what the columns of the trees are not those of the model."""
    if said.features != tuple(feature.name for feature in model.features):
        return ["the trees are of other features than the model"]
    if any(said.directions) and said.directions != tuple(
        feature.direction for feature in model.features
    ):
        return ["the trees were grown with other directions than the features have"]
    return []


@dataclass(frozen=True, slots=True)
class _Compared:
    rows: int = 0
    every_cell: bool = False
    difference: float = 0.0


def _compared(
    model: ScoringModel, booster: lgb.Booster, said: TreeText, seed: int
) -> _Compared:
    """Return by how much tables and trees differ at most, and on what was tried."""
    if len(said.features) != len(model.features):
        return _Compared()
    random = np.random.default_rng(seed)
    cells = _cells(model, said)
    pairs = sorted(said.pairs | set(model.tables.pairs))
    count = sum(len(cells[i]) * len(cells[j]) for i, j in pairs)
    share = min(1.0, _MOST_CELLS / max(count, 1))
    rows, most = 0, 0.0
    for values in _trial_rows(cells, pairs, share, random):
        ours = model.tables.raw_scores(model.tables.bin_rows(values))
        theirs = np.asarray(booster.predict(values, raw_score=True))
        rows += len(values)
        most = float(np.maximum(most, np.abs(ours - theirs).max()))  # or NaN
    return _Compared(rows, share == 1.0, most)


def _trial_rows(
    cells: Sequence[Floats],
    pairs: Sequence[Pair],
    share: float,
    random: np.random.Generator,
) -> Iterator[Floats]:
    """Yield rows with every value that either side tells apart, and every two."""
    near = [np.concatenate([_around(values), _ODD_NUMBERS]) for values in cells]
    rows = np.stack([random.choice(values, _RANDOM_ROWS) for values in near], axis=1)
    singles = [_changed(rows[0], {i: values}) for i, values in enumerate(near)]
    yield np.concatenate([rows, *singles])
    waiting: list[Floats] = []  # a call of LightGBM takes as long as hundreds of rows
    for i, j in pairs:
        count = len(cells[i]) * len(cells[j])
        places = random.choice(count, int(share * count), replace=False)
        for start in range(0, len(places), _ROWS_AT_ONCE):
            one, other = np.divmod(places[start : start + _ROWS_AT_ONCE], len(cells[j]))
            waiting.append(_changed(rows[0], {i: cells[i][one], j: cells[j][other]}))
            if sum(map(len, waiting)) >= _ROWS_AT_ONCE:
                yield np.concatenate(waiting)
                waiting.clear()
    if waiting:
        yield np.concatenate(waiting)


def _changed(row: Floats, values: Mapping[int, Floats]) -> Floats:
    """Return a row many times over, with other values in some columns."""
    count = max(map(len, values.values()))
    rows = np.repeat(row[None, :], count, axis=0)
    for column, each in values.items():
        rows[:, column] = each
    return rows


def _cells(model: ScoringModel, said: TreeText) -> list[Floats]:
    """Return a value in each bin of each column, by the thresholds of both sides.

    The upper end of a bin is in it, so thresholds are values that hit them exactly.
    """
    found = []
    for column, bins in enumerate(model.tables.bins):
        edges = {*bins.thresholds.tolist(), *said.thresholds.get(column, ())}
        # Nothing is above infinity, so a threshold there hits no number.
        numbers = np.array(sorted(each for each in edges if abs(each) < _INFINITY))
        above = np.nextafter(numbers[-1:], np.inf) if len(numbers) else [0.0]
        codes = np.arange(-1.0, bins.categories + 2)
        values = codes if bins.categories else np.concatenate([numbers, above])
        found.append(np.append(values, np.nan))
    return found


def _around(values: Floats) -> Floats:
    """Return values with what lies just below and above each."""
    below, above = (np.nextafter(values, end) for end in (-np.inf, np.inf))
    return np.concatenate([below, values, above])


def sign_model(folder: Path, key: PrivateKey) -> Verification:
    """Verify a model, and sign it if nothing is wrong with it.

    Parameters
    ----------
    folder : pathlib.Path
        A folder made by `save_model`.
    key : PrivateKey
        The key.

    Returns
    -------
    Verification
        What was found, with the signature.

    Raises
    ------
    MissingInputError
        If the folder holds no model.
    ModelError
        If anything is wrong with it, or it is signed with another key.
    """
    found = verify_model(folder)
    if found.problems:
        raise ModelError(
            numbered(list(found.problems)), str(folder), "mend it before it is signed"
        )
    if not _is_free_for(folder, key):
        raise ModelError(
            "the model is signed with another key",
            str(folder / SIGNATURE),
            "remove this file if you want to sign in its place",
        )
    add_signature(folder, found.content_hash, key)
    return replace(found, signature=parts_of(folder, [key.public_key()]).signature)


def _is_free_for(folder: Path, key: PrivateKey) -> bool:
    path = folder / SIGNATURE
    there = read_signature(path.read_bytes()) if path.is_file() else None
    return there is None or there.fingerprint == fingerprint(key.public_key())
