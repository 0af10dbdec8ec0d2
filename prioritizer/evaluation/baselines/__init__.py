"""Trivial rivals: what a model must beat, or it is no use."""

from prioritizer.evaluation.baselines.orders import BASELINES, baseline_orders
from prioritizer.evaluation.baselines.scorecard import Scorecard, learn_scorecard
from prioritizer.evaluation.baselines.single import SingleFeature, best_feature

__all__ = [
    "BASELINES",
    "Scorecard",
    "SingleFeature",
    "baseline_orders",
    "best_feature",
    "learn_scorecard",
]
