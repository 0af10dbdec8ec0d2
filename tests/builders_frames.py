"""Frames of tables, from rows that say little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl


def frame_of_rows(
    rows: Sequence[Mapping[str, object]], schema: pl.Schema
) -> pl.DataFrame:
    """Return rows as a frame; a column that a row does not have is null there."""
    columns = {
        name: pl.Series(
            name,
            [row.get(name) for row in rows],
            dtype=pl.Int64 if isinstance(dtype, pl.Datetime) else dtype,
        ).cast(dtype)
        for name, dtype in schema.items()
    }
    return pl.DataFrame(columns, schema=schema)
