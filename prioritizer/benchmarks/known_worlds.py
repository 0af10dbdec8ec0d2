"""An invented world in memory, its truth beside it, with its newest year to test on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from prioritizer import pipeline
from prioritizer.features import CATALOGUE
from prioritizer.model import (
    ScoringModel,
    Split,
    TrainSettings,
    labels_as_of,
    split_at,
    train,
    understand_selection,
)
from prioritizer.seeds import Floats
from prioritizer.synthetic import World, read_truth
from prioritizer.tables import latest_versions

OTHER_WORLD = Path(__file__).with_name("other_world.toml")
"""A world with other parameters than those of the profile `icac`."""

_CALIBRATION_SHARE = 0.25  # as `TrainSettings` has it


@dataclass(frozen=True, slots=True, eq=False)
class KnownWorld:
    """Features, labels as they were known, and the truth.

    Attributes
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`, in order of arrival.
    labels : pandas.Series of int
        Labels known before the newest year began, index `report_id`.
    split : Split
        The past trains, the newest calendar year tests.
    truth : pandas.DataFrame of shape (n_reports, n_columns)
        The answer key, index as `X`; only what measures may read it.
    senders : pandas.Series
        Who sent each report, as a keyed name, index as `X`.
    arrivals, cases : pandas.Series
        When each arrived, and of which case it is, index as `X`.
    """

    X: pd.DataFrame
    labels: pd.Series[int]
    split: Split
    truth: pd.DataFrame
    senders: pd.Series
    arrivals: pd.Series
    cases: pd.Series

    @property
    def past(self) -> pd.Index:
        """Reports that arrived before the newest year, in order."""
        return self.X.index[: len(self.X) - len(self.split.test)]

    @property
    def tested(self) -> pd.DataFrame:
        """The answer key of the newest year."""
        return self.truth.loc[self.split.test]


def invent(world: World, *, reports: int, seed: int) -> KnownWorld:
    """Invent a world, prepare it as the product does, and keep nothing on disk.

    Parameters
    ----------
    world : World
        Its settings.
    reports : int
        How many reports.
    seed : int
        Its seed.

    Returns
    -------
    KnownWorld

    Raises
    ------
    ModelError
        If so few reports leave no outcomes to train on.
    """
    with TemporaryDirectory(prefix="quality-") as place:
        folder = Path(place)
        pipeline.make_world(
            folder, world=world, reports=reports, seed=seed, overwrite=True
        )
        prepared = pipeline.prepare(folder)
        truth = read_truth(folder).to_pandas().set_index("report_id")
    ids, arrivals = prepared.X.index, prepared.arrivals
    # A few reports of the newest year arrive after it; they are tested with it.
    begins = _newest_year(world)
    ends = pd.Timestamp(arrivals.iloc[-1]) + pd.Timedelta(microseconds=1)
    labels = labels_as_of(
        prepared.tables["outcomes"], begins, prepared.tables["reports"]
    )
    split = split_at(
        arrivals,
        labels,
        (begins, ends),
        calibration_share=_CALIBRATION_SHARE,
        clusters=prepared.cases,
    )
    newest = latest_versions(prepared.tables["reports"]).select("report_id", "esp_key")
    senders = newest.to_pandas().set_index("report_id")["esp_key"].loc[ids]
    return KnownWorld(
        prepared.X, labels, split, truth.loc[ids], senders, arrivals, prepared.cases
    )


def _newest_year(world: World) -> pd.Timestamp:
    """Return when the last calendar year that the world reaches into begins."""
    last = pd.Timestamp(world.period.ends_at) - pd.Timedelta(microseconds=1)
    return pd.Timestamp(year=last.year, month=1, day=1, tz="UTC")


def flooded(world: World, times: float) -> World:
    """Return a world whose newest year has so many times the generated content.

    Both are raised: findings in training data that one provider sends, and reports of
    others that are flagged. What came before that year stays as it was.

    Parameters
    ----------
    world : World
        The world without.
    times : float
        1 leaves it as it is.

    Examples
    --------
    >>> from prioritizer.settings import load_world
    >>> world = flooded(load_world("icac"), 5)
    >>> world.calendar.ai_flood.strength, world.ai.generated_share[-2:]
    (5.0, (0.0033, 0.1))
    """
    event = world.calendar.ai_flood
    stronger = replace(event, strength=event.strength * times)
    *before, newest = world.ai.generated_share
    flagged = (*before, min(1.0, newest * times))
    return replace(
        world,
        calendar=replace(world.calendar, ai_flood=stronger),
        ai=replace(world.ai, generated_share=flagged),
    )


def without_sender(known: KnownWorld, sender: object) -> Split:
    """Return the split of a world in which nothing of one sender trains.

    Parameters
    ----------
    known : KnownWorld
        The world.
    sender : object
        Whose reports neither train nor calibrate; its record in history stays.
    """
    own = known.senders.index[known.senders == sender]
    split = known.split
    return replace(
        split,
        train=split.train[~split.train.isin(own)],
        calibration=split.calibration[~split.calibration.isin(own)],
    )


def largest_sender(known: KnownWorld) -> object:
    """Return the sender of most of the reports that train."""
    return known.senders.loc[known.split.train].value_counts().index[0]


def trained_on(
    known: KnownWorld, split: Split, settings: TrainSettings
) -> ScoringModel:
    """Return the model that the product trains on a split of a world."""
    selection = understand_selection(
        known.X, known.labels, split, arrivals=known.arrivals, clusters=known.cases
    )
    model, _ = train(known.X, selection, CATALOGUE, settings, clusters=known.cases)
    return model


def scores_of(model: ScoringModel, X: pd.DataFrame) -> Floats:
    """Return what orders the queue, shape (n_reports,)."""
    return np.asarray(model.score(X)["raw"], dtype=np.float64)


def truth_of(known: KnownWorld, ids: pd.Index) -> Floats:
    """Return 1.0 for each report that is actionable in truth, else 0.0."""
    return np.asarray(known.truth.loc[ids, "is_actionable"], dtype=np.float64)
