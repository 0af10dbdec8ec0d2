from __future__ import annotations

import json
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from prioritizer.errors import MissingInputError, TableError
from prioritizer.tables import (
    check_frames,
    empty,
    open_tables,
    problems_of,
    raw_schema_of,
    schema_of,
    write_tables,
)
from prioritizer.vocabulary import CAPTURES, REPORTS, SCHEMA_VERSION, TABLES, Kind
from prioritizer.vocabulary.enums import CaptureOf, Role
from tests.builders_documents import LE_JSON, frame, ingested, of_report, report_rows

HASH = b"0123456789abcdef"
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def captures(report_id=1, count=1, **more):
    rows = [
        of_report(report_id, capture_no=number, capture_of=CaptureOf.PERSON, **more)
        for number in range(1, count + 1)
    ]
    return frame("captures", rows)


def some_tables():
    people = [of_report(id, person_no=1, role=Role.VICTIM) for id in (3, 1, 2)]
    return {
        "reports": frame("reports", report_rows(2, 3, 1)),
        "people": frame("people", people),
        "captures": captures(3, 4, capture_key=HASH, port=443),
    }


def all_wrong():
    """Return reports with one problem of every kind that a check knows."""
    reports = frame("reports", report_rows(1, 1)).drop("received_at")
    return {
        "reports": reports.with_columns(pl.lit("x").alias("note")),
        "captures": captures(9, port=70_000, capture_key=b"short"),
        "people": frame("people", []).with_columns(age_years=pl.lit("x")),
    }


@every_table
def test_an_empty_table_obeys_its_own_description(table):
    assert empty(table).schema == schema_of(table)
    assert list(problems_of(table, empty(table))) == []


@every_table
def test_no_stored_column_is_text_and_only_identifiers_differ_raw(table):
    stored, raw = schema_of(table), raw_schema_of(table)
    assert pl.String not in stored.values()
    hashes = {field.name for field in table.fields if field.kind is Kind.HASH}
    assert {name for name in stored if stored[name] != raw[name]} == hashes


def test_tables_are_read_as_they_were_written(tmp_path):
    write_tables(tmp_path, [some_tables()], origin="ingest")
    read = open_tables(tmp_path)[1]
    for name, written in some_tables().items():
        assert_frame_equal(read[name], written, check_row_order=False)
    assert read["outcomes"].is_empty()


def test_tables_are_ordered_by_arrival(tmp_path):
    tables = write_tables(tmp_path, [some_tables()], origin="ingest")
    assert tables.read("reports")["report_id"].to_list() == [2, 3, 1]
    assert tables.read("people")["report_id"].to_list() == [2, 3, 1]
    assert tables.read("captures")["capture_no"].to_list() == [1, 2, 3, 4]


def test_equal_arrivals_are_ordered_by_report_id(tmp_path):
    rows = [row | {"arrival_at": 0} for row in report_rows(3, 1, 2)]
    tables = write_tables(tmp_path, [{"reports": frame("reports", rows)}], origin="x")
    assert tables.read("reports")["report_id"].to_list() == [1, 2, 3]


def test_shards_are_split_alike_and_read_as_one(tmp_path):
    shards = [
        {"reports": frame("reports", report_rows(id, first_hour=id))} for id in (1, 2)
    ]
    tables = write_tables(tmp_path, shards, origin="synthetic")
    parts = sorted(path.name for path in (tmp_path / "files").iterdir())
    assert parts == ["part-00000.parquet", "part-00001.parquet"]
    assert tables.read("reports")["report_id"].to_list() == [1, 2]
    assert tables.is_synthetic


def test_the_manifest_counts_the_rows_of_every_part(tmp_path):
    write_tables(tmp_path, [some_tables()], origin="ingest")
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    rows = {name: facts["rows"] for name, facts in manifest["parts"].items()}
    assert rows["reports/part-00000.parquet"] == 3
    assert rows["captures/part-00000.parquet"] == 4
    assert rows["files/part-00000.parquet"] == 0
    assert manifest["schema_version"] == SCHEMA_VERSION
    assert manifest["origin"] == "ingest"


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_the_rows_given_changes_no_byte(tmp_path_factory, seed):
    chance = random.Random(seed)  # noqa: S311
    first, second = (tmp_path_factory.mktemp("tables") for _ in range(2))
    shuffled = {
        name: each.sample(fraction=1, shuffle=True, seed=chance.randrange(999))
        for name, each in some_tables().items()
    }
    write_tables(first, [some_tables()], origin="ingest")
    write_tables(second, [shuffled], origin="ingest")
    assert bytes_of(first) == bytes_of(second)


def bytes_of(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_reading_the_same_documents_twice_gives_the_same_bytes(tmp_path):
    ingested(*LE_JSON, out=tmp_path / "a")
    ingested(*LE_JSON, out=tmp_path / "b")
    first, second = bytes_of(tmp_path / "a"), bytes_of(tmp_path / "b")
    assert len(first) > 7
    assert first == second


def test_a_table_of_an_earlier_run_is_replaced_and_other_files_stay(tmp_path):
    other = tmp_path / "reports" / "notes.txt"
    shards = [{"reports": frame("reports", report_rows(id))} for id in (1, 2)]
    write_tables(tmp_path, shards, origin="ingest")
    other.write_text("mine", encoding="utf-8")
    write_tables(tmp_path, [some_tables()], origin="ingest")
    assert open_tables(tmp_path)[1]["reports"].height == 3
    assert other.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("frames", "problem"),
    [
        pytest.param(
            {"reports": frame("reports", report_rows(1)).drop("incident_at")},
            "reports: column 'incident_at' is missing",
            id="a missing column",
        ),
        pytest.param(
            {"reports": frame("reports", report_rows(1)).with_columns(x=1)},
            "reports: 1 columns are not known",
            id="a column too many",
        ),
        pytest.param(
            {"reports": frame("reports", [*report_rows(1), *report_rows(1)])},
            r"reports: 2 rows share their key \(report_id, version\)",
            id="duplicates",
        ),
        pytest.param(
            {"captures": captures().with_columns(port=pl.lit("443"))},
            "captures: column 'port' does not hold int32",
            id="a wrong type",
        ),
        pytest.param(
            {"captures": captures(port=0)},
            r"captures: column 'port' has 1 values not in 1\.\.65535",
            id="out of range",
        ),
        pytest.param(
            {"captures": captures(capture_key=b"short")},
            "captures: column 'capture_key' has 1 values that are not 16-byte",
            id="not a hash",
        ),
        pytest.param(
            {"reports": frame("reports", [report_rows(1)[0] | {"received_at": None}])},
            "reports: column 'received_at' has 1 empty values",
            id="an empty required value",
        ),
        pytest.param(
            {"reports": frame("reports", report_rows(1)), "captures": captures(9)},
            "captures: 1 rows belong to no report",
            id="an orphan",
        ),
        pytest.param({"report": pl.DataFrame()}, "report: no such table", id="a name"),
    ],
)
def test_a_problem_is_named(frames, problem):
    with pytest.raises(TableError, match=problem):
        check_frames(frames)


@pytest.mark.parametrize(
    "problem",
    [
        "reports: column 'received_at' is missing",
        "reports: 1 columns are not known",
        "reports: 2 rows share their key",
        "captures: column 'port' has 1 values",
        "captures: column 'capture_key' has 1 values",
        "captures: 1 rows belong to no report",
        "people: column 'age_years' does not hold int32",
    ],
)
def test_a_check_lists_every_problem_at_once(problem):
    with pytest.raises(TableError, match=problem):
        check_frames(all_wrong())


def test_a_check_names_the_tables_and_shows_no_value():
    with pytest.raises(TableError, match="7 problems") as caught:
        check_frames(all_wrong())
    assert caught.value.where == "tables captures, people, reports"
    assert "70000" not in str(caught.value)


def test_frames_that_obey_pass_the_check():
    check_frames(some_tables())


@pytest.mark.parametrize(
    ("shard", "match"),
    [
        pytest.param(all_wrong(), "problems", id="many problems"),
        pytest.param(
            {"reports": frame("reports", report_rows(1)).drop("arrival_at")},
            "column 'arrival_at' is missing",
            id="no column to order by",
        ),
        pytest.param(
            {"people": frame("people", []).drop("person_no")},
            "column 'person_no' is missing",
            id="no column of the key",
        ),
        pytest.param(
            some_tables() | {"capture": captures(3)},
            "no such table",
            id="a misspelling",
        ),
        pytest.param(
            {"reports": frame("reports", []), "captures": captures(9)},
            "1 rows belong to no report",
            id="an orphan",
        ),
    ],
)
def test_a_shard_that_does_not_obey_is_not_written(tmp_path, shard, match):
    with pytest.raises(TableError, match=match):
        write_tables(tmp_path, [shard], origin="ingest")
    with pytest.raises(MissingInputError, match="holds no tables"):
        open_tables(tmp_path)


def spoil(path, how):
    if how == "is missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"x")


@pytest.mark.parametrize("how", ["was altered", "is missing"])
def test_opening_names_every_part_that_differs(tmp_path, how):
    write_tables(tmp_path, [some_tables()], origin="ingest")
    for name in ("files", "people"):
        spoil(tmp_path / name / "part-00000.parquet", how)
    with pytest.raises(TableError, match="problems") as caught:
        open_tables(tmp_path)
    assert f"files/part-00000.parquet {how}" in caught.value.what
    assert f"people/part-00000.parquet {how}" in caught.value.what


def test_a_part_that_the_manifest_does_not_name_is_refused(tmp_path):
    write_tables(tmp_path, [some_tables()], origin="ingest")
    part = tmp_path / "reports" / "part-00000.parquet"
    part.with_name("part-00001.parquet").write_bytes(part.read_bytes())
    with pytest.raises(TableError, match=r"reports/part-00001\.parquet"):
        open_tables(tmp_path)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        pytest.param("{", "manifest cannot be read", id="cut off"),
        pytest.param("[]", "manifest cannot be read", id="a list"),
        pytest.param("{}", "schema is not version", id="empty"),
        pytest.param('{"schema_version": 0}', "schema is not version", id="old"),
        pytest.param(
            '{"schema_version": 2, "origin": "ingest", "parts": {}}',
            "table reports is missing; table people is missing",
            id="no parts",
        ),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(tmp_path, text, match):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=match):
        open_tables(tmp_path)


def test_a_folder_without_a_manifest_is_missing_input(tmp_path):
    with pytest.raises(MissingInputError, match="holds no tables"):
        open_tables(tmp_path / "absent")


def test_the_content_hash_follows_the_content(tmp_path):
    same = [write_tables(tmp_path / n, [some_tables()], origin="x") for n in "ab"]
    other = write_tables(
        tmp_path / "c", [some_tables() | {"captures": captures(3)}], origin="x"
    )
    assert same[0].content_hash == same[1].content_hash != other.content_hash


def test_a_field_that_is_not_there_is_a_key_error():
    assert REPORTS.field("report_id").required
    with pytest.raises(KeyError, match="nothing"):
        CAPTURES.field("nothing")


def test_a_time_of_no_believable_year_is_named():
    late = frame("reports", [report_rows(1)[0] | {"arrival_at": 2**62}])
    with pytest.raises(TableError, match="'arrival_at' has 1 times of no believable"):
        check_frames({"reports": late})


def test_another_program_s_manifest_is_not_replaced(tmp_path):
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(TableError, match="another program's manifest"):
        write_tables(tmp_path, [some_tables()], origin="ingest")
    assert (tmp_path / "manifest.json").read_text(encoding="utf-8") == "{}"
