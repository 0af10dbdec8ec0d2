"""What another program hands over: lines, a list, one document, or a refusal."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from pathlib import Path

import pytest

from prioritizer.errors import MissingInputError
from prioritizer.ingest.sources.document import Given
from prioritizer.ingest.sources.limits import MOST_BYTES, Cut
from tests.builders_sources import (
    JSON,
    MB,
    accepted,
    given_by,
    peak_memory,
    put,
    reasons,
    search,
)

TREE = {"reportId": 1, "a": [{"b": 1}]}
STDIN = Path("-")


def handed(content: bytes, most: Cut | None = None) -> list[Given]:
    return given_by(search(STDIN, most=most, stdin=io.BytesIO(content)))


def named(found: list[Given]) -> list[str]:
    return [each.name for each in found]


@pytest.mark.parametrize("most", [Cut(), Cut(2)], ids=["whole", "cut"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n"])
def test_lines_are_documents(start, most):
    found = handed(start + (JSON + b"\r\n") * 5, most)
    assert [each.content for each in found] == [JSON] * 5
    first = 2 if start == b"\n" else 1
    assert named(found) == [f"-:{number}" for number in range(first, first + 5)]
    assert found[0].inputs[0].sha256 == sha256(JSON).hexdigest()


@pytest.mark.parametrize("most", [Cut(), Cut(2)], ids=["whole", "cut"])
@pytest.mark.parametrize("indent", [None, 1])
def test_elements_of_a_list_are_documents(indent, most):
    content = json.dumps([TREE] * 5, indent=indent).encode()
    found = handed(content, most)
    assert [json.loads(each.content) for each in found] == [TREE] * 5
    assert named(found) == [f"-[{number}]" for number in range(1, 6)]
    assert found[0].inputs[0].sha256 == sha256(content).hexdigest()


@pytest.mark.parametrize("indent", [0, 2, "\t"])
def test_a_document_over_several_lines_is_one(indent):
    content = b"\xef\xbb\xbf" + json.dumps(TREE, indent=indent).encode() + b"\n"
    (only,) = handed(content)
    assert (only.name, only.content) == ("-", content)
    assert only.inputs[0].sha256 == sha256(content).hexdigest()


def test_a_broken_line_does_not_hide_the_others():
    for broken in (b'{"a": [', b'{"a": "b', b"{]}"):
        found = handed(broken + b"\n" + (JSON + b"\n") * 3)
        assert [each.content for each in found] == [broken] + [JSON] * 3


def test_a_broken_document_over_several_lines_is_one():
    content = json.dumps(TREE, indent=2).encode()[:-1]
    (only,) = handed(content)
    assert only.content == content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "no document is in it", id="nothing"),
        pytest.param(b" \n\xef", "", id="no text"),
        pytest.param(b"\xef\xbb\xbf\n", "no document is in it", id="blanks"),
        pytest.param(b"PK\3\4", "a ZIP archive cannot be read", id="an archive"),
        pytest.param(b"\xef\xbb\xbf<?xml", "XML does not say on", id="XML"),
        pytest.param(b"{\n" + b" " * MOST_BYTES, "larger than any", id="too large"),
    ],
)
def test_what_is_no_document_is_refused_as_one(content, why):
    (only,) = handed(content)
    assert only.name == "-"
    assert not why or why in only.refusal[0]


def test_a_refusal_says_to_give_files():
    assert "as a file" in handed(b"PK\3\4")[0].refusal[2]
    assert "folder" in handed(b"<report/>")[0].refusal[2]


def test_a_long_line_is_refused_and_the_others_go_on():
    long = b'{"a": "' + b"x" * MOST_BYTES + b'"}'
    found = handed(b"\n".join([long, JSON, long, JSON]))
    assert list(reasons(found)) == ["-:1", "-:3"]
    assert named(accepted(found)) == ["-:2", "-:4"]


def test_a_list_that_is_too_long_is_refused():
    (only,) = handed(b"[" + bytes(257 * MB))
    assert only.refusal[0] == "the list is too long to be read at once"


class Endless(io.RawIOBase):
    """Lines without end, as far as a test reads them."""

    def __init__(self, megabytes: int) -> None:
        self._left = megabytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        line = JSON + b" " * 1009 + b"\n"
        size = min(len(buffer) // 1024, max(self._left, 0)) * 1024
        buffer[:size] = line * (size // 1024)
        self._left -= size // 1024
        return size


def test_lines_are_handed_on_before_all_are_there():
    stream = io.BufferedReader(Endless(100 * 1024), MB)
    counted = []

    def count() -> None:
        for batch in search(STDIN, stdin=stream).batches():
            counted.append(sum(1 for _ in batch.documents()))

    assert peak_memory(count) < 99 * MB
    assert sum(counted) == 100 * 1024


def test_batches_are_told_apart_by_their_bytes():
    def identities(content: bytes) -> list[str]:
        found = search(STDIN, most=Cut(2), stdin=io.BytesIO(content))
        return [batch.identity for batch in found.batches()]

    for content in (JSON + b"\n", b"[" + JSON + b"]", b"{\n}"):
        same, other = identities(content), identities(content.replace(b"}", b" }"))
        assert same == identities(content)
        assert not set(same) & set(other)


def test_standard_input_and_files_go_together(tmp_path):
    path = put(tmp_path / "a.json")
    found = given_by(search(STDIN, path, STDIN, stdin=io.BytesIO(JSON)))
    assert named(found) == ["-:1", str(path)]


def test_standard_input_that_is_not_there_is_missing_input():
    with pytest.raises(MissingInputError, match="a source is not there"):
        search(STDIN)
