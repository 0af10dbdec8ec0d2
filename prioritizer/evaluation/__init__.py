"""Would it have helped? Metrics at the capacity of an office."""

from prioritizer.evaluation.capacity import (
    CAPACITY_SHARE,
    compare_orders,
    precision_at,
)

__all__ = ["CAPACITY_SHARE", "compare_orders", "precision_at"]
