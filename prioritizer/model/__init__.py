"""P(actionable): labels, splits, the estimator, its tables, its store."""

from prioritizer.model.classifier import ActionabilityClassifier
from prioritizer.model.code import code_hash
from prioritizer.model.experiment import (
    THE_MODEL,
    TUNED,
    Candidate,
    Experiment,
    Tuning,
    Validation,
)
from prioritizer.model.key_files import load_public_key
from prioritizer.model.labels import Interim, label_dictionary, labels_as_of
from prioritizer.model.lawful import Upheld, uphold_evidence
from prioritizer.model.parts import MANIFEST
from prioritizer.model.refits import rank_interval
from prioritizer.model.scores import read_scores
from prioritizer.model.scoring import ScoringModel, keep_largest
from prioritizer.model.selective import (
    Feedback,
    Selection,
    SelectionSettings,
    understand_selection,
)
from prioritizer.model.splits import (
    Split,
    newest_begins_at,
    rolling_windows,
    split_at,
    split_by_time,
)
from prioritizer.model.store import load_model, refuse_other_folder, save_model
from prioritizer.model.tables import PointTables, compile_trees
from prioritizer.model.training import TrainingRun, TrainSettings, fit_estimator, train
from prioritizer.model.verifying import load_booster, sign_model, verify_model

__all__ = [
    "MANIFEST",
    "THE_MODEL",
    "TUNED",
    "ActionabilityClassifier",
    "Candidate",
    "Experiment",
    "Feedback",
    "Interim",
    "PointTables",
    "ScoringModel",
    "Selection",
    "SelectionSettings",
    "Split",
    "TrainSettings",
    "TrainingRun",
    "Tuning",
    "Upheld",
    "Validation",
    "code_hash",
    "compile_trees",
    "fit_estimator",
    "keep_largest",
    "label_dictionary",
    "labels_as_of",
    "load_booster",
    "load_model",
    "load_public_key",
    "newest_begins_at",
    "rank_interval",
    "read_scores",
    "refuse_other_folder",
    "rolling_windows",
    "save_model",
    "sign_model",
    "split_at",
    "split_by_time",
    "train",
    "understand_selection",
    "uphold_evidence",
    "verify_model",
]
