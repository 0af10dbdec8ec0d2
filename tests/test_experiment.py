"""An experiment is stated as data, and refused before anything is computed."""

from pathlib import Path

import pytest

from prioritizer.errors import SettingsError
from prioritizer.model import Candidate, Experiment, TrainSettings, Tuning, Validation
from prioritizer.settings import load_settings

WORKED = """
[train]
rounds = 200
[validation]
folds = 3
months = 6
rule = "steady"
metric = "recall"
[candidates.deep]
interactions = "any"
[candidates.plain]
pairs = 0
[tune]
trials = 4
"""


def read(folder: Path, text: str) -> Experiment:
    (folder / "experiment.toml").write_text(text, encoding="utf-8")
    return load_settings(folder / "experiment.toml", Experiment)


def test_a_file_states_an_experiment(tmp_path: Path) -> None:
    experiment = read(tmp_path, WORKED)
    assert experiment.validation == Validation(3, 6, "steady", "recall")
    candidates = experiment.all_candidates()
    assert list(candidates) == ["model", "deep", "plain"]
    assert candidates["model"] == TrainSettings(rounds=200)
    assert candidates["deep"] == TrainSettings(rounds=200, interactions="any")
    assert candidates["plain"] == TrainSettings(rounds=200, pairs=0)
    assert experiment.tune == Tuning(trials=4)


def test_all_that_is_wrong_in_a_file_is_listed(tmp_path: Path) -> None:
    wrong = WORKED.replace("rounds", "round").replace("pairs = 0", "pairs = -1")
    wrong = wrong.replace('interactions = "any"', "depth = 9")
    with pytest.raises(SettingsError, match="3 problems") as told:
        read(tmp_path, wrong)
    for key in ("train.round: ", "candidates.deep.depth: ", "candidates.plain.pairs: "):
        assert key in told.value.what


@pytest.mark.parametrize(
    ("experiment", "why"),
    [
        pytest.param(
            Experiment(candidates={"deep": Candidate()}), "need 1 or more", id="no fold"
        ),
        pytest.param(
            Experiment(tune=Tuning(5), validation=Validation(folds=1)),
            "need 2 or more",
            id="nothing but the newest fold to seek on",
        ),
        pytest.param(
            Experiment(
                candidates={"model": Candidate()}, validation=Validation(folds=1)
            ),
            "the name .model. is taken",
            id="name taken",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(experiment: Experiment, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        experiment.all_candidates()


def test_steps_are_counted_before_they_are_taken() -> None:
    assert Experiment().steps == 3
    validated = Experiment(
        validation=Validation(folds=2, interim=True), candidates={"a": Candidate()}
    )
    assert validated.steps == 3 + 2 * (2 + 1) + 1
