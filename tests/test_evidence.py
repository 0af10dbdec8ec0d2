"""The law of evidence: to send more never speaks against a report."""

from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.features import CATALOGUE, by_name, compute_features
from prioritizer.features.adding import Edit
from prioritizer.features.evidence import EDITS
from prioritizer.history import look_back
from prioritizer.tables import check_frames
from prioritizer.vocabulary import HISTORY_TABLES
from prioritizer.vocabulary.enums import Role
from tests.builders import prepared_world, reports, tables, trained
from tests.builders_odd import odd_tables

Frames = dict[str, pl.DataFrame]
_COUNT = 400

every_edit = pytest.mark.parametrize("edit", EDITS, ids=lambda each: each.name)


@cache
def some_reports() -> Frames:
    """Return the tables and the history of the newest reports of the small world.

    Some of them keep silent about what all others there say.
    """
    world = prepared_world()
    ids = list(world.X.index[-_COUNT:])
    return {
        name: frame.filter(pl.col("report_id").is_in(ids)).with_columns(
            pl.when(pl.col("report_id") % each != 0).then(column).alias(column)
            for column, each in _SAID_BY_ALL.get(name, {}).items()
        )
        for name, frame in world.tables.items()
        if "report_id" in frame.columns
    }


# What every report of the small world says, and which of them here do not.
_SAID_BY_ALL = {
    "reports": {"incident_offset_minutes": 2},
    "captures": {"captured_at": 2, "captured_offset_minutes": 3},
}


@cache
def silent_reports() -> Frames:
    """Return reports that state nothing but their number and time."""
    frames = tables(reports=reports(5))
    return {**frames, **look_back(frames)}


@cache
def odd_reports() -> Frames:
    frames = odd_tables(4)
    return {**frames, **look_back(frames)}


@cache
def bundles_without_accounts() -> Frames:
    """Return bundles of which only victims are listed."""
    frames = some_reports()
    victim = pl.lit(str(Role.VICTIM), dtype=frames["people"].schema["role"])
    return {
        **frames,
        "reports": frames["reports"].with_columns(is_bundle=pl.lit(value=True)),
        "people": frames["people"].with_columns(role=victim),
    }


@cache
def bundles() -> Frames:
    frames = some_reports()
    is_bundle = frames["reports"].with_columns(is_bundle=pl.lit(value=True))
    return {**frames, "reports": is_bundle}


WORLDS = [some_reports, silent_reports, odd_reports, bundles, bundles_without_accounts]
every_world = pytest.mark.parametrize("world", WORLDS, ids=lambda each: each.__name__)


def moved_by(edit: Edit, frames: Frames) -> pd.DataFrame:
    """Return by how much an edit moves each feature of each report."""
    old, new = compute_features(frames), compute_features(edit.add(frames))
    numbers = [feature.name for feature in CATALOGUE if not feature.is_category]
    same = old[numbers].eq(new[numbers]) | (old[numbers].isna() & new[numbers].isna())
    return (new[numbers] - old[numbers]).mask(same, 0.0)


def against(edit: Edit, frames: Frames) -> set[str]:
    """Return the features that an edit moves, and not only in favor of a report."""
    moves = moved_by(edit, frames)
    return {
        name
        for name in moves.columns
        if not (moves[name] * by_name()[name].direction >= 0).all()
        or (by_name()[name].direction == 0 and moves[name].any())
    }


@every_world
@every_edit
def test_what_evidence_moves_moves_in_favour_of_the_report(edit, world) -> None:
    assert against(edit, world()) <= set(edit.exempt)


@settings(max_examples=15, deadline=None)
@given(edits=st.lists(st.sampled_from(EDITS), min_size=2, max_size=5))
def test_pieces_of_evidence_add_up(edits) -> None:
    """Whatever a report states already, one piece more moves in its favor."""
    *earlier, last = edits
    frames = some_reports()
    for each in earlier:
        frames = dict(each.add(frames))
    assert against(last, frames) <= set(last.exempt)


@every_edit
def test_evidence_changes_no_category(edit) -> None:
    old, new = (
        compute_features(each) for each in (some_reports(), edit.add(some_reports()))
    )
    categories = [feature.name for feature in CATALOGUE if feature.is_category]
    pd.testing.assert_frame_equal(old[categories], new[categories])


@every_edit
def test_an_edit_leaves_tables_that_obey_the_vocabulary(edit) -> None:
    history = {table.name for table in HISTORY_TABLES}
    for world in WORLDS:
        frames = world()
        edited = edit.add(frames)
        check_frames({k: v for k, v in edited.items() if k not in history})
        assert all(edited[name] is frames[name] for name in history & set(frames))


@every_edit
def test_an_edit_leaves_its_input_alone(edit) -> None:
    frames = some_reports()
    before = {name: frame.clone() for name, frame in frames.items()}
    edit.add(frames)
    assert all(frame.equals(before[name]) for name, frame in frames.items())


@every_edit
def test_each_edit_changes_features(edit) -> None:
    """Of few reports where most state it already."""
    assert moved_by(edit, some_reports()).any(axis="columns").mean() > 0.05


@every_edit
def test_an_edit_adds_the_same_to_each_report_alone(edit) -> None:
    """Cut anywhere, an edit gives each report the same features."""
    frames, half = some_reports(), list(prepared_world().X.index[-_COUNT // 2 :])
    part = {k: v.filter(pl.col("report_id").is_in(half)) for k, v in frames.items()}
    whole = compute_features(edit.add(frames)).loc[half]
    pd.testing.assert_frame_equal(compute_features(edit.add(part)), whole)


def test_every_kind_of_evidence_is_tried() -> None:
    """Whatever may only raise a score, of what a report says, is moved by some edit."""
    moved = set()
    for edit in EDITS:
        moves = [moved_by(edit, world()) for world in WORLDS]
        moved |= {name for each in moves for name in each.columns if each[name].any()}
    wanted = {
        feature.name
        for feature in CATALOGUE
        if feature.direction > 0 and feature.group not in ("links", "provider")
    }
    assert wanted - moved == set()


@pytest.mark.parametrize("edit", [each for each in EDITS if each.exempt])
def test_an_edit_exempts_only_what_it_moves_against_some_report(edit) -> None:
    assert set(edit.exempt) == set().union(*(against(edit, each()) for each in WORLDS))


def test_what_is_said_of_an_account_counts_where_none_is_listed() -> None:
    for name in ("an e-mail address", "a screen name", "a name", "a date of birth"):
        edit = next(each for each in EDITS if each.name == name)
        assert moved_by(edit, silent_reports()).any(axis="columns").all()


def test_exemptions_say_why_and_name_features() -> None:
    for edit in EDITS:
        assert set(edit.exempt) <= set(by_name())
        assert all(edit.exempt.values())


def gain_of(edit: Edit) -> pd.Series:
    """Return by how much an edit moves scores, where what it exempts stays."""
    old = compute_features(some_reports())
    new = compute_features(edit.add(some_reports())).assign(**old[list(edit.exempt)])
    model = trained().model
    return model.score(new)["raw"] - model.score(old)["raw"]


@every_edit
def test_more_evidence_never_lowers_the_score(edit) -> None:
    assert gain_of(edit).min() >= -1e-9


def test_evidence_does_raise_scores() -> None:
    gains = [gain_of(edit).max() for edit in EDITS]
    assert np.sum(np.array(gains) > 0.05) >= 3


def test_a_feature_that_falls_when_evidence_is_added_would_be_noticed() -> None:
    """The test above can fail: a share of captures with a port falls."""
    with_port = pl.col("port").is_not_null().mean()
    frames = some_reports()
    edit = next(each for each in EDITS if each.name == "an upload address")
    share = [
        each["captures"].group_by("report_id").agg(share=with_port).sort("report_id")
        for each in (frames, edit.add(frames))
    ]
    both = share[0].join(share[1], on="report_id", suffix="_after")
    assert (both["share_after"] < both["share"]).any()
