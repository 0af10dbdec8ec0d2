"""What was already known when each report arrived: the only look across reports."""

from prioritizer.history.look_back import look_back

__all__ = ["look_back"]
