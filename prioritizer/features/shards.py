"""The features of one shard, so that tables of any size can be computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from prioritizer.features.catalogue import CATALOGUE
from prioritizer.features.feature import Feature
from prioritizer.features.matrix import feature_frame
from prioritizer.history import look_back, read_history
from prioritizer.tables import TableFolder
from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary.section import SECTIONS, Section


@dataclass(frozen=True, slots=True)
class FeatureTask:
    """A shard whose features are wanted.

    Attributes
    ----------
    tables : TableFolder
        Where the tables lie.
    kept : pathlib.Path
        Where what was known of its reports is kept.
    number : int
        Which shard.
    wanted : numpy.ndarray of bool, shape (n_versions,)
        Which of its versions, in order of arrival.
    features : sequence of Feature
        Which features.
    sections : sequence of Section
        Whose words they may see.
    """

    tables: TableFolder
    kept: Path
    number: int
    wanted: npt.NDArray[np.bool_]
    features: Sequence[Feature] = CATALOGUE
    sections: Sequence[Section] = SECTIONS


def features_of_shard(task: FeatureTask) -> pl.DataFrame:
    """Return the features of the wanted versions of a shard, in order of arrival.

    Returns
    -------
    polars.DataFrame
        As `feature_frame` returns it.

    Raises
    ------
    TableError
        If a part of the shard was altered, or is not there.
    """
    frames = only_sections(task.tables.read_shard(task.number), task.sections)
    if Section.A in task.sections:
        frames |= read_history(task.kept, task.number)
    else:  # all that links reports is what providers sent
        frames |= look_back(frames)
    reports = frames["reports"].sort("arrival_at", "report_id", "version")
    reports = reports.filter(pl.Series(task.wanted))
    return feature_frame({**frames, "reports": reports}, task.features)
