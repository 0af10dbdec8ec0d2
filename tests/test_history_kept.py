"""The kept history: the same however tables are cut, and whatever was kept of it."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import SettingsError, TableError
from prioritizer.execution import LocalExecutor, ThreadExecutor
from prioritizer.history import History, bring_up_to_date, look_back, manifest
from prioritizer.history.keys import CUTS, KeyKind
from prioritizer.pipeline.history import history_of
from prioritizer.tables import (
    check_frames,
    sole_writer,
    streamed_tables,
    write_tables,
)
from prioritizer.vocabulary import HISTORY_TABLES
from prioritizer.vocabulary.enums import CaseStatus
from tests.builders_odd import odd_tables
from tests.builders_shards import (
    STORED,
    Frames,
    cut_at,
    put,
    rewritten,
    some_world,
    written,
)

ONE = ThreadExecutor(workers=1)


def renewed(folder: Path, executor=ONE) -> History:
    (folder / "history").mkdir(exist_ok=True)
    return bring_up_to_date(streamed_tables(folder), folder / "history", executor)


def same(one: Frames, other: Frames) -> bool:
    return all(one[table.name].equals(other[table.name]) for table in HISTORY_TABLES)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 50), cuts=st.lists(st.integers(1, 59), max_size=5))
def test_wherever_the_tables_are_cut_history_is_the_same(
    tmp_path_factory, seed: int, cuts: list[int]
) -> None:
    frames = odd_tables(seed)
    folder = written(tmp_path_factory.mktemp("T"), frames, cuts)
    assert same(renewed(folder).read(), look_back(frames))


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 50), cuts=st.sets(st.integers(1, 59), min_size=2, max_size=5)
)
def test_what_is_added_later_gives_the_same_as_all_at_once(
    tmp_path_factory, seed: int, cuts: set[int]
) -> None:
    frames = odd_tables(seed)
    folder = tmp_path_factory.mktemp("T")
    shards = cut_at(frames, sorted(cuts))
    for count in range(1, len(shards) + 1):
        put(folder, shards[:count])
        history = renewed(folder)
    assert same(history.read(), look_back(frames))


def test_only_the_shard_that_is_new_is_looked_at(tmp_path: Path) -> None:
    shards = cut_at(some_world(), [1000, 2000, 2900])
    put(tmp_path, shards[:3])
    assert renewed(tmp_path).renewed == (0, 1, 2)
    before = contents(tmp_path / "history", {0, 1, 2})
    put(tmp_path, shards)
    assert renewed(tmp_path).renewed == (3,)
    assert contents(tmp_path / "history", {0, 1, 2}) == before
    assert renewed(tmp_path).renewed == ()


def contents(kept: Path, numbers: set[int]) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in kept.rglob("part-*")
        if int(path.stem[-5:]) in numbers
    }


def test_a_late_outcome_renews_only_what_arrived_after_it(tmp_path: Path) -> None:
    frames = some_world()
    arrivals = frames["reports"]["arrival_at"]
    shards = cut_at(frames, [1000, 2000])
    first, late = shards[0]["outcomes"][:1], arrivals[1500]
    shards[0]["outcomes"] = shards[0]["outcomes"].join(
        first, on="report_id", how="anti"
    )
    put(tmp_path, shards)
    renewed(tmp_path)
    told = first.with_columns(known_at=pl.lit(late), decided_at=pl.lit(late))
    shards[0]["outcomes"] = pl.concat([shards[0]["outcomes"], told])
    put(tmp_path, shards)
    assert renewed(tmp_path).renewed == (1, 2)


@pytest.mark.parametrize("executor", [ThreadExecutor(2), LocalExecutor(2)], ids=repr)
def test_threads_and_processes_give_the_same_bytes(tmp_path: Path, executor) -> None:
    frames = some_world()
    made = []
    for name, each in (("one", ONE), ("two", executor)):
        folder = written(tmp_path / name, frames, [900, 1700])
        renewed(folder, each)
        made.append(
            {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in sorted((folder / "history").rglob("*"))
                if path.is_file()
            }
        )
    assert made[0] == made[1]


@pytest.mark.parametrize(
    "name", ["links", "mentions", "arrivals", "buckets", "provider_history"]
)
def test_what_is_damaged_is_made_again(tmp_path: Path, name: str) -> None:
    shards = cut_at(some_world(), [1000, 2000])
    put(tmp_path, shards[:2])
    renewed(tmp_path)
    path = next((tmp_path / "history" / name).glob("part-00000.*"))
    path.write_bytes(path.read_bytes()[:-7])
    put(tmp_path, shards)
    frames = some_world()
    assert same(renewed(tmp_path).read(), look_back(frames))


ODD_SHARD = '{"shards": [{"own": "a", "whole": "b", "chain": "c", "files": [1]}]}'


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"shards": [1]}', '{"shards": 7}', ODD_SHARD]
)
def test_a_manifest_that_says_nothing_means_that_nothing_is_kept(
    tmp_path: Path, text: str
) -> None:
    written(tmp_path, odd_tables(1), [30])
    renewed(tmp_path)
    (tmp_path / "history" / "manifest.json").write_text(text)
    assert renewed(tmp_path).renewed == (0, 1)


def test_the_manifest_names_every_file_that_is_kept(tmp_path: Path) -> None:
    written(tmp_path, odd_tables(1), [30])
    renewed(tmp_path)
    said = json.loads((tmp_path / "history" / "manifest.json").read_text())
    named = {name for shard in said["shards"] for name in shard["files"]}
    there = {path.name for path in (tmp_path / "history").iterdir() if path.is_dir()}
    assert named == there


def test_fewer_shards_than_before_leave_nothing_behind(tmp_path: Path) -> None:
    shards = cut_at(some_world(), [1000, 2000])
    put(tmp_path, shards)
    renewed(tmp_path)
    put(tmp_path, shards[:1])
    renewed(tmp_path)
    assert not list((tmp_path / "history").rglob("part-00001.*"))


def test_empty_tables_have_an_empty_history(tmp_path: Path) -> None:
    write_tables(tmp_path, [{}], origin="ingest")
    found = renewed(tmp_path).read()
    check_frames({"reports": some_world()["reports"], **found})
    assert all(frame.height == 0 for frame in found.values())


def test_history_obeys_the_vocabulary() -> None:
    frames = some_world()
    check_frames({**frames, **look_back(frames)})


def test_a_shard_that_is_missing_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "T", odd_tables(1), [30])
    tables = streamed_tables(folder)
    shutil.rmtree(folder / "captures")
    (folder / "history").mkdir()
    with pytest.raises(TableError, match="missing or was altered"):
        bring_up_to_date(tables, folder / "history", ONE)


def test_shards_in_another_order_are_refused(tmp_path: Path) -> None:
    put(tmp_path, cut_at(some_world(), [1000])[::-1])
    with pytest.raises(
        TableError, match="do not follow each other in order of arrival"
    ):
        renewed(tmp_path)


def test_a_version_that_stands_in_two_shards_is_refused(tmp_path: Path) -> None:
    frames = some_world()
    twice = {name: frame[:0] for name, frame in frames.items()}
    twice["reports"] = frames["reports"][-1:]
    put(tmp_path, [frames, twice])
    with pytest.raises(TableError, match="versions of a report stand twice"):
        renewed(tmp_path)


def test_what_another_run_holds_is_not_used(tmp_path: Path) -> None:
    """It is made for the run alone, and what the other keeps is left alone."""
    tables = streamed_tables(written(tmp_path, odd_tables(1), [30]))
    renewed(tmp_path)
    with sole_writer(tmp_path / "history"), history_of(tables) as history:
        assert history.kept != tmp_path / "history"
        assert same(history.read(), renewed(tmp_path).read())


def test_history_is_held_until_it_was_read(tmp_path: Path) -> None:
    tables = streamed_tables(written(tmp_path, odd_tables(1), [30]))
    with (
        history_of(tables) as history,
        pytest.raises(SettingsError, match="another run writes"),
        sole_writer(history.kept),
    ):
        pass


@pytest.mark.parametrize("table", ["locations", "outcomes", "files", "captures"])
def test_a_shard_is_checked_again_when_any_of_its_tables_is_another(
    tmp_path: Path, table: str
) -> None:
    shards = cut_at(some_world(), [1500])
    put(tmp_path, shards)
    renewed(tmp_path)
    frame = shards[1][table]
    twice = pl.concat([frame, frame[:1]])
    rewritten(tmp_path, f"{table}/part-00001.parquet", twice)
    with pytest.raises(TableError, match="rows share their key"):
        renewed(tmp_path)


CHANGES = [
    pytest.param("reports", {"esp_escalated": ~pl.col("esp_escalated")}, id="reports"),
    pytest.param("people", {"prior_report_ids": None}, id="people"),
    pytest.param("files", {"has_file_id": ~pl.col("has_file_id")}, id="files"),
    pytest.param("captures", {"capture_key": None}, id="captures"),
    pytest.param("identifiers", {"identifier_key": None}, id="identifiers"),
]


@pytest.mark.parametrize(("table", "columns"), CHANGES)
def test_a_shard_with_another_table_is_looked_at_again(
    tmp_path: Path, table: str, columns
) -> None:
    shards = cut_at(some_world(), [1000, 2000])
    put(tmp_path, shards)
    renewed(tmp_path)
    types = shards[1][table].schema
    changed = {
        name: value if isinstance(value, pl.Expr) else pl.lit(None, dtype=types[name])
        for name, value in columns.items()
    }
    shards[1][table] = shards[1][table].with_columns(**changed)
    put(tmp_path, shards)
    history = renewed(tmp_path)
    assert history.renewed == (1, 2)
    whole = {name: pl.concat([each[name] for each in shards]) for name in STORED}
    assert same(history.read(), look_back(whole))


@pytest.mark.parametrize("column", ["case_status", "known_at"])
def test_an_outcome_that_is_another_renews_what_arrived_after_it(
    tmp_path: Path, column: str
) -> None:
    shards = cut_at(some_world(), [1000, 2000])
    put(tmp_path, shards)
    renewed(tmp_path)
    told = shards[0]["outcomes"]
    row = pl.int_range(pl.len()) == 0
    other = {
        "case_status": pl.when(pl.col("case_status") == CaseStatus.CLOSED)
        .then(pl.lit(str(CaseStatus.ARREST)))
        .otherwise(pl.lit(str(CaseStatus.CLOSED)))
        .cast(told.schema["case_status"]),
        "known_at": pl.col("known_at") + pl.duration(days=1),
    }
    shards[0]["outcomes"] = told.with_columns(
        pl.when(row).then(other[column]).otherwise(column).alias(column),
        closed_reason=pl.when(~row).then("closed_reason"),
    )
    put(tmp_path, shards)
    assert renewed(tmp_path).renewed != ()


def test_a_look_back_that_finds_more_is_done_anew(tmp_path: Path, monkeypatch) -> None:
    written(tmp_path, odd_tables(1), [30])
    renewed(tmp_path)
    monkeypatch.setattr(manifest, "HISTORY_VERSION", 10**6)
    assert renewed(tmp_path).renewed == (0, 1)


def test_another_cut_is_noticed(tmp_path: Path, monkeypatch) -> None:
    frames = some_world()
    put(tmp_path, cut_at(frames, [1500]))
    renewed(tmp_path)
    monkeypatch.setitem(CUTS, KeyKind.ADDRESS, 3)
    history = renewed(tmp_path)
    assert history.renewed == (0, 1)
    assert same(history.read(), look_back(frames))
