"""Rivals and ours in one run on one machine: medians of several, ratios quoted."""

from prioritizer.benchmarks.areas import AREAS, run_area
from prioritizer.benchmarks.measure import Measure

__all__ = ["AREAS", "Measure", "run_area"]
