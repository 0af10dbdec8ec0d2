"""What was already known when each report arrived: the only look across reports."""

from prioritizer.history.kept import History, bring_up_to_date
from prioritizer.history.look_back import look_back
from prioritizer.history.shards import read_history

__all__ = ["History", "bring_up_to_date", "look_back", "read_history"]
