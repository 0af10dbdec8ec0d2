"""The tables of history, from the arrays in which they are found."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.history.arrays import Array
from prioritizer.history.clusters import ClustersThen
from prioritizer.history.linking import addresses_of, links_of
from prioritizer.history.sightings import Sightings
from prioritizer.history.statements import NEVER
from prioritizer.history.stretch import Stretch
from prioritizer.history.timeline import Timeline
from prioritizer.tables import as_table
from prioritizer.vocabulary import (
    ADDRESS_HISTORY,
    CLUSTER_MERGES,
    LINKS,
    PROVIDER_HISTORY,
    Kind,
    Table,
)
from prioritizer.vocabulary.enums import ClusterKind

Frames = dict[str, pl.DataFrame]


def history_frames(
    stretch: Stretch,
    sightings: Sightings,
    clusters: Mapping[ClusterKind, ClustersThen],
    providers: Mapping[str, Array],
) -> Frames:
    """Return the tables of history for a stretch of versions.

    Parameters
    ----------
    stretch : Stretch
        The versions.
    sightings : Sightings
        What all keys tell of them.
    clusters : mapping of ClusterKind to ClustersThen
        Their clusters.
    providers : mapping of str to numpy.ndarray of shape (n_versions,)
        Their providers' record, as `provider_history` returns it.

    Returns
    -------
    dict of str to polars.DataFrame
        The tables of `prioritizer.vocabulary.HISTORY_TABLES`, in order of arrival.
    """
    arrivals = stretch.timeline.arrivals[stretch.begin : stretch.end]
    key = {name: arrivals[name] for name in ("report_id", "version")}
    links = links_of(
        stretch,
        sightings,
        clusters[ClusterKind.ACCOUNT],
        clusters[ClusterKind.DUPLICATE],
    )
    return {
        "links": _as_history({**key, **links}, LINKS),
        "provider_history": _as_history({**key, **providers}, PROVIDER_HISTORY),
        "address_history": _as_history(
            addresses_of(stretch, sightings.seen), ADDRESS_HISTORY
        ),
        "cluster_merges": _merges(stretch.timeline, clusters),
    }


def _merges(
    timeline: Timeline, clusters: Mapping[ClusterKind, ClustersThen]
) -> pl.DataFrame:
    ids, arrival = (timeline.arrivals[name] for name in ("report_id", "arrival"))
    merges = [
        (place, str(kind), absorbed, into)
        for kind, then in clusters.items()
        for absorbed, into, place in then.merges
    ]
    rows = [
        (kind, int(ids[absorbed]), int(ids[into]), int(arrival[place]))
        for place, kind, absorbed, into in sorted(merges)
    ]
    schema = dict(
        zip(
            CLUSTER_MERGES.columns,
            (pl.String, pl.Int64, pl.Int64, pl.Int64),
            strict=True,
        )
    )
    return as_table(pl.DataFrame(rows, schema=schema, orient="row"), CLUSTER_MERGES)


def _as_history(columns: Mapping[str, Array], table: Table) -> pl.DataFrame:
    """Return columns as a table of `history`; a moment that never comes is null.

    Parameters
    ----------
    columns : mapping of str to numpy.ndarray
        All of the table's.
    table : Table
        Which.
    """
    frame = pl.DataFrame({name: columns[name] for name in table.columns})
    never = [field.name for field in table.fields if field.kind is Kind.TIME]
    return as_table(
        frame.with_columns(pl.when(pl.col(name) != NEVER).then(name) for name in never),
        table,
    )
