"""The real door: documents become tables, and each of them is accounted for."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from pathlib import Path

from prioritizer.errors import TableError
from prioritizer.execution import Executor, LocalExecutor
from prioritizer.ingest.account import Account
from prioritizer.ingest.ledger import readable, write_ledger
from prioritizer.ingest.merging import merge
from prioritizer.ingest.settling import settle
from prioritizer.ingest.sources.search import Search
from prioritizer.ingest.staging import Task, means_of, stage
from prioritizer.privacy import NetworkDatabases, key_check
from prioritizer.tables import TableChange, TableFolder, changing

_STAGED = "staged"


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of the documents given: accepted + rejected = given.

    Attributes
    ----------
    tables : TableFolder
        The tables, with what was there before.
    account : Account
        What became of each document, of this run and in all.
    ignored : collections.Counter
        Files of other kinds in the folders, by suffix; they are not given.
    databases : tuple of (str, str)
        Databases of networks that were asked, each with its date.
    """

    tables: TableFolder
    account: Account
    ignored: Counter[str] = field(default_factory=Counter)
    databases: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return all of it for a program: of this run, and in all."""
        account = self.account
        return {
            "this_run": {
                "given": account.given_now,
                "new_reports": account.new_reports,
                "new_versions": account.new_versions,
                "repeated": account.repeated_now,
                "given_before": account.known,
                "rejected": account.rejected_now,
                "ignored_files_by_suffix": dict(sorted(self.ignored.items())),
                "network_databases": [list(each) for each in self.databases],
            },
            "in_all": json.loads(account.as_json()),
        }


def ingest(
    search: Search,
    folder: Path,
    *,
    key: bytes,
    networks: NetworkDatabases | None = None,
    executor: Executor | None = None,
    afresh: bool = False,
    progress: Callable[[int], None] = lambda count: None,
) -> IngestResult:
    """Add documents to a folder of tables, rejecting by name what cannot be read.

    The tables depend on which documents were given, and not on when, in which order
    or by how many workers. A report that comes again and says something else is a
    further version. A run that was killed goes on where it was when it is run again.

    Parameters
    ----------
    search : Search
        What the user named.
    folder : pathlib.Path
        The tables, which are made if they are not there, with `ledger/`,
        `rejected.parquet` and `ingest.json` beside them.
    key : bytes
        The key under which identifiers are hashed.
    networks : NetworkDatabases or None
        Where to look up public addresses before they are hashed.
    executor : Executor or None
        Reads the batches; processes of this machine if left out.
    afresh : bool
        Whether tables that are there are replaced, once the new ones are made.
    progress : callable
        Called with the number of documents that were read.

    Returns
    -------
    IngestResult
        What became of each document.

    Raises
    ------
    SettingsError
        If another run writes to the folder, or a database cannot be used.
    TableError
        If the tables there are of an invented world, were altered, or were made
        under another key.
    """
    if networks is not None:
        networks.check()
    with changing(folder, afresh=afresh) as change, readable(folder):
        change.refuse_invented()
        _check_key(change, key)
        staged = change.scratch / _STAGED
        tasks = _tasks(search, staged, key, networks)
        batches = 0
        try:
            for size in (executor or LocalExecutor()).map(stage, tasks):
                batches += 1
                progress(size)
        except BrokenExecutor:
            raise TableError(
                "a process that read documents was ended from outside",
                "perhaps for want of memory",
                "run the same command again, with fewer --workers",
            ) from None
        _forget_batches(staged, from_number=batches)
        settled = settle(staged, change)
        merge(settled, staged, change)
        account = write_ledger(settled, staged, change)
        is_told = change.beside("ingest.json")
        if change.tables is None or settled.recorded or not is_told:
            tables = change.commit(origin="ingest", key_check=key_check(key))
        else:
            tables = change.tables
            shutil.rmtree(change.scratch, ignore_errors=True)
    stamps = networks.stamps if networks else []
    databases = tuple((each["type"], each["built"]) for each in stamps)
    return IngestResult(tables, account, search.ignored, databases)


def _check_key(change: TableChange, key: bytes) -> None:
    held = change.tables.key_check if change.tables else None
    if held is not None and held != key_check(key):
        raise TableError(
            "the tables were made under another key, so nothing would link up",
            str(change.folder),
            "use the key they were made with, or another folder",
        )


def _tasks(
    search: Search, staged: Path, key: bytes, networks: NetworkDatabases | None
) -> Iterator[Task]:
    means = means_of(key, networks)
    for number, batch in enumerate(search.batches()):
        yield Task(batch, staged / f"batch-{number:06d}", key, networks, means)


def _forget_batches(staged: Path, *, from_number: int) -> None:
    """Remove batches of a killed run that was given other documents."""
    staged.mkdir(parents=True, exist_ok=True)
    for path in staged.iterdir():
        number = path.name.removeprefix("batch-")
        if not number.isdigit() or int(number) >= from_number:
            shutil.rmtree(path)
