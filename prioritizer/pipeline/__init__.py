"""The story in a dozen verbs: from documents or an invented world to a queue."""

from prioritizer.pipeline.comparison import compare_with_arrival
from prioritizer.pipeline.invention import (
    make_documents,
    make_world,
    report_fidelity,
)
from prioritizer.pipeline.preparation import (
    Prepared,
    check_tables,
    newest_arrival,
    prepare,
    read_documents,
)
from prioritizer.pipeline.ranking import (
    Ranking,
    explain_report,
    rank_reports,
    score_reports,
)
from prioritizer.pipeline.training import train_model

__all__ = [
    "Prepared",
    "Ranking",
    "check_tables",
    "compare_with_arrival",
    "explain_report",
    "make_documents",
    "make_world",
    "newest_arrival",
    "prepare",
    "rank_reports",
    "read_documents",
    "report_fidelity",
    "score_reports",
    "train_model",
]
