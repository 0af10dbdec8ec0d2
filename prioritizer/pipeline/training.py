"""From tables to a stored model, with its figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from prioritizer.evaluation import CAPACITY_SHARE, compare_orders
from prioritizer.features import CATALOGUE
from prioritizer.model import (
    ScoringModel,
    TrainingRun,
    TrainSettings,
    labels_as_of,
    newest_begins_at,
    refuse_other_folder,
    save_model,
    split_by_time,
    train,
)
from prioritizer.pipeline.preparation import Prepared, prepare
from prioritizer.tables import refuse_full, refuse_tables
from prioritizer.vocabulary.section import sections_as_text, sections_from_text

_FAR_FUTURE = pd.Timestamp("2262-01-01", tz="UTC")


def train_model(
    folder: Path,
    out: Path,
    *,
    settings: TrainSettings | None = None,
    overwrite: bool = True,
) -> TrainingRun:
    """Train on the past, measure on the newest reports, and store the model.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    out : pathlib.Path
        The model's folder.
    settings : TrainSettings or None
        How to train; the defaults if left out.
    overwrite : bool
        Whether a model that is there may be replaced.

    Returns
    -------
    TrainingRun
        The stored model, its trees, settings and figures.

    Raises
    ------
    ModelError
        If there are too few outcomes, or only one kind of them.
    SettingsError
        If the model would lie among tables, or replace something, or would see
        no section.
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    settings = settings or TrainSettings()
    refuse_tables(out)
    refuse_full(out, overwrite=overwrite)
    refuse_other_folder(out)
    sections = sections_from_text(sections_as_text(settings.sections))
    prepared = prepare(folder, sections=sections)
    begins = newest_begins_at(prepared.arrivals, settings.test_share)
    labels = labels_as_of(
        prepared.tables["outcomes"], begins, prepared.tables["reports"]
    )
    split = split_by_time(
        prepared.arrivals,
        labels,
        test_share=settings.test_share,
        calibration_share=settings.calibration_share,
        clusters=prepared.cases,
    )
    trained, booster = train(prepared.X, labels, split, CATALOGUE, settings)
    trained.facts["data_hash"] = prepared.folder.content_hash
    trained.facts["data"] = "synthetic" if prepared.folder.is_synthetic else "real"
    metrics = _metrics(prepared, trained, split.test)
    model = save_model(out, trained, booster, metrics)
    return TrainingRun(out, model, booster, settings, metrics)


def _metrics(
    prepared: Prepared, model: ScoringModel, test: pd.Index
) -> dict[str, object]:
    """Measure on reports of the test window whose outcome came back since."""
    labels = labels_as_of(prepared.tables["outcomes"], _FAR_FUTURE)
    seen = labels[labels.index.isin(test)].astype(float)
    if seen.nunique() < 2:
        return {"test_reports_with_outcome": len(seen)}
    scores = model.score(prepared.X.loc[seen.index])
    orders = {
        "model": scores["raw"],
        "arrival_order": -prepared.arrivals.loc[seen.index]
        .astype("int64")
        .astype(float),
    }
    capacity = max(1, int(len(seen) * CAPACITY_SHARE))
    compared = compare_orders(orders, seen, capacity)
    return {
        "test_reports_with_outcome": len(seen),
        "test_actionable_share": round(float(seen.mean()), 4),
        "test_reports_at_capacity": capacity,
        **{
            f"{name}_precision_at_capacity": round(float(row["precision"]), 4)
            for name, row in compared.iterrows()
        },
    }
