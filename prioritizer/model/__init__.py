"""P(actionable): labels, splits, the estimator, its tables, its store."""

from prioritizer.model.classifier import ActionabilityClassifier
from prioritizer.model.labels import labels_as_of
from prioritizer.model.scores import read_scores
from prioritizer.model.scoring import ScoringModel, keep_largest
from prioritizer.model.store import load_model, refuse_other_folder, save_model
from prioritizer.model.tables import PointTables, compile_trees
from prioritizer.model.training import (
    Split,
    TrainingRun,
    TrainSettings,
    newest_begins_at,
    split_by_time,
    train,
)

__all__ = [
    "ActionabilityClassifier",
    "PointTables",
    "ScoringModel",
    "Split",
    "TrainSettings",
    "TrainingRun",
    "compile_trees",
    "keep_largest",
    "labels_as_of",
    "load_model",
    "newest_begins_at",
    "read_scores",
    "refuse_other_folder",
    "save_model",
    "split_by_time",
    "train",
]
