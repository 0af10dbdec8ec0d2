"""What became of the rows of every file of outcomes that was ever given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from prioritizer.errors import TableError
from prioritizer.ingest.sources.document import shown
from prioritizer.tables import TableChange, sha256_of

ACCOUNT = "outcomes.json"
REFUSED = "rejected-outcomes.csv"
_COUNTS = ("given", "accepted", "already_there", "rejected", "replaced")


@dataclass(frozen=True, slots=True)
class FedFile:
    """One file of outcomes: accepted + already there + rejected = given.

    Parameters
    ----------
    name : str
        What the file is called, without its folder.
    sha256 : str
        Its SHA-256, in hexadecimal digits.
    bytes : int
        Its bytes.
    given, accepted, already_there, rejected : int
        Its rows; those that it brought into the tables count as accepted, however
        often it was given.
    replaced : int
        Statements of earlier files in whose place its rows stand.
    """

    name: str
    sha256: str
    bytes: int
    given: int
    accepted: int
    already_there: int
    rejected: int
    replaced: int

    def following(self, earlier: FedFile) -> FedFile:
        """Return the entry of a file that was given before.

        Examples
        --------
        >>> first = FedFile("a.csv", "00", 9, 3, 2, 0, 1, 0)
        >>> again = FedFile("a.csv", "00", 9, 3, 1, 2, 0, 0)
        >>> again.following(first).accepted
        3
        """
        taken = self.given - self.rejected
        accepted = min(earlier.accepted + self.accepted, taken)
        return replace(
            self,
            accepted=accepted,
            already_there=taken - accepted,
            replaced=earlier.replaced + self.replaced,
        )


def fed_file(path: Path, counts: dict[str, int]) -> FedFile:
    """Return the entry of a file of which the rows were counted."""
    return FedFile(shown(path.name), sha256_of(path), path.stat().st_size, **counts)


def write_account(
    change: TableChange,
    given: FedFile,
    problems: pl.DataFrame,
    absent: Sequence[str],
) -> None:
    """Write what became of the rows of a file beside what is told of earlier ones.

    Parameters
    ----------
    change : TableChange
        Takes `outcomes.json` and `rejected-outcomes.csv`.
    given : FedFile
        The file.
    problems : polars.DataFrame
        Why rows are rejected, and never what they say.
    absent : sequence of str
        Our columns that the file does not have.

    Raises
    ------
    TableError
        If what is told of earlier files cannot be read.
    """
    files = {(each.name, each.sha256): each for each in _earlier(change)}
    which = given.name, given.sha256
    before = files.get(which)
    files[which] = given.following(before) if before else given
    by_reason = problems.group_by("column", "reason").len().sort("column", "reason")
    account = {
        "input_sha256": given.sha256,
        **{name: getattr(given, name) for name in _COUNTS},
        "columns_not_there": list(absent),
        "problems": by_reason.rename({"len": "rows"}).to_dicts(),
        "totals": {
            name: sum(getattr(each, name) for each in files.values())
            for name in _COUNTS
        },
        "files": [asdict(each) for each in files.values()],
    }
    text = json.dumps(account, indent=2) + "\n"
    change.file(ACCOUNT).write_text(text, encoding="utf-8")
    problems.write_csv(change.file(REFUSED))


def _earlier(change: TableChange) -> list[FedFile]:
    """Return the entries of the files that were given before, in their order."""
    try:
        told = [json.loads(path.read_bytes()) for path in change.beside(ACCOUNT)]
        files = [FedFile(**each) for one in told for each in one.get("files", [])]
        if not all(type(count) is int for each in files for count in _counts(each)):
            raise TypeError
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise TableError(
            "the account of earlier outcomes cannot be read",
            str(change.folder / ACCOUNT),
            "put it back, or remove it to begin another",
        ) from None
    return files


def _counts(file: FedFile) -> list[object]:
    return [file.bytes, *(getattr(file, name) for name in _COUNTS)]
