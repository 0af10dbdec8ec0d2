"""Read a TOML file into a typed dataclass, refusing what it does not know."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from prioritizer.errors import MissingInputError, SettingsError, numbered

Settings = TypeVar("Settings")


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
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise MissingInputError(
            "the settings file cannot be read", str(path), "name a readable file"
        ) from None
    except (ValueError, RecursionError):
        raise SettingsError(
            "the settings file is not valid TOML", str(path), "mend its syntax"
        ) from None
    kinds = get_type_hints(kind, include_extras=True)
    values, problems = {}, []
    for key, value in said.items():
        if key not in kinds:
            problems.append(f"{key}: there is no such key")
            continue
        # TOML has lists where a setting is a tuple; nothing else is converted.
        strict = not isinstance(value, list)
        try:
            values[key] = TypeAdapter(kinds[key]).validate_python(value, strict=strict)
        except ValidationError as problem:
            problems += [f"{key}: {error['msg']}" for error in problem.errors()]
    if problems:
        known = ", ".join(kinds)
        raise SettingsError(
            numbered(problems), str(path), f"use only these keys: {known}"
        )
    return kind(**values)
