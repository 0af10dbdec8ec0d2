"""What LightGBM's parser is given, and what it is spared."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest

from prioritizer.errors import ModelError
from prioritizer.model import ActionabilityClassifier, load_booster
from prioritizer.model.tree_text import read_tree_text
from tests.builders_models import DEMO, copied, flipped, key_pair, stored_with

MACHINES = re.compile(
    r"^\[(num_threads|machines|machine_\w+|local\w+|num_m\w+): .*\]\n", re.M
)
ROUNDS = 12


def grown(rounds: int = ROUNDS, **settings: object) -> str:
    """Return the text of trees over numbers, missing values and categories."""
    random = np.random.default_rng(5)
    X = random.normal(size=(600, 5))
    X[:, 1] = random.integers(0, 70, 600)
    X[::5, 2] = np.nan
    X[:, 4] = 1.0
    y = (X[:, 0] + (X[:, 1] % 3) + np.nan_to_num(X[:, 2]) * X[:, 3] > 1).astype(int)
    chosen = {"objective": "binary", "max_depth": 2, "num_leaves": 4, "verbosity": -1}
    chosen |= {"num_threads": 1, "min_data_per_group": 5, "cat_smooth": 1.0}
    chosen |= {"monotone_constraints": [1, 0, 0, 0, 0]} | settings
    data = lgb.Dataset(X, y, categorical_feature=[1])
    return MACHINES.sub("", lgb.train(chosen, data, rounds).model_to_string())


@cache
def sound() -> str:
    return grown()


SHAPES = [
    pytest.param({}, id="pairs, categories and missing values"),
    pytest.param({"num_leaves": 2}, id="one split"),
    pytest.param({"num_leaves": 3}, id="two splits"),
    pytest.param({"min_data_in_leaf": 1000}, id="a leaf alone"),
    pytest.param({"monotone_constraints": []}, id="no directions"),
    pytest.param({"rounds": 300, "max_bin": 255}, id="many trees"),
    pytest.param({"bagging_fraction": 0.5, "bagging_freq": 1}, id="bagged"),
    pytest.param({"max_cat_to_onehot": 100}, id="one category against all"),
]


@pytest.mark.parametrize("settings", SHAPES)
def test_what_lightgbm_writes_is_sound(settings: dict[str, object]) -> None:
    text = grown(**settings)
    said = read_tree_text(text)
    assert said.problems == []
    assert said.trees == lgb.Booster(model_str=text).num_trees()


def test_the_example_model_is_sound_and_its_columns_are_known() -> None:
    said = read_tree_text((DEMO / "model.txt").read_text(encoding="utf-8"))
    assert (said.problems, len(said.features)) == ([], len(said.directions))
    assert all(i < j < len(said.features) for i, j in said.pairs)
    assert all(said.thresholds.values())


OTHERS = [
    pytest.param(
        {"num_leaves": 8, "max_depth": 3}, "of a tree of depth two", id="deep"
    ),
    pytest.param({"zero_as_missing": True}, "decision_type is none", id="zeros"),
    pytest.param(
        {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1},
        "the head",
        id="averaged",
    ),
    pytest.param(
        {"objective": "regression", "num_leaves": 3}, "objective", id="regression"
    ),
]


@pytest.mark.parametrize(("settings", "why"), OTHERS)
def test_trees_that_no_table_can_say_are_refused(settings, why: str) -> None:
    assert why in read_tree_text(grown(**settings)).problems[0]


def test_linear_leaves_and_threads_are_refused() -> None:
    linear = sound().replace("is_linear=0", "is_linear=1", 1)
    assert read_tree_text(linear).problems == ["tree 0: its leaves are linear"]
    told = sound().replace("[boosting: gbdt]\n", "[boosting: gbdt]\n[machines: a:1]\n")
    assert read_tree_text(told).problems == ["parameters are not as they should be"]
    told = sound().replace("[boosting: gbdt]\n", "[num_threads: 8]\n")
    assert "machines that trained" in read_tree_text(told).problems[0]
    told = sound().replace("[data: ]", "[data: reports.csv]")
    assert read_tree_text(told).problems == ["parameters name files"]


def first(name: str) -> str:
    return next(line for line in sound().split("\n") if line.startswith(f"{name}="))


def with_line(old: str, new: str) -> str:
    """The text with one line changed, and the size of its tree with it."""
    grew = len(new) - len(old)
    sizes = [int(size) for size in first("tree_sizes")[11:].split()]
    starts = np.cumsum([sound().index("Tree=0\n"), *sizes])
    place = sound().index(f"\n{old}\n")
    tree = int(np.searchsorted(starts, place, side="right")) - 1
    text = sound().replace(f"\n{old}\n", f"\n{new}\n", 1)
    if tree >= 0:
        sizes[tree] += grew
        text = text.replace(
            first("tree_sizes"), "tree_sizes=" + " ".join(map(str, sizes))
        )
    return text


HOSTILE = [
    ("num_leaves", "num_leaves=2147483647", "of a tree of depth two"),
    ("num_leaves", "num_leaves=-1", "of a tree of depth two"),
    ("num_leaves", "num_leaves=3", "splits are not as many"),
    ("num_cat", "num_cat=9", "num_cat is more than its splits"),
    ("left_child", "left_child=99 -2 -1", "each split and each leaf once"),
    ("left_child", "left_child=2 -2 -99", "each split and each leaf once"),
    ("left_child", "left_child=0 -2 -1", "each split and each leaf once"),
    ("left_child", "left_child=-1 -1 -1", "each split and each leaf once"),
    ("left_child", "left_child=2 -2", "splits are not as many"),
    ("split_feature", "split_feature=0 5 0", "a feature that there is not"),
    ("split_feature", "split_feature=-1 0 0", "a feature that there is not"),
    ("split_feature", "split_feature=4 4 4", "in another way than training saw it"),
    ("decision_type", "decision_type=3 3 3", "decision_type is none that there is"),
    ("decision_type", "decision_type=12 2 2", "decision_type is none that there is"),
    ("threshold", "threshold=nan 0 0", "or no numbers"),
    ("threshold", "threshold=1e999 0 0", "or no numbers"),
    ("leaf_value", "leaf_value=inf 0 0 0", "leaf_value is not 4 finite numbers"),
    ("leaf_value", "leaf_value=0 0 0", "leaf_value is not 4 finite numbers"),
    ("leaf_count", "leaf_count=1 1 1 -1", "leaf_count is not 4 counts"),
    ("cat_boundaries", "cat_boundaries=0 999999999", "not those of cat_threshold"),
    ("cat_boundaries", "cat_boundaries=-1 3", "not those of cat_threshold"),
    ("cat_threshold", "cat_threshold=-1 0 0", "cat_threshold"),
    ("shrinkage", "shrinkage=0x1", "shrinkage is not 1 finite numbers"),
    ("max_feature_idx", "max_feature_idx=2147483647", "max_feature_idx"),
    ("num_class", "num_class=2", "the head has other lines"),
    ("objective", "objective=custom", "objective is not as it should be"),
    ("feature_infos", "feature_infos=none", "feature_infos is not as it should be"),
    ("monotone_constraints", "monotone_constraints=1 0 0 0 7", "monotone_constraints"),
    ("tree_sizes", "tree_sizes=1", "does not stand where tree_sizes says"),
    ("tree_sizes", "tree_sizes=99999999999", "tree_sizes is not as it should be"),
    ("tree_sizes", "tree_sizes=", "tree_sizes is not as it should be"),
    ("feature_names", "feature_names=a a a a a", "feature_names"),
    ("feature_names", "feature_names=a b c d é", "more than plain text"),
    ("Tree", "Tree=1", "does not stand where tree_sizes says"),
]


@pytest.mark.parametrize(
    ("name", "new", "why"), HOSTILE, ids=[each[1] for each in HOSTILE]
)
def test_a_line_that_would_mislead_the_parser_is_refused(name, new, why) -> None:
    problems = read_tree_text(with_line(first(name), new)).problems
    assert any(why in problem for problem in problems), problems


def test_a_circle_beside_the_tree_is_refused() -> None:
    """Each is named once here, and two splits lead to each other."""
    block = next(
        tree
        for tree in re.findall(r"left_child=.*\nright_child=.*", sound())
        if tree.count(" ") == 4
    )
    circle = "left_child=-1 2 1\nright_child=-2 -3 -4"
    text = with_line(block, circle)
    assert any("leads back to itself" in each for each in read_tree_text(text).problems)


def test_of_very_many_problems_only_the_first_are_said() -> None:
    text = grown(100).replace("is_linear=0", "is_linear=1")
    problems = read_tree_text(text).problems
    assert (len(problems), problems[-1]) == (21, "and maybe more")


@pytest.mark.parametrize("cut", [0, 1, 200, 1500, -1, -30, -3000])
def test_a_text_cut_short_is_refused(cut: int) -> None:
    assert read_tree_text(sound()[:cut]).problems
    assert read_tree_text(sound() + "\n").problems


def mutants(count: int) -> Iterator[str]:
    """Texts in each of which something was changed at random."""
    random = np.random.default_rng(11)
    numbers = [
        "-1",
        "0",
        "1",
        "2",
        "3",
        "-4",
        "7",
        "1e300",
        "-2147483648",
        "4294967295",
    ]
    lines = sound().split("\n")
    for kind in random.integers(0, 5, count):
        if kind == 0:
            place = int(random.integers(len(sound())))
            byte = chr(int(random.integers(32, 127)))
            yield sound()[:place] + byte + sound()[place + 1 :]
            continue
        place = int(random.integers(len(lines) - 60))
        changed = lines.copy()
        if kind == 1:
            del changed[place]
        elif kind == 2:
            changed[place], changed[place - 1] = changed[place - 1], changed[place]
        else:
            old = re.findall(r"-?\d[\d.e+-]*", lines[place])
            new = str(random.choice(numbers))
            part = str(random.choice(old)) if old else lines[place]
            # As long as before where that can be, so that tree_sizes still holds.
            changed[place] = lines[place].replace(
                part,
                new.rjust(len(part), "0") if kind == 3 and new[0] != "-" else new,
                1,
            )
        yield "\n".join(changed)


PARSES = """
import json, sys
import lightgbm as lgb
import numpy as np
X = np.random.default_rng(0).normal(size=(50, 5)) * 3
X[::3] = np.nan
X[:, 1] = np.abs(X[:, 1]) * 30
parsed = 0
for text in json.load(sys.stdin):
    try:
        booster = lgb.Booster(model_str=text)
    except (lgb.basic.LightGBMError, ValueError):
        continue  # a parameter that is no number
    assert np.isfinite(booster.predict(X, raw_score=True)).all()
    assert booster.predict(X, pred_leaf=True).min() >= 0
    booster.dump_model()
    parsed += 1
print(parsed, file=sys.stderr)
"""


def test_whatever_is_let_through_lightgbm_reads_safely() -> None:
    every = set(mutants(600)) - {sound()}
    let_through = [text for text in every if not read_tree_text(text).problems]
    assert 0 < len(let_through) < len(every) / 2
    done = subprocess.run(
        [sys.executable, "-c", PARSES],
        input=json.dumps([sound(), *sorted(let_through)]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-500:])
    assert int(done.stderr.split()[-1]) > 0.9 * len(let_through)


def test_the_trees_of_a_stored_model_are_read_back(tmp_path: Path) -> None:
    booster = load_booster(DEMO)
    assert booster.num_trees() == read_tree_text((DEMO / "model.txt").read_text()).trees
    folder = copied(tmp_path)
    _, public = key_pair(tmp_path)
    flipped(folder / "model.txt")
    with pytest.raises(ModelError, match=r"1 problem: model\.txt was altered"):
        load_booster(folder)
    assert public.is_file()


def test_trees_that_are_not_sound_never_reach_lightgbm(tmp_path: Path) -> None:
    text = (DEMO / "model.txt").read_text(encoding="utf-8")
    worse = re.sub(r"right_child=.*", lambda found: re.sub(r"\d", "9", found[0]), text)
    folder = stored_with(copied(tmp_path), "model.txt", worse)
    with pytest.raises(ModelError, match="21 problems: tree 0: its children are not"):
        load_booster(folder)


def test_what_lightgbm_refuses_is_an_error_of_ours(tmp_path) -> None:
    text = (DEMO / "model.txt").read_text(encoding="utf-8")
    odd = text.replace("[learning_rate: 0.05]", "[learning_rate: fast]")
    folder = stored_with(copied(tmp_path), "model.txt", odd)
    with pytest.raises(ModelError, match="LightGBM cannot read the trees"):
        load_booster(folder)


def test_a_split_between_stated_and_not_stated_is_sound() -> None:
    """LightGBM writes it as a threshold at infinity."""
    random = np.random.default_rng(0)
    stated = random.random(4000) < 0.7
    X = pd.DataFrame({"a": np.where(stated, random.normal(size=4000), np.nan)})
    y = (random.random(4000) < np.where(stated, 0.7, 0.2)).astype(int)
    model = ActionabilityClassifier(rounds=5, pairs=0).fit(X, y)
    text = model.booster_.model_to_string()
    assert "threshold=inf" in text
    found = read_tree_text(text)
    assert [each for each in found.problems if "threshold" in each] == []
    assert [each for each in found.problems if "splits" in each] == []
    expected = model.booster_.predict(X.to_numpy(), raw_score=True)
    assert model.decision_function(X) == pytest.approx(expected, abs=1e-12)
