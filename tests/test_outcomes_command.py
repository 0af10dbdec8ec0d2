"""The command `outcomes`, and what of a file never comes out of it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from prioritizer import pipeline
from prioritizer.errors import PrioritizerError
from prioritizer.ingest.outcomes.mapping import OutcomesMapping
from prioritizer.tables import open_tables, write_tables
from tests.builders import small_world
from tests.builders_kills import survives
from tests.builders_outcomes import (
    ARREST,
    HEADER,
    fed,
    feed,
    file_of,
    outcomes_in,
    tables_of,
)

MARKER = "ZQXJ7731"
WORLD = {"world": "icac", "reports": 3000, "seed": 7}
MARKS = [
    pytest.param([MARKER] * 6, id="everywhere"),
    *(
        pytest.param([MARKER if place == at else "" for place in range(6)], id=str(at))
        for at in range(6)
    ),
    pytest.param(["1", "Arrest", "", f"2025-03-01T08:00Z{MARKER}", "", ""], id="time"),
    pytest.param([f'"{MARKER}', "", "", "", "", ""], id="an open quote"),
    pytest.param([MARKER] * 9, id="a ragged row"),
    pytest.param(["1", *ARREST.split(","), MARKER], id="a row that is accepted"),
]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prioritizer", "outcomes", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


def everything_said(folder: Path) -> str:
    """All that lies in a folder, Parquet as its rows."""
    texts = [str(path) for path in folder.rglob("*")]
    for path in (path for path in folder.rglob("*") if path.is_file()):
        is_table = path.suffix == ".parquet"
        rows = pl.read_parquet(path).rows() if is_table else ()
        texts.append(repr(rows) if is_table else path.read_text(encoding="utf-8"))
    return "\n".join(texts)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tables_of(tmp_path / "tables", (1, 2, 3), (4, 5))


@pytest.mark.parametrize("cells", MARKS)
def test_no_cell_is_repeated_in_the_tables_or_a_log(tables, cells, caplog):
    caplog.set_level(logging.DEBUG)
    text = f"{HEADER},note\n{','.join(cells)}\n2,{ARREST},\n"
    result = fed(tables, text.encode())
    assert result.given == 2
    assert MARKER not in everything_said(tables)
    assert MARKER not in caplog.text
    assert MARKER not in repr(result)


@pytest.mark.parametrize("mapping", [OutcomesMapping(), OutcomesMapping(zone="UTC")])
def test_no_header_is_repeated_in_an_error(tables, mapping):
    text = f"{MARKER},{MARKER}\n{MARKER},{MARKER}\n"
    with pytest.raises(PrioritizerError, match="is missing") as told:
        fed(tables, text.encode(), mapping=mapping)
    seen: BaseException | None = told.value
    while seen is not None:
        assert MARKER not in repr(seen)
        seen = seen.__cause__ or seen.__context__


def test_the_command_names_the_first_rows_that_it_rejects(tables):
    rows = [f"1,{ARREST}", f"1,{ARREST}", *(f"{MARKER},{ARREST}" for _ in range(30))]
    file = file_of(tables.parent / "f.csv", *rows)
    said = run(file, "--tables", tables)
    assert said.returncode == 0, said.stderr
    assert "32 rows: 1 accepted, 1 already there, 30 rejected" in said.stdout
    assert said.stdout.count("rejected line") == 20
    assert "rejected line 4, report_id: it is no report's number" in said.stdout
    assert "and 10 problems more" in said.stdout
    assert f"All problems: {tables / 'rejected-outcomes.csv'}" in said.stdout
    assert MARKER not in said.stdout + said.stderr
    assert len(outcomes_in(tables)) == 1


def test_the_command_counts_one_row_as_one(tables):
    for row, told in ((f"1,{ARREST}", "1 row: 1 accepted, 0"), ("x,y", "1 row: 0 acc")):
        said = run(file_of(tables.parent / "f.csv", row), "--tables", tables)
        assert told in said.stdout
    later = ARREST.replace("-01T", "-02T")
    said = run(file_of(tables.parent / "f.csv", f"1,{later}"), "--tables", tables)
    assert "in place of 1 statement known from the same moment" in said.stdout
    assert "Mend" not in said.stdout


def test_the_command_takes_a_mapping_and_a_moment_and_prints_json(tables):
    (tables.parent / "m.toml").write_text('zone = "UTC"\n[columns]\nreport_id = "No"\n')
    header = "No,case_status,decided_at"
    file = file_of(tables.parent / "f.csv", "4,Arrest,2025-03-01", header=header)
    words = ("--columns", tables.parent / "m.toml", "--known-at", "2025-03-02T00:00Z")
    said = run(file, "--tables", tables, *words, "--json")
    assert said.returncode == 0, said.stderr
    account = json.loads(said.stdout)
    assert (account["given"], account["accepted"]) == (1, 1)
    assert account["columns_not_there"] == ["closed_reason", "known_at"]
    assert outcomes_in(tables)[0][3:] == ("2025-03-01", "2025-03-02")


def test_a_file_without_the_columns_is_told_how_to_map_them(tables):
    file = file_of(tables.parent / "f.csv", header="a,b")
    said = run(file, "--tables", tables)
    assert said.returncode == 1
    assert "4 problems: column 'report_id' is missing" in said.stderr
    assert "[columns]" in said.stderr
    assert "--known-at" in said.stderr


def test_the_command_has_help_with_an_example():
    assert "Example: prioritizer outcomes feedback.csv" in run("--help").stdout


def test_a_kill_leaves_no_outcome_lost_or_taken_twice(tables, tmp_path):
    file = file_of(tmp_path / "f.csv", f"1,{ARREST}", f"5,{ARREST}", f"9,{ARREST}")
    whole = copytree(tables, tmp_path / "whole")
    feed(whole, file)
    survived = []
    for moment in range(1, 60, 5):
        folder = copytree(tables, tmp_path / str(moment))
        survived.append(survives(feed, folder, file, kill_at=moment))
        result = fed(folder, file)
        assert result.accepted + result.already_there == 2
        assert outcomes_in(folder) == outcomes_in(whole)
        assert not (folder / ".change").exists()
    assert survived.count(False) > 5
    assert survived[-1]


def test_all_outcomes_of_an_invented_world_are_taken(tmp_path):
    pipeline.make_documents(tmp_path / "docs", format="json", overwrite=False, **WORLD)
    _, frames = open_tables(small_world(WORLD["reports"], WORLD["seed"]))
    told = frames.pop("outcomes")
    write_tables(tmp_path / "tables", [frames], origin="ingest")
    result = fed(tmp_path / "tables", tmp_path / "docs" / "outcomes.csv")
    assert (result.accepted, result.rejected) == (told.height, 0)
    assert_frame_equal(open_tables(tmp_path / "tables")[1]["outcomes"], told)
