"""What the pages say must be what the code does."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from prioritizer import pipeline
from prioritizer.features import feature_dictionary
from prioritizer.features.completeness import completeness_dictionary
from prioritizer.formats.provider_rules import rule_dictionary
from prioritizer.model import Experiment, label_dictionary, load_model
from prioritizer.settings import load_settings, load_world
from prioritizer.synthetic import generate, read_truth
from prioritizer.tables import open_tables
from prioritizer.vocabulary import TABLES, data_dictionary

_ROOT = Path(__file__).parents[1]


def page(name: str) -> str:
    return (_ROOT / name).read_text(encoding="utf-8")


def test_the_data_dictionary_is_the_one_printed() -> None:
    assert page("docs/data-dictionary.md") == data_dictionary(TABLES) + "\n"


def test_the_feature_page_is_the_one_printed() -> None:
    assert page("docs/features.md") == feature_dictionary() + "\n"


def test_the_page_of_provider_rules_is_the_one_printed() -> None:
    assert page("docs/provider-rules.md") == rule_dictionary() + "\n"


def test_the_page_of_labels_is_the_one_printed() -> None:
    assert page("docs/labels.md") == label_dictionary() + "\n"


def test_the_page_of_completeness_is_the_one_printed() -> None:
    assert page("docs/completeness.md") == completeness_dictionary() + "\n"


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_links_lead_to_files(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page(name))
    assert [link for link in links if not (_ROOT / link).exists()] == []


def test_files_that_readme_names_are_there() -> None:
    named = re.findall(
        r"`((?:notebooks|docs|models|prioritizer)/[\w./-]+)`", page("README.md")
    )
    assert named
    assert [
        name for name in named if not (_ROOT / name).exists() and name != "models/mine"
    ] == []


def test_readme_lists_every_command() -> None:
    from prioritizer.cli.app import app

    listed = re.search(r"lists all commands: `([^`]+)`", page("README.md")).group(1)
    assert listed.split() == [
        command.name or command.callback.__name__ for command in app.registered_commands
    ]


def test_python_in_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", page("README.md"), re.S).group(1)
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)  # noqa: S102  # our own page
    assert len(names["scores"]) == 4000


def test_the_sample_is_small_and_made_anew_alike(tmp_path: Path) -> None:
    sample = _ROOT / "data" / "synthetic" / "sample"
    files = [path for path in sample.rglob("*") if path.is_file()]
    # What was looked back is kept there by whoever uses the sample, and not in git.
    size = sum(path.stat().st_size for path in files if "history" not in path.parts)
    assert size <= 1_000_000
    fresh = generate(load_world("icac"), tmp_path, reports=2000, seed=7)
    assert open_tables(sample)[0].manifest == fresh.manifest
    assert read_truth(sample).equals(read_truth(tmp_path))


def test_the_example_model_is_made_anew_alike(tmp_path: Path) -> None:
    """Its scores, not its bytes: processors differ in the last digits of a sum."""
    world = generate(load_world("icac"), tmp_path / "w", reports=20_000, seed=7)
    stored = load_model(_ROOT / "models" / "demo")
    stated = load_settings(_ROOT / "models" / "demo.toml", Experiment)
    # What it was compared with is no part of it, and takes a minute.
    chosen = stated.all_candidates()[str(stored.facts["candidate"])]
    alone = Experiment(train=replace(chosen, refits=0))
    fresh = pipeline.train_model(world.path, tmp_path / "demo", experiment=alone).model
    X = pipeline.prepare(_ROOT / "data" / "synthetic" / "sample").X
    ours, theirs = (model.score(X)["raw"] for model in (fresh, stored))
    assert (ours - theirs).abs().quantile(0.99) < 1e-3
    assert fresh.facts["data"] == "synthetic"
