from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.formats.paths import is_stated, select, steps_of, text_of

texts = st.text(min_size=1, max_size=5)
lists_in_lists = st.recursive(st.none() | texts, st.lists, max_leaves=8)


def leaves(node):
    if isinstance(node, list):
        return [leaf for each in node for leaf in leaves(each)]
    return [] if node is None else [node]


@given(lists_in_lists)
def test_a_list_is_looked_through_and_its_nulls_are_nothing(node):
    assert select({"a": node}, "a") == leaves(node)


@given(texts)
def test_one_thing_and_a_list_of_one_are_the_same(text):
    one, many = {"a": {"b": text}}, {"a": [{"b": [text]}]}
    assert select(one, "a/b") == select(many, "a/b") == [text]


@given(st.lists(texts))
def test_a_repeated_step_may_be_left_out(emails):
    wrapped, bare = {"emails": {"emails": emails}}, {"emails": emails}
    assert select(wrapped, "emails/emails") == select(bare, "emails/emails") == emails


@given(texts)
def test_the_value_of_a_text_is_the_text(text):
    assert select({"name": {"value": text}}, "name/value") == [text]
    assert select({"name": text}, "name/value") == [text]


@pytest.mark.parametrize(
    ("node", "found"),
    [
        pytest.param({"one": "a"}, ["a"], id="one thing"),
        pytest.param({"one": {"value": "a"}}, ["a"], id="one thing with a value"),
        pytest.param({"many": {"many": ["a", "b"]}}, ["a", "b"], id="many, wrapped"),
        pytest.param({"many": ["a", "b"]}, ["a", "b"], id="many, bare"),
    ],
)
def test_a_step_repeats_one_of_the_alternatives_before_it(node, found):
    assert [text_of(each) for each in select(node, "one|many/many")] == found


@pytest.mark.parametrize(
    ("node", "path", "found"),
    [
        pytest.param({"a": "x"}, "b", [], id="nothing there"),
        pytest.param({"a": None}, "a", [], id="a null"),
        pytest.param({"a": ""}, "a", [""], id="an empty element is there"),
        pytest.param({"a": False}, "a", [False], id="a false is there"),
        pytest.param({"a": 1, "b": 2}, "a|b", [1, 2], id="both alternatives"),
        pytest.param("x", ".", ["x"], id="the element itself"),
        pytest.param("x", "a", [], id="a step below a text"),
        pytest.param({"a": {"c": 1}, "c": 2}, "a|./c", [1, 2], id="here or below"),
    ],
)
def test_a_path_finds(node, path, found):
    assert select(node, path) == found


def test_a_very_deep_list_does_not_stop_the_reader():
    node = "x"
    for _ in range(5_000):
        node = [node]
    assert select({"a": node}, "a") in (["x"], [])


def test_only_a_step_equal_to_the_last_one_repeats_it():
    assert steps_of("a/a/b") == ((("a",), False), (("a",), True), (("b",), False))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        pytest.param(" a ", "a", id="blanks around are dropped"),
        pytest.param({"#text": "a", "@b": "c"}, "a", id="beside attributes"),
        pytest.param({"value": 7}, "7", id="a value"),
        pytest.param(True, "true", id="true"),
        pytest.param(None, "", id="null"),
        pytest.param({"b": "c"}, "", id="an element with children has none"),
    ],
)
def test_text_of_a_node(node, text):
    assert text_of(node) == text


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        pytest.param(0, True, id="zero"),
        pytest.param("x", True, id="text"),
        pytest.param({"a": [{"b": 1}]}, True, id="far below"),
        pytest.param(False, False, id="false"),
        pytest.param("  ", False, id="blank"),
        pytest.param({"a": [None, {}, []]}, False, id="empty things"),
    ],
)
def test_a_node_is_stated(node, expected):
    assert is_stated(node) is expected
