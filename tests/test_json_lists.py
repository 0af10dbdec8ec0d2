"""A JSON list: each element is a document, named by its number."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as every
from hypothesis import strategies as st

from prioritizer.ingest.sources.json_lists import (
    documents_of_list,
    is_list,
    is_one_value,
)
from prioritizer.ingest.sources.limits import MOST_BYTES, Cut
from tests.builders_sources import (
    JSON,
    MB,
    accepted,
    given,
    names,
    peak_memory,
    put,
    reasons,
)

every_cut = pytest.mark.parametrize("most", [Cut(), Cut(2, 50)], ids=["whole", "cut"])
NO_OBJECT = "the element of the list is not an object"
BROKEN = "the list is broken or cut short from here on"


@every_cut
@pytest.mark.parametrize("indent", [None, 2], ids=["compact", "indented"])
def test_each_element_is_a_document(indent, most, tmp_path):
    trees = [{"reportId": n, "a": ["]", '"}', "\\", {}]} for n in range(9)]
    content = b"\xef\xbb\xbf " + json.dumps(trees, indent=indent).encode()
    path = put(tmp_path / "a.json", content)
    found = given(path, most=most)
    assert [json.loads(each.content) for each in found] == trees
    assert names(found, tmp_path) == [f"a.json[{n}]" for n in range(1, 10)]
    (own,) = {each for one in found for each in one.inputs}
    assert (own.name, own.size) == (str(path), len(content))
    assert own.sha256 == sha256(content).hexdigest()


@every_cut
def test_an_element_that_is_no_object_is_refused_by_its_number(most, tmp_path):
    content = b'[{}, 1, "{", null, [{}], [], {"a": [[]]}, -1.5e3, true]'
    found = given(put(tmp_path / "a.json", content), most=most)
    assert len(found) == 9
    refused = {f"a.json[{number}]": NO_OBJECT for number in (2, 3, 4, 5, 6, 8, 9)}
    assert reasons(found) == refused


@every_cut
@pytest.mark.parametrize(
    ("rest", "whole"),
    [
        pytest.param(b"", 3, id="no bracket at the end"),
        pytest.param(b", ", 3, id="cut short after a comma"),
        pytest.param(b', {"a": [1, ', 3, id="cut short in an element"),
        pytest.param(b', {"a": "b', 3, id="cut short in a string"),
        pytest.param(b', "b', 3, id="cut short in a bare string"),
        pytest.param(b",]", 3, id="a comma too many"),
        pytest.param(b" {}]", 3, id="a comma too few"),
        pytest.param(b"}]", 3, id="another bracket"),
        pytest.param(b"] {}", 3, id="something after the list"),
        pytest.param(b", {}:1]", 4, id="a colon"),
    ],
)
def test_where_a_list_is_broken_the_rest_is_refused_as_one(rest, whole, most, tmp_path):
    content = b"[" + b",".join([JSON] * 3) + rest
    found = given(put(tmp_path / "a.json", content), most=most)
    assert len(accepted(found)) == whole
    assert reasons(found) == {f"a.json[{whole + 1}]": BROKEN}


@pytest.mark.parametrize(
    "element", [b'{"a": -}', b'{"a"}', b"{]", b'{"a": \xff}', b'{"a": "\n"}']
)
def test_an_element_that_is_not_valid_costs_no_other(element, tmp_path):
    content = b"[" + b", ".join([JSON, element, JSON]) + b"]"
    found = given(put(tmp_path / "a.json", content))
    assert [each.content for each in found] == [JSON, element, JSON]


def test_an_element_that_is_very_deep_costs_no_other(tmp_path):
    deep = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    content = b"[" + b",".join([JSON, deep, JSON]) + b"]"
    found = given(put(tmp_path / "a.json", content))
    assert [each.content for each in found] == [JSON, deep, JSON]


@every_cut
@pytest.mark.parametrize("content", [b"[]", b" [ \n ] ", b"[" + b" " * 200 + b"]"])
def test_an_empty_list_is_refused_by_name(content, most, tmp_path):
    found = given(put(tmp_path / "a.json", content), most=most)
    assert reasons(found) == {"a.json": "no document is in it"}


def test_an_element_larger_than_any_report_is_refused(tmp_path):
    large = b'{"a": "' + b"x" * MOST_BYTES + b'"}'
    found = given(put(tmp_path / "a.json", b"[" + JSON + b"," + large + b"]"))
    assert reasons(found) == {"a.json[2]": "the file is larger than any report"}
    assert [each.content for each in accepted(found)] == [JSON]


def test_a_list_too_long_to_be_read_at_once_is_refused(tmp_path):
    with (tmp_path / "a.json").open("wb") as file:
        file.write(b"[")
        file.truncate(257 * MB)
    found = []
    assert peak_memory(lambda: found.extend(given(tmp_path))) < 2 * MB
    assert reasons(found) == {"a.json": "the list is too long to be read at once"}
    assert ".ndjson" in found[0].refusal[2]


def test_a_long_string_takes_no_more_memory_than_it_is(tmp_path):
    content = b'[{"a": "' + b'\\"' * 4 * MB + b'"}]'
    peak = peak_memory(lambda: list(documents_of_list("a", content)))
    assert peak < 6 * len(content)


words = st.text(max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | words,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(words, inside),
    max_leaves=6,
)
objects = st.dictionaries(words, values, max_size=3)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@every(trees=st.lists(objects, min_size=1, max_size=4), plain=st.booleans())
def test_any_list_of_objects_is_taken_apart_as_it_was_put_together(trees, plain):
    content = json.dumps(trees, ensure_ascii=plain, indent=None if plain else 1)
    found = documents_of_list("a", content.encode("utf-8", "surrogatepass"))
    assert [json.loads(each.content) for each in found] == trees


@every(
    st.lists(st.sampled_from([b"[", b"]", b"{", b"}", b'"', b"\\", b",", b" ", b"a"]))
)
def test_no_text_is_lost_or_stops_the_others(pieces):
    content = b"[" + b"".join(pieces)
    assert is_list(content)
    found = list(documents_of_list("a", content))
    assert len({each.name for each in found}) == len(found) > 0


@pytest.mark.parametrize("content", [b"{}", b'{"a": "}"}', b"[1, [2]]", b"{} \n"])
def test_one_value_is_known(content):
    assert is_one_value(content)


@pytest.mark.parametrize("content", [b"", b"1", b"{", b"{}{}", b'{"a}', b" {}"])
def test_what_is_not_one_value_is_known(content):
    assert not is_one_value(content)
