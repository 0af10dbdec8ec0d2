"""Training runs with a leaderboard and folds, and databases to log them to."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copyfile
from tempfile import mkdtemp

import pandas as pd

from prioritizer.model import TrainingRun
from prioritizer.tracking.connection import connect
from tests.builders import trained

_FIGURES = ("average_precision", "precision", "recall", "lift")
_ORDERS = {
    "model": 0.61,
    "logistic": 0.585,
    "scorecard": 0.55,
    "ncmec_priority": 0.49,
    "incident_type": 0.47,
    "completeness": 0.45,
    "newest_first": 0.40,
    "arrival_order": 0.38,
}


def board(*, model: float = 0.61, floors: dict[str, str] | None = None) -> pd.DataFrame:
    """Return a leaderboard on which the model has a given average precision."""
    middle = pd.Series({**_ORDERS, "model": model}, name="average_precision")
    columns = {}
    for place, figure in enumerate(_FIGURES):
        value = middle * (4 if figure == "lift" else 1) + 0.02 * place
        columns |= {figure: value, f"{figure}_low": value - 0.04}
        columns |= {f"{figure}_high": value + 0.05}
    for name in ("ap_difference", "precision_difference"):
        gap = model - middle
        columns |= {name: gap, f"{name}_low": gap - 0.02, f"{name}_high": gap + 0.02}
    said = pd.Series({"logistic": "not clear"} | (floors or {}))
    floor = said.reindex(middle.index).fillna("")
    return pd.DataFrame({**columns, "floor": floor}).rename_axis("order")


def folds(count: int = 4) -> pd.DataFrame:
    """Return what validation measured of three candidates in yearly windows."""
    begins = pd.date_range("2020-01-01", periods=count + 1, freq="YS", tz="UTC")
    return pd.DataFrame(
        [
            {
                "fold": fold,
                "candidate": candidate,
                "begins_at": begins[fold],
                "ends_at": begins[fold + 1],
                "average_precision": 0.5 + 0.02 * fold + gain,
                "precision": 0.55 + 0.01 * fold + gain,
                "recall": 0.3 + gain,
            }
            for fold in range(count)
            for candidate, gain in (("pairs_64", 0.05), ("pairs_16", 0.03), ("any", 0))
        ]
    )


def run_of(*, model: float = 0.61, **changes: object) -> TrainingRun:
    """Return a training run with leaderboard and folds; floors and facts may differ."""
    floors = changes.pop("floors", None)
    facts = {"evidence_verified": True, **trained().model.facts, **changes}
    return replace(
        trained(),
        model=replace(trained().model, facts=facts),
        leaderboard=board(model=model, floors=floors),  # type: ignore[arg-type]
        folds=folds(),
    )


@cache
def _empty_database() -> Path:
    database = Path(mkdtemp(prefix="runs-")) / "runs.db"
    connect(database, make=True)
    return database


def new_database(folder: Path) -> Path:
    """Return a database without runs; making its tables takes seconds, copying none."""
    copyfile(_empty_database(), folder / "runs.db")
    return folder / "runs.db"
