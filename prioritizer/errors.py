"""The errors this package raises on purpose, each with what, where and fix."""

from __future__ import annotations


class PrioritizerError(Exception):
    """Base of every error this package raises on purpose.

    A message never repeats personal data: it may name a column, a file, a
    count or a member of a closed list, and never a value taken from a report.

    Parameters
    ----------
    what : str
        What went wrong, in one sentence.
    where : str
        File, table, column or setting in which it went wrong.
    fix : str
        The next thing to try, in the imperative.

    Examples
    --------
    >>> raise PrioritizerError("3 reports have no id", "table reports", "drop them")
    Traceback (most recent call last):
        ...
    prioritizer.errors.PrioritizerError: 3 reports have no id
      where: table reports
      fix:   drop them
    """

    def __init__(self, what: str, where: str, fix: str) -> None:
        # All three go to Exception.args, so the error survives a trip to a worker.
        super().__init__(what, where, fix)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  fix:   {self.fix}"


class TableError(PrioritizerError, ValueError):
    """A table does not match its description in `prioritizer.vocabulary`."""


class DocumentError(PrioritizerError, ValueError):
    """One input document cannot become a report; the others go on."""


class FeatureError(PrioritizerError, ValueError):
    """A feature frame does not match the catalogue or the model."""


class ModelError(PrioritizerError, ValueError):
    """A model folder is missing, altered or of another kind."""


class SettingsError(PrioritizerError, ValueError):
    """A settings file or option holds something that cannot be used."""


class MissingInputError(PrioritizerError, FileNotFoundError):
    """A file or folder that the command needs is not there or not readable."""


def numbered(problems: list[str]) -> str:
    """Return problems as one sentence that shows all of them.

    Examples
    --------
    >>> numbered(["column 'a' is missing", "column 'b' is missing"])
    "2 problems: column 'a' is missing; column 'b' is missing"
    """
    noun = "problem" if len(problems) == 1 else "problems"
    return f"{len(problems)} {noun}: " + "; ".join(problems)
