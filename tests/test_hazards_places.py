"""H13: geography stands for ethnicity and poverty; only agreement may count."""

import pandas as pd
import polars as pl
import pytest

from prioritizer.features import CATALOGUE, compute_features
from prioritizer.vocabulary import TABLES
from prioritizer.vocabulary.enums import UNLISTED
from tests.builders import prepared_world

Frames = dict[str, pl.DataFrame]


def test_h13_no_feature_names_a_place() -> None:
    """H13: geography stands for ethnicity and poverty; only agreement counts."""
    places = {"country", "us_state", "phone_state", "network_state", "network_country"}
    for feature in CATALOGUE:
        assert not places & set(feature.allowed)
        assert not (feature.is_category and places & set(feature.reads))


def exchanged(frames: Frames, names: set[str], spared: set[str]) -> Frames:
    """Return tables in which each place has the name of another."""
    found = dict(frames)
    for table, frame in frames.items():
        for name in names & set(frame.columns):
            dtype = frame.schema[name]
            every = [each for each in dtype.categories if each not in spared]
            other = dict(zip(every, [*every[1:], every[0]], strict=True))
            new = pl.col(name).cast(pl.String).replace(other).cast(dtype)
            found[table] = found[table].with_columns(new)
    return found


@pytest.mark.parametrize(
    ("names", "spared"),
    [
        ({"us_state", "phone_state", "network_state"}, {UNLISTED}),
        ({"country", "network_country"}, {UNLISTED, "US"}),
    ],
    ids=["states", "countries"],
)
def test_h13_which_place_it_is_changes_no_feature(names, spared) -> None:
    """H13: only whether places agree, and whether they are here."""
    frames = prepared_world().tables
    other = exchanged(frames, names, spared)
    assert any(not other[name].equals(frames[name]) for name in frames)
    pd.testing.assert_frame_equal(compute_features(other), prepared_world().X)


def test_h13_scores_can_be_audited_by_state_and_country() -> None:
    """H13: the columns for an audit stay in the tables."""
    kept = {(table.name, name) for table in TABLES for name in table.columns}
    assert {("locations", "us_state"), ("locations", "country")} <= kept
