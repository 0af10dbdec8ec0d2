"""Where no outcome can train, the error says which of three reasons there is."""

from dataclasses import replace

import pandas as pd
import polars as pl
import pytest

from prioritizer.errors import ModelError
from prioritizer.model import TrainSettings
from prioritizer.pipeline import Prepared
from prioritizer.pipeline.validation import fold_at
from tests.builders import prepared_world

BEGINS, ENDS = (pd.Timestamp(f"{year}-01-01T00:00Z") for year in (2025, 2026))


def with_outcomes(outcomes: pl.DataFrame) -> Prepared:
    world = prepared_world()
    return replace(world, tables={**world.tables, "outcomes": outcomes})


def shifted(**days: int) -> pl.DataFrame:
    """Return the outcomes with times moved by so many days."""
    return (
        prepared_world()
        .tables["outcomes"]
        .with_columns(
            (pl.col(name) + pl.duration(days=by)).alias(name)
            for name, by in days.items()
        )
    )


@pytest.mark.parametrize(
    ("outcomes", "why", "where"),
    [
        pytest.param(
            lambda: shifted(known_at=9999),
            "was known before 2025",
            "known_at",
            id="late",
        ),
        pytest.param(
            lambda: shifted(decided_at=-9999),
            "of a report as it is now",
            "outcomes",
            id="labels before features",
        ),
        pytest.param(
            lambda: shifted().clear(), "none of 0 outcomes", "table", id="none"
        ),
    ],
)
def test_the_reason_is_named(outcomes, why, where) -> None:
    with pytest.raises(ModelError, match=why) as told:
        fold_at(with_outcomes(outcomes()), TrainSettings(), (BEGINS, ENDS))
    assert where in told.value.where


def test_a_fold_keeps_what_was_told_since_apart_from_what_was_known() -> None:
    fold = fold_at(prepared_world(), TrainSettings(), (BEGINS, ENDS))
    assert fold.told_since.index.isin(fold.split.test).all()
    assert not fold.labels.index.isin(fold.split.test).any()
