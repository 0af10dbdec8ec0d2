"""Read a TOML file into a typed dataclass, refusing what it does not know."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from prioritizer.errors import MissingInputError, SettingsError, numbered

Settings = TypeVar("Settings")
Said = dict[str, Any]


def load_settings(path: Path | None, kind: type[Settings]) -> Settings:
    """Return the settings in a file, or the defaults if there is none.

    Parameters
    ----------
    path : pathlib.Path or None
        A TOML file whose keys are the fields of `kind`.
    kind : type
        A frozen dataclass with defaults.

    Returns
    -------
    Settings
        An instance of `kind`.

    Raises
    ------
    MissingInputError
        If the file cannot be read.
    SettingsError
        Listing every key that is unknown or holds a wrong value.
    """
    if path is None:
        return kind()
    said = read_toml(path)
    settings, problems = typed(said, kind)
    if settings is None or problems:
        known = ", ".join(get_type_hints(kind))
        raise SettingsError(
            numbered(problems), str(path), f"use only these keys: {known}"
        )
    return settings


def read_toml(path: Path) -> Said:
    """Return what a TOML file says.

    Raises
    ------
    MissingInputError
        If the file cannot be read.
    SettingsError
        If it is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise MissingInputError(
            "the settings file cannot be read", str(path), "name a readable file"
        ) from None
    except (ValueError, RecursionError):
        raise SettingsError(
            "the settings file is not valid TOML", str(path), "mend its syntax"
        ) from None


def typed(said: Said, kind: type[Settings]) -> tuple[Settings | None, list[str]]:
    """Return settings as `kind`, and every problem with the path of its key.

    Parameters
    ----------
    said : dict
        Keys and values, tables within tables.
    kind : type
        A dataclass whose fields may be dataclasses.

    Returns
    -------
    Settings or None
        An instance, or None if a value is wrong.
    list of str
        The problems: keys that are unknown, then values that are wrong.
    """
    problems = list(_unknown(said, kind, ""))
    try:
        # As JSON, since TOML has lists and tables where settings are tuples and
        # records; nothing else is converted.
        settings = TypeAdapter(kind).validate_json(
            json.dumps(said, default=_written), strict=True
        )
    except ValidationError as wrong:
        found = wrong.errors()
        problems += [f"{path_of(each['loc'])}: {each['msg']}" for each in found]
        return None, problems
    return settings, problems


def _written(moment: date | time) -> str:
    """Return one of TOML's dates and times as JSON has it."""
    return moment.isoformat()


def path_of(place: tuple[str | int, ...]) -> str:
    """Return the path of a key as a user would write it.

    Examples
    --------
    >>> path_of(("providers", "feed", "share", 2))
    'providers.feed.share.2'
    """
    return ".".join(map(str, place))


def _unknown(said: object, kind: object, path: str) -> Iterator[str]:
    """Yield the keys that a record, or a record in a table, does not have."""
    if not isinstance(said, Mapping):
        return
    if not is_dataclass(kind):
        inner = [each for each in get_args(kind) if is_dataclass(each)]
        if inner:
            for name, value in said.items():
                yield from _unknown(value, inner[0], f"{path}{name}.")
        return
    kinds = get_type_hints(kind)
    known = {field.name for field in fields(kind)}
    for name, value in said.items():
        if name not in known:
            yield f"{path}{name}: there is no such key"
        else:
            yield from _unknown(value, kinds[name], f"{path}{name}.")
