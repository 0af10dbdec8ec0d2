"""The commands that plan, train and show an experiment, as a user runs them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import small_world

QUICK = """
[train]
rounds = 30
pairs = 4
refits = 2
[validation]
folds = 2
months = 4
interim = true
[candidates.plain]
pairs = 0
"""


def run(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "prioritizer", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


def stated(folder: Path, text: str = QUICK) -> tuple[str, Path]:
    (folder / "e.toml").write_text(text, encoding="utf-8")
    return "--config", folder / "e.toml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return a folder with a model, what a plan said before, and what training said."""
    folder = tmp_path_factory.mktemp("made")
    words = ("train", small_world(), "--out", folder / "m", *stated(folder))
    planned = run(*words, "--validate-only")
    assert not (folder / "m").exists()
    trained = run(*words)
    assert trained.returncode == planned.returncode == 0, trained.stderr
    return folder, planned.stdout, trained.stdout


def test_a_plan_says_what_would_be_done_and_does_nothing(made) -> None:
    _, planned, _ = made
    assert "Candidates: model, plain" in planned
    assert "6 fits are needed; 0 were made before" in planned
    assert re.search(r"fold 1 +2024-", planned)


def test_training_prints_the_leaderboard_and_the_fits_it_needed(made) -> None:
    _, _, said = made
    assert re.search(r"^model  ", said, re.M)
    assert re.search(r"^arrival_order  ", said, re.M)
    assert re.search(r"fits_needed +6", said)
    assert "mechanics, not field validity" in said


def test_a_second_run_needs_no_further_fit(made) -> None:
    folder, _, _ = made
    words = ("train", small_world(), "--out", folder / "m", "--config")
    again = run(*words, folder / "e.toml", "--overwrite")
    assert re.search(r"fits_known +6", again.stdout), again.stderr
    planned = run(*words, folder / "e.toml", "--validate-only").stdout
    assert "0 fits are needed; 6 were made before" in planned


def test_the_card_tells_how_it_was_chosen_and_what_hangs_on_labels(made) -> None:
    folder, _, _ = made
    card = (folder / "m" / "card.md").read_text(encoding="utf-8")
    for title in (
        "Beside simple orders",
        "By parts of the reports",
        "If reports nobody told of are other than they look",
        "At work in the past",
        "How it was chosen",
        "Had outcomes that may still change counted otherwise",
        "What its numbers promise",
    ):
        assert f"## {title}\n" in card
    assert re.search(r"\| mean \| [\d.]+ \| [\d.]+ \| (model|plain) \|", card)


def test_metrics_hold_every_table_of_the_card(made) -> None:
    folder, _, _ = made
    said = json.loads((folder / "m" / "metrics.json").read_text(encoding="utf-8"))
    assert [row["interim"] for row in said["interim"]] == [
        "as stated",
        "left out",
        "not actionable",
    ]
    assert said["interim"][0]["shared"] == 1.0
    odds = {row["odds_ratio"]: row["precision"] for row in said["unheard_of"]}
    assert odds["none of them"] < odds[0.25] < odds[1.0] < odds[4.0]
    assert odds[4.0] < odds["all of them"] <= 1
    assert {row["by"] for row in said["slices"]} == {"kind", "provider", "door"}


def test_splits_are_shown_and_drawn(tmp_path: Path) -> None:
    chart = tmp_path / "s.svg"
    said = run("splits", small_world(), *stated(tmp_path), "--out", chart)
    assert said.returncode == 0, said.stderr
    assert re.search(r"^test +2024-", said.stdout, re.M)
    assert chart.read_text(encoding="utf-8").startswith("<?xml")


def test_deep_trees_cannot_become_the_model(tmp_path: Path) -> None:
    config = stated(tmp_path, '[train]\ninteractions = "any"\n')
    said = run("train", small_world(), "--out", tmp_path / "m", *config)
    assert said.returncode == 1
    assert "deep trees are no sum of tables" in said.stderr
    assert not (tmp_path / "m").exists()


def test_a_setting_at_its_old_place_is_refused_with_the_tables_there_are(
    tmp_path: Path,
) -> None:
    config = stated(tmp_path, "rounds = 20\n")
    said = run("train", small_world(), "--out", tmp_path / "m", *config)
    assert "1 problem: rounds: there is no such key" in said.stderr
    assert "train, validation, candidates, tune" in said.stderr


REFUSED = [
    ('[validation]\nfolds = 1\nrule = "luck"\n', "no such rule of choice"),
    ("[validation]\nfolds = 1\n[candidates.logistic]\n", "has the name of a rival"),
    ('[validation]\nfolds = 1\n[candidates."a|b"]\n', "a name is none"),
    ("[tune]\nseed = 99999999999\n", "tune.seed: Input should be"),
    ('[train]\nsections = ["envelope"]\n', "sections"),
    ('[train]\ninteractions = "any"\n', "deep trees"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_a_plan_refuses_what_a_run_would(text: str, why: str, tmp_path: Path) -> None:
    words = ("train", small_world(), "--out", tmp_path / "m", *stated(tmp_path, text))
    said = run(*words, "--validate-only")
    assert (said.returncode, why in said.stderr) == (1, True), said.stderr


def test_figures_of_fits_lie_neither_in_tables_nor_in_a_model(made) -> None:
    folder, _, _ = made
    for place in (small_world() / "fits", folder / "m" / "fits", folder / "new"):
        words = ("--fits", place, *stated(folder, ""))
        said = run("train", small_world(), "--out", folder / "new", *words)
        assert said.returncode == 1
        assert not place.exists()


def test_a_card_of_unlabelled_learning_says_what_it_is(tmp_path: Path) -> None:
    config = stated(
        tmp_path,
        "[train]\nrefits = 0\n[train.selection]\nfeedback = 'positive-unlabelled'\n",
    )
    said = run("train", small_world(), "--out", tmp_path / "m", *config)
    assert said.returncode == 0, said.stderr
    card = (tmp_path / "m" / "card.md").read_text(encoding="utf-8")
    assert "only known actions are labels" in card
    assert "| propensity | taken as equal |" in card
    assert "calibrated on the newest reports that are old enough" in card
    assert "If reports nobody told of" not in card
