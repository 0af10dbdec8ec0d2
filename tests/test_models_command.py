"""The commands `models ...`, and what others show of signatures."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from prioritizer.cli.app import app
from prioritizer.errors import ModelError, PrioritizerError, SettingsError
from prioritizer.model.parts import sha256
from tests.builders_models import DEMO, copied, stored_with

SAMPLE = DEMO.parents[1] / "data" / "synthetic" / "sample"


def run(*words: object, **settings: str | None) -> Result:
    return CliRunner().invoke(app, list(map(str, words)), env=settings)


def refusal(done: Result) -> PrioritizerError:
    assert isinstance(done.exception, PrioritizerError)
    return done.exception


@pytest.mark.parametrize("command", ["list", "verify", "keys", "sign"])
def test_each_has_help_with_an_example(command: str) -> None:
    said = run("models", command, "--help")
    assert said.exit_code == 0
    assert f"Example: prioritizer models {command}" in said.stdout


def office(folder: Path) -> tuple[Path, Path]:
    """Return a private and a public key that the command made."""
    done = run("models", "keys", "--out", folder / "office")
    assert done.exit_code == 0
    return folder / "office.private.pem", folder / "office.public.pem"


def test_a_model_is_signed_verified_and_used(tmp_path: Path) -> None:
    model, (private, public) = copied(tmp_path), office(tmp_path)
    said = run("models", "verify", model)
    assert said.exit_code == 0
    assert "signature         none" in said.stdout
    assert run("models", "verify", model, "--trusted", public).exit_code == 1
    assert run("models", "sign", model, "--key", private).exit_code == 0
    said = run("models", "verify", model, "--trusted", public, "--json")
    found = json.loads(said.stdout)
    assert (found["problems"], found["every_cell_compared"]) == ([], True)
    assert found["signature"].endswith(", trusted")
    assert found["largest_difference"] < 1e-12


def test_verify_says_everything_that_is_wrong(tmp_path: Path) -> None:
    model = copied(tmp_path)
    (model / "notes.txt").write_text("mine", encoding="utf-8")
    (model / "card.md").unlink()
    text = (model / "model.txt").read_text(encoding="utf-8")
    stored_with(
        model, "model.txt", text.replace("left_child=2 -2", "left_child=2 -9", 1)
    )
    said = run("models", "verify", model)
    assert said.exit_code == 1
    assert "WRONG: card.md is missing" in said.stdout
    assert "WRONG: 1 files besides it are there, such as notes.txt" in said.stdout
    wrong = r"WRONG: tree \d+: its children are not each split and each leaf"
    assert re.search(wrong, said.stdout)


def changed_tables(model: Path, change) -> Path:
    tables = json.loads((model / "tables.json").read_text(encoding="utf-8"))
    change(tables)
    return stored_with(model, "tables.json", json.dumps(tables))


def one_cell(tables: dict) -> None:
    tables["pairs"][-1]["points"][1][1] += 1e-6


def one_threshold(tables: dict) -> None:
    edges = next(each["thresholds"] for each in tables["bins"] if each["thresholds"])
    edges[0] += 1e-9


@pytest.mark.parametrize("change", [one_cell, one_threshold])
def test_tables_that_are_not_the_trees_are_found(change, tmp_path: Path) -> None:
    model = changed_tables(copied(tmp_path), change)
    said = run("models", "verify", model)
    assert said.exit_code == 1
    assert "WRONG: the tables are not the sum of the trees" in said.stdout


def test_models_are_listed_with_what_they_learned_from(tmp_path: Path) -> None:
    model = copied(tmp_path)
    copied(tmp_path / "deeper")
    broken = tmp_path / "broken"
    model.rename(broken)
    model = copied(tmp_path)
    (broken / "card.md").unlink()
    (tmp_path / ".m.draft").mkdir()
    found = json.loads(run("models", "list", tmp_path, "--json").stdout)
    assert [each["name"] for each in found] == ["broken", "m"]
    assert found[0]["problem"] == "1 problem: card.md is missing"
    assert (found[1]["data"], found[1]["signature"]) == ("synthetic", "none")
    assert found[1]["model_hash"] == sha256((model / "MANIFEST.json").read_bytes())
    assert "label_version" in run("models", "list", model).stdout


def test_an_empty_folder_and_none_are_said_to_be_so(tmp_path: Path) -> None:
    assert "There is no model in" in run("models", "list", tmp_path).stdout
    done = run("models", "list", tmp_path / "no")
    assert refusal(done).what == "there is no such folder"


def test_a_passphrase_comes_from_the_environment(tmp_path: Path) -> None:
    model, secret = copied(tmp_path), {"PRIORITIZER_PASSPHRASE": "nine words"}
    assert run("models", "keys", "--out", tmp_path / "k", **secret).exit_code == 0
    private = tmp_path / "k.private.pem"
    assert b"ENCRYPTED" in private.read_bytes()
    done = run("models", "sign", model, "--key", private)
    assert "there is no passphrase" in refusal(done).what
    assert run("models", "sign", model, "--key", private, **secret).exit_code == 0


def test_encrypting_needs_somebody_to_ask(tmp_path: Path) -> None:
    done = run("models", "keys", "--out", tmp_path / "k", "--encrypt")
    assert isinstance(refusal(done), SettingsError)
    assert list(tmp_path.iterdir()) == []


def ranked(model: Path, out: Path, *more: object, **settings: str) -> Result:
    moment = ("--as-of", "2027-01-01T00:00Z", "--out", out, "--json", "--top", 1)
    return run("rank", SAMPLE, "--model", model, *moment, *more, **settings)


def test_a_queue_and_its_explanations_say_that_nobody_signed(tmp_path: Path) -> None:
    said = json.loads(ranked(DEMO, tmp_path / "q.parquet").stdout)
    assert said["signature"] == "none"
    words = (
        "explain",
        said["queue"][0]["report_id"],
        "--queue",
        tmp_path / "q.parquet",
    )
    assert "The model is not signed: nobody vouches" in run(*words).stdout
    assert json.loads(run(*words, "--json").stdout)["signature"] == "none"


def test_scores_of_a_signed_model_make_a_queue_that_says_so(tmp_path: Path) -> None:
    model, (private, public) = copied(tmp_path), office(tmp_path)
    key, scores = ("--trusted-key", public), tmp_path / "s.parquet"
    words = ("score", SAMPLE, "--model", model, "--out", scores)
    assert "it is not signed" in refusal(run(*words, *key)).what
    assert not scores.exists()
    run("models", "sign", model, "--key", private)
    assert "key not checked." in run(*words).stdout
    moment = ("--as-of", "2027-01-01T00:00Z", "--json")
    through = ("rank", SAMPLE, "--scores", scores, *moment)
    assert "do not say that a trusted key" in refusal(run(*through, *key)).what
    assert ", trusted." in run(*words, *key).stdout
    assert json.loads(run(*through, *key).stdout)["signature"].endswith(", trusted")


def test_an_office_can_name_its_key_once_for_all(tmp_path: Path) -> None:
    _, public = office(tmp_path)
    settings = {"PRIORITIZER_TRUSTED_KEYS": str(public)}
    done = ranked(DEMO, tmp_path / "q.parquet", **settings)
    assert isinstance(refusal(done), ModelError)
    assert "it is not signed" in refusal(done).what
