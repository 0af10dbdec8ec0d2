"""The invented door: a world whose truth is known, in the shape of real reports."""

from prioritizer.synthetic.generate import generate, read_truth
from prioritizer.synthetic.world import PROFILES, World

__all__ = ["PROFILES", "World", "generate", "read_truth"]
