"""MLflow as we open it: silent, without pickles, and beside what a user does in it."""

from __future__ import annotations

import importlib
import logging
import os
import sqlite3
import warnings
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from prioritizer.errors import MissingInputError, PrioritizerError, SettingsError
from prioritizer.tracking.addresses import Address, Database, address_of

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "prioritizer"
_SQLITE = b"SQLite format 3"
# Read by MLflow when it is imported and again when it loads a model.
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
_SERVER_WAITS_SECONDS = 10
_ABOUT = (
    "Training runs of prioritizer, which estimates from metadata how likely it is that "
    "work on a CyberTipline referral leads to police action. It advises; a person "
    "decides.\n\nOpen a run and read its description, which is the model's card; "
    "`Artifacts` holds the plots, the leaderboard and the model itself. Metrics that "
    "begin with `test/` were measured on the newest reports, which the model never "
    "saw; those that begin with `folds/` on earlier ones, where the step is the fold, "
    "from the oldest on. The champion is under `Model registry`, which MLflow "
    "shows after `Model training` was chosen at the top left."
)


@dataclass(frozen=True, slots=True)
class Connection:
    """An open MLflow database.

    Parameters
    ----------
    client : mlflow.MlflowClient
        Bound to this database. MLflow's own settings, its active run and its
        tracking address stay as the user has them.
    address : Address
        Where the database is.
    """

    client: MlflowClient
    address: Address


def quiet_mlflow() -> ModuleType:
    """Return MLflow, imported so that it sends nothing and loads no pickle."""
    os.environ.update(_ENVIRONMENT)
    with warnings.catch_warnings():
        # Until MLflow is content with its own types, of which it warns when imported.
        warnings.filterwarnings("ignore", ".*Any type hint is inferred as AnyType")
        mlflow = importlib.import_module("mlflow")
        importlib.import_module("mlflow.pyfunc")
    # A notebook may have imported it before us, with its telemetry on.
    importlib.import_module("mlflow.telemetry").set_telemetry_client()
    # It logs each step of making its database, which tells nobody anything here.
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return mlflow


def connect(database: Database, *, make: bool = False) -> Connection:
    """Open a database.

    Parameters
    ----------
    database : pathlib.Path or str
        A file of SQLite, or the address of a PostgreSQL server without password.
    make : bool
        Whether to make MLflow's tables where nothing is yet.

    Returns
    -------
    Connection

    Raises
    ------
    MissingInputError
        If nothing is there and nothing may be made.
    SettingsError
        If the address cannot be used, or something else is there.
    """
    address = address_of(database)
    try:
        read = _tables_of_server if address.file is None else _tables_of_file
        _check_tables(read(address), address, make=make)
        if address.file is not None:
            address.file.parent.mkdir(parents=True, exist_ok=True)
        client = _opened(address)
    except PrioritizerError:
        raise
    except Exception:  # MLflow, its migrations and SQLAlchemy raise many kinds
        raise _unusable(address) from None
    return Connection(client, address)


def _opened(address: Address) -> MlflowClient:
    """Return a client of a database whose tables it has made or checked."""
    mlflow = quiet_mlflow()
    with warnings.catch_warnings():
        # Until MLflow no longer uses what SQLAlchemy 2.1 takes leave of.
        warnings.filterwarnings("ignore", "The ``noload`` loader strategy")
        client: MlflowClient = mlflow.MlflowClient(
            tracking_uri=address.uri, registry_uri=address.uri
        )
        client.get_experiment_by_name(EXPERIMENT)
        client.search_registered_models(max_results=1)
    return client


def check_database(database: Database, *, artifacts: Path | None = None) -> None:
    """Open MLflow's database, making it if it is new; raise if that cannot be.

    Parameters
    ----------
    database : pathlib.Path or str
        A file of SQLite, or the address of a PostgreSQL server without password.
    artifacts : pathlib.Path or None
        Where artifacts go; beside a file of SQLite if left out. A server has no
        such place, so the first who logs to it names one.

    Raises
    ------
    SettingsError
        If something else is there, the address holds a password or is of another
        kind, or the place for artifacts is not named or is another than recorded.
    """
    experiment_of(connect(database, make=True), artifacts)


def experiment_of(connection: Connection, artifacts: Path | None) -> str:
    """Return the id of our experiment, made if it is not there.

    Raises
    ------
    SettingsError
        If the place for artifacts is needed and not named, or is another than
        recorded.
    """
    client, address = connection.client, connection.address
    found = client.get_experiment_by_name(EXPERIMENT)
    given = None if artifacts is None else artifacts.resolve().as_uri()
    if found is not None:
        if given not in (None, found.artifact_location):
            raise SettingsError(
                "runs of this database keep their artifacts in another place",
                address.shown,
                "leave the place out, or name another database",
            )
        return str(found.experiment_id)
    if address.file is not None:
        beside = (address.file.parent / "mlflow-artifacts").resolve().as_uri()
        given = given or beside
    if given is None:
        raise SettingsError(
            "a server does not say where artifacts go",
            address.shown,
            "name a folder for them that everybody reaches who uses this server",
        )
    # Without its kind MLflow's pages open on what concerns language models.
    kind = {"mlflow.experimentKind": "custom_model_development"}
    tags = {"mlflow.note.content": _ABOUT, **kind}
    made = client.create_experiment(EXPERIMENT, artifact_location=given, tags=tags)
    return str(made)


def _check_tables(tables: set[str], address: Address, *, make: bool) -> None:
    """Raise if tables are another program's, or there are none and none may be made."""
    if tables and "registered_models" not in tables:
        raise _unusable(address)
    if not tables and not make:
        raise MissingInputError(
            "there are no training runs yet",
            address.shown,
            "train with this database, or name the one that was trained with",
        )


def _tables_of_file(address: Address) -> set[str]:
    """Return the names of a file's tables, none if there is no file."""
    file = Path(str(address.file))
    if not file.exists():
        return set()
    with file.open("rb") as opened:
        start = opened.read(len(_SQLITE))
    if start not in (b"", _SQLITE):  # SQLite takes a very short text for empty
        raise _unusable(address)
    uri = f"file:{file.resolve()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        rows = database.execute("select name from sqlite_master").fetchall()
    return {str(name) for (name,) in rows}


def _tables_of_server(address: Address) -> set[str]:
    """Return the names of a server's tables; raise if it does not answer.

    MLflow itself tries ten times over two minutes and logs what the driver says.
    """
    try:
        import psycopg
    except ImportError:
        raise SettingsError(
            "the driver of PostgreSQL is not installed",
            "package psycopg",
            'install it: pip install "prioritizer[postgres]"',
        ) from None
    uri = address.uri.replace("+psycopg", "", 1)
    try:
        with psycopg.connect(uri, connect_timeout=_SERVER_WAITS_SECONDS) as opened:
            rows = opened.execute(
                "select tablename from pg_tables "
                "where schemaname = any(current_schemas(false))"
            ).fetchall()
    except psycopg.Error:
        raise SettingsError(
            "the server does not answer, or does not let this user in",
            address.shown,
            "check that it runs and has this database and user; the password is "
            "read from PGPASSWORD or from the file that PGPASSFILE names",
        ) from None
    return {str(name) for (name,) in rows}


def _unusable(address: Address) -> SettingsError:
    fix = "name a new file" if address.file else "name a database of its own"
    return SettingsError("MLflow cannot use this database", address.shown, fix)
