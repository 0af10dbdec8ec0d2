"""From documents to tables, history and features."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import polars as pl

from prioritizer.errors import SettingsError
from prioritizer.features import CATALOGUE, compute_features
from prioritizer.history import look_back
from prioritizer.ingest import IngestResult, find_documents, ingest
from prioritizer.privacy import load_key
from prioritizer.tables import TableFolder, latest_versions, open_tables, refuse_full


@dataclass(frozen=True, slots=True)
class Prepared:
    """Tables, what was known before each report, and the features.

    Attributes
    ----------
    folder : TableFolder
        Where the tables lie.
    tables : dict of str to polars.DataFrame
        The tables, those of `history` among them.
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`, in order of arrival.
    as_of : pandas.Timestamp or None
        Versions of reports that arrived later are left out of `X`.
    """

    folder: TableFolder
    tables: dict[str, pl.DataFrame]
    X: pd.DataFrame
    as_of: pd.Timestamp | None = None

    @property
    def arrivals(self) -> pd.Series:
        """Arrival of each report of `X`, index `report_id`."""
        return self._of_latest("arrival_at")

    @property
    def versions(self) -> pd.Series:
        """Version of each report of `X`, index `report_id`."""
        return self._of_latest("version")

    def _of_latest(self, column: str) -> pd.Series:
        latest = latest_versions(self.tables["reports"], self.as_of)
        columns = latest.select("report_id", column).to_pandas()
        return columns.set_index("report_id")[column]


def read_documents(
    sources: Iterable[Path],
    folder: Path,
    *,
    key_file: Path,
    overwrite: bool,
    progress: Callable[[], None] = lambda: None,
) -> tuple[TableFolder, IngestResult]:
    """Turn documents into tables, naming those that cannot be read.

    Parameters
    ----------
    sources : iterable of pathlib.Path
        Files and folders.
    folder : pathlib.Path
        Where to write the tables and the account of every document.
    key_file : pathlib.Path
        The key for hashing identifiers, made on first use.
    overwrite : bool
        Whether tables that are there may be replaced.
    progress : callable
        Called after each document.

    Returns
    -------
    TableFolder
        The tables.
    IngestResult
        What became of each document.

    Raises
    ------
    MissingInputError
        If a source is not there.
    SettingsError
        If the folder is not empty, or the key cannot be used or would lie in
        it.
    """
    refuse_full(folder, overwrite=overwrite)
    if folder.resolve() in key_file.expanduser().resolve().parents:
        raise SettingsError(
            "the key would lie among the tables",
            str(key_file),
            "keep it elsewhere; who has both can test guesses",
        )
    search = find_documents(sources)
    return ingest(search, folder, key=load_key(key_file), progress=progress)


def check_tables(folder: Path) -> dict[str, int]:
    """Return how many rows each table has, after checking all of them.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.

    Returns
    -------
    dict of str to int
        Rows by table.

    Raises
    ------
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    _, frames = open_tables(folder)
    return {name: frame.height for name, frame in frames.items()}


def prepare(folder: Path, *, as_of: pd.Timestamp | None = None) -> Prepared:
    """Open tables, look back from each report, and compute its features.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    as_of : pandas.Timestamp or None
        Versions of reports that arrive later are not there yet.

    Returns
    -------
    Prepared
        Tables, history and features.

    Raises
    ------
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    opened, frames = open_tables(folder)
    tables = {**frames, **look_back(frames)}
    X = compute_features(tables, CATALOGUE, as_of=as_of)
    return Prepared(opened, tables, X, as_of)


def newest_arrival(folder: Path) -> pd.Timestamp | None:
    """Return when the newest report arrived, or None if there is none.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.

    Returns
    -------
    pandas.Timestamp or None

    Raises
    ------
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    newest = open_tables(folder)[1]["reports"]["arrival_at"].max()
    return None if newest is None else pd.Timestamp(str(newest))
