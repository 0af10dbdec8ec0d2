"""From tables to a file of features, of any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pandas as pd
import polars as pl

from prioritizer.execution import Executor, ThreadExecutor
from prioritizer.features import CATALOGUE, Feature, FeatureTask, features_of_shard
from prioritizer.pipeline.history import history_of
from prioritizer.tables import TableFolder, refuse_tables, streamed_tables
from prioritizer.tables.stamped import refuse_unstamped, write_stamped_parts
from prioritizer.vocabulary.advice import ADVICE
from prioritizer.vocabulary.section import SECTIONS, Section, sections_as_text


def write_features(
    folder: Path,
    out: Path,
    *,
    as_of: datetime | None = None,
    sections: Sequence[Section] = SECTIONS,
    executor: Executor | None = None,
) -> int:
    """Write the features of the latest version of each report, and count them.

    Tables are read shard by shard, so that memory does not grow with them.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    out : pathlib.Path
        A Parquet file: `report_id`, `version` and a column for each feature, in order
        of arrival. Its rows do not depend on how the tables are split.
    as_of : datetime or None
        Versions that arrive later are not there yet.
    sections : sequence of Section
        Whose words features may see.
    executor : Executor or None
        Maps over shards; threads of this process if left out.

    Returns
    -------
    int
        How many reports.

    Raises
    ------
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    SettingsError
        If the file would lie among tables, or replace something else.
    """
    refuse_tables(out)
    refuse_unstamped(out)
    tables = streamed_tables(folder)
    stamp = {
        "data_hash": tables.content_hash,
        "data": "synthetic" if tables.is_synthetic else "real",
        "sections": sections_as_text(sections),
        "as_of": as_of.isoformat() if as_of else "the newest arrival",
        "advice": ADVICE,
    }
    with feature_shards(
        tables, as_of=as_of, sections=sections, executor=executor
    ) as frames:
        return write_stamped_parts(out, frames, stamp)


@contextmanager
def feature_shards(
    tables: TableFolder,
    features: Sequence[Feature] = CATALOGUE,
    *,
    as_of: datetime | None = None,
    sections: Sequence[Section] = SECTIONS,
    executor: Executor | None = None,
) -> Iterator[Iterator[pl.DataFrame]]:
    """Give the features of each shard in turn, as `feature_frame` returns them.

    Parameters
    ----------
    tables : TableFolder
        The tables.
    features : sequence of Feature
        Which features.
    as_of : datetime or None
        Versions that arrive later are not there yet.
    sections : sequence of Section
        Whose words features may see.
    executor : Executor or None
        Maps over shards; threads of this process if left out.

    Yields
    ------
    iterator of polars.DataFrame
        To be used while the context is open.
    """
    executor = executor or ThreadExecutor()
    with history_of(tables, executor) as history:
        # To the microsecond, as arrivals are.
        moment = None if as_of is None else pd.Timestamp(as_of).value // 1000
        wanted = history.timeline.latest(moment)
        tasks = (
            FeatureTask(
                tables, history.kept, number, wanted[begin:end], features, sections
            )
            for number, (begin, end) in enumerate(pairwise(history.timeline.begins))
        )
        yield executor.map(features_of_shard, tasks)
