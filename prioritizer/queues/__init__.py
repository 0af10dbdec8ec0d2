"""From scores to a queue: lanes by rule, order inside them by score."""

from prioritizer.queues.lanes import Lane, lanes_of, urgent_signals
from prioritizer.queues.order import build_queue

__all__ = ["Lane", "build_queue", "lanes_of", "urgent_signals"]
