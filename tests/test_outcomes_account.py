"""What is told of the rows of every file of outcomes, and of those rejected."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import SettingsError, TableError
from prioritizer.tables import write_tables
from tests.builders_documents import frame, report_rows
from tests.builders_outcomes import ARREST, fed, fed_rows, file_of, tables_of

COUNTS = ("given", "accepted", "already_there", "rejected", "replaced")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tables_of(tmp_path / "tables", (1, 2, 3), (4, 5))


def told_of(tables: Path) -> dict[str, object]:
    return json.loads((tables / "outcomes.json").read_text(encoding="utf-8"))


def counts(told: dict[str, object]) -> list[int]:
    return [told[name] for name in COUNTS]


def test_the_account_says_what_became_of_every_row(tables):
    fed_rows(tables, f"1,{ARREST}", f"1,{ARREST}", f"9,{ARREST}", "x,y")
    told = told_of(tables)
    assert counts(told) == [4, 1, 1, 2, 0]
    assert len(told["problems"]) == 2


def test_what_was_rejected_can_be_opened_by_anybody(tables):
    fed_rows(tables, f"1,{ARREST}", "=1+1,Solved", f"9,{ARREST}")
    text = (tables / "rejected-outcomes.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert list(rows[0]) == ["line", "column", "reason", "fix"]
    assert [(row["line"], row["column"]) for row in rows] == [
        ("3", "(the whole row)"),
        ("4", "report_id"),
    ]
    assert "Solved" not in text
    assert [path.name for path in tables.glob("rejected*")] == ["rejected-outcomes.csv"]


def test_every_file_ever_given_is_told_of(tables):
    files = {"a.csv": f"1,{ARREST}", "b.csv": f"9,{ARREST}", "c.csv": f"5,{ARREST}"}
    for name, row in files.items():
        fed(tables, file_of(tables.parent / name, row))
    told = told_of(tables)
    assert [each["name"] for each in told["files"]] == list(files)
    for each in told["files"]:
        content = (tables.parent / each["name"]).read_bytes()
        assert each["sha256"] == sha256(content).hexdigest()
        assert each["bytes"] == len(content)
    assert counts(told) == [1, 1, 0, 0, 0]
    assert counts(told["totals"]) == [3, 2, 0, 1, 0]


def test_another_file_of_the_same_name_is_another(tables):
    for row in (f"1,{ARREST}", f"2,{ARREST}"):
        fed(tables, file_of(tables.parent / "a.csv", row))
    assert counts(told_of(tables)["totals"]) == [2, 2, 0, 0, 0]


def test_a_file_given_again_is_told_of_once(tables):
    file = file_of(tables.parent / "a.csv", f"1,{ARREST}", f"1,{ARREST}", "x,y")
    fed(tables, file)
    first = told_of(tables)
    fed(tables, file)
    again = told_of(tables)
    assert counts(again) == [3, 0, 2, 1, 0]
    assert (again["files"], again["totals"]) == (first["files"], first["totals"])


def test_a_row_accepted_when_its_report_has_come_is_no_longer_rejected(tables):
    file = file_of(tables.parent / "a.csv", f"1,{ARREST}", f"9,{ARREST}")
    fed(tables, file)
    there = [{"reports": frame("reports", report_rows(1, 9, first_hour=482_136))}]
    (tables / "outcomes.json").rename(tables.parent / "kept.json")
    write_tables(tables, there, origin="ingest")
    (tables.parent / "kept.json").rename(tables / "outcomes.json")
    fed(tables, file)
    assert told_of(tables)["totals"]["rejected"] == 0
    assert told_of(tables)["totals"]["given"] == 2


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=6))
def test_the_account_adds_up_in_any_order(tmp_path_factory, order):
    root = tmp_path_factory.mktemp("account")
    tables = tables_of(root / "tables", (1, 2, 3))
    rows = {
        "a": [f"1,{ARREST}", f"2,{ARREST}", "x,y"],
        "b": [f"1,{ARREST.replace('-01T', '-02T')}", f"3,{ARREST}"],
        "c": [f"9,{ARREST}", f"3,{ARREST}", f"3,{ARREST}"],
    }
    for name in order:
        fed(tables, file_of(root / name, *rows[name]))
    files = told_of(tables)["files"] if order else []
    assert {each["name"]: each["given"] for each in files} == {
        name: len(rows[name]) for name in order
    }
    for each in files:
        parts = (each["accepted"], each["already_there"], each["rejected"])
        assert min(parts) >= 0
        assert sum(parts) == each["given"]


ENTRY = dict.fromkeys(("name", "sha256", "bytes", *COUNTS), "1")


@pytest.mark.parametrize(
    "content", ["{", "[]", *(json.dumps({"files": [each]}) for each in (1, {}, ENTRY))]
)
def test_an_account_that_was_altered_is_not_written_over(tables, content):
    (tables / "outcomes.json").write_text(content, encoding="utf-8")
    before = {path: path.read_bytes() for path in tables.rglob("*") if path.is_file()}
    with pytest.raises(TableError, match="account of earlier outcomes"):
        fed_rows(tables, f"1,{ARREST}")
    after = {path: path.read_bytes() for path in tables.rglob("*") if path.is_file()}
    assert after == before


def test_outcomes_are_kept_out_of_an_invented_world(tmp_path):
    reports = [{"reports": frame("reports", report_rows(1))}]
    write_tables(tmp_path / "tables", reports, origin="synthetic")
    with pytest.raises(TableError, match="holds tables of an invented world"):
        fed_rows(tmp_path / "tables", f"1,{ARREST}")
    assert not (tmp_path / "tables" / "outcomes.json").exists()


def test_a_folder_is_no_file_of_outcomes(tables):
    with pytest.raises(SettingsError, match="it is a folder"):
        fed(tables, tables.parent)
