"""The real door: documents from law enforcement and providers become tables."""

from prioritizer.ingest.door import IngestResult, ingest
from prioritizer.ingest.ledger import check_ledger
from prioritizer.ingest.sources.document import Batch, Given, Input
from prioritizer.ingest.sources.search import Search, find_sources

__all__ = [
    "Batch",
    "Given",
    "IngestResult",
    "Input",
    "Search",
    "check_ledger",
    "find_sources",
    "ingest",
]
