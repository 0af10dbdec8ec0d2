"""What the user named: found lazily, and handed out in batches."""

from prioritizer.ingest.sources.document import Batch, Given, Input
from prioritizer.ingest.sources.limits import Cut
from prioritizer.ingest.sources.search import Search, find_sources

__all__ = ["Batch", "Cut", "Given", "Input", "Search", "find_sources"]
