"""What became of reports, as agencies feed it back."""

from prioritizer.ingest.outcomes.feedback import OutcomesResult, feed_back
from prioritizer.ingest.outcomes.mapping import OutcomesMapping

__all__ = ["OutcomesMapping", "OutcomesResult", "feed_back"]
