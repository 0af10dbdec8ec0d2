"""What the registry knows of each version of the model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prioritizer.errors import MissingInputError
from prioritizer.tracking.connection import Connection
from prioritizer.tracking.entries import FIGURE

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

MODEL_NAME = "actionability"
CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous_champion"
ALIASES = (CHAMPION, CHALLENGER, PREVIOUS)
PROMOTIONS, RETIRED = "promotions", "retired_at"
_MODELS = f"name = '{MODEL_NAME}'"
_RUN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the registry knows of one version.

    Parameters
    ----------
    version : str
        Its number.
    run_id, run_name : str
        The run that made it.
    aliases : tuple of str
        Such as `champion`.
    tags : mapping of str to str
        Hashes, test window, floor, evidence, and who promoted it.
    average_precision : float or None
        On the test window; None if it was not measured.
    """

    version: str
    run_id: str
    run_name: str
    aliases: tuple[str, ...]
    tags: Mapping[str, str]
    average_precision: float | None

    @property
    def promotions(self) -> list[dict[str, str]]:
        """All promotions of this version, oldest first."""
        return list(json.loads(self.tags.get(PROMOTIONS, "[]")))


def standings(connection: Connection) -> list[Standing]:
    """Return all versions, newest first."""
    client = connection.client
    aliases = _aliases(connection)
    page = client.search_model_versions(_MODELS)
    found = list(page)
    while page.token:
        page = client.search_model_versions(_MODELS, page_token=page.token)
        found += page
    ordered = sorted(found, key=lambda each: -int(each.version))
    return [_standing(connection, each, aliases) for each in ordered]


def holder_of(connection: Connection, alias: str) -> Standing | None:
    """Return the version that has an alias, or None."""
    number = _aliases(connection).get(alias)
    if number is None:
        return None
    registered = connection.client.get_model_version(MODEL_NAME, number)
    return _standing(connection, registered, _aliases(connection))


def champion_of(connection: Connection) -> Standing:
    """Return the champion.

    Raises
    ------
    MissingInputError
        If there is none.
    """
    found = holder_of(connection, CHAMPION)
    if found is None:
        raise MissingInputError(
            "no model is champion",
            connection.address.shown,
            "log a training run to this database, and promote its model",
        )
    return found


def standing_named(connection: Connection, name: str) -> Standing:
    """Return the version that a user names: its number, its run's id, or an alias.

    Raises
    ------
    MissingInputError
        If there is no such version.
    """
    for each in standings(connection):
        by_run = _RUN.fullmatch(name) is not None and each.run_id == name
        if each.version == name or name in each.aliases or by_run:
            return each
    raise MissingInputError(
        "no registered model has this number, run or alias",
        connection.address.shown,
        f"list them, and name a version's number, its run, or one of: "
        f"{', '.join(ALIASES)}",
    )


def _aliases(connection: Connection) -> dict[str, str]:
    """Return the version that each alias names; a search for versions leaves it out."""
    if not connection.client.search_registered_models(_MODELS):
        return {}
    registered = connection.client.get_registered_model(MODEL_NAME)
    return {name: str(number) for name, number in registered.aliases.items()}


def _standing(
    connection: Connection, registered: ModelVersion, aliases: Mapping[str, str]
) -> Standing:
    run = connection.client.get_run(str(registered.run_id))
    number = str(registered.version)
    return Standing(
        version=number,
        run_id=str(registered.run_id),
        run_name=str(run.info.run_name),
        aliases=tuple(sorted(name for name in aliases if aliases[name] == number)),
        tags=dict(registered.tags),
        average_precision=run.data.metrics.get(f"test/{FIGURE}"),
    )
