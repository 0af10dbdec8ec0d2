"""What became of every document ever given."""

import json
from pathlib import Path

import polars as pl
import pytest

from prioritizer.errors import TableError
from prioritizer.ingest.account import Account
from prioritizer.ingest.ledger import LEDGER
from tests.builders_staged import Doc, given

BROKEN = "it is broken"


def account_in(folder: Path) -> dict[str, object]:
    return json.loads((folder / "ingest.json").read_text(encoding="utf-8"))


def rejected_in(folder: Path) -> list[tuple[object, ...]]:
    return pl.read_parquet(folder / "rejected.parquet").rows()


def sums(account: Account) -> tuple[int, int, int]:
    return account.given, account.accepted, account.rejected


def of_this_run(account: Account) -> tuple[int, int, int, int]:
    """Return new reports, new versions, rejected and known."""
    return (
        account.new_reports,
        account.new_versions,
        account.rejected_now,
        account.known,
    )


def test_every_document_is_accounted_for(tmp_path):
    docs = [Doc(1), Doc(1, says=2), Doc(2), Doc(2, copy=1), Doc(3, why=BROKEN)]
    account = given(tmp_path, *docs)
    assert sums(account) == (5, 4, 1)
    assert (account.reports, account.versions) == (2, 3)
    assert (account.repeated, account.repeated_now, account.given_now) == (1, 1, 5)
    assert of_this_run(account) == (2, 1, 1, 0)
    assert account.rejected_by_reason == {BROKEN: 1}


def test_the_account_on_disk_is_of_all_runs(tmp_path):
    given(tmp_path, Doc(1), Doc(3, why=BROKEN))
    account = given(tmp_path, Doc(1), Doc(1, says=2), Doc(2))
    assert of_this_run(account) == (1, 1, 0, 1)
    said = account_in(tmp_path)
    assert {name: said[name] for name in ("given", "accepted", "rejected")} == {
        "given": 4,
        "accepted": 3,
        "rejected": 1,
    }
    assert (said["reports"], said["versions"], said["reader_version"]) == (2, 3, 1)
    assert said["formats"] == {"le_json": 3}


def test_what_is_of_one_run_only_is_not_on_disk(tmp_path):
    given(tmp_path, Doc(1))
    assert not {"known", "new_reports", "rejected_now"} & account_in(tmp_path).keys()


def test_a_run_that_adds_something_adds_one_part(tmp_path):
    for docs in ([Doc(1)], [Doc(1)], [Doc(2), Doc(3, why=BROKEN)], []):
        given(tmp_path, *docs)
    parts = sorted((tmp_path / "ledger").iterdir())
    assert [path.name for path in parts] == ["part-00000.parquet", "part-00001.parquet"]
    assert [pl.read_parquet(path).height for path in parts] == [1, 2]
    assert all(pl.read_parquet_schema(path) == LEDGER for path in parts)


def test_what_stays_rejected_is_in_the_order_in_which_it_was_given(tmp_path):
    given(tmp_path, Doc(2, why=BROKEN), Doc(1))
    given(tmp_path, Doc(1, copy=1), Doc(0, why=BROKEN))
    assert rejected_in(tmp_path) == [
        ("2-1-0.json", BROKEN, "the document", "mend it"),
        ("0-1-0.json", BROKEN, "the document", "mend it"),
    ]
    columns = pl.read_parquet(tmp_path / "rejected.parquet").columns
    assert columns == ["document", "reason", "where", "fix"]


def test_a_document_that_can_be_read_now_is_counted_once(tmp_path):
    given(tmp_path, Doc(1, why=BROKEN), Doc(2, why=BROKEN))
    account = given(tmp_path, Doc(1, reader=2))
    assert sums(account) == (2, 1, 1)
    assert of_this_run(account) == (1, 0, 0, 0)
    assert [name for name, *_ in rejected_in(tmp_path)] == ["2-1-0.json"]


def test_the_newest_finding_is_the_one_that_counts(tmp_path):
    for reader, why in enumerate(["first", "second", "third"]):
        given(tmp_path, Doc(1, why=why, reader=reader))
        account = given(tmp_path, Doc(2, why="other"), Doc(3))
    assert account.rejected_by_reason == {"other": 1, "third": 1}
    assert sums(account) == (3, 1, 2)
    assert account.reader_version == 2


def test_one_document_twice_in_a_run_is_counted_twice_and_then_known(tmp_path):
    assert sums(given(tmp_path, Doc(), Doc(), batch=1)) == (2, 2, 0)
    account = given(tmp_path, Doc(), Doc(), batch=1)
    assert (*sums(account), account.repeated) == (2, 2, 0, 1)
    assert of_this_run(account) == (0, 0, 0, 2)


def test_one_broken_document_twice_is_counted_by_its_newest_findings(tmp_path):
    broken = Doc(why=BROKEN)
    assert sums(given(tmp_path, broken, broken)) == (2, 0, 2)
    assert sums(given(tmp_path, Doc(reader=2), Doc(reader=2))) == (2, 2, 0)


def test_only_accepted_documents_say_what_was_noticed(tmp_path):
    noticed = (("unreadable", "people.age_years", 2), ("unknown", "newField", 1))
    given(tmp_path, Doc(1, noticed=noticed), Doc(1, copy=1, noticed=noticed))
    account = given(tmp_path, Doc(2, noticed=(*noticed, ("unlisted", "a.b", 3))))
    assert account.unreadable == {"people.age_years": 4}
    assert account.unlisted == {"a.b": 3}
    said = account_in(tmp_path)
    assert said["unreadable_values_by_column"] == {"people.age_years": 4}
    assert said["unlisted_values_by_column"] == {"a.b": 3}
    assert said["unknown_elements_by_name"] == {"newField": 2}
    assert said["unknown_elements_not_listed"] == 0


def test_rules_for_providers_are_counted_by_name(tmp_path):
    given(tmp_path, *(Doc(n, noticed=(("rule", "a_habit", 2),)) for n in range(2)))
    assert account_in(tmp_path)["provider_rules_by_name"] == {"a_habit": 4}


def test_the_most_frequent_unknown_names_are_listed_and_the_rest_counted(tmp_path):
    names = tuple(("unknown", f"name{n:03d}", 1 + (n == 120)) for n in range(130))
    given(tmp_path, Doc(noticed=names))
    said = account_in(tmp_path)
    listed = list(said["unknown_elements_by_name"])
    assert listed == ["name120", *(f"name{n:03d}" for n in range(99))]
    assert said["unknown_elements_not_listed"] == 30


def test_the_screen_gets_the_first_that_were_rejected_in_this_run(tmp_path):
    given(tmp_path, Doc(0, why=BROKEN))
    docs = [Doc(n, why=BROKEN) for n in range(30)]
    account = given(tmp_path, *docs)
    assert account.rejected_now == 29
    assert len(account.first_rejected) == 20
    assert account.first_rejected[0] == (
        "1-1-0.json",
        BROKEN,
        "the document",
        "mend it",
    )


def test_a_run_without_documents_makes_an_empty_account(tmp_path):
    assert sums(given(tmp_path)) == (0, 0, 0)
    assert account_in(tmp_path)["given"] == 0
    assert rejected_in(tmp_path) == []
    assert not (tmp_path / "ledger").exists()


@pytest.mark.parametrize("partition", [1, 4])
def test_the_size_of_partitions_does_not_show_in_the_account(tmp_path, partition):
    docs = [Doc(n % 5, says=n % 3, copy=n) for n in range(20)]
    docs += [Doc(n, copy=1, why=BROKEN) for n in range(3)]
    for name, size in (("whole", 1000), ("parted", partition)):
        account = given(tmp_path / name, *docs, partition=size)
        assert (*sums(account), account.repeated) == (23, 20, 3, 5)
    rows = [
        pl.read_parquet(tmp_path / name / "ledger" / "part-00000.parquet")
        for name in ("whole", "parted")
    ]
    assert rows[0].equals(rows[1])
    assert rejected_in(tmp_path / "parted") == rejected_in(tmp_path / "whole")


def test_a_ledger_of_other_tables_is_refused(tmp_path):
    given(tmp_path / "a", Doc(1), Doc(2))
    given(tmp_path / "b", Doc(1))
    (tmp_path / "a" / "ledger" / "part-00000.parquet").write_bytes(
        (tmp_path / "b" / "ledger" / "part-00000.parquet").read_bytes()
    )
    with pytest.raises(TableError, match="1 versions of reports, and the tables hold"):
        given(tmp_path / "a", Doc(1))


def test_a_ledger_that_was_removed_is_missed(tmp_path):
    given(tmp_path, Doc(1), Doc(2))
    (tmp_path / "ledger" / "part-00000.parquet").unlink()
    with pytest.raises(TableError, match="put back the ledger"):
        given(tmp_path, Doc(1), Doc(2), Doc(3))
