"""Read what an agency calls the columns and words of its outcomes."""

from __future__ import annotations

from pathlib import Path

from prioritizer.errors import SettingsError, numbered
from prioritizer.ingest.outcomes.mapping import COLUMNS, OutcomesMapping
from prioritizer.settings.load import Said, read_toml, typed

_FIX = (
    f"under [columns] name a header for any of {', '.join(COLUMNS)}; under "
    "[case_status] and [closed_reason] NCMEC's word for each of the agency's; before "
    'them zone = "America/New_York" and time_format = "%m/%d/%Y", where needed'
)


def load_outcomes_mapping(path: Path | None) -> OutcomesMapping:
    """Return the mapping in a file, or one that maps nothing if there is no file.

    Parameters
    ----------
    path : pathlib.Path or None
        A TOML file with the fields of `OutcomesMapping`.

    Returns
    -------
    OutcomesMapping
        Without problems.

    Raises
    ------
    MissingInputError
        If the file cannot be read.
    SettingsError
        Listing everything in it that cannot be used.
    """
    if path is None:
        return OutcomesMapping()
    said = read_toml(path)
    mapping, problems = typed(said, OutcomesMapping)
    # What is wrong hides nothing else: the rest is checked without it.
    whole = mapping or typed(_without(said, problems), OutcomesMapping)[0]
    problems += whole.problems() if whole else []
    if problems or mapping is None:
        raise SettingsError(numbered(problems), str(path), _FIX)
    return mapping


def _without(said: Said, problems: list[str]) -> Said:
    """Return the settings without the keys in which a problem is."""
    wrong = {problem.split(":")[0].split(".")[0] for problem in problems}
    return {name: value for name, value in said.items() if name not in wrong}
