"""The registry of models: who is champion, who was, and the champion's own files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import pandas as pd

from prioritizer.errors import MissingInputError, ModelError
from prioritizer.model import load_model
from prioritizer.tables import refuse_full
from prioritizer.tracking.addresses import Database
from prioritizer.tracking.connection import Connection, connect
from prioritizer.tracking.entries import FLOOR_PASSED
from prioritizer.tracking.model_files import MODEL_FOLDER, model_files
from prioritizer.tracking.records import Promotion, record
from prioritizer.tracking.standings import (
    CHALLENGER,
    CHAMPION,
    MODEL_NAME,
    RETIRED,
    Standing,
    champion_of,
    standing_named,
    standings,
)

_ABOUT = (
    "Estimates from metadata how likely it is that work on a CyberTipline referral "
    "leads to police action. It advises; a person decides.\n\nThe alias `champion` is "
    "the model in use, `challenger` the newest one, `previous_champion` the one to go "
    "back to. A version's description is its model card; its tags say what it rests "
    "on, who promoted it and why."
)
_SHOWN_TAGS = (
    "floor evidence_verified test_begins_at data promoted_at promoted_by model_hash"
).split()


def champion_run(database: Database) -> str:
    """Return the id of the run whose model is the champion.

    Raises
    ------
    MissingInputError
        If there is no champion.
    SettingsError
        If the database cannot be used.
    """
    return champion_of(connect(database)).run_id


def list_models(database: Database) -> pd.DataFrame:
    """Return all registered models, newest first.

    Parameters
    ----------
    database : pathlib.Path or str
        MLflow's database.

    Returns
    -------
    pandas.DataFrame
        Index `version`; columns `run`, `aliases`, `average_precision`, `floor`,
        `evidence_verified`, `test_begins_at`, `data`, `promoted_at`,
        `promoted_by`, `model_hash` and `run_id`. Texts are empty where nothing
        is known.
    """
    rows = [
        {
            "version": int(each.version),
            "run": each.run_name,
            "aliases": ", ".join(each.aliases),
            "average_precision": each.average_precision,
            **{name: each.tags.get(name, "") for name in _SHOWN_TAGS},
            "run_id": each.run_id,
        }
        for each in standings(connect(database))
    ]
    columns = ["version", "run", "aliases", "average_precision", *_SHOWN_TAGS, "run_id"]
    return pd.DataFrame(rows, columns=columns).set_index("version")


def list_promotions(database: Database) -> pd.DataFrame:
    """Return who made which model champion, when and why, oldest first.

    Returns
    -------
    pandas.DataFrame
        Columns `at`, `version`, `by`, `reason`, `previous_champion` and `forced`:
        what stood against it and was overruled.
    """
    rows = [
        {"version": int(each.version), **entry}
        for each in standings(connect(database))
        for entry in each.promotions
    ]
    columns = "at version by reason previous_champion forced".split()
    listed = pd.DataFrame(rows, columns=columns)
    return listed.sort_values(["at", "version"], ignore_index=True)


def champion_folder(database: Database, out: Path) -> Path:
    """Copy the champion's model to a folder, after it was compared with the registry.

    MLflow's own loaders are not used: the folder holds text, its hash must be the
    one that was registered, and `prioritizer.model.load_model` must take it.

    Parameters
    ----------
    database : pathlib.Path or str
        MLflow's database.
    out : pathlib.Path
        Where the model goes; made if it is not there.

    Returns
    -------
    pathlib.Path
        `out`, a model as `load_model` reads it.

    Raises
    ------
    MissingInputError
        If there is no champion, or its files are gone.
    ModelError
        If its files are not those that were registered, or somebody made it
        champion past the rules.
    SettingsError
        If something is in the folder, or the database cannot be used.
    """
    refuse_full(out, overwrite=False)
    connection = connect(database)
    champion = champion_of(connection)
    if not champion.promotions or RETIRED in champion.tags:
        raise ModelError(
            "no promotion of the champion is on record: its alias was set by hand",
            f"version {champion.version} of {MODEL_NAME}",
            "promote it, or another model, under the rules",
        )
    return fetch(connection, champion, out)


def fetch(connection: Connection, standing: Standing, out: Path) -> Path:
    """Copy a version's model to a folder; raise if it is not what was registered."""
    where = f"version {standing.version} of {MODEL_NAME}"
    with TemporaryDirectory(prefix="prioritizer-") as made:
        try:
            got = Path(
                connection.client.download_artifacts(
                    standing.run_id, MODEL_FOLDER, made
                )
            )
        except Exception:  # each store of artifacts raises its own
            raise MissingInputError(
                "the files of the model are gone or cannot be read",
                where,
                "restore the folder of artifacts",
            ) from None
        files = model_files(got, standing.tags.get("model_hash", ""), where=where)
        load_model(got)
        out.mkdir(parents=True, exist_ok=True)
        for path in files:
            copyfile(path, out / path.name)
    return out


def register(
    connection: Connection,
    run_id: str,
    model_id: str,
    *,
    tags: Mapping[str, str],
    note: str,
) -> None:
    """Register a logged model as challenger, or as champion if it is the first.

    Parameters
    ----------
    connection : Connection
        An open database.
    run_id, model_id : str
        The run, and the logged trees.
    tags : mapping of str to str
        What the model rests on.
    note : str
        Its card.
    """
    client = connection.client
    if not client.search_registered_models(f"name = '{MODEL_NAME}'"):
        client.create_registered_model(MODEL_NAME, description=_ABOUT)
    made = client.create_model_version(
        MODEL_NAME,
        # MLflow would look up "models:/<id>" in whatever database a user has open.
        client.get_logged_model(model_id).artifact_location,
        run_id,
        tags=dict(tags),
        description=note,
        model_id=model_id,
    )
    number = str(made.version)
    has_shown = tags["floor"] == FLOOR_PASSED and tags["evidence_verified"] == "true"
    # Who took a champion out of use did not ask for the next that comes along.
    is_first = not any(each.promotions for each in standings(connection))
    if not (has_shown and is_first):
        client.set_registered_model_alias(MODEL_NAME, CHALLENGER, number)
        return
    first = Promotion(
        at=pd.Timestamp(made.creation_timestamp, unit="ms", tz="UTC"),
        by="nobody",
        reason="the first model that passed the floor and upholds the law of evidence",
        version=number,
    )
    record(connection, standing_named(connection, number), first)
    client.set_registered_model_alias(MODEL_NAME, CHAMPION, number)
