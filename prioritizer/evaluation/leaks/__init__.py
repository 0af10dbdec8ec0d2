"""Features that know more than was known when their report arrived."""

from prioritizer.evaluation.leaks.columns import find_leaks_in_columns
from prioritizer.evaluation.leaks.leak import Leak, LeakCheck, LeakKind
from prioritizer.evaluation.leaks.recomputing import find_leaks

__all__ = ["Leak", "LeakCheck", "LeakKind", "find_leaks", "find_leaks_in_columns"]
