"""The real door: documents from law enforcement and providers become tables."""

from prioritizer.ingest.document import Document
from prioritizer.ingest.documents import DocumentSearch, find_documents
from prioritizer.ingest.door import IngestResult, ingest

__all__ = ["Document", "DocumentSearch", "IngestResult", "find_documents", "ingest"]
