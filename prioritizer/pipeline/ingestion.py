"""From documents to tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from prioritizer.errors import SettingsError
from prioritizer.execution import LocalExecutor
from prioritizer.ingest import IngestResult, Search, find_sources, ingest
from prioritizer.privacy import NetworkDatabases, key_from
from prioritizer.tables import is_begun, is_tables

__all__ = ["find_sources", "identifier_key", "read_documents"]


def identifier_key(value: str | None, key_file: Path | None, tables: Path) -> bytes:
    """Return the key for hashing identifiers.

    Parameters
    ----------
    value : str or None
        The key itself, as 64 hexadecimal digits.
    key_file : pathlib.Path or None
        Its file, made on first use.
    tables : pathlib.Path
        The folder of tables, in which the key must not lie.

    Raises
    ------
    SettingsError
        If the key cannot be used, or would lie among the tables.
    """
    if key_file and tables.resolve() in key_file.expanduser().resolve().parents:
        raise SettingsError(
            "the key would lie among the tables",
            str(key_file),
            "keep it elsewhere; who has both can test guesses",
        )
    return key_from(value, key_file)


def read_documents(
    search: Search,
    folder: Path,
    *,
    key: bytes,
    databases: Iterable[Path] = (),
    workers: int | None = None,
    overwrite: bool = False,
    progress: Callable[[int], None] = lambda count: None,
) -> IngestResult:
    """Add documents to tables, naming those that cannot be read.

    Parameters
    ----------
    search : Search
        What the user named, as `find_sources` found it.
    folder : pathlib.Path
        The tables, with the account of every document beside them.
    key : bytes
        The key for hashing identifiers.
    databases : iterable of pathlib.Path
        Databases in MaxMind's format in which to look up public addresses.
    workers : int or None
        Processes that read; one for each core if left out.
    overwrite : bool
        Whether tables that are there are replaced.
    progress : callable
        Called with the number of documents that were read.

    Returns
    -------
    IngestResult
        What became of each document.

    Raises
    ------
    SettingsError
        If the folder holds something else, another run writes to it, or a
        database cannot be used.
    TableError
        If the tables are of an invented world, were altered, or were made under
        another key.
    """
    paths = tuple(databases)
    networks = NetworkDatabases(paths) if paths else None
    _refuse_places(search.sources, folder)
    if folder.exists() and not (is_begun(folder) or _is_empty(folder)):
        raise SettingsError(
            "something else than tables is there",
            str(folder),
            "choose a folder of tables, or an empty or new one",
        )
    return ingest(
        search,
        folder,
        key=key,
        networks=networks,
        executor=LocalExecutor(workers),
        afresh=overwrite,
        progress=progress,
    )


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _refuse_places(sources: Iterable[str], folder: Path) -> None:
    """Raise if what is read and what is written are in each other's way."""
    tables = folder.resolve()
    for source in map(Path, sources):
        place = source.resolve()
        if place == tables or tables in place.parents:
            raise SettingsError(
                "the tables would lie around the documents, and hide new ones",
                f"{folder} and {source}",
                "choose a folder of its own for the tables",
            )
        if is_tables(source):
            raise SettingsError(
                "a source is a folder of tables, and no documents",
                str(source),
                "name the folder in which the documents are",
            )
