"""The fast look back equals its definitions, on small tables full of odd things."""

import polars as pl
import pytest

from prioritizer.history import look_back, sightings
from prioritizer.history.keys import CUTS, DUPLICATING, LINKING, KeyKind
from prioritizer.tables import as_table
from prioritizer.vocabulary import ADDRESS_HISTORY, PROVIDER_HISTORY
from tests import builders_history
from tests.builders_history import (
    seen_before,
    slow_clusters,
    slow_clusters_now,
    slow_links,
    slow_providers,
    versions_of,
)
from tests.builders_odd import odd_tables

SEEDS = range(12)


@pytest.fixture(autouse=True)
def _lower_cuts(monkeypatch) -> None:
    """Cut where small tables reach it."""
    for kind in CUTS:
        monkeypatch.setitem(CUTS, kind, 4)
    for place in (sightings, builders_history):
        monkeypatch.setattr(place, "NEWEST_LINKED", 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_links_are_what_their_definitions_say(seed: int) -> None:
    frames = odd_tables(seed)
    slow = pl.DataFrame(slow_links(frames), infer_schema_length=None)
    found = look_back(frames)["links"].select(slow.columns)
    for name in slow.columns:
        assert found[name].to_list() == slow[name].to_list(), name


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("kinds", "name"), [(LINKING, "account"), (DUPLICATING, "duplicate")]
)
def test_clusters_are_what_their_definitions_say(seed: int, kinds, name: str) -> None:
    frames = odd_tables(seed)
    links = look_back(frames)["links"]
    found = links.select(f"{name}_cluster", f"{name}_cluster_reports").rows()
    assert found == slow_clusters(frames, kinds)


@pytest.mark.parametrize("seed", SEEDS)
def test_provider_history_is_what_its_definitions_say(seed: int) -> None:
    frames = odd_tables(seed)
    slow = as_table(pl.DataFrame(slow_providers(frames)), PROVIDER_HISTORY)
    assert look_back(frames)["provider_history"].equals(slow)


@pytest.mark.parametrize("seed", SEEDS)
def test_address_history_is_what_its_definition_says(seed: int) -> None:
    frames = odd_tables(seed)
    versions = versions_of(frames)
    slow = [
        (of.report, of.version, capture, len(seen_before(key, of, versions)))
        for of in versions
        for key, captures in of.names.items()
        for capture in captures
        if key[0] is KeyKind.ADDRESS and seen_before(key, of, versions)
    ]
    found = look_back(frames)["address_history"]
    assert sorted(found.rows()) == sorted(slow)
    assert found.columns == list(ADDRESS_HISTORY.columns)


@pytest.mark.parametrize("seed", SEEDS)
def test_merges_lead_from_then_to_now(seed: int) -> None:
    """Following the merges, all reports of one cluster come to one name."""
    frames = odd_tables(seed)
    history = look_back(frames)
    merges = history["cluster_merges"].filter(pl.col("cluster_kind") == "account")
    into = dict(merges.select("absorbed", "into").rows())
    links = history["links"].filter(pl.col("version") == 1)
    now = {
        report: followed(into, cluster)
        for report, cluster in links.select("report_id", "account_cluster").rows()
    }
    assert now == slow_clusters_now(frames, LINKING)


def followed(into: dict[int, int], name: int) -> int:
    while name in into:
        name = into[name]
    return name
