"""Log training runs to MLflow, and name the best model; nothing leaves the machine."""

from prioritizer.tracking.runs import champion_run, log_run

__all__ = ["champion_run", "log_run"]
