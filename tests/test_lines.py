"""A document a line: each is named by its number, and no file is too long."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from prioritizer.ingest.sources.document import Given
from prioritizer.ingest.sources.files import HeldPart
from prioritizer.ingest.sources.limits import MOST_BYTES, Cut
from prioritizer.ingest.sources.lines import documents_of_lines, listed_lines
from tests.builders_sources import (
    JSON,
    MB,
    accepted,
    given,
    names,
    peak_memory,
    put,
    reasons,
    report_counts,
    search,
)

SMALL = Cut(2, 60)
every_cut = pytest.mark.parametrize("most", [Cut(), SMALL], ids=["whole", "cut"])


@every_cut
@pytest.mark.parametrize("suffix", [".ndjson", ".jsonl", ".JSONL"])
def test_each_line_is_a_document(suffix, most, tmp_path):
    lines = [b'{"reportId":%d}' % number for number in range(1, 8)]
    path = put(tmp_path / f"a{suffix}", b"\n".join(lines))
    found = given(path, most=most)
    assert [each.content for each in found] == lines
    assert names(found, tmp_path) == [f"a{suffix}:{n}" for n in range(1, 8)]
    (own,) = found[2].inputs
    assert (own.name, own.size) == (found[2].name, len(lines[2]))
    assert own.sha256 == sha256(lines[2]).hexdigest()


@every_cut
def test_blank_lines_are_counted_and_skipped(most, tmp_path):
    content = b"\n \n\t\r\n" + (JSON + b"\n\n\n") * 9 + b"\n\n"
    found = given(put(tmp_path / "a.ndjson", content), most=most)
    assert names(found, tmp_path) == [f"a.ndjson:{n}" for n in range(4, 30, 3)]


@every_cut
def test_a_byte_order_mark_and_ends_of_windows_are_no_part_of_a_line(most, tmp_path):
    content = b"\xef\xbb\xbf" + (JSON + b"\r\n") * 9
    found = given(put(tmp_path / "a.ndjson", content), most=most)
    assert [each.content for each in found] == [JSON] * 9


@every_cut
def test_what_is_in_a_line_is_for_its_reader_to_judge(most, tmp_path):
    lines = [b"\xff\xfe", b"[1]", b"{", b"null", b"{}\r{}", JSON]
    found = given(put(tmp_path / "a.ndjson", b"\n".join(lines)), most=most)
    assert [each.content for each in found] == lines


@every_cut
@pytest.mark.parametrize("content", [b"", b"\n" * 99, b" \r\n" * 40])
def test_a_text_without_documents_is_refused_by_name(content, most, tmp_path):
    (only,) = given(put(tmp_path / "a.ndjson", content), most=most)
    assert reasons([only]) == {"a.ndjson": "no document is in it"}
    assert [each.sha256 for each in only.inputs] == [sha256(content).hexdigest()]


def test_a_line_longer_than_any_report_is_refused_by_name(tmp_path):
    long = b"x" * (MOST_BYTES + 1)
    content = b"\n".join([JSON, long, JSON, long + b"x" * MOST_BYTES])
    found = given(put(tmp_path / "a.ndjson", content))
    why = "the line is longer than any report"
    assert reasons(found) == {"a.ndjson:2": why, "a.ndjson:4": why}
    assert names(accepted(found), tmp_path) == ["a.ndjson:1", "a.ndjson:3"]
    refused = [each.inputs[0] for each in found if each.refusal]
    assert refused[0].sha256 == sha256(long).hexdigest()
    assert [each.size for each in refused] == [len(long), len(long) + MOST_BYTES]


def test_a_line_as_long_as_a_report_may_be_is_a_document(tmp_path):
    line = b"x" * MOST_BYTES
    found = given(put(tmp_path / "a.ndjson", line + b"\n" + JSON))
    assert [len(each.content) for each in found] == [MOST_BYTES, len(JSON)]


def test_a_huge_line_is_not_held(tmp_path):
    with (tmp_path / "a.ndjson").open("wb") as file:
        file.truncate(400 * MB)
    found = []
    assert peak_memory(lambda: found.extend(given(tmp_path))) < 110 * MB
    assert len(reasons(found)) == 1


def test_a_long_text_is_not_held(tmp_path):
    line = JSON + b" " * 2_000 + b"\n"
    path = put(tmp_path / "a.ndjson", line * 20_000)
    counted = []

    def count() -> None:
        for batch in search(path, most=Cut(500, MB)).batches():
            counted.append(sum(1 for _ in batch.documents()))

    assert peak_memory(count) < 6 * MB
    assert counted == [500] * 40


def test_batches_of_a_text_are_cut_by_lines_and_by_bytes(tmp_path):
    put(tmp_path / "a.ndjson", (JSON + b"\n") * 100)
    assert report_counts(tmp_path, most=Cut(30, 800)) == [30, 30, 30, 10]
    by_bytes = Cut(30, 10 * (len(JSON) + 1))
    assert report_counts(tmp_path, most=by_bytes) == [10] * 10


def taken_apart(content: bytes, most: Cut) -> list[Given]:
    listed = listed_lines(
        "a",
        io.BytesIO(content),
        most,
        part=lambda start, end, held: HeldPart(held),
        holds=True,
        origin=None,
    )
    return [each for part in listed for each in part.documents()]


texts = st.lists(st.sampled_from([b"{}", b"\n", b"\r\n", b" ", b"\x0c", b"\x0b"])).map(
    b"".join
)


@every(content=texts, reports=st.integers(1, 5), size=st.integers(1, 20))
def test_however_a_text_is_cut_its_lines_are_the_same(content, reports, size):
    whole = list(documents_of_lines("a", content))
    assert taken_apart(content, Cut(reports, size)) == whole
    lines = [each for each in content.split(b"\n") if each and not each.isspace()]
    assert len(accepted(whole)) == len(lines)


@every(content=texts, reports=st.integers(1, 5), size=st.integers(1, 20))
def test_the_places_of_lines_are_those_of_their_bytes(content, reports, size):
    listed = listed_lines(
        "a",
        io.BytesIO(content),
        Cut(reports, size),
        part=lambda start, end, _: HeldPart(content[start:end]),
        holds=False,
        origin=None,
    )
    found = [each for part in listed for each in part.documents()]
    assert found == list(documents_of_lines("a", content))
