"""Parts of the reports, counted by hand."""

import pandas as pd
import pytest

from prioritizer.evaluation.slices import REST, slices


def hundred() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return 40 reports of kind a, 50 of b, 10 that do not say; all are told."""
    ids = pd.RangeIndex(100, name="report_id")
    kind = pd.Series(["a"] * 40 + ["b"] * 50 + [None] * 10, index=ids)
    p = pd.Series([0.9] * 40 + [0.1] * 60, index=ids)
    told = pd.Series(1.0, index=ids).where(ids < 40, 0.0)
    return pd.DataFrame({"kind": kind}), p, told


def test_large_parts_have_a_row_and_small_ones_share_the_last() -> None:
    parts, p, told = hundred()
    found = slices(parts, p, told, capacity_share=0.2)
    assert found.loc["kind"].index.to_list() == ["b", "a", REST]
    assert found["reports"].to_list() == [50, 40, 10]


def test_a_row_says_how_often_it_was_so_and_how_often_it_was_said() -> None:
    parts, p, told = hundred()
    row = slices(parts, p, told, capacity_share=0.2).loc[("kind", "a")]
    assert (row["told"], row["actionable_share"]) == (40, 1.0)
    assert row["mean_probability"] == pytest.approx(0.9)
    assert row["read_share"] == pytest.approx(20 / 40)
    # Wilson: 1 / (1 + z * z / n) is the lower end where all n are actionable.
    assert row["actionable_share_low"] == pytest.approx(1 / (1 + 1.959964**2 / 40))


def test_a_part_of_which_nothing_is_told_is_counted_all_the_same() -> None:
    parts, p, told = hundred()
    found = slices(parts, p, told[:40], capacity_share=0.2)
    assert found.loc[("kind", REST), "reports"] == 60
    assert pd.isna(found.loc[("kind", REST), "actionable_share"])
