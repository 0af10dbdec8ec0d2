"""The story in a dozen verbs: from documents or an invented world to a queue."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prioritizer.pipeline.comparison import compare_with_arrival
    from prioritizer.pipeline.explanation import explain_report
    from prioritizer.pipeline.feature_origins import describe_features
    from prioritizer.pipeline.feature_table import write_features
    from prioritizer.pipeline.ingestion import (
        find_sources,
        identifier_key,
        read_documents,
    )
    from prioritizer.pipeline.invention import (
        make_documents,
        make_world,
        report_fidelity,
    )
    from prioritizer.pipeline.leaks import check_leaks
    from prioritizer.pipeline.outcomes import read_outcomes
    from prioritizer.pipeline.preparation import (
        Prepared,
        check_tables,
        newest_arrival,
        prepare,
    )
    from prioritizer.pipeline.ranking import (
        Ranking,
        rank_reports,
        score_reports,
        signature_of,
    )
    from prioritizer.pipeline.splits import plan_training, show_splits
    from prioritizer.pipeline.training import train_model

__all__ = [
    "Prepared",
    "Ranking",
    "check_leaks",
    "check_tables",
    "compare_with_arrival",
    "describe_features",
    "explain_report",
    "find_sources",
    "identifier_key",
    "make_documents",
    "make_world",
    "newest_arrival",
    "plan_training",
    "prepare",
    "rank_reports",
    "read_documents",
    "read_outcomes",
    "report_fidelity",
    "score_reports",
    "show_splits",
    "signature_of",
    "train_model",
    "write_features",
]

_VERBS = {
    "comparison": ("compare_with_arrival",),
    "explanation": ("explain_report",),
    "feature_origins": ("describe_features",),
    "feature_table": ("write_features",),
    "ingestion": ("find_sources", "identifier_key", "read_documents"),
    "invention": ("make_documents", "make_world", "report_fidelity"),
    "leaks": ("check_leaks",),
    "outcomes": ("read_outcomes",),
    "preparation": (
        "Prepared",
        "check_tables",
        "newest_arrival",
        "prepare",
    ),
    "ranking": (
        "Ranking",
        "rank_reports",
        "score_reports",
        "signature_of",
    ),
    "splits": ("plan_training", "show_splits"),
    "training": ("train_model",),
}
_FILE_OF = {verb: file for file, verbs in _VERBS.items() for verb in verbs}


def __getattr__(name: str) -> object:
    """Import a verb's file when it is first used: models take a second to load."""
    if name not in _FILE_OF:
        raise AttributeError(name)
    return getattr(import_module(f"prioritizer.pipeline.{_FILE_OF[name]}"), name)
