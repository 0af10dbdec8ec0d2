"""Is the invented world as published? Generated beside published figures."""

from prioritizer.evaluation.fidelity.comparison import Fidelity, measure_fidelity
from prioritizer.evaluation.fidelity.page import write_fidelity

__all__ = ["Fidelity", "measure_fidelity", "write_fidelity"]
