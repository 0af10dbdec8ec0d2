"""Which documents are new, and which version of its report each one is."""

import polars as pl
import pytest

from prioritizer.errors import TableError
from prioritizer.ingest.settling import Settled, settle
from prioritizer.tables import changing, write_tables
from tests.builders_staged import HOUR, Doc, frames_of, given, settled, stage


def counts(found: Settled) -> tuple[int, int, int, int]:
    """Return new reports, new versions, what is known, and rows for the ledger."""
    return found.new_reports, found.new_versions, found.known, found.recorded


def added(found: Settled) -> list[tuple[int, int, int]]:
    """Return row, report and version of what is accepted."""
    return found.scan("added").select("row", "report_id", "version").collect().rows()


def test_documents_of_different_reports_are_new_reports(tmp_path):
    found = settled(tmp_path, Doc(1), Doc(2, hour=1), Doc(3, hour=2), Doc(4, hour=3))
    assert counts(found) == (4, 0, 0, 4)
    assert added(found) == [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1)]


def test_nothing_given_is_nothing_new(tmp_path):
    found = settled(tmp_path)
    assert counts(found) == (0, 0, 0, 0)
    assert found.first_change is None


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        pytest.param(Doc(says=2, hour=1), Doc(says=1, hour=2), id="by arrival"),
        pytest.param(Doc(says=2, stated=1), Doc(says=1, stated=2), id="by what it has"),
        pytest.param(*sorted([Doc(says=1), Doc(says=2)], key=lambda d: d.content_key)),
    ],
)
def test_versions_have_one_order_whichever_is_given_first(tmp_path, earlier, later):
    assert added(settled(tmp_path, earlier, later)) == [(0, 1, 1), (1, 1, 2)]
    assert added(settled(tmp_path, later, earlier)) == [(1, 1, 1), (0, 1, 2)]


def test_of_documents_that_say_the_same_the_first_is_taken(tmp_path):
    found = settled(tmp_path, Doc(copy=1), Doc(copy=2), Doc(copy=3), batch=2)
    assert counts(found) == (1, 0, 0, 3)
    assert added(found) == [(0, 1, 1)]


def test_one_document_twice_in_a_run_is_taken_once(tmp_path):
    found = settled(tmp_path, Doc(), Doc())
    assert counts(found) == (1, 0, 0, 2)


def test_what_was_accepted_before_is_known(tmp_path):
    given(tmp_path, Doc(1), Doc(2))
    assert counts(settled(tmp_path, Doc(1), Doc(2), Doc(3))) == (1, 0, 2, 1)


def test_what_was_said_before_is_recorded_once(tmp_path):
    given(tmp_path, Doc(copy=1))
    assert counts(settled(tmp_path, Doc(copy=2))) == (0, 0, 0, 1)
    given(tmp_path, Doc(copy=2))
    assert counts(settled(tmp_path, Doc(copy=2))) == (0, 0, 1, 0)


BROKEN = Doc(why="it is broken")


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        pytest.param(BROKEN, (0, 0, 1, 0), id="rejected by the same reader"),
        pytest.param(Doc(why="?", reader=2), (0, 0, 0, 1), id="rejected by a newer"),
        pytest.param(Doc(reader=2), (1, 0, 0, 1), id="read by a newer"),
        pytest.param(Doc(), (1, 0, 0, 1), id="read by the same"),
    ],
)
def test_what_was_rejected_is_looked_at_again(tmp_path, again, expected):
    given(tmp_path, BROKEN)
    assert counts(settled(tmp_path, again)) == expected


def test_a_newer_reader_does_not_reopen_what_was_accepted(tmp_path):
    given(tmp_path, Doc())
    assert counts(settled(tmp_path, Doc(reader=2))) == (0, 0, 1, 0)


def test_a_document_that_arrived_earlier_moves_the_versions_after_it(tmp_path):
    given(tmp_path, Doc(says=1, hour=2), Doc(says=2, hour=4), Doc(says=3, hour=6))
    found = settled(tmp_path, Doc(says=4, hour=3))
    assert added(found) == [(0, 1, 2)]
    moved = found.scan("moved").select("old_version", "version").collect()
    assert sorted(moved.rows()) == [(2, 3), (3, 4)]
    assert found.first_change is not None
    assert found.first_change[0].timestamp() == 3 * HOUR / 10**6


@pytest.mark.parametrize("partition", [1, 2, 5])
def test_the_size_of_partitions_does_not_show(tmp_path, partition):
    docs = [Doc(n % 5, says=n % 3, hour=n % 4, copy=n) for n in range(20)]
    docs += [Doc(9, copy=n, why="it is broken") for n in range(3)]
    given(tmp_path, *docs[:10], *docs[20:22])
    whole, parted = (
        settled(tmp_path, *docs, partition=size) for size in (1000, partition)
    )
    assert counts(parted) == counts(whole)
    assert parted.first_change == whole.first_change


def test_all_rows_of_a_run_are_numbered_through_its_batches(tmp_path):
    found = settled(tmp_path, *(Doc(n) for n in range(7)), batch=3)
    assert [(each.first, each.count) for each in found.batches] == [
        (0, 3),
        (3, 3),
        (6, 1),
    ]


def test_batches_are_taken_by_their_number(tmp_path):
    docs = [Doc(copy=n) for n in range(3)]
    found = settled(tmp_path, *docs, batch=1)
    assert [each.name[-1] for each in found.batches] == ["0", "1", "2"]


def test_tables_of_an_invented_world_are_refused(tmp_path):
    write_tables(tmp_path, [{}], origin="synthetic")
    with pytest.raises(TableError, match="an invented world"):
        settled(tmp_path, Doc())


def test_a_ledger_without_its_tables_is_refused(tmp_path):
    given(tmp_path, Doc())
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(TableError, match="a ledger is there without"):
        settled(tmp_path, Doc())


def test_a_batch_that_is_not_whole_is_left_out(tmp_path):
    with changing(tmp_path) as change:
        staged = stage(change.scratch / "staged", [Doc(1), Doc(2)], batch=1)
        (staged / "batch-000001").rename(staged / "batch-000001.unfinished")
        assert counts(settle(staged, change)) == (1, 0, 0, 1)


def test_an_old_row_without_a_key_is_never_taken_for_another(tmp_path):
    rows = frames_of([Doc()])
    reports = rows["reports"].drop("document")
    keyless = reports.with_columns(content_key=pl.lit(None, pl.Binary))
    write_tables(tmp_path, [{"reports": keyless}], origin="ingest")
    assert counts(settled(tmp_path, Doc())) == (0, 1, 0, 1)
