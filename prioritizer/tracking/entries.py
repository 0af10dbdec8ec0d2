"""What a training run says, as the parameters, metrics and tags of an MLflow run."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import pandas as pd

from prioritizer.model import TrainingRun

MODEL_ORDER = "model"
FLOOR_PASSED, FLOOR_FAILED, FLOOR_UNKNOWN = "passed", "FLOOR-FAIL", "not measured"
# The figure by which models are compared, as `leaderboard` names its column.
FIGURE = "average_precision"
_FIGURES = ("average_precision", "precision", "recall", "lift")
_BOUNDED = ("average_precision", "precision")
_ENDS = ("", "_low", "_high")
_FOLD_FIGURES = ("average_precision", "precision", "recall")
_ODD = re.compile(r"[^\w\-. :]+", re.ASCII)
# How MLflow stores them; PostgreSQL refuses what is longer.
_DIGITS = 6
_MOST_NOTE, _MOST_PARAMETER = 5000, 500


def parameters_of(run: TrainingRun) -> dict[str, str]:
    """Return settings and facts of a run, flattened.

    Settings, which were asked for, begin with `settings.`; facts, which came of
    them, stand as they are: 300 rounds may be allowed and 137 be enough.

    Parameters
    ----------
    run : TrainingRun
        The run.

    Returns
    -------
    dict of str to str
        By name, in the order in which the run states them.
    """
    said = {"settings": asdict(run.settings), **run.model.facts}
    return {
        name: _as_text(value)[:_MOST_PARAMETER]
        for name, value in _flattened(said)
        if not isinstance(value, pd.DataFrame)
    }


def metrics_of(run: TrainingRun) -> dict[str, float]:
    """Return what was measured on the test window, as numbers by name.

    Parameters
    ----------
    run : TrainingRun
        The run.

    Returns
    -------
    dict of str to float
        The model's row of the leaderboard as `test/<figure>`, the chief ones with
        their bounds, and the best average precision among the other orders; then
        what the run measured under its own names. To six digits. What was not
        measured is left out.
    """
    board, numbers = run.leaderboard, {}
    if MODEL_ORDER in board.index:
        bounded = [f"{each}{end}" for each in _BOUNDED for end in _ENDS]
        for name in dict.fromkeys((*bounded, *_FIGURES)):
            if name in board.columns:
                numbers[f"test/{name}"] = float(board[name][MODEL_ORDER])
    if FIGURE in board.columns:
        others = board[FIGURE].drop(MODEL_ORDER, errors="ignore")
        numbers[f"test/best_other_{FIGURE}"] = float(others.max())
    for name, value in _flattened(run.metrics):
        if isinstance(value, int | float):
            numbers[name] = float(value)
    return {
        name: round(value, _DIGITS)
        for name, value in numbers.items()
        if math.isfinite(value)
    }


def fold_metrics_of(run: TrainingRun) -> list[tuple[str, float, int, int]]:
    """Return what validation measured: name, value, milliseconds, fold.

    All candidates of a figure stand side by side in MLflow's charts, since it
    makes one section of names that begin alike; the step is the fold, and the
    time is the end of its window and not of the computation.

    Parameters
    ----------
    run : TrainingRun
        The run.

    Returns
    -------
    list of (str, float, int, int)
        Named `folds/<figure>/<candidate>`. What was not measured is left out.
    """
    return [
        (
            f"folds/{figure}/{_plain(str(row['candidate']))}",
            round(float(row[figure]), _DIGITS),
            int(pd.Timestamp(row["ends_at"]).timestamp() * 1000),
            int(row["fold"]),
        )
        for row in run.folds.to_dict(orient="records")
        for figure in _FOLD_FIGURES
        if figure in row and math.isfinite(row[figure])
    ]


def tags_of(run: TrainingRun) -> dict[str, str]:
    """Return what tells one model from another and what its promotion rests on.

    Parameters
    ----------
    run : TrainingRun
        A run whose model is stored.

    Returns
    -------
    dict of str to str
        Hashes of model, data, code and features, the test window, and whether the
        floor was passed and the law of evidence verified.
    """
    facts = run.model.facts
    spec = json.loads((run.folder / "spec.json").read_text(encoding="utf-8"))
    features = json.dumps(spec["features"], sort_keys=True).encode()
    evidence = facts.get("evidence_verified")
    return {
        # In the order in which MLflow shows them.
        "floor": floor_of(run),
        "evidence_verified": str(evidence).lower()
        if isinstance(evidence, bool)
        else "not stated",
        "data": str(facts.get("data", "not stated")),
        "test_begins_at": str(facts.get("test_begins_at", "")),
        "label_version": str(facts.get("label_version", "")),
        "interim_outcomes": str(facts.get("interim_outcomes", "")),
        "model_hash": run.model.content_hash,
        "data_hash": str(facts.get("data_hash", "")),
        "code_hash": str(facts.get("code_hash", "")),
        "features_hash": hashlib.sha256(features).hexdigest(),
    }


def floor_of(run: TrainingRun) -> str:
    """Return whether a model beat the simple orders: passed, FLOOR-FAIL, not measured.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> board = pd.DataFrame({"floor": ["", "FLOOR-FAIL"]}, index=["model", "newest"])
    >>> floor_of(SimpleNamespace(leaderboard=board))
    'FLOOR-FAIL'
    """
    board = run.leaderboard
    if "floor" not in board.columns or MODEL_ORDER not in board.index:
        return FLOOR_UNKNOWN
    has_failed = bool((board["floor"] == FLOOR_FAILED).any())
    return FLOOR_FAILED if has_failed else FLOOR_PASSED


def note_of(card: str, *, rest: str) -> str:
    """Return a card as a description, cut between paragraphs where it is too long.

    Parameters
    ----------
    card : str
        Markdown.
    rest : str
        Where the whole card is.

    Returns
    -------
    str
        At most 5,000 characters.

    Examples
    --------
    >>> note_of("# Card", rest="card.md")
    '# Card'
    """
    if len(card) <= _MOST_NOTE:
        return card
    pointer = f"\n\n*The card goes on in `{rest}`.*\n"
    head = card[: _MOST_NOTE - len(pointer)]
    return head[: head.rfind("\n")] + pointer


def _flattened(
    said: Mapping[str, object], before: str = ""
) -> Iterator[tuple[str, object]]:
    for name, value in said.items():
        full = f"{before}{_plain(str(name))}"
        if isinstance(value, Mapping):
            yield from _flattened(value, f"{full}.")
        else:
            yield full, value


def _as_text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)


def _plain(name: str) -> str:
    """Return a name in which only characters stand that MLflow takes."""
    return _ODD.sub("_", name).strip(".") or "_"
