"""The kept history: the same however tables are cut, and whatever was kept of it."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import SettingsError, TableError
from prioritizer.execution import LocalExecutor, ThreadExecutor
from prioritizer.history import History, bring_up_to_date, look_back
from prioritizer.tables import changing, check_frames, write_tables
from prioritizer.tables.folder import find_tables
from prioritizer.tables.lock import sole_writer
from prioritizer.vocabulary import HISTORY_TABLES
from tests.builders import small_world
from tests.builders_odd import odd_tables

Frames = dict[str, pl.DataFrame]
ONE = ThreadExecutor(workers=1)


def cut_at(frames: Frames, cuts: list[int]) -> list[Frames]:
    """Return tables in shards, cut in order of arrival before these versions."""
    order = frames["reports"].sort("arrival_at", "report_id", "version")
    places = [0, *sorted(cuts), order.height]
    shards = []
    for begin, end in pairwise(places):
        own = order[begin:end].select("report_id", "version")
        first = own.filter(pl.col("version") == 1).select("report_id")
        shards.append(
            {
                name: frame.join(
                    own if "version" in frame.columns else first,
                    on=own.columns if "version" in frame.columns else "report_id",
                    how="semi",
                )
                for name, frame in frames.items()
                if name in STORED
            }
        )
    return shards


STORED = (
    *("reports", "people", "files", "captures", "identifiers", "locations"),
    "outcomes",
)


def put(folder: Path, shards: list[Frames]) -> None:
    """Put shards in place of those that are there, as `ingest` does."""
    with changing(folder) as change:
        change.keep_shards(0)
        for number, shard in enumerate(shards):
            change.put_shard(number, shard)
        change.commit(origin="ingest")


def written(folder: Path, frames: Frames, cuts: list[int]) -> Path:
    write_tables(folder, cut_at(frames, cuts), origin="synthetic")
    return folder


def renewed(folder: Path, executor=ONE) -> History:
    tables = find_tables(folder)
    assert tables is not None
    return bring_up_to_date(tables, folder / "history", executor)


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


def some_world() -> Frames:
    tables = find_tables(small_world())
    assert tables is not None
    return {name: tables.read(name) for name in STORED}


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


@pytest.mark.parametrize("text", ["", "{", "[]", '{"shards": [1]}', '{"shards": 7}'])
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
    tables = find_tables(folder)
    shutil.rmtree(folder / "captures")
    assert tables is not None
    with pytest.raises(TableError, match="a table cannot be read"):
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


def test_only_one_run_renews_at_a_time(tmp_path: Path) -> None:
    written(tmp_path, odd_tables(1), [30])
    renewed(tmp_path)
    with (
        sole_writer(tmp_path / "history"),
        pytest.raises(SettingsError, match="another run writes"),
    ):
        renewed(tmp_path)
