"""The tables are a function of what was given, whatever was given when."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from prioritizer.errors import TableError
from prioritizer.ingest.waiting import Waiting
from prioritizer.tables import open_tables, write_tables
from prioritizer.vocabulary import DOCUMENT_TABLES
from tests.builders_staged import (
    CHILDREN,
    Doc,
    add_outcomes,
    bytes_of,
    given,
    rows_of,
    tables_of,
    versions,
)


@st.composite
def documents(draw) -> list[Doc]:
    """Return documents of few reports; what is said arrives at one time only."""
    said = draw(
        st.dictionaries(
            st.tuples(st.integers(1, 4), st.integers(1, 4)),
            st.tuples(st.integers(0, 3), st.integers(1, 2)),
            max_size=10,
        )
    )
    copies = st.integers(1, 2)
    docs = [
        Doc(report, says, hour, stated, copy)
        for (report, says), (hour, stated) in said.items()
        for copy in range(draw(copies))
    ]
    return docs + [Doc(9, why="it is broken", copy=n) for n in range(draw(copies) - 1)]


@st.composite
def runs(draw) -> list[list[Doc]]:
    """Return runs that give some documents, a few of them in more than one run."""
    docs = draw(documents())
    number = st.sets(st.integers(0, 2), min_size=1, max_size=2)
    when = [(doc, draw(number)) for doc in docs]
    each = [[doc for doc, chosen in when if run in chosen] for run in range(3)]
    return [draw(st.permutations(run)) for run in each]


@settings(max_examples=15, deadline=None)
@draw(runs(), st.integers(1, 4), st.integers(2, 5), st.integers(1, 9))
def test_runs_batches_and_orders_do_not_show(given_in, batch, size, partition):
    together = list(dict.fromkeys(doc for run in given_in for doc in run))
    with TemporaryDirectory() as name:
        at_once, apart = Path(name) / "at once", Path(name) / "apart"
        expected = given(at_once, *together, size=size)
        for run in given_in:
            account = given(apart, *run, batch=batch, size=size, partition=partition)
        assert tables_of(apart) == tables_of(at_once)
        assert account.as_json() == expected.as_json()
        assert account.accepted + account.rejected == account.given == len(together)
        holds_all_that_was_said(apart, together)


def holds_all_that_was_said(folder: Path, docs: list[Doc]) -> None:
    """Compare every table with what was said, each thing said once."""
    said = {doc.content_key: doc for doc in docs if doc.why is None}
    _, frames = open_tables(folder)
    of = frames["reports"].select("report_id", "version", "content_key").rows()
    assert sorted(key for _, _, key in of) == sorted(said)
    for table in DOCUMENT_TABLES:
        rows = [
            row
            for _, version, key in of
            for row in rows_of(said[key], version)[table.name]
        ]
        stated = [column for column in rows[0] if rows] if rows else []
        found = frames[table.name]
        assert found.height == len(rows)
        if stated:
            expected = pl.DataFrame(rows, schema=found.select(stated).schema)
            assert_frame_equal(found.select(stated), expected, check_row_order=False)


@settings(max_examples=15, deadline=None)
@draw(documents(), st.integers(2, 5))
def test_rows_stand_in_order_in_shards_of_one_size(docs, size):
    with TemporaryDirectory() as name:
        folder = Path(name)
        given(folder, *docs, size=size)
        tables, frames = open_tables(folder)
        place = frames["reports"].select("arrival_at", "report_id", "version").rows()
        assert place == sorted(place)
        for table, number in CHILDREN.items():
            key = ["report_id", "version"]
            order = frames["reports"].select(key).with_row_index("place")
            rows = frames[table].join(order, on=key, maintain_order="left")
            in_order = rows.select("place", number).rows()
            assert in_order == sorted(in_order)
        heights = [
            tables.read_shard(shard)["reports"].height for shard in range(tables.shards)
        ]
        assert all(height == size for height in heights[:-1])
        assert heights[-1] <= size


@settings(max_examples=15, deadline=None)
@draw(documents())
def test_versions_are_counted_by_arrival(docs):
    with TemporaryDirectory() as name:
        given(Path(name), *docs)
        found = sorted(versions(Path(name)))
        for report in {report for report, _, _ in found}:
            numbers = [version for each, version, _ in found if each == report]
            hours = [hour for each, _, hour in found if each == report]
            assert numbers == list(range(1, len(numbers) + 1))
            assert hours == sorted(hours)


def test_a_shard_is_written_as_the_tables_would_order_it(tmp_path):
    docs = [Doc(n % 3, says=n, hour=n % 2) for n in range(6)]
    given(tmp_path / "a", *docs, size=100)
    add_outcomes(tmp_path / "a", 0, 2)
    given(tmp_path / "a", Doc(5, hour=1), size=100)
    _, frames = open_tables(tmp_path / "a")
    stored = ("reports", *CHILDREN, "outcomes")
    shuffled = {
        name: frames[name].sample(fraction=1, shuffle=True, seed=7) for name in stored
    }
    write_tables(tmp_path / "b", [shuffled], origin="ingest")
    assert tables_of(tmp_path / "a") == tables_of(tmp_path / "b")


def test_what_arrives_later_leaves_whole_shards_alone(tmp_path):
    given(tmp_path, *(Doc(n, hour=n) for n in range(9)), size=4)
    part = tmp_path / "reports" / "part-00001.parquet"
    before = part.stat().st_ino
    given(tmp_path, Doc(20, hour=20), size=4)
    assert part.stat().st_ino == before
    assert len(versions(tmp_path)) == 10


def test_a_late_document_goes_to_its_place(tmp_path):
    given(tmp_path, *(Doc(n, hour=2 * n) for n in range(6)), size=2)
    given(tmp_path, Doc(9, hour=3), size=2)
    assert [report for report, _, _ in versions(tmp_path)] == [0, 1, 9, 2, 3, 4, 5]


def test_a_later_version_goes_to_its_place_and_numbers_move(tmp_path):
    given(tmp_path, Doc(1, says=1, hour=1), Doc(1, says=2, hour=9), Doc(2, hour=5))
    given(tmp_path, Doc(1, says=3, hour=4), size=1)
    assert versions(tmp_path) == [(1, 1, 1), (1, 2, 4), (2, 1, 5), (1, 3, 9)]


def test_tables_cut_otherwise_are_cut_anew(tmp_path):
    docs = [Doc(n, hour=n) for n in range(7)]
    for size in (3, 100):
        given(tmp_path / "apart", *docs[:5], size=size)
    given(tmp_path / "apart", *docs[5:], size=2)
    given(tmp_path / "at once", *docs, size=2)
    assert tables_of(tmp_path / "apart") == tables_of(tmp_path / "at once")


def test_rejected_documents_alone_make_empty_tables(tmp_path):
    given(tmp_path, Doc(why="it is broken"))
    tables, frames = open_tables(tmp_path)
    assert (tables.shards, frames["reports"].height) == (1, 0)
    given(tmp_path, Doc(2))
    assert len(versions(tmp_path)) == 1


def test_nothing_new_changes_no_byte(tmp_path):
    docs = [Doc(n, hour=n) for n in range(5)]
    given(tmp_path, *docs, Doc(why="it is broken"), size=2)
    before = bytes_of(tmp_path)
    given(tmp_path, *docs[:3], size=2)
    given(tmp_path, Doc(why="it is broken"), size=3)
    given(tmp_path)
    assert bytes_of(tmp_path) == before


def outcomes_by_shard(folder: Path) -> list[list[int]]:
    tables, _ = open_tables(folder)
    shards = map(tables.read_shard, range(tables.shards))
    return [shard["outcomes"]["report_id"].to_list() for shard in shards]


def test_outcomes_go_where_their_report_goes(tmp_path):
    given(tmp_path, *(Doc(n, hour=2 * n) for n in range(1, 6)), size=2)
    add_outcomes(tmp_path, 2, 3, 5)
    assert outcomes_by_shard(tmp_path) == [[2], [3], [5]]
    given(tmp_path, Doc(9, hour=3), size=2)
    assert outcomes_by_shard(tmp_path) == [[], [2, 3], [5]]


def test_outcomes_go_to_a_first_version_that_is_given_later(tmp_path):
    given(tmp_path, *(Doc(n, hour=2 * n) for n in range(1, 6)), size=2)
    add_outcomes(tmp_path, 2, 5)
    given(tmp_path, Doc(5, says=2, hour=1), size=2)
    assert outcomes_by_shard(tmp_path) == [[5], [2], []]


def test_outcomes_of_a_report_that_has_no_first_version_are_not_lost(tmp_path):
    given(tmp_path, Doc(1))
    add_outcomes(tmp_path, 1)
    _, frames = open_tables(tmp_path)
    second = {
        name: frames[name].with_columns(version=pl.lit(2, pl.Int32))
        for name in ("reports", *CHILDREN)
    }
    shard = {**second, "outcomes": frames["outcomes"]}
    write_tables(tmp_path, [shard], origin="ingest")
    with pytest.raises(TableError, match="1 outcomes do not lie beside"):
        given(tmp_path, Doc(2))


def test_an_altered_shard_is_not_built_upon(tmp_path):
    given(tmp_path, Doc(1), Doc(2))
    part = tmp_path / "people" / "part-00000.parquet"
    part.write_bytes(part.read_bytes() + b" ")
    before = bytes_of(tmp_path)
    with pytest.raises(TableError, match="missing or was altered"):
        given(tmp_path, Doc(3))
    after = bytes_of(tmp_path)
    assert {name: after[name] for name in before} == before


def test_what_a_killed_run_left_is_overwritten(tmp_path):
    given(tmp_path / "a", Doc(1), Doc(2))
    left = tmp_path / "b" / ".change" / "settled"
    (left / "waiting" / "00000-00000").mkdir(parents=True)
    for name in ("added-00007", "verdict-a00007", "index-00007", "order-00007"):
        (left / name).write_bytes(b"half of it")
    given(tmp_path / "b", Doc(1), Doc(2))
    assert bytes_of(tmp_path / "b") == bytes_of(tmp_path / "a")


@pytest.mark.parametrize("most", [0, 1, 100])
def test_what_waits_comes_back_whether_in_memory_or_not(tmp_path, most):
    waiting = Waiting(tmp_path, most)
    frames = {"reports": pl.DataFrame({"place": [1]}), "people": pl.DataFrame({"a": 1})}
    for shard in (3, 5, 3):
        waiting.add(shard, frames)
    assert [each["reports"].height for each in waiting.take(3)] in ([1, 1], [2])
    assert waiting.take(3) == []
    assert len(waiting.take(5)) == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
