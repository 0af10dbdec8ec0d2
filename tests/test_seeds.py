from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer import errors
from prioritizer.errors import PrioritizerError
from prioritizer.seeds import stream

names = st.text(st.characters(categories=["Ll"]), min_size=1, max_size=8)
OWN_ERRORS = [
    member
    for member in vars(errors).values()
    if isinstance(member, type) and issubclass(member, PrioritizerError)
]


@given(st.integers(0, 2**63), st.lists(names, max_size=3))
def test_equal_names_give_equal_draws(seed, path):
    first, second = stream(seed, *path), stream(seed, *path)
    assert first.integers(0, 2**62, 4).tolist() == second.integers(0, 2**62, 4).tolist()


@pytest.mark.parametrize(
    ("seed", "path"),
    [
        pytest.param(8, ("files", "size"), id="another seed"),
        pytest.param(7, ("files",), id="a more general name"),
        pytest.param(7, ("size", "files"), id="another order"),
        pytest.param(7, ("people", "size"), id="another name"),
        pytest.param(7, (), id="no name"),
    ],
)
def test_another_stream_draws_something_else(seed, path):
    ours = stream(7, "files", "size").integers(0, 2**62, 4)
    assert (ours != stream(seed, *path).integers(0, 2**62, 4)).all()


def test_drawing_from_one_stream_leaves_the_others_alone():
    undisturbed = stream(7, "b").random(3).tolist()
    stream(7, "a").random(100)
    assert stream(7, "b").random(3).tolist() == undisturbed


def test_a_stream_is_the_same_on_every_machine():
    assert stream(7, "files", "size").integers(0, 1000, 4).tolist() == GOLDEN


# Drawn once; a change here changes every invented world.
GOLDEN = [675, 619, 49, 696]


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="non-negative"):
        stream(-1, "files")


@pytest.mark.parametrize("kind", OWN_ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_says_what_where_and_fix_also_after_a_journey(kind):
    problem = pickle.loads(pickle.dumps(kind("It broke", "file a", "mend it")))  # noqa: S301
    assert type(problem) is kind
    assert str(problem) == "It broke\n  where: file a\n  fix:   mend it"


@pytest.mark.parametrize("kind", OWN_ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_is_also_what_a_caller_expects(kind):
    builtin = (ValueError, FileNotFoundError)
    assert kind is PrioritizerError or issubclass(kind, builtin)


@pytest.mark.parametrize(
    ("problems", "text"),
    [
        pytest.param(["a"], "1 problem: a", id="one"),
        pytest.param(["a", "b"], "2 problems: a; b", id="two"),
    ],
)
def test_problems_are_counted_and_all_shown(problems, text):
    assert errors.numbered(problems) == text
