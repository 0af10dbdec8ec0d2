"""Train and log in one call, as a notebook wants it."""

from __future__ import annotations

from pathlib import Path

from prioritizer import pipeline
from prioritizer.errors import SettingsError
from prioritizer.model import Experiment, TrainingRun
from prioritizer.tables import refuse_tables
from prioritizer.tracking.addresses import Database
from prioritizer.tracking.connection import check_database
from prioritizer.tracking.runs import log_run


def train_and_log(
    folder: Path,
    out: Path,
    *,
    database: Database,
    experiment: Experiment | None = None,
    artifacts: Path | None = None,
    overwrite: bool = False,
) -> TrainingRun:
    """Train a model, store it, and log the run to MLflow.

    The database is tried before the training, which takes longer.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    out : pathlib.Path
        The model's folder.
    database : pathlib.Path or str
        A file of SQLite outside both folders, or the address of a PostgreSQL
        server without password.
    experiment : Experiment or None
        How to train, what to compare, what to try; the defaults if left out.
    artifacts : pathlib.Path or None
        Where MLflow's artifacts go; beside a file of SQLite if left out.
    overwrite : bool
        Whether a model that is there may be replaced.

    Returns
    -------
    TrainingRun
        The stored model, its settings, figures, leaderboard and folds.

    Raises
    ------
    SettingsError
        If the database or one of the places cannot be used.
    ModelError
        If there are too few outcomes, or only one kind of them.
    TableError, MissingInputError
        If the tables are not there, or not as they should be.

    Examples
    --------
    In a notebook, with tables in `tables/`:

    >>> run = train_and_log(Path("tables"), Path("models/mine"),
    ...                     database=Path("runs.db"))  # doctest: +SKIP
    >>> run.leaderboard  # doctest: +SKIP

    and then, in a shell, `MLFLOW_DISABLE_TELEMETRY=true mlflow ui
    --backend-store-uri sqlite:///runs.db`, which opens on what concerns language
    models until `Model training` is chosen at the top left.
    """
    if isinstance(database, Path):
        if out.resolve() in database.resolve().parents:
            raise SettingsError(
                "the database would lie in the model's folder",
                str(database),
                "keep it outside",
            )
        refuse_tables(database)
    check_database(database, artifacts=artifacts)
    run = pipeline.train_model(folder, out, experiment=experiment, overwrite=overwrite)
    log_run(database, run, artifacts=artifacts)
    return run
