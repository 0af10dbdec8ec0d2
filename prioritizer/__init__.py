"""Rank CyberTipline referrals after law enforcement has received them, and say why.

The road, which is also the folder names: `ingest` or `synthetic` → `tables` →
`history` → `features` → `model` → `explain` → `queues` → `evaluation`.
`prioritizer.pipeline` tells it in a dozen verbs.
"""

__version__ = "0.1.0"
