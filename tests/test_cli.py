"""The commands as a user types them, in a process of their own."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.builders import small_world, trained

_ROOT = Path(__file__).parents[1]
_DATA = _ROOT / "tests" / "data"


def run(*words: object, key: Path | None = None) -> subprocess.CompletedProcess[str]:
    settings = {"PRIORITIZER_KEY_FILE": str(key)} if key else {}
    return subprocess.run(
        [sys.executable, "-m", "prioritizer", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **settings},
    )


COMMANDS = "demo generate ingest check schema features train score rank explain".split()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    said = run(command, "--help")
    assert said.returncode == 0
    assert f"Example: prioritizer {command}" in said.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['prioritizer', '--help']\n"
        "import prioritizer.cli as c\n"
        "try: c.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'pandas', 'numpy', 'lightgbm', 'sklearn', 'mlflow'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the fixtures ingested and ranked."""
    out = tmp_path_factory.mktemp("fixtures")
    sources = (_DATA / "le_json", _DATA / "submission_xml")
    ingested = run("ingest", *sources, "--out", out / "T", key=out / "key")
    assert ingested.returncode == 0, ingested.stderr
    assert "Documents given: 24: 24 new reports, 0 further versions" in ingested.stdout
    model = _ROOT / "models" / "demo"
    queue = run(
        "rank",
        out / "T",
        "--model",
        model,
        "--out",
        out / "q.parquet",
        "--json",
        "--top",
        30,
    )
    assert queue.returncode == 0, queue.stderr
    (out / "queue.json").write_text(queue.stdout, encoding="utf-8")
    return out


def test_an_escalated_thin_report_stands_above_a_complete_viral_one(ranked) -> None:
    said = json.loads((ranked / "queue.json").read_text(encoding="utf-8"))
    queue = said["queue"]
    place = {row["report_id"]: row["position"] for row in queue}
    thin, viral = (900000002, 910000002), (900000004, 910000010)
    assert max(place[each] for each in thin) < min(place[each] for each in viral)


def test_each_ranked_fixture_has_reasons(ranked) -> None:
    said = json.loads((ranked / "queue.json").read_text(encoding="utf-8"))
    queue = said["queue"]
    assert len(queue) == 24
    assert all(row["reason_1"] and row["reason_2"] and row["reason_3"] for row in queue)


def test_a_report_of_the_queue_is_explained(ranked) -> None:
    said = run("explain", 900000003, "--queue", ranked / "q.parquet")
    assert said.returncode == 0
    assert "where every report starts" in said.stdout
    parts = json.loads(
        run("explain", 900000003, "--queue", ranked / "q.parquet", "--json").stdout
    )
    total = parts["base"] + sum(parts["contributions"].values())
    assert total == pytest.approx(parts["raw"], abs=1e-4)


def test_completeness_is_shown_apart_from_the_score(ranked) -> None:
    said = run("explain", 900000001, "--queue", ranked / "q.parquet").stdout
    score, completeness = said.split("Completeness of what the provider sent: ")
    assert "in all" in score
    assert completeness.startswith("4 of 100\n(another scale, and no part of the score")
    assert "        0  network    no IP address recorded at upload; " in completeness
    assert "It would rise most by: IP address recorded at upload (+8); " in completeness


def test_completeness_stands_in_the_queue_and_in_json(ranked) -> None:
    said = json.loads((ranked / "queue.json").read_text(encoding="utf-8"))
    rows = {row["report_id"]: row for row in said["queue"]}
    assert rows[900000003]["completeness"] == 100
    assert rows[900000003]["missing"] == []
    assert rows[900000001]["missing"][0] == "upload_address"
    told = run("explain", 900000001, "--queue", ranked / "q.parquet", "--json").stdout
    beside = json.loads(told)["completeness"]
    assert (beside["score"], beside["sections"]["time"]) == (4, 40)
    assert beside["missing"] == rows[900000001]["missing"]


def test_scores_give_the_same_queue_as_the_model(tmp_path: Path) -> None:
    tables, model = small_world(), trained().folder
    moment = ("--as-of", "2026-01-01T00:00Z", "--json")
    scores = tmp_path / "s.parquet"
    assert run("score", tables, "--model", model, "--out", scores).returncode == 0
    direct = run("rank", tables, "--model", model, *moment)
    through = run("rank", tables, "--scores", scores, *moment)
    assert direct.returncode == through.returncode == 0, through.stderr
    assert direct.stdout == through.stdout


def test_a_model_is_trained_from_a_settings_file(tmp_path: Path) -> None:
    (tmp_path / "e.toml").write_text(
        "[train]\nrounds = 20\npairs = 4\n", encoding="utf-8"
    )
    said = run(
        "train", small_world(), "--out", tmp_path / "m", "--config", tmp_path / "e.toml"
    )
    assert said.returncode == 0, said.stderr
    assert "test_begins_at" in said.stdout
    assert (tmp_path / "m" / "MANIFEST.json").is_file()


def test_tables_are_checked(tmp_path: Path) -> None:
    assert "as they should be" in run("check", small_world()).stdout
    broken = Path(copytree(small_world(), tmp_path / "T"))
    (broken / "files" / "part-00000.parquet").unlink()
    with (broken / "people" / "part-00000.parquet").open("ab") as part:
        part.write(b"x")
    said = run("check", broken)
    assert said.returncode == 1
    assert "problems: " in said.stderr
    assert "files/part-00000.parquet is missing" in said.stderr
    assert "people/part-00000.parquet was altered" in said.stderr


def test_a_malformed_file_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    inbox = Path(copytree(_DATA / "le_json", tmp_path / "inbox"))
    (inbox / "broken.json").write_text('{"reportId": 5', encoding="utf-8")
    said = run("ingest", inbox, "--out", tmp_path / "T", key=tmp_path / "key")
    assert said.returncode == 0
    assert "Documents given: 13: 12 new reports, 0 further versions" in said.stdout
    assert "0 given before, 1 rejected" in said.stdout
    assert "somebody must look at them" in said.stdout
    assert "broken.json: the file is not valid JSON in UTF-8" in said.stdout


_QUEUE = "no-queue.parquet"
MISTAKES = [
    pytest.param(
        ("rank", "{T}", "--model", "none"), 1, "there is no model", id="no model"
    ),
    pytest.param(("rank", "{T}"), 1, "either a model or scores", id="neither"),
    pytest.param(
        ("rank", "none", "--model", "m"), 1, "holds no tables", id="no tables"
    ),
    pytest.param(
        ("rank", "{T}", "--colour", "m"), 2, "No such option", id="unknown option"
    ),
    pytest.param(
        ("rank", "{T}", "--as-of", "2025"), 2, "with its zone", id="naive time"
    ),
    pytest.param(
        ("explain", "1", "--queue", _QUEUE),
        1,
        "there is no file with a queue",
        id="no queue",
    ),
    pytest.param(("explain", "x", "--queue", _QUEUE), 2, "x", id="no number"),
    pytest.param(("ingest", "none", "--out", "o"), 1, "is not there", id="no source"),
    pytest.param(("generate", "--reports", "0", "--out", "o"), 2, "1", id="no reports"),
    pytest.param(
        ("generate", "--reports", "9", "--out", "o", "--profile", "x"),
        1,
        "choose one of: icac, national",
        id="no profile",
    ),
    pytest.param(
        ("generate", "--reports", "9", "--out", "{T}"), 1, "not empty", id="full"
    ),
    pytest.param(("check", "{T}/manifest.json"), 1, "holds no tables", id="a file"),
    pytest.param(("frobnicate",), 2, "No such command", id="unknown command"),
]


@pytest.mark.parametrize(("words", "code", "message"), MISTAKES)
def test_a_mistake_gets_one_message_and_no_traceback(words, code, message) -> None:
    said = run(*(word.format(T=small_world()) for word in words))
    assert said.returncode == code
    assert message in said.stderr
    assert "Traceback" not in said.stderr
    if code == 1:
        assert "where:" in said.stderr
        assert "fix:" in said.stderr


def test_the_data_dictionary_is_printed() -> None:
    said = run("schema")
    assert said.returncode == 0
    assert "| `incident_at` |" in said.stdout


SETTINGS = ["rounds = 0", "learning_rate = nan", "test_share = 1", "max_bin = 1"]


@pytest.mark.parametrize("line", SETTINGS)
def test_settings_out_of_bounds_are_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "e.toml").write_text(f"[train]\n{line}", encoding="utf-8")
    config = ("--config", tmp_path / "e.toml")
    said = run("train", small_world(), "--out", tmp_path / "m", *config)
    assert said.returncode == 1
    assert f"1 problem: train.{line.split()[0]}: Input should be" in said.stderr


def test_a_queue_says_how_many_it_leaves_waiting(tmp_path: Path) -> None:
    late = ("--since", "2025-10-01T00:00Z", "--as-of", "2026-01-01T00:00Z")
    said = run("rank", small_world(), "--model", trained().folder, *late)
    assert "Not in this queue: " in said.stdout
    assert " of them urgent." in said.stdout
    assert "The model learned from invented reports" in said.stdout
    queue = json.loads(
        run("rank", small_world(), "--model", trained().folder, *late, "--json").stdout
    )
    assert queue["left_out"] > 1000
    assert 0 < queue["urgent_left_out"] < queue["left_out"]
    assert queue["advice"].startswith("Advice for a person")


def test_a_report_that_arrives_later_than_now_is_not_hidden(tmp_path: Path) -> None:
    report = {
        "reportId": 1,
        "dateReceived": "2026-03-01T08:00:00Z",
        "dateMadeAvailable": "2099-01-01T00:00:00Z",
    }
    (tmp_path / "a.json").write_text(json.dumps(report), encoding="utf-8")
    run("ingest", tmp_path / "a.json", "--out", tmp_path / "T", key=tmp_path / "key")
    model = _ROOT / "models" / "demo"
    queue = run("rank", tmp_path / "T", "--model", model, "--json").stdout
    assert [row["report_id"] for row in json.loads(queue)["queue"]] == [1]


PLACES = [
    pytest.param(("score", "{T}", "--model", "{M}", "--out", "{f}/x"), id="score"),
    pytest.param(("rank", "{T}", "--model", "{M}", "--out", "{f}/x"), id="rank"),
    pytest.param(("train", "{T}", "--out", "{f}"), id="train"),
    pytest.param(("train", "{T}", "--out", "{T}/m"), id="train among tables"),
    pytest.param(
        ("train", "{T}", "--out", "{d}/m", "--database", "{f}"), id="database"
    ),
    pytest.param(("generate", "--reports", "9", "--out", "{f}"), id="generate"),
    pytest.param(("demo", "--reports", "2000", "--out", "{f}"), id="demo"),
]


@pytest.mark.parametrize("words", PLACES)
def test_an_output_that_cannot_be_written_gets_a_message(words, tmp_path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    places = {"T": small_world(), "M": trained().folder, "d": tmp_path}
    said = run(*(word.format(f=tmp_path / "file", **places) for word in words))
    assert said.returncode == 1, said.stderr
    assert said.stderr.count("where:") == 1
    assert "Traceback" not in said.stderr


def test_the_key_may_not_lie_among_the_tables(tmp_path: Path) -> None:
    said = run("ingest", _DATA / "le_json", "--out", tmp_path, key=tmp_path / "key")
    assert said.returncode == 1
    assert "the key would lie among the tables" in said.stderr
    assert not (tmp_path / "key").exists()


def test_a_refused_run_leaves_no_database(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "card.md").write_text("mine", encoding="utf-8")
    database = ("--database", tmp_path / "runs.db")
    for more in ((), ("--overwrite",)):
        said = run("train", small_world(), "--out", tmp_path / "m", *more, *database)
        assert said.returncode == 1
    assert (tmp_path / "m" / "card.md").read_text(encoding="utf-8") == "mine"


def test_another_program_s_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("create table a (b)")
    database = ("--database", tmp_path / "other.db")
    said = run("train", small_world(), "--out", tmp_path / "m", *database)
    assert said.returncode == 1
    assert "MLflow cannot use this database" in said.stderr


def test_further_columns_of_a_scores_file_are_left_out(tmp_path: Path) -> None:
    scores = tmp_path / "s.parquet"
    run("score", small_world(), "--model", trained().folder, "--out", scores)
    table = pq.read_table(scores)
    more = table.append_column("note", pa.array(["x"] * len(table)))
    pq.write_table(more.replace_schema_metadata(table.schema.metadata), scores)
    said = run("rank", small_world(), "--scores", scores, "--json")
    assert said.returncode == 0, said.stderr


def test_a_model_of_some_sections_says_so_wherever_it_ranks(tmp_path):
    sample = Path(__file__).parents[1] / "data" / "synthetic" / "sample"
    model, queue = tmp_path / "M", tmp_path / "Q.parquet"
    assert run("train", sample, "--out", model, "--sections", "A").returncode == 0
    as_of = ("--as-of", "2026-01-01T00:00Z")
    said = run("rank", sample, "--model", model, "--out", queue, *as_of)
    assert "The score sees only section A of a report" in said.stdout
    number = str(pd.read_parquet(queue)["report_id"].iloc[0])
    said = run("explain", number, "--queue", queue)
    assert "The score sees only section A of a report" in said.stdout
    told = run("explain", number, "--queue", queue, "--json")
    assert json.loads(told.stdout)["sections"] == "A"
