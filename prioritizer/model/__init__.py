"""P(actionable): labels, splits, the estimator, its tables, its store."""

from prioritizer.model.classifier import ActionabilityClassifier
from prioritizer.model.labels import Interim, label_dictionary, labels_as_of
from prioritizer.model.scores import read_scores
from prioritizer.model.scoring import ScoringModel, keep_largest
from prioritizer.model.splits import (
    Split,
    newest_begins_at,
    rolling_windows,
    split_at,
    split_by_time,
)
from prioritizer.model.store import load_model, refuse_other_folder, save_model
from prioritizer.model.tables import PointTables, compile_trees
from prioritizer.model.training import TrainingRun, TrainSettings, train

__all__ = [
    "ActionabilityClassifier",
    "Interim",
    "PointTables",
    "ScoringModel",
    "Split",
    "TrainSettings",
    "TrainingRun",
    "compile_trees",
    "keep_largest",
    "label_dictionary",
    "labels_as_of",
    "load_model",
    "newest_begins_at",
    "read_scores",
    "refuse_other_folder",
    "rolling_windows",
    "save_model",
    "split_at",
    "split_by_time",
    "train",
]
