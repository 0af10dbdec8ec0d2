"""From documents to tables, history and features."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import polars as pl

from prioritizer.features import CATALOGUE, Feature, compute_features
from prioritizer.history import look_back
from prioritizer.ingest import check_ledger
from prioritizer.pipeline.history import history_of
from prioritizer.tables import REPORT, TableFolder, latest_versions, open_tables
from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary.enums import ClusterKind
from prioritizer.vocabulary.section import SECTIONS, Section


@dataclass(frozen=True, slots=True)
class Prepared:
    """Tables, what was known before each report, and the features.

    Attributes
    ----------
    folder : TableFolder
        Where the tables lie.
    tables : dict of str to polars.DataFrame
        The tables with all sections, and those of `history` from which `X` is.
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`, in order of arrival.
    as_of : pandas.Timestamp or None
        Versions of reports that arrived later are left out of `X`.
    sections : tuple of Section
        Whose words `X` is computed from.
    propensity : pandas.Series of float or None
        The chance with which an office was to work reports, as it logged it, index
        `report_id`.
    """

    folder: TableFolder
    tables: dict[str, pl.DataFrame]
    X: pd.DataFrame
    as_of: pd.Timestamp | None = None
    sections: tuple[Section, ...] = SECTIONS
    propensity: pd.Series[float] | None = None

    @property
    def arrivals(self) -> pd.Series:
        """Arrival of each report of `X`, index `report_id`."""
        return self._of_latest("arrival_at")

    @property
    def versions(self) -> pd.Series:
        """Version of each report of `X`, index `report_id`."""
        return self._of_latest("version")

    @property
    def cases(self) -> pd.Series:
        """The cluster of accounts of each report of `X`, by all that is known today."""
        latest = latest_versions(self.tables["reports"], self.as_of)
        own = latest.select(REPORT).join(
            self.tables["links"].select(*REPORT, "account_cluster"),
            on=REPORT,
            maintain_order="left",
        )
        merges = self.tables["cluster_merges"].filter(
            pl.col("cluster_kind") == ClusterKind.ACCOUNT
        )
        heirs = dict(merges.select("absorbed", "into").iter_rows())
        # A cluster that was absorbed may have absorbed others before.
        names = own["account_cluster"].to_list()
        ids = pd.Index(own["report_id"].to_numpy(), name="report_id")
        return pd.Series([_heir(name, heirs) for name in names], index=ids)

    def _of_latest(self, column: str) -> pd.Series:
        latest = latest_versions(self.tables["reports"], self.as_of)
        columns = latest.select("report_id", column).to_pandas()
        return columns.set_index("report_id")[column]


def _heir(cluster: int, heirs: Mapping[int, int]) -> int:
    while cluster in heirs:
        cluster = heirs[cluster]
    return cluster


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
    opened, frames = open_tables(folder)
    if not opened.is_synthetic:
        check_ledger(folder, frames["reports"].height)
    return {name: frame.height for name, frame in frames.items()}


def prepare(
    folder: Path,
    *,
    as_of: pd.Timestamp | None = None,
    sections: tuple[Section, ...] = SECTIONS,
    features: Sequence[Feature] = CATALOGUE,
) -> Prepared:
    """Open tables, look back from each report, and compute its features.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    as_of : pandas.Timestamp or None
        Versions of reports that arrive later are not there yet.
    sections : tuple of Section
        Whose words history and features may see; lanes see those of all.
    features : sequence of Feature
        The columns of X, such as those of a model.

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
    seen = only_sections(frames, sections)
    history = _history(opened, seen, sections)
    X = compute_features({**seen, **history}, features, as_of=as_of)
    return Prepared(opened, {**frames, **history}, X, as_of, sections)


def _history(
    opened: TableFolder,
    seen: Mapping[str, pl.DataFrame],
    sections: Collection[Section],
) -> dict[str, pl.DataFrame]:
    """Return the tables of history, as far as these sections tell of them."""
    if Section.A not in sections:
        # All that links reports is what providers sent.
        return look_back(seen)
    with history_of(opened) as history:
        return history.read()


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
