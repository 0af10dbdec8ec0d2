"""Read an invented world: a built-in profile, or a file that extends one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prioritizer.errors import SettingsError, numbered
from prioritizer.settings.load import Said, read_toml, typed
from prioritizer.synthetic import PROFILE_FILES, PROFILES, World

_MISSING = object()


def load_world(profile: str, file: Path | None = None) -> World:
    """Return the world of a profile, or of a file that says what differs.

    Parameters
    ----------
    profile : str
        One of `prioritizer.synthetic.PROFILES`.
    file : pathlib.Path or None
        A TOML file with the keys that differ from the profile.

    Returns
    -------
    World
        Checked as a whole.

    Raises
    ------
    MissingInputError
        If the file cannot be read.
    SettingsError
        If there is no such profile, or listing every key of the file that is
        unknown, holds a wrong value, or does not fit to the others.
    """
    if profile not in PROFILES:
        raise SettingsError(
            "there is no such profile",
            "--profile",
            f"choose one of: {', '.join(PROFILES)}",
        )
    base = _built_in(profile)
    said = read_toml(file) if file else {}
    name = file.stem if file else profile
    merged = {**_merged(base, said), "name": name, "profile": profile}
    world, problems = typed(merged, World)
    problems += [
        f"{key}: there is no such key" for key in ("name", "profile") if key in said
    ]
    # What is wrong hides nothing else: the base's value stands in for it.
    whole = world or typed(_mended(merged, base, problems), World)[0]
    problems += whole.problems() if whole else []
    if problems or world is None:
        raise SettingsError(
            numbered(problems),
            str(file or PROFILE_FILES[profile]),
            f"mend these keys; {PROFILE_FILES['common']} explains each",
        )
    return world


def _built_in(name: str) -> Said:
    said = read_toml(PROFILE_FILES[name])
    extended = said.pop("extends", None)
    return _merged(_built_in(extended), said) if extended else said


def _merged(base: Said, said: Said) -> Said:
    """Return `base` with what `said` changes, table by table."""
    both = {
        name: _merged(base[name], value)
        if isinstance(value, dict) and isinstance(base.get(name), dict)
        else value
        for name, value in said.items()
    }
    return {**base, **both}


def _mended(merged: Said, base: Said, problems: list[str]) -> Said:
    """Return the settings with the base's value wherever a problem is."""
    mended = _merged(merged, {})
    for problem in problems:
        path = problem.split(":")[0].split(".")
        mended = _replaced(mended, base, path)
    return mended


def _replaced(said: Said, base: object, path: list[str]) -> Said:
    first, *rest = path
    below = base.get(first, _MISSING) if isinstance(base, Mapping) else _MISSING
    if rest and isinstance(said.get(first), Mapping) and isinstance(below, Mapping):
        return {**said, first: _replaced(said[first], below, rest)}
    without = {name: value for name, value in said.items() if name != first}
    return without if below is _MISSING else {**without, first: below}
