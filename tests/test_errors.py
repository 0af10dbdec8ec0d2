"""Errors say what, where and how to fix."""

import pickle

import pytest

from prioritizer import errors
from prioritizer.errors import PrioritizerError

OWN_ERRORS = [
    member
    for member in vars(errors).values()
    if isinstance(member, type) and issubclass(member, PrioritizerError)
]


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
