"""Would it have helped? Metrics at the capacity of an office, with rivals beside."""

from prioritizer.evaluation.baselines import BASELINES, baseline_orders
from prioritizer.evaluation.bootstrap import Resamples, bootstrap_metrics, interval
from prioritizer.evaluation.capacity import (
    CAPACITY_SHARE,
    capacity_of,
    compare_orders,
    precision_at,
)
from prioritizer.evaluation.leaderboard import (
    FLOOR_FAIL,
    NOT_CLEAR,
    failed_floors,
    leaderboard,
)
from prioritizer.evaluation.leaderboard_text import (
    leaderboard_as_text,
)
from prioritizer.evaluation.selection import RULES, chosen, selection_regrets
from prioritizer.evaluation.ties import (
    TiedGroups,
    expected_average_precision,
    expected_lift,
    expected_precision,
    expected_recall,
    tied_groups,
)

__all__ = [
    "BASELINES",
    "CAPACITY_SHARE",
    "FLOOR_FAIL",
    "NOT_CLEAR",
    "RULES",
    "Resamples",
    "TiedGroups",
    "baseline_orders",
    "bootstrap_metrics",
    "capacity_of",
    "chosen",
    "compare_orders",
    "expected_average_precision",
    "expected_lift",
    "expected_precision",
    "expected_recall",
    "failed_floors",
    "interval",
    "leaderboard",
    "leaderboard_as_text",
    "precision_at",
    "selection_regrets",
    "tied_groups",
]
