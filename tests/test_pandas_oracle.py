"""History and features equal what one writes in pandas, from the same tables."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from prioritizer.benchmarks import pandas_history as rival
from prioritizer.benchmarks.pandas_features import pandas_features
from prioritizer.benchmarks.pandas_history import pandas_history, read_frames
from prioritizer.features import CATALOGUE, compute_features
from prioritizer.history import look_back, sightings
from prioritizer.history.keys import CUTS
from prioritizer.vocabulary import DOCUMENT_TABLES
from tests.builders import prepared_world, small_world
from tests.builders_odd import odd_tables

HISTORY = ("links", "provider_history", "address_history")
every_seed = pytest.mark.parametrize("seed", range(12))


def in_pandas(tables):
    return {name: frame.to_pandas() for name, frame in tables.items()}


def forgetful(tables, seed):
    """Return tables in which two of five values that need not be stated are not."""
    draw = np.random.default_rng(seed)

    def kept(frame, field):
        is_kept = pl.Series(draw.random(frame.height) < 0.6)
        return pl.when(is_kept).then(field.name).alias(field.name)

    return {
        **tables,
        **{
            table.name: tables[table.name].with_columns(
                kept(tables[table.name], field)
                for field in table.fields
                if not field.required and field.name not in table.key
            )
            for table in DOCUMENT_TABLES
        },
    }


def assert_same_history(ours, theirs) -> None:
    for name in HISTORY:
        frame = ours[name].to_pandas()
        pd.testing.assert_frame_equal(frame, theirs[name], check_dtype=False)


def assert_same_features(ours, theirs) -> None:
    """Hours, days and shares may differ in their last digits, and nothing else."""
    told = [each for each in CATALOGUE if each.name in theirs]
    assert len(told) >= 160  # those that were added later may stand in ours alone
    measured = [each.name for each in told if each.unit in _MEASURED]
    counted = [each.name for each in told if each.unit not in _MEASURED]
    pd.testing.assert_frame_equal(ours[counted], theirs[counted], check_exact=True)
    pd.testing.assert_frame_equal(ours[measured], theirs[measured], rtol=1e-6)


_MEASURED = ("hours", "days", "share")


@pytest.fixture
def lower_cuts(monkeypatch) -> None:
    """Cut where small tables reach it."""
    for kind in CUTS:
        monkeypatch.setitem(CUTS, kind, 4)
    for place in (sightings, rival):
        monkeypatch.setattr(place, "NEWEST_LINKED", 3)


def test_the_history_of_a_world_is_the_same_in_pandas() -> None:
    theirs = pandas_history(read_frames(small_world()))
    assert_same_history(prepared_world().tables, theirs)
    assert (theirs["links"]["linked_reports"] > 0).any()


@every_seed
def test_the_history_of_odd_tables_is_the_same_in_pandas(seed: int) -> None:
    tables = odd_tables(seed)
    assert_same_history(look_back(tables), pandas_history(in_pandas(tables)))


@every_seed
@pytest.mark.usefixtures("lower_cuts")
def test_what_is_cut_is_the_same_in_pandas(seed: int) -> None:
    tables = odd_tables(seed, 120)
    theirs = pandas_history(in_pandas(tables))
    assert_same_history(look_back(tables), theirs)
    assert (theirs["links"]["cut_keys"] > 0).any()


def test_the_order_of_rows_says_nothing_in_pandas() -> None:
    tables = prepared_world().tables
    turned = {**tables, "identifiers": tables["identifiers"].reverse()}
    assert_same_history(tables, pandas_history(in_pandas(turned)))


def test_the_features_of_a_world_are_the_same_in_pandas() -> None:
    frames = read_frames(small_world())
    X = pandas_features({**frames, **pandas_history(frames)})
    assert_same_features(prepared_world().X, X)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_not_stated_is_the_same_in_pandas(seed: int) -> None:
    tables = forgetful(prepared_world().tables, seed)
    ours = compute_features(tables)
    assert_same_features(ours, pandas_features(in_pandas(tables)))
    assert not ours.equals(prepared_world().X)


@every_seed
def test_the_features_of_odd_tables_are_the_same_in_pandas(seed: int) -> None:
    tables = odd_tables(seed)
    tables |= look_back(tables)
    ours = compute_features(tables)
    assert_same_features(ours, pandas_features(in_pandas(tables)))
