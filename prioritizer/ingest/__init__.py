"""The real door: documents from law enforcement and providers become tables."""

from prioritizer.ingest.documents import Document, DocumentSearch, find_documents
from prioritizer.ingest.door import IngestResult, ingest

__all__ = ["Document", "DocumentSearch", "IngestResult", "find_documents", "ingest"]
