"""Worlds, features and ways to look back that know too much, or just enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import polars as pl

from prioritizer import pipeline
from prioritizer.evaluation.leaks import LeakCheck, LeakKind, find_leaks
from prioritizer.features import Feature
from prioritizer.model import labels_as_of
from prioritizer.tables import latest_versions, open_tables
from tests.builders import small_world

Frames = Mapping[str, pl.DataFrame]
KEYS = ["report_id", "version"]
DAY = pd.Timedelta(days=1)


@cache
def world(reports: int = 600, seed: int = 7) -> dict[str, pl.DataFrame]:
    """Return the tables of a small world, without the answer key."""
    return open_tables(small_world(reports, seed))[1]


@cache
def sample() -> dict[str, pl.DataFrame]:
    """Return the tables of the sample that comes with the package."""
    root = Path(__file__).parents[1]
    return open_tables(root / "data" / "synthetic" / "sample")[1]


@cache
def national() -> dict[str, pl.DataFrame]:
    """Return the tables of a world of the other profile."""
    folder = Path(mkdtemp(prefix="national-"))
    pipeline.make_world(folder, world="national", reports=1500, seed=11, overwrite=True)
    return open_tables(folder)[1]


def arrivals_of(tables: Frames) -> pd.Series:
    latest = latest_versions(tables["reports"]).select("report_id", "arrival_at")
    return latest.to_pandas().set_index("report_id")["arrival_at"]


def labels_of(tables: Frames) -> pd.Series:
    """Return 1, 0 or NaN for each report, in order of arrival."""
    labels = labels_as_of(tables["outcomes"], pd.Timestamp("2262-01-01", tz="UTC"))
    return labels.astype(float).reindex(arrivals_of(tables).index)


def last_outcomes(tables: Frames) -> pd.DataFrame:
    """Return the last statement on each report, in order of arrival."""
    told = tables["outcomes"].to_pandas().drop_duplicates("report_id", keep="last")
    return told.set_index("report_id").reindex(arrivals_of(tables).index)


def feature(expression: pl.Expr, table: str = "reports") -> Feature:
    return Feature("x", "mine", table, expression, "", "")


def nothing_known(tables: Frames) -> Frames:
    """Look back at nothing, for features that read documents alone."""
    return {}


def of_provider(counted: pl.Expr) -> Callable[[Frames], Frames]:
    """Return a look back that counts reports of the same provider, as `links.seen`.

    What counts is said with `arrival_at` and `version` of the report itself, and
    `other_id`, `other_at` and the first `case_status` and `known_at` of each of the
    provider's.
    """

    def look_back(tables: Frames) -> Frames:
        mine = tables["reports"].select(*KEYS, "arrival_at", "esp_key")
        theirs = tables["reports"].select(
            "esp_key", other_id="report_id", other_at="arrival_at"
        )
        told = tables["outcomes"].sort("known_at").unique("report_id", keep="first")
        told = told.rename({"report_id": "other_id"})
        theirs = theirs.join(told, on="other_id", how="left")
        pairs = mine.join(theirs, on="esp_key", how="left")
        seen = pairs.group_by(KEYS).agg(seen=counted.fill_null(value=False).sum())
        return {"links": mine.join(seen, on=KEYS, how="left", maintain_order="left")}

    return look_back


SEEN = feature(pl.col("seen"), "links")


def kinds(check: LeakCheck, column: str = "x") -> set[LeakKind]:
    return {leak.kind for leak in check.leaks if leak.column == column}


def moved(expression: pl.Expr, table: str = "reports", **changed: pl.DataFrame):
    """Return as what kinds of leak a feature of a small world is flagged."""
    tables = {**world(), **changed}
    features = [feature(expression, table)]
    return kinds(find_leaks(tables, features, look_back=nothing_known))


def with_versions(tables: Frames) -> dict[str, pl.DataFrame]:
    """Return the tables with a second, longer version of every fifth report."""
    again = tables["reports"].gather_every(5)
    second = again.with_columns(
        pl.lit(2, dtype=pl.Int32).alias("version"),
        pl.col("arrival_at") + pl.duration(days=40),
        conversation_length=pl.col("conversation_length").fill_null(0) + 1000,
    )
    return {**tables, "reports": pl.concat([tables["reports"], second])}


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)
