"""Look back from each report at the reports and outcomes known before it.

*Before* means a strictly earlier arrival: reports that arrive at the same moment do
not see each other, and an outcome counts from its `known_at`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.history.clusters import join_clusters
from prioritizer.history.frames import Frames, history_frames
from prioritizer.history.mentions import arrivals_of, mentions_of
from prioritizer.history.providers import provider_history
from prioritizer.history.sightings import sightings_of
from prioritizer.history.statements import statements_of
from prioritizer.history.stretch import Stretch
from prioritizer.history.timeline import timeline_of


def look_back(tables: Mapping[str, pl.DataFrame]) -> Frames:
    """Return what was known of each report's links and provider on arrival.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The tables reports, people, files, captures, identifiers and outcomes.

    Returns
    -------
    dict of str to polars.DataFrame
        The tables of `prioritizer.vocabulary.HISTORY_TABLES`, in order of arrival.
    """
    timeline = timeline_of([arrivals_of(tables)])
    statements = statements_of(tables["outcomes"], timeline)
    sightings = sightings_of(mentions_of(tables), timeline)
    return history_frames(
        Stretch(timeline, 0, timeline.size, *statements.fates(timeline.size)),
        sightings,
        join_clusters(sightings.edges, timeline),
        provider_history(timeline, statements),
    )
