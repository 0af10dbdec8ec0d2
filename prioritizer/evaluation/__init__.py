"""Would it have helped? Metrics at the capacity of an office."""

from prioritizer.evaluation.capacity import compare_orders, precision_at

__all__ = ["compare_orders", "precision_at"]
