"""How much hangs on how outcomes that may still change are read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from prioritizer.errors import ModelError
from prioritizer.evaluation import capacity_of
from prioritizer.features import CATALOGUE
from prioritizer.model import Interim, TrainSettings, fit_estimator
from prioritizer.pipeline.preparation import Prepared
from prioritizer.pipeline.validation import Fold, fold_at, measured, selection_of


def interim_sensitivity(
    prepared: Prepared, settings: TrainSettings, newest: Fold
) -> pd.DataFrame:
    """Return what becomes of a model where interim outcomes count otherwise.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    settings : TrainSettings
        How the model is trained.
    newest : Fold
        The reports that test it.

    Returns
    -------
    pandas.DataFrame
        Index `interim`, a row for each way to read them: `train_reports`, their
        `actionable_share`; `average_precision`, `precision` and `recall` by labels as
        the model's own settings read them; and `shared`: which share of the reports
        that an office would read it would read by the model, too.

        A way that leaves no two labels to learn from has no row.
    """
    window = newest.split.test_begins_at, newest.split.test_ends_at
    told, test = newest.told_since, newest.split.test
    rows, reads = {}, {}
    for interim in (settings.interim, *Interim):
        if str(interim) in rows:
            continue
        own = replace(settings, interim=interim)
        try:
            fold = fold_at(prepared, own, window)
            learned = selection_of(prepared, fold, own).every_row()
        except ModelError:
            continue  # nothing to learn from is left
        if len(np.unique(learned.y)) < 2:
            continue
        fitted = fit_estimator(prepared.X, learned, CATALOGUE, own)
        raw = pd.Series(fitted.decision_function(prepared.X.loc[test]), index=test)
        capacity = capacity_of(len(test))
        # A fit that scores all alike reads nobody first.
        is_order = raw.max() > raw.min()
        first = raw.nlargest(capacity if is_order else 0).index
        reads[str(interim)] = set(first)
        rows[str(interim)] = {
            "train_reports": learned.ids.nunique(),
            "actionable_share": float(np.average(learned.y, weights=learned.weights)),
            **measured(raw, told),
        }
    model = reads[str(settings.interim)]
    shared = {
        name: len(ids & model) / len(model) if ids and model else float("nan")
        for name, ids in reads.items()
    }
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("interim")
    return found.assign(shared=pd.Series(shared))
