"""The command `leak-check`, as a user types it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from prioritizer.evaluation.leaks import Leak, LeakCheck, LeakKind
from prioritizer.tables import empty, write_tables
from prioritizer.tables.layout import STORED
from tests.builders import small_world
from tests.builders_leaks import arrivals_of, labels_of, random, world

_REPORTS = 3000


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prioritizer", "leak-check", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


def file_of(folder: Path, **columns: object) -> Path:
    """Write columns of the world's reports as a user may have them."""
    ids = arrivals_of(world(_REPORTS)).index
    pd.DataFrame(columns, index=ids).to_parquet(folder / "X.parquet")
    return folder / "X.parquet"


def checked(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(small_world(_REPORTS), "--features", file, *words)


def test_the_catalogue_of_a_world_is_cleared_and_it_says_what_was_tried() -> None:
    said = run(small_world(_REPORTS))
    assert said.returncode == 0, said.stdout + said.stderr
    assert "Clear: in all that was tried" in said.stdout
    assert "row order: the rows of all tables were shuffled; 3,000 rows" in said.stdout
    assert "Not tried, and so not cleared:" in said.stdout


def test_a_leak_ends_the_command_with_one_and_is_told_in_words(tmp_path) -> None:
    label = labels_of(world(_REPORTS))
    noise = random(0).normal(size=_REPORTS)
    said = checked(file_of(tmp_path, was_acted_on=label, noise=noise))
    assert said.returncode == 1
    assert (
        "LEAK (outcome) was_acted_on: its value follows from case_status" in said.stdout
    )
    assert "noise:" not in said.stdout
    assert "1 of the columns know more" in said.stdout
    assert "could not be computed again" in said.stdout


def test_honest_columns_are_cleared_and_json_says_so(tmp_path) -> None:
    noise = random(0).normal(size=_REPORTS)
    said = checked(file_of(tmp_path, noise=noise, yes=noise > 0), "--json")
    assert said.returncode == 0
    found = json.loads(said.stdout)
    assert (found["is_clear"], found["leaks"]) == (True, [])
    assert len(found["tried"]) == 5
    assert len(found["not_tried"]) == 1


def test_json_holds_each_leak_with_its_figure(tmp_path) -> None:
    said = checked(file_of(tmp_path, row=np.arange(_REPORTS)), "--json")
    assert said.returncode == 1
    (leak,) = json.loads(said.stdout)["leaks"]
    assert (leak["column"], leak["kind"], leak["figure"]) == ("row", "row order", 1.0)
    assert leak["reports"] == _REPORTS
    assert leak["remedy"]


def test_no_value_of_a_report_is_printed(tmp_path) -> None:
    ids = arrivals_of(world(_REPORTS)).index.to_numpy()
    said = checked(file_of(tmp_path, number=ids, label=labels_of(world(_REPORTS))))
    assert said.returncode == 1
    assert not any(str(each) in said.stdout + said.stderr for each in ids)


def frame(**columns: object) -> pl.DataFrame:
    ids = arrivals_of(world(_REPORTS)).index[:3].to_list()
    return pl.DataFrame({"report_id": ids, "a": [1.0, 2.0, 3.0], **columns})


MISTAKES = [
    pytest.param(
        frame(text=["ZQX"] * 3).drop("report_id"),
        "2 problems: column 'report_id' is missing; column 'text' holds no numbers",
        id="no report_id, and text",
    ),
    pytest.param(
        frame(report_id=[1.5, 2.5, 3.5]),
        "1 problem: column 'report_id' holds no whole numbers",
        id="broken numbers",
    ),
    pytest.param(
        frame(report_id=["ZQX", None, "3"]),
        "1 problem: rows without a report's number: 2",
        id="numbers that are none",
    ),
    pytest.param(
        frame(report_id=[-7, -7, -8], text=["ZQX"] * 3),
        "3 problems: rows of reports that the tables do not hold: 3; rows of a report "
        "that has one already: 1; column 'text' holds no numbers",
        id="unknown, twice and text",
    ),
    pytest.param(frame().select("report_id"), "no rows or no columns", id="no column"),
    pytest.param(frame().clear(), "no rows or no columns", id="no row"),
    pytest.param(
        frame(at=[arrivals_of(world(_REPORTS)).iloc[0]] * 3),
        "column 'at' holds no numbers",
        id="a moment",
    ),
]


@pytest.mark.parametrize(("columns", "message"), MISTAKES)
def test_a_file_that_cannot_be_checked_is_refused(columns, message, tmp_path) -> None:
    columns.write_parquet(tmp_path / "X.parquet")
    said = checked(tmp_path / "X.parquet")
    assert said.returncode == 1
    assert message in said.stderr
    assert "X.parquet" in said.stderr.split("where:")[1]
    assert "fix:" in said.stderr
    assert "ZQX" not in said.stdout + said.stderr
    assert "Traceback" not in said.stderr


def test_a_file_that_is_not_there_or_not_parquet_is_refused(tmp_path) -> None:
    (tmp_path / "X.parquet").write_bytes(b"PAR1 and no more")
    assert "is not Parquet" in checked(tmp_path / "X.parquet").stderr
    missing = checked(tmp_path / "Y.parquet")
    assert missing.returncode == 1
    assert "there is no file of columns" in missing.stderr


def test_numbers_may_be_digits_and_truth_values_unknown(tmp_path) -> None:
    ids = arrivals_of(world(_REPORTS)).index
    truth = [True, None, False] * 1000
    noise = random(1).normal(size=_REPORTS)
    sort = pl.Series(["p", "q", None] * 1000, dtype=pl.Categorical)
    columns = {"b": truth, "n": noise, "s": sort}
    X = pl.DataFrame({"report_id": ids.astype(str).to_list(), **columns})
    X.write_parquet(tmp_path / "X.parquet")
    said = checked(tmp_path / "X.parquet")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "3,000 reports; 3 columns" in said.stdout


def test_a_column_that_two_checks_find_is_one_finding() -> None:
    leak = Leak("x", LeakKind.OUTCOME, 0.5, 10, "moved")
    other = Leak("x", LeakKind.OUTCOME, 1.0, 10, "follows")
    both = LeakCheck((leak,), ("a",), ()) + LeakCheck((other,), ("b",), ("c",))
    assert both == LeakCheck((leak,), ("a", "b"), ("c",))


def test_the_command_has_help_with_an_example() -> None:
    assert "Example: prioritizer leak-check tables/" in run("--help").stdout


def test_tables_without_reports_are_refused(tmp_path) -> None:
    nothing = {table.name: empty(table) for table in STORED}
    write_tables(tmp_path, [nothing], origin="synthetic")
    said = run(tmp_path)
    assert said.returncode != 0
    assert "the tables hold no reports" in " ".join(said.stderr.split())
