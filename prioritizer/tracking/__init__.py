"""Log training runs to MLflow, and name one model champion; nothing leaves."""

from prioritizer.tracking.runs import champion_run, check_database, log_run

__all__ = ["champion_run", "check_database", "log_run"]
