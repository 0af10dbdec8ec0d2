"""Outcomes that agencies feed back come into the tables, each row accounted for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.model.labels import labels_as_of
from prioritizer.tables import changing, open_tables
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason
from tests.builders_outcomes import (
    ARREST,
    HEADER,
    fed,
    fed_rows,
    file_of,
    outcomes_in,
    problems_in,
    tables_of,
)

CLOSED, NO_CRIME = CaseStatus.CLOSED.value, ClosedReason.NO_CRIME.value
OLD, MIDDLE, NEW = (f"2025-03-0{day}T00:00:00Z" for day in (1, 2, 3))


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tables_of(tmp_path / "tables", (1, 2, 3), (4, 5))


def test_a_row_becomes_an_outcome(tables):
    result = fed_rows(tables, f"2,{CLOSED},{NO_CRIME},{OLD},{MIDDLE}", f"4,{ARREST}")
    assert (result.given, result.accepted, result.rejected) == (2, 2, 0)
    assert outcomes_in(tables) == [
        (2, CLOSED, NO_CRIME, "2025-03-01", "2025-03-02"),
        (4, CaseStatus.ARREST, None, "2025-03-01", "2025-03-02"),
    ]


def test_case_blanks_and_a_missing_reason_are_taken(tables):
    rows = f" 1 , closed ,NO  crime committed,{OLD},{NEW}", f"2,CLOSED,,{OLD},{NEW}"
    assert fed_rows(tables, *rows).accepted == 2
    assert [row[1:3] for row in outcomes_in(tables)] == [
        (CLOSED, NO_CRIME),
        (CLOSED, None),
    ]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        pytest.param(f",{ARREST}", "report_id", "no report's number", id="no id"),
        pytest.param(f"0,{ARREST}", "report_id", "no report's number", id="zero"),
        pytest.param(f"1.2E+11,{ARREST}", "report_id", "no report's number", id="E"),
        pytest.param(f"-1,{ARREST}", "report_id", "no report's number", id="minus"),
        pytest.param(f"٣,{ARREST}", "report_id", "no report's number", id="digits"),
        pytest.param(f"9{'9' * 40},{ARREST}", "report_id", "no report's", id="long"),
        pytest.param(f"9,{ARREST}", "report_id", "not in the tables", id="unknown"),
        pytest.param(f"1,,,{OLD},{NEW}", "case_status", "it is empty", id="no status"),
        pytest.param(f"1,Solved,,{OLD},{NEW}", "case_status", "none of", id="a word"),
        pytest.param(
            f"1,(unlisted),,{OLD},{NEW}", "case_status", "none of", id="unlisted"
        ),
        pytest.param(
            f"1,{CLOSED},Tired,{OLD},{NEW}", "closed_reason", "none of", id="a reason"
        ),
        pytest.param(
            f"1,Arrest,{NO_CRIME},{OLD},{NEW}", "closed_reason", "only a", id="open"
        ),
        pytest.param(f"1,Arrest,,,{NEW}", "decided_at", "it is empty", id="no time"),
        pytest.param(f"1,Arrest,,{OLD},", "known_at", "it is empty", id="not known"),
        pytest.param(f"1,Arrest,,1/3/25,{NEW}", "decided_at", "not a time", id="slash"),
        pytest.param(
            f"1,Arrest,,2025-03-01T00:00,{NEW}", "decided_at", "no zone", id="naive"
        ),
        pytest.param(
            f"1,Arrest,,2025-03-01,{NEW}", "decided_at", "no zone", id="a date"
        ),
        pytest.param(
            f"1,Arrest,,1997-12-31T00:00Z,{NEW}", "decided_at", "year", id="too old"
        ),
        pytest.param(
            f"1,Arrest,,{OLD},9999-12-31T23:59-23:00", "known_at", "year", id="9999"
        ),
        pytest.param(
            f"1,Arrest,,{NEW},{OLD}", "decided_at", "after it was known", id="order"
        ),
        pytest.param(
            f"1,Arrest,,2024-12-31T23:59Z,{NEW}",
            "decided_at",
            "before the report arrived",
            id="before the report",
        ),
    ],
)
def test_a_row_that_cannot_be_is_rejected_with_its_reason(tables, row, column, reason):
    result = fed_rows(tables, f"2,{ARREST}", row)
    ((line, where, why),) = problems_in(result)
    assert (line, where) == (3, column)
    assert reason in why
    assert (result.accepted, result.rejected) == (1, 1)
    assert [row[0] for row in outcomes_in(tables)] == [2]


def test_all_problems_of_a_row_are_listed_and_it_is_one_row(tables):
    result = fed_rows(tables, "x,y,z,then,now")
    assert {column for _, column, _ in problems_in(result)} == set(HEADER.split(","))
    assert (result.given, result.rejected) == (1, 1)


def test_the_same_file_again_adds_nothing(tables):
    rows = (f"1,{ARREST}", f"1,{ARREST}", f"5,{ARREST}")
    first = fed_rows(tables, *rows)
    there = outcomes_in(tables)
    again = fed_rows(tables, *rows)
    assert (first.accepted, first.already_there) == (2, 1)
    assert (again.accepted, again.already_there) == (0, 3)
    assert outcomes_in(tables) == there


def test_a_later_and_a_late_statement_stand_beside_the_first(tables):
    fed_rows(tables, f"1,Referred,,{MIDDLE},{MIDDLE}")
    fed_rows(tables, f"1,Arrest,,{MIDDLE},{NEW}")
    fed_rows(tables, f"1,Ongoing Investigation,,{OLD},{OLD}")
    known = [(row[1], row[4]) for row in outcomes_in(tables)]
    assert known == [
        (CaseStatus.ONGOING, "2025-03-01"),
        (CaseStatus.REFERRED, "2025-03-02"),
        (CaseStatus.ARREST, "2025-03-03"),
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "in reverse"])
@pytest.mark.parametrize("is_split", [True, False], ids=["two files", "one file"])
@pytest.mark.parametrize(
    ("row", "holds"),
    [
        pytest.param(f"1,{CLOSED},,{OLD},{NEW}", 1, id="decided earlier"),
        pytest.param(f"1,Ongoing Investigation,,{MIDDLE},{NEW}", 1, id="less final"),
        pytest.param(f"1,Conviction,,{MIDDLE},{NEW}", 0, id="more final"),
    ],
)
def test_of_one_moment_one_statement_holds(tables, order, is_split, row, holds):
    rows = [row, f"1,Arrest,,{MIDDLE},{NEW}"][::order]
    files = [rows[:1], rows[1:]] if is_split else [rows]
    results = [fed_rows(tables, *some) for some in files]
    winner = [row, f"1,Arrest,,{MIDDLE},{NEW}"][holds].split(",")[1]
    assert [each[1] for each in outcomes_in(tables)] == [winner]
    refused = [each for result in results for each in problems_in(result)]
    replaced = sum(result.replaced for result in results)
    assert len(refused) + replaced == 1
    assert all("known from the same moment" in why for _, _, why in refused)


def test_rows_that_do_not_say_when_they_were_known_take_the_option(tables):
    header = "report_id,case_status,decided_at"
    file = file_of(tables.parent / "f.csv", f"1,Arrest,{OLD}", header=header)
    with pytest.raises(SettingsError, match="column 'known_at' is missing") as told:
        fed(tables, file)
    assert "--known-at" in told.value.fix
    assert fed(tables, file, known_at="2025-05-05T00:00+02:00").accepted == 1
    assert outcomes_in(tables)[0][4] == "2025-05-04"


def test_the_option_does_not_change_what_a_row_says(tables):
    rows = f"1,Arrest,,{OLD},{NEW}", f"2,Arrest,,{OLD},"
    assert fed_rows(tables, *rows, known_at="2025-05-05T00:00Z").accepted == 2
    assert [row[4] for row in outcomes_in(tables)] == ["2025-03-03", "2025-05-05"]


def test_only_the_outcomes_of_the_shard_are_written_again(tables):
    before = {path: path.read_bytes() for path in tables.rglob("*.parquet")}
    fed_rows(tables, f"4,{ARREST}")
    after = {path: path.read_bytes() for path in before}
    changed = [path for path in before if before[path] != after[path]]
    assert changed == [tables / "outcomes" / "part-00001.parquet"]


def test_a_file_that_cannot_be_read_changes_nothing(tables):
    before = {path: path.read_bytes() for path in tables.rglob("*") if path.is_file()}
    with pytest.raises(SettingsError, match="2 problems"):
        fed(tables, b"report_id,known_at,decided_at,decided_at\n")
    assert before == {path: path.read_bytes() for path in before}
    assert not (tables / "outcomes.json").exists()


def test_tables_must_be_there(tmp_path):
    file = file_of(tmp_path / "f.csv", f"1,{ARREST}")
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "absent", tmp_path / "empty"):
        with pytest.raises(MissingInputError, match="holds no tables"):
            fed(folder, file)
    assert not (tmp_path / "absent").exists()
    assert not list((tmp_path / "empty").iterdir())


def test_outcomes_wait_while_another_run_writes(tables):
    with changing(tables), pytest.raises(SettingsError, match="another run writes"):
        fed_rows(tables, f"1,{ARREST}")


def test_an_outcome_that_was_fed_back_is_a_label_from_then_on(tables):
    rows = (
        f"1,{ARREST}",
        f"4,{CLOSED},{NO_CRIME},{OLD},{NEW}",
        f"5,{CLOSED},,{OLD},{NEW}",
    )
    assert fed_rows(tables, *rows).accepted == 3
    _, frames = open_tables(tables)
    said = frames["outcomes"], frames["reports"]

    def labels(moment: str) -> dict[int, int]:
        return labels_as_of(said[0], pd.Timestamp(moment), said[1]).to_dict()

    assert labels("2025-03-02T08:00Z") == {}
    assert labels("2025-03-02T08:01Z") == {1: 1}
    assert labels("2026-01-01T00:00Z") == {1: 1, 4: 0}


moments = st.sampled_from([OLD, MIDDLE, NEW])
rows_of_any_kind = st.builds(
    lambda report, status, decided, known: f"{report},{status},{decided},{known}",
    st.sampled_from(["1", "2", "4", "5", "9", "x"]),
    st.sampled_from(
        ["Arrest,", "Referred,", f"{CLOSED},", f"{CLOSED},{NO_CRIME}", "Won,", ","]
    ),
    moments,
    moments,
)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(rows_of_any_kind, max_size=12),
    shuffle=st.randoms(use_true_random=False),
    cuts=st.lists(st.integers(0, 12), max_size=3),
)
def test_order_and_split_change_no_outcome(tmp_path_factory, rows, shuffle, cuts):
    once, parts = (tmp_path_factory.mktemp("t") / "tables" for _ in range(2))
    for folder in (once, parts):
        tables_of(folder, (1, 2, 3), (4, 5))
    result = fed_rows(once, *rows)
    assert result.given == len(rows)
    shuffled = list(rows)
    shuffle.shuffle(shuffled)
    places = [0, *sorted(cuts), len(rows)]
    for begin, end in pairwise(places):
        assert fed_rows(parts, *shuffled[begin:end]).given == len(shuffled[begin:end])
    assert outcomes_in(parts) == outcomes_in(once)
    assert fed_rows(parts, *rows).accepted == 0
