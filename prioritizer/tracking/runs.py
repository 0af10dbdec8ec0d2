"""Training runs in MLflow, each with its model, its card and what it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import lightgbm as lgb

from prioritizer.errors import ModelError
from prioritizer.evaluation.training_plots import (
    draw_folds,
    draw_leaderboard,
    draw_points,
)
from prioritizer.model import TrainingRun
from prioritizer.tracking.addresses import Database
from prioritizer.tracking.connection import Connection, connect, experiment_of
from prioritizer.tracking.entries import (
    FIGURE,
    fold_metrics_of,
    metrics_of,
    note_of,
    parameters_of,
    tags_of,
)
from prioritizer.tracking.model_files import MODEL_FOLDER, model_files
from prioritizer.tracking.registry import register

if TYPE_CHECKING:
    from mlflow.entities import Run

_DIGITS = "%.6g"
_SHORT = 8  # digits of a hash that tell one run or data set from another
_MOST_OF_A_BATCH = 100  # parameters, as MLflow takes them
_BOOSTER_NOTE = (
    "LightGBM's trees, as text. What scores are the tables of points in the run's "
    f"artifacts, `{MODEL_FOLDER}`; the trees are what these are compared with."
)


def log_run(
    database: Database, run: TrainingRun, *, artifacts: Path | None = None
) -> str:
    """Log one training run, and make its model the challenger of the champion.

    If there is no champion yet, a model that passed the floor becomes it.

    Parameters
    ----------
    database : pathlib.Path or str
        A file of SQLite, or the address of a PostgreSQL server without password.
    run : TrainingRun
        The run. Its booster is logged as text; no pickle is written.
    artifacts : pathlib.Path or None
        Where artifacts go; beside a file of SQLite if left out. A server has no
        such place, so the first who logs to it names one.

    Returns
    -------
    str
        MLflow's id of the run.

    Raises
    ------
    ModelError
        If the model's folder is not as trained, or holds what is no text.
    SettingsError
        If the database cannot be used.

    Notes
    -----
    What a user has open in MLflow, an active run or another address, is neither
    used nor changed.
    """
    files = _files_to_log(run)
    connection = connect(database, make=True)
    experiment = experiment_of(connection, artifacts)
    card = (run.folder / "card.md").read_text(encoding="utf-8")
    tags = tags_of(run)
    note = note_of(card, rest="card.md, under Artifacts")
    name = f"{run.folder.name} {run.model.content_hash[:_SHORT]}"
    with _running(connection, experiment, name) as logged:
        run_id = str(logged.info.run_id)
        _log_tags(connection, run_id, {**tags, "mlflow.note.content": note})
        _log_parameters(connection, run_id, parameters_of(run))
        _log_data(connection, run_id, tags)
        _log_files(connection, run_id, run, files)
        model_id = _log_booster(connection, logged, run)
        _log_metrics(connection, logged, run, model_id)
        register(connection, run_id, model_id, tags=tags, note=note)
    return run_id


def _files_to_log(run: TrainingRun) -> list[Path]:
    """Return the files of a stored model; raise if they are not what was trained."""
    if not isinstance(run.booster, lgb.Booster):
        # MLflow would pickle any other kind of model.
        raise ModelError(
            "its trees are no LightGBM booster, and cannot be kept as text",
            str(run.folder),
            "log what `prioritizer train` makes",
        )
    return model_files(run.folder, run.model.content_hash, where=str(run.folder))


@contextmanager
def _running(connection: Connection, experiment: str, name: str) -> Iterator[Run]:
    """Begin a run, and end it as finished or, after an error, as failed."""
    client = connection.client
    # Without a name of a source MLflow would show the path of whoever called it.
    tags = {"mlflow.source.name": "prioritizer train", "mlflow.source.type": "LOCAL"}
    logged = client.create_run(experiment, run_name=name, tags=tags)
    try:
        yield logged
    except BaseException:
        client.set_terminated(logged.info.run_id, "FAILED")
        raise
    client.set_terminated(logged.info.run_id, "FINISHED")


def _log_tags(connection: Connection, run_id: str, tags: Mapping[str, str]) -> None:
    from mlflow.entities import RunTag

    entries = [RunTag(name, value) for name, value in tags.items()]
    connection.client.log_batch(run_id, tags=entries)


def _log_parameters(
    connection: Connection, run_id: str, said: Mapping[str, str]
) -> None:
    from mlflow.entities import Param

    entries = [Param(name, value) for name, value in said.items()]
    for start in range(0, len(entries), _MOST_OF_A_BATCH):
        batch = entries[start : start + _MOST_OF_A_BATCH]
        connection.client.log_batch(run_id, params=batch)


def _log_data(connection: Connection, run_id: str, tags: Mapping[str, str]) -> None:
    """Name the tables by their hash, as MLflow's column `Dataset` shows it."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    tables = Dataset(
        name=f"{tags['data']} reports",
        digest=tags["data_hash"][:_SHORT] or "not stated",
        source_type="tables",
        source=json.dumps({"data_hash": tags["data_hash"]}),
    )
    context = [InputTag("mlflow.data.context", "training")]
    connection.client.log_inputs(run_id, [DatasetInput(tables, context)])


def _log_files(
    connection: Connection, run_id: str, run: TrainingRun, files: list[Path]
) -> None:
    """Log card, tables, plots and the model's folder."""
    with TemporaryDirectory(prefix="prioritizer-") as made:
        root = Path(made)
        for name in ("plots", MODEL_FOLDER):
            (root / name).mkdir()
        (root / "plots" / "points.png").write_bytes(draw_points(run.model))
        if FIGURE in run.leaderboard.columns:
            run.leaderboard.to_csv(
                root / "leaderboard.csv", float_format=_DIGITS, lineterminator="\n"
            )
            plot = draw_leaderboard(run.leaderboard)
            (root / "plots" / "leaderboard.png").write_bytes(plot)
        if FIGURE in run.folds.columns:
            run.folds.to_csv(
                root / "folds.csv",
                index=False,
                float_format=_DIGITS,
                lineterminator="\n",
            )
            (root / "plots" / "folds.png").write_bytes(draw_folds(run.folds))
        copyfile(run.folder / "card.md", root / "card.md")
        for path in files:
            copyfile(path, root / MODEL_FOLDER / path.name)
        connection.client.log_artifacts(run_id, str(root))


def _log_booster(connection: Connection, logged: Run, run: TrainingRun) -> str:
    """Log the trees as a model of MLflow, in LightGBM's own text; return its id.

    `mlflow.lightgbm.log_model` does the same in whatever run a user has open, and
    notes the path of the script that called it.
    """
    import mlflow.lightgbm
    from mlflow.entities import LoggedModelOutput
    from mlflow.models import Model

    client, run_id = connection.client, logged.info.run_id
    kept = client.create_logged_model(
        logged.info.experiment_id,
        name="booster",
        source_run_id=run_id,
        tags={"mlflow.note.content": _BOOSTER_NOTE},
        model_type="LightGBM",
    )
    with TemporaryDirectory(prefix="prioritizer-") as made:
        folder = Path(made) / "booster"
        mlflow.lightgbm.save_model(
            run.booster,
            folder,
            mlflow_model=Model(
                artifact_path=kept.artifact_location,
                run_id=run_id,
                model_uuid=kept.model_id,
                model_id=kept.model_id,
            ),
            # Inferring requirements would load the model anew and take seconds.
            pip_requirements=[f"lightgbm=={version('lightgbm')}"],
        )
        client.log_model_artifacts(kept.model_id, str(folder))
    client.log_outputs(run_id, [LoggedModelOutput(kept.model_id, step=0)])
    client.finalize_logged_model(kept.model_id, "READY")
    return str(kept.model_id)


def _log_metrics(
    connection: Connection, logged: Run, run: TrainingRun, model_id: str
) -> None:
    """Log the test window's metrics, of run and model, and then those of folds."""
    from mlflow.entities import Metric

    run_id, began = logged.info.run_id, logged.info.start_time
    tested = [
        Metric(name, value, began, 0, model_id=model_id, run_id=run_id)
        for name, value in metrics_of(run).items()
    ]
    validated = [Metric(*entry) for entry in fold_metrics_of(run)]
    for metrics in (tested, validated):
        for start in range(0, len(metrics), _MOST_OF_A_BATCH):
            batch = metrics[start : start + _MOST_OF_A_BATCH]
            connection.client.log_batch(run_id, metrics=batch)
