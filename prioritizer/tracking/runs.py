"""Training runs in an MLflow database of SQLite."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from prioritizer.errors import SettingsError
from prioritizer.model import TrainingRun

MODEL_NAME = "actionability"
ALIAS = "champion"
_EXPERIMENT = "prioritizer"
_SQLITE = b"SQLite format 3"


def log_run(database: Path, run: TrainingRun) -> str:
    """Log one training run and make its model the champion.

    Parameters
    ----------
    database : pathlib.Path
        The SQLite file; artefacts lie beside it.
    run : TrainingRun
        The run. Its booster is logged as text; no pickle is written.

    Returns
    -------
    str
        MLflow's id of the run.
    """
    mlflow = _mlflow(database)
    with mlflow.start_run(
        experiment_id=_experiment(mlflow, database), run_name=run.folder.name
    ) as logged:
        mlflow.log_params({**asdict(run.settings), **run.model.facts})
        mlflow.log_metrics(
            {
                name: float(value)
                for name, value in run.metrics.items()
                if isinstance(value, int | float)
            }
        )
        mlflow.set_tag("model_hash", run.model.content_hash)
        mlflow.log_artifacts(str(run.folder), "model_folder")
        booster = mlflow.lightgbm.log_model(
            run.booster,
            name="booster",
            registered_model_name=MODEL_NAME,
            # Inferring requirements would load the model anew and take seconds.
            pip_requirements=[f"lightgbm=={version('lightgbm')}"],
        )
    mlflow.MlflowClient().set_registered_model_alias(
        MODEL_NAME, ALIAS, str(booster.registered_model_version)
    )
    return str(logged.info.run_id)


def champion_run(database: Path) -> str:
    """Return the id of the run whose model is the champion."""
    client = _mlflow(database).MlflowClient()
    return str(client.get_model_version_by_alias(MODEL_NAME, ALIAS).run_id)


def check_database(database: Path) -> None:
    """Open MLflow's database, making it if it is new; raise if that cannot be.

    Raises
    ------
    SettingsError
        If something else is there, or the name cannot stand in an address.
    """
    if set("?#%") & set(str(database)):
        raise SettingsError(
            "the name holds ?, # or %", str(database), "choose a plainer name"
        )
    is_new = not database.exists()
    try:
        if not is_new and not _is_mlflow_s(database):
            raise ValueError
        _experiment(_mlflow(database), database)
    except Exception:  # MLflow, its migrations and SQLAlchemy raise many kinds
        raise SettingsError(
            "MLflow cannot use this database", str(database), "name a new file"
        ) from None


def _is_mlflow_s(database: Path) -> bool:
    """Return whether a database is empty or has tables of MLflow."""
    with database.open("rb") as file:
        start = file.read(len(_SQLITE))
    if start not in (b"", _SQLITE):  # SQLite takes a very short text for empty
        return False
    address = f"file:{database.resolve()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as opened:
        rows = opened.execute("select name from sqlite_master").fetchall()
    names = {name for (name,) in rows}
    return not names or "registered_models" in names


def _experiment(mlflow: ModuleType, database: Path) -> str:
    client = mlflow.MlflowClient()
    found = client.get_experiment_by_name(_EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    artefacts = (database.parent / "mlflow-artifacts").resolve().as_uri()
    return str(client.create_experiment(_EXPERIMENT, artifact_location=artefacts))


def _mlflow(database: Path) -> ModuleType:
    """Import MLflow with its telemetry off, as it must be before the import."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "false"
    import mlflow
    import mlflow.lightgbm

    # It logs each step of making its database, which tells nobody anything here.
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    database.parent.mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(f"sqlite:///{database.resolve()}")
    return mlflow
