"""Read a TOML file into a typed dataclass, refusing what it does not know."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

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
    except ValueError:
        raise SettingsError(
            "the settings file is not valid TOML", str(path), "mend its syntax"
        ) from None
    # Pydantic would silently ignore a misspelt key of a dataclass.
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # a dataclass
    problems = [f"{key}: there is no such key" for key in said if key not in known]
    inside = {key: value for key, value in said.items() if key in known}
    try:
        settings = TypeAdapter(kind).validate_python(inside, strict=True)
    except ValidationError as problem:
        problems += [
            f"{'.'.join(map(str, error['loc']))}: {error['msg']}"
            for error in problem.errors(include_input=False, include_url=False)
        ]
    if problems:
        raise SettingsError(
            numbered(problems), str(path), f"use only these keys: {', '.join(known)}"
        )
    return settings
