"""Log training runs to MLflow, and choose a champion among models; nothing leaves."""

from prioritizer.tracking.addresses import Database, as_database
from prioritizer.tracking.connection import check_database
from prioritizer.tracking.one_call import train_and_log
from prioritizer.tracking.promotion import PromotionRules, promote
from prioritizer.tracking.records import Promotion
from prioritizer.tracking.registry import (
    champion_folder,
    champion_run,
    list_models,
    list_promotions,
)
from prioritizer.tracking.runs import log_run

__all__ = [
    "Database",
    "Promotion",
    "PromotionRules",
    "as_database",
    "champion_folder",
    "champion_run",
    "check_database",
    "list_models",
    "list_promotions",
    "log_run",
    "promote",
    "train_and_log",
]
