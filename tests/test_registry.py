"""Who becomes champion, who does not, and what is written down of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp

import pandas as pd
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from prioritizer.cli import promote as commands
from prioritizer.errors import (
    MissingInputError,
    ModelError,
    PrioritizerError,
    SettingsError,
)
from prioritizer.model import load_model
from prioritizer.tracking import (
    PromotionRules,
    champion_folder,
    champion_run,
    list_models,
    list_promotions,
    log_run,
    promote,
)
from prioritizer.tracking.connection import connect
from prioritizer.tracking.promotion import compare, problems_of
from prioritizer.tracking.standings import Standing
from tests.builders import trained
from tests.builders_runs import new_database, run_of

AT = pd.Timestamp("2026-03-01T09:00+01:00")
LATER = pd.Timestamp("2026-04-01T08:00Z")


def few_plots(**changes):
    """Return a run whose folds, which take time to draw, are left out."""
    return replace(run_of(**changes), folds=pd.DataFrame())


@cache
def _three_runs() -> Path:
    """Return a database with a champion, a better model and a failed one."""
    database = new_database(Path(mkdtemp(prefix="registry-")))
    log_run(database, few_plots(model=0.61))
    log_run(database, few_plots(model=0.64))
    failed = {"scorecard": "FLOOR-FAIL"}
    other = {"data_hash": "f" * 64, "evidence_verified": False}
    log_run(database, few_plots(model=0.50, floors=failed, **other))
    return database


def three_runs(folder: Path) -> Path:
    return Path(copyfile(_three_runs(), folder / "runs.db"))


def aliases(database: Path) -> dict[int, str]:
    return {
        int(version): said  # type: ignore[call-overload]
        for version, said in list_models(database)["aliases"].items()
        if said
    }


def promoted(database: Path, model: str, **changes):
    words = {"by": "Ann Lee", "reason": "more found in the same hours", "at": AT}
    return promote(database, model, **{**words, **changes})


def test_the_first_model_that_passed_is_champion_and_later_ones_challenge(tmp_path):
    database = three_runs(tmp_path)
    assert aliases(database) == {1: "champion", 3: "challenger"}
    assert list_models(database)["floor"].tolist() == ["FLOOR-FAIL", "passed", "passed"]
    first = list_promotions(database).iloc[0]
    assert (first["by"], first["previous_champion"]) == ("nobody", "")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"floors": {"logistic": "FLOOR-FAIL"}}, id="floor"),
        pytest.param({"leaderboard": pd.DataFrame(), "metrics": {}}, id="no figures"),
        pytest.param({"floors": {}, "evidence_verified": False}, id="evidence"),
    ],
)
def test_a_first_model_that_did_not_pass_is_only_a_challenger(changes, tmp_path):
    own = {"floors", "evidence_verified"}
    said = {name: changes[name] for name in changes if name in own}
    others = {name: changes[name] for name in changes if name not in own}
    database = new_database(tmp_path)
    log_run(database, replace(few_plots(**said), **others))
    assert aliases(database) == {1: "challenger"}
    with pytest.raises(MissingInputError, match="no model is champion"):
        champion_run(database)


def test_a_promotion_moves_the_aliases_and_is_written_down(tmp_path):
    database = three_runs(tmp_path)
    done = promoted(database, "2")
    assert (done.version, done.previous_champion, done.forced) == ("2", "1", "")
    assert aliases(database) == {1: "previous_champion", 2: "champion", 3: "challenger"}
    tags = connect(database).client.get_model_version("actionability", "2").tags
    assert tags["promoted_by"] == "Ann Lee"
    assert tags["promotion_reason"] == "more found in the same hours"
    assert tags["promoted_at"] == "2026-03-01T08:00:00+00:00"
    assert tags["previous_champion"] == "1"


def test_every_rule_that_does_not_hold_is_listed_at_once(tmp_path):
    database = three_runs(tmp_path)
    with pytest.raises(ModelError) as raised:
        promoted(database, "challenger")
    assert raised.value.what == (
        "3 problems: FLOOR-FAIL: it does not beat every simple order; it was not "
        "verified that more evidence never lowers its score; it was measured on other "
        "data than the champion"
    )
    assert aliases(database) == {1: "champion", 3: "challenger"}


def test_force_overrules_the_comparison_alone(tmp_path):
    database = three_runs(tmp_path)
    with pytest.raises(ModelError, match="2 problems: FLOOR-FAIL"):
        promoted(database, "3", force=True)
    promoted(database, "2")
    with pytest.raises(ModelError, match=r"0.6100, is more than 0.005 below .*0.6400"):
        promoted(database, "1")


def test_going_back_is_a_promotion_and_all_of_them_are_kept(tmp_path):
    database = three_runs(tmp_path)
    promoted(database, "2")
    back = {"by": "Bo Roe", "reason": "fewer found", "at": LATER, "force": True}
    done = promoted(database, "previous_champion", **back)
    assert (done.version, done.previous_champion) == ("1", "2")
    assert aliases(database) == {1: "champion", 2: "previous_champion", 3: "challenger"}
    history = list_promotions(database)
    assert sorted(history["by"]) == ["Ann Lee", "Bo Roe", "nobody"]
    forced = history.set_index("by").loc["Bo Roe", "forced"]
    assert "more than 0.005 below the champion's" in str(forced)


def test_a_challenger_that_wins_challenges_no_longer(tmp_path):
    database = new_database(tmp_path)
    log_run(database, few_plots())
    run_id = log_run(database, few_plots(model=0.606))
    promoted(database, run_id)
    assert aliases(database) == {1: "previous_champion", 2: "champion"}
    assert champion_run(database) == run_id
    with pytest.raises(ModelError, match="1 problem: it is the champion already"):
        promoted(database, "2")


def standing(**changes) -> Standing:
    tags = {
        "floor": "passed",
        "evidence_verified": "true",
        "data_hash": "d",
        "test_begins_at": "2025-01-01",
        "label_version": "1",
        "interim_outcomes": "as stated",
        **changes.pop("tags", {}),
    }
    plain = {"average_precision": 0.6, "aliases": ()}
    about = {"version": "2", "run_id": "r", "run_name": "m"}
    return Standing(**{**about, **plain, **changes}, tags=tags)


MISSING = [
    pytest.param({"average_precision": None}, "was not measured", id="no figure"),
    pytest.param({"tags": {"floor": "FLOOR-FAIL"}}, "FLOOR-FAIL", id="floor"),
    pytest.param({"tags": {"floor": "not measured"}}, "simple orders", id="no floor"),
    pytest.param(
        {"tags": {"evidence_verified": "not stated"}}, "more evidence", id="e"
    ),
    pytest.param({"aliases": ("champion",)}, "champion already", id="champion"),
]


@pytest.mark.parametrize(("changes", "why"), MISSING)
def test_what_a_model_itself_must_show(changes, why) -> None:
    assert problems_of(standing()) == []
    (problem,) = problems_of(standing(**changes))
    assert why in problem


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("data_hash", "data"),
        ("test_begins_at", "test window"),
        ("label_version", "lab"),
        ("interim_outcomes", "readings"),
    ],
)
@pytest.mark.parametrize("value", ["", "other"])
def test_figures_of_other_reports_are_not_compared(name, words, value) -> None:
    better = standing(average_precision=0.9, tags={name: value})
    (problem,) = compare(better, standing(), 0.005)
    assert problem.startswith(f"it was measured on other {words}")


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.2))
def test_a_model_is_refused_only_if_it_is_worse_by_more_than_the_margin(a, b, margin):
    problems = compare(
        standing(average_precision=a), standing(average_precision=b), margin
    )
    assert bool(problems) == (a < b - margin)


WORDS = [
    pytest.param({"by": " "}, "no person is named", id="nobody"),
    pytest.param({"by": "123"}, "no person is named", id="a number"),
    pytest.param({"by": "Ann\nLee"}, "no person is named", id="two lines"),
    pytest.param({"reason": ""}, "no reason is given", id="no reason"),
    pytest.param({"reason": "x" * 1001}, "no reason is given", id="too long"),
    pytest.param({"at": pd.Timestamp("2026-03-01")}, "the moment has", id="no zone"),
    pytest.param(
        {"rules": PromotionRules(margin=-1)}, "the margin is not", id="margin"
    ),
]


@pytest.mark.parametrize(("changes", "why"), WORDS)
def test_somebody_decides_for_a_reason_at_a_moment(changes, why, tmp_path) -> None:
    with pytest.raises(SettingsError, match=f"1 problem: {why}"):
        promoted(tmp_path / "runs.db", "1", **changes)


@pytest.mark.parametrize("name", ["9", "f" * 32, "retired", "' or 1=1", ""])
def test_a_model_that_is_not_there_is_not_promoted(name, tmp_path) -> None:
    with pytest.raises(MissingInputError, match="no registered model has this number"):
        promoted(three_runs(tmp_path), name)


def test_a_signature_is_verified_where_it_is_required(tmp_path) -> None:
    def unsigned(folder: Path) -> None:
        load_model(folder)
        raise PrioritizerError("nobody signed it", str(folder), "sign it")

    database = three_runs(tmp_path)
    with pytest.raises(ModelError, match="1 problem: nobody signed it"):
        promoted(database, "2", rules=PromotionRules(verify=unsigned))
    assert promoted(database, "2", rules=PromotionRules(verify=load_model))


def test_the_champion_s_files_are_those_that_were_trained(tmp_path) -> None:
    out = champion_folder(three_runs(tmp_path), tmp_path / "champion")
    assert load_model(out).content_hash == trained().model.content_hash
    for path in trained().folder.iterdir():
        assert (out / path.name).read_bytes() == path.read_bytes()


@contextmanager
def stored_as(name: str, content: bytes | None) -> Iterator[None]:
    """Let a stored file of the champion say something else for a while."""
    folder = _three_runs().parent / "mlflow-artifacts"
    path = folder / champion_run(_three_runs()) / "artifacts" / "model_folder" / name
    before = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


_OTHER = (Path(__file__).parents[1] / "models" / "demo" / "MANIFEST.json").read_bytes()
ALTERED = [
    pytest.param("MANIFEST.json", b"{}", "not as it was", id="manifest"),
    pytest.param("MANIFEST.json", _OTHER, "not as it was", id="another model"),
    pytest.param("MANIFEST.json", None, "not as it was", id="no manifest"),
    pytest.param("tables.json", b"{}", "tables.json was altered", id="a table"),
    pytest.param("model.txt", b"\x80\x04N.", "model.txt is no text", id="a pickle"),
    pytest.param("card.md", None, "card.md is no text", id="a file is gone"),
]


@pytest.mark.parametrize(("name", "content", "why"), ALTERED)
def test_altered_files_are_refused(name, content, why, tmp_path):
    database = three_runs(tmp_path)
    with stored_as(name, content):
        with pytest.raises(ModelError, match=why):
            champion_folder(database, tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_a_model_whose_files_are_gone_is_not_promoted(tmp_path) -> None:
    database = new_database(tmp_path)
    run_id = log_run(database, few_plots(floors={"logistic": "FLOOR-FAIL"}))
    rmtree(tmp_path / "mlflow-artifacts" / run_id)
    with pytest.raises(ModelError, match="the files of the model are gone"):
        promoted(database, "1")


def test_a_champion_made_past_the_rules_is_not_used(tmp_path) -> None:
    database = three_runs(tmp_path)
    client = connect(database).client
    client.set_registered_model_alias("actionability", "champion", "3")
    with pytest.raises(ModelError, match="its alias was set by hand"):
        champion_folder(database, tmp_path / "out")


app = typer.Typer()
for each in (commands.promote, commands.runs, commands.champion):
    app.command()(each)


def test_the_commands_list_promote_and_fetch(tmp_path) -> None:
    def said(*words: str) -> str:
        done = CliRunner().invoke(app, [*words, "--database", str(database)])
        assert done.exit_code == 0, done.exception
        return done.stdout

    database = three_runs(tmp_path)
    who = ("--by", "Ann Lee", "--reason", "more found")
    assert "in place of version 1" in said("promote", "2", *who)
    rows = json.loads(said("runs", "--json"))
    assert [row["aliases"] for row in rows][1] == "champion"
    assert "Ann Lee: more found" in said("champion", "--out", str(tmp_path / "c"))
    assert load_model(tmp_path / "c").content_hash == trained().model.content_hash
    told = json.loads(said("champion", "--json"))
    assert told["champion"]["version"] == 2
    assert len(told["promotions"]) == 2


def test_nobody_follows_a_champion_that_was_taken_out_of_use(tmp_path) -> None:
    database = three_runs(tmp_path)
    connect(database).client.delete_registered_model_alias("actionability", "champion")
    log_run(database, few_plots(model=0.3))
    assert aliases(database) == {4: "challenger"}


def test_what_a_wide_margin_let_pass_is_written_down(tmp_path) -> None:
    database = three_runs(tmp_path)
    log_run(database, few_plots(model=0.4))
    done = promoted(database, "4", rules=PromotionRules(margin=0.5))
    assert "more than 0.005 below the champion's" in done.forced
