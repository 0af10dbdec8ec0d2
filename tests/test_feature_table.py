"""The file of features: the same however the tables are split, and streamed."""

import shutil
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from prioritizer import pipeline
from prioritizer.cli.app import app
from prioritizer.errors import (
    FeatureError,
    MissingInputError,
    SettingsError,
    TableError,
)
from prioritizer.execution import LocalExecutor, ThreadExecutor
from prioritizer.features import CATALOGUE, compute_features, read_features
from prioritizer.history import look_back
from prioritizer.tables import forget_tables, open_tables, write_tables
from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary.section import Section
from tests.builders import prepared_world, small_world
from tests.builders_odd import odd_tables
from tests.builders_shards import cut_at, rewritten, some_world

ONE = ThreadExecutor(workers=1)


def written(folder: Path, frames, cuts: list[int], **options: object) -> pd.DataFrame:
    write_tables(folder / "T", cut_at(frames, cuts), origin="synthetic")
    pipeline.write_features(folder / "T", folder / "X.parquet", **options)
    return pd.read_parquet(folder / "X.parquet")


def test_the_file_holds_what_compute_features_returns(tmp_path: Path) -> None:
    written(tmp_path, some_world(), [700, 2100])
    X = read_features(tmp_path / "X.parquet")
    pd.testing.assert_frame_equal(X, prepared_world().X, check_exact=True)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 99), cuts=st.lists(st.integers(1, 59), max_size=4))
def test_rows_do_not_depend_on_how_tables_are_split(
    tmp_path_factory, seed: int, cuts: list[int]
) -> None:
    frames = odd_tables(seed)
    whole = written(tmp_path_factory.mktemp("one"), frames, [])
    parted = written(tmp_path_factory.mktemp("more"), frames, cuts)
    pd.testing.assert_frame_equal(parted, whole, check_exact=True)


@pytest.mark.parametrize("executor", [ONE, LocalExecutor(2)], ids=["thread", "process"])
def test_any_executor_writes_the_same_bytes(tmp_path: Path, executor) -> None:
    written(tmp_path / "a", some_world(), [900, 1800], executor=ThreadExecutor(3))
    written(tmp_path / "b", some_world(), [900, 1800], executor=executor)
    a, b = ((tmp_path / each / "X.parquet").read_bytes() for each in "ab")
    assert a == b


def test_only_the_newest_version_that_has_arrived_is_there(tmp_path: Path) -> None:
    frames = odd_tables(3)
    moment = frames["reports"]["arrival_at"].quantile(0.6)
    X = written(tmp_path, frames, [20, 40], as_of=pd.Timestamp(moment))
    there = frames["reports"].filter(pl.col("arrival_at") <= moment)
    newest = there.group_by("report_id").agg(pl.col("version").max())
    assert dict(X[["report_id", "version"]].to_numpy().tolist()) == dict(newest.rows())


@pytest.mark.parametrize(
    "sections", [[Section.A], [Section.A, Section.C], [Section.B, Section.C]], ids=str
)
def test_sections_are_seen_as_when_all_is_in_memory(tmp_path: Path, sections) -> None:
    written(tmp_path, some_world(), [1500], sections=sections)
    seen = only_sections(some_world(), sections)
    expected = compute_features({**seen, **look_back(seen)})
    X = read_features(tmp_path / "X.parquet")
    pd.testing.assert_frame_equal(X, expected, check_exact=True)


@pytest.mark.parametrize("more", [[], [Section.B], [Section.B, Section.C, Section.D]])
def test_history_is_made_of_what_providers_sent(more) -> None:
    frames = some_world()
    seen = look_back(only_sections(frames, [Section.A, *more]))
    assert all(frame.equals(look_back(frames)[name]) for name, frame in seen.items())


def test_a_second_run_looks_at_nothing_again(tmp_path: Path) -> None:
    written(tmp_path, some_world(), [1500])
    kept = tmp_path / "T" / "history"
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*")}
    pipeline.write_features(tmp_path / "T", tmp_path / "Y.parquet")
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*")} == before


def test_where_nothing_can_be_written_history_is_made_for_the_run(
    tmp_path: Path,
) -> None:
    X = written(tmp_path, some_world(), [1500])
    (tmp_path / "T" / "history").rename(tmp_path / "kept")
    (tmp_path / "T" / "history").write_text("no folder")
    pipeline.write_features(tmp_path / "T", tmp_path / "Y.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "Y.parquet"), X)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("is_link", [True, False], ids=["behind a link", "in a folder"])
def test_tables_that_somebody_put_where_history_is_kept_are_left_alone(
    tmp_path: Path, is_link: bool
) -> None:
    X = written(tmp_path, some_world(), [])
    kept = tmp_path / "T" / "history"
    shutil.rmtree(kept)
    others = tmp_path / "others" if is_link else kept
    write_tables(others, cut_at(some_world(), [1500]), origin="synthetic")
    if is_link:
        kept.symlink_to(others)
    before = contents(others)
    pipeline.write_features(tmp_path / "T", tmp_path / "Y.parquet")
    assert contents(others) == before
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "Y.parquet"), X)
    forget_tables(tmp_path / "T")
    assert contents(others) == before
    assert not (tmp_path / "T" / "manifest.json").exists()


def test_nothing_is_written_or_removed_through_a_link_in_history(tmp_path) -> None:
    written(tmp_path, some_world(), [])
    others = tmp_path / "others"
    (tmp_path / "T" / "history" / "links").rename(others)
    (others / "part-00099.parquet").write_text("theirs")
    (tmp_path / "T" / "history" / "links").symlink_to(others)
    before = contents(others)
    pipeline.write_features(tmp_path / "T", tmp_path / "Y.parquet")
    forget_tables(tmp_path / "T")
    assert contents(others) == before


def test_another_program_s_manifest_is_left_alone(tmp_path) -> None:
    written(tmp_path, some_world(), [])
    manifest = tmp_path / "T" / "history" / "manifest.json"
    manifest.write_text('{"app": "other"}')
    before = contents(manifest.parent)
    pipeline.write_features(tmp_path / "T", tmp_path / "Y.parquet")
    assert contents(manifest.parent) == before


def test_the_file_says_what_it_was_made_from(tmp_path: Path) -> None:
    written(tmp_path, some_world(), [])
    said = pl.read_parquet_metadata(tmp_path / "X.parquet")
    opened, _ = open_tables(tmp_path / "T")
    assert said["prioritizer.data_hash"] == opened.content_hash
    assert said["prioritizer.sections"] == "A+B+C+D"


def test_an_altered_shard_is_refused(tmp_path: Path) -> None:
    write_tables(tmp_path / "T", cut_at(some_world(), [1500]), origin="synthetic")
    part = tmp_path / "T" / "files" / "part-00001.parquet"
    part.write_bytes((tmp_path / "T" / "files" / "part-00000.parquet").read_bytes())
    with pytest.raises(TableError, match="missing or was altered"):
        pipeline.write_features(tmp_path / "T", tmp_path / "X.parquet")
    assert not (tmp_path / "X.parquet").exists()


def test_tables_that_fail_their_check_are_refused(tmp_path: Path) -> None:
    frames = some_world()
    lost = frames["files"].with_columns(report_id=pl.lit(1, dtype=pl.Int64))
    shard = {**frames, "files": frames["files"][:0]}
    write_tables(tmp_path / "T", [shard], origin="synthetic")
    rewritten(tmp_path / "T", "files/part-00000.parquet", lost.unique(["file_no"]))
    with pytest.raises(TableError, match="rows belong to no report"):
        pipeline.write_features(tmp_path / "T", tmp_path / "X.parquet")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="holds no tables"):
        pipeline.write_features(tmp_path, tmp_path / "X.parquet")


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "X.parquet").write_text("mine")
    with pytest.raises(SettingsError, match="something else is there"):
        pipeline.write_features(small_world(), tmp_path / "X.parquet")


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    out = tmp_path / "X.parquet"
    done = CliRunner().invoke(app, ["features", str(small_world()), "--out", str(out)])
    assert done.exit_code == 0
    assert "The features of 3000 reports are in" in done.output
    columns = ["report_id", "version", *(feature.name for feature in CATALOGUE)]
    assert pd.read_parquet(out).columns.tolist() == columns


USES = [
    ([], "give one of the two"),
    (["--out", "X.parquet", "--explain", "7"], "give one of the two"),
    (["--explain", "7", "--sections", "A"], "goes with --out only"),
    (["--out", "X.parquet", "--json"], "goes with --explain only"),
]


@pytest.mark.parametrize(("options", "words"), USES)
def test_the_command_says_how_it_is_used(options: list[str], words: str) -> None:
    done = CliRunner().invoke(app, ["features", str(small_world()), *options])
    assert done.exit_code == 2
    assert words in " ".join(done.output.split())


def test_a_file_of_something_else_is_no_x(tmp_path: Path) -> None:
    pl.DataFrame({"report_id": [1]}).write_parquet(tmp_path / "X.parquet")
    with pytest.raises(FeatureError, match="does not hold these features"):
        read_features(tmp_path / "X.parquet")
