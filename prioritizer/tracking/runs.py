"""Training runs in an MLflow database of SQLite."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import lightgbm as lgb

from prioritizer.model import ScoringModel

MODEL_NAME = "actionability"
ALIAS = "champion"


def log_model_run(
    database: Path,
    model: ScoringModel,
    booster: lgb.Booster,
    *,
    folder: Path,
    parameters: Mapping[str, object],
    metrics: Mapping[str, object],
) -> str:
    """Log one training run and make its model the champion.

    Parameters
    ----------
    database : pathlib.Path
        The SQLite file; artefacts lie beside it.
    model : ScoringModel
        The stored model.
    booster : lightgbm.Booster
        Its trees, logged as text; no pickle is written.
    folder : pathlib.Path
        The model's folder, logged as it is.
    parameters, metrics : mapping
        What was set, and what was measured; only numbers are logged as metrics.

    Returns
    -------
    str
        The run's id.
    """
    mlflow = _mlflow()
    database.parent.mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(f"sqlite:///{database.resolve()}")
    client = mlflow.MlflowClient()
    name = "prioritizer"
    experiment = client.get_experiment_by_name(name)
    place = (database.parent / "mlflow-artifacts").resolve().as_uri()
    number = (
        experiment.experiment_id
        if experiment
        else client.create_experiment(name, artifact_location=place)
    )
    with mlflow.start_run(experiment_id=number, run_name=folder.name) as run:
        mlflow.log_params({**parameters, **model.facts})
        numbers = {
            key: float(value)
            for key, value in metrics.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        mlflow.log_metrics(numbers)
        mlflow.set_tag("model_hash", model.content_hash)
        mlflow.log_artifacts(str(folder), "model_folder")
        logged = mlflow.lightgbm.log_model(
            booster,
            name="booster",
            registered_model_name=MODEL_NAME,
            # Inferring requirements would load the model anew and take seconds.
            pip_requirements=[f"lightgbm=={version('lightgbm')}"],
        )
    client.set_registered_model_alias(
        MODEL_NAME, ALIAS, str(logged.registered_model_version)
    )
    return str(run.info.run_id)


def champion_run(database: Path) -> str:
    """Return the id of the run whose model is the champion."""
    mlflow = _mlflow()
    mlflow.set_tracking_uri(f"sqlite:///{database.resolve()}")
    champion = mlflow.MlflowClient().get_model_version_by_alias(MODEL_NAME, ALIAS)
    return str(champion.run_id)


def _mlflow() -> ModuleType:
    """Import MLflow with its telemetry off, as it must be before the import."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "false"
    import mlflow
    import mlflow.lightgbm

    return mlflow
