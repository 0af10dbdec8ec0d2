"""What is refused is known by its bytes, wherever these can be read."""

from __future__ import annotations

import io
import os
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

import pytest

from prioritizer.ingest.sources import files
from prioritizer.ingest.sources.document import Input
from prioritizer.ingest.sources.limits import MOST_BYTES, Cut
from tests.builders_documents import ingested
from tests.builders_sources import (
    JSON,
    MB,
    REPORT,
    Packed,
    archive,
    as_nobody,
    given,
    given_by,
    open_folder,
    peak_memory,
    put,
    raw_archive,
    search,
)

HUGE = MOST_BYTES + MB


def locked(path: Path, content: bytes) -> None:
    with ZipFile(path, "w") as writer:
        writer.writestr(ZipInfo("a.json"), content, ZIP_LZMA)


def with_damaged(path: Path, name: bytes, content: bytes) -> None:
    raw_archive(path, [Packed(name, content, len(content), crc=1, method=0)])


def huge(path: Path, start: bytes, size: int, byte: bytes) -> None:
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)
        file.seek(size - 1)
        file.write(byte)


BAD = [
    pytest.param("a.zip", put, id="no archive"),
    pytest.param("a.zip", locked, id="a packing that is not read"),
    pytest.param("a.zip", lambda path, x: archive(path, {x.hex() + "/": b""}), id="0"),
    pytest.param("a.zip", lambda path, x: archive(path, {"b.zip": x}), id="nested"),
    pytest.param("a.zip", lambda path, x: with_damaged(path, b"a.json", x), id="json"),
    pytest.param("a.zip", lambda path, x: with_damaged(path, b"a.xml", x), id="xml"),
    pytest.param(
        "a.zip",
        lambda path, x: with_damaged(path, b"a.ndjson", x * 3 * MB),
        id="large lines in an archive",
    ),
    pytest.param("a.pdf", put, id="another kind"),
    pytest.param("a.json", lambda path, x: huge(path, b"{", HUGE, x), id="too large"),
    pytest.param("a.xml", lambda path, x: huge(path, b"<", HUGE, x), id="large XML"),
    pytest.param(
        "a.json", lambda path, x: huge(path, b"[", 257 * MB, x), id="a long list"
    ),
]


@pytest.mark.parametrize(("name", "write"), BAD)
def test_two_bad_files_of_one_name_are_two_documents(name, write, tmp_path):
    path, out, told = tmp_path / name, tmp_path / "out", []
    for content in (b"1", b"2", b"2", b"1"):
        write(path, content)
        os.utime(path)
        told.append(ingested(path, out=out)[1].given)
    assert told == [1, 2, 2, 2]


@pytest.mark.parametrize(("name", "write"), BAD)
def test_a_refused_document_has_the_digest_of_its_file(name, write, tmp_path):
    write(tmp_path / name, b"1")
    (only,) = given(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    assert only.refusal is not None
    assert only.inputs == (
        Input(str(tmp_path / name), sha256(whole).hexdigest(), len(whole)),
    )


@pytest.mark.parametrize("content", [b"", b"\n \n", b"PK\3\4", b"<report/>"])
def test_standard_input_that_is_refused_has_the_digest_of_what_was_read(content):
    (only,) = given_by(search(Path("-"), stdin=io.BytesIO(content)))
    assert only.inputs == (Input("-", sha256(content).hexdigest(), len(content)),)


@pytest.mark.parametrize("start", [b"[", b"{\n"], ids=["a list", "a document"])
def test_standard_input_that_never_ends_is_read_no_further_than_needed(start):
    stream = io.BytesIO(start + bytes(260 * MB))
    (only,) = given_by(search(Path("-"), stdin=stream))
    read = stream.getvalue()[: only.inputs[0].size]
    assert len(read) == stream.tell() < 260 * MB
    assert only.inputs[0].sha256 == sha256(read).hexdigest()


@pytest.mark.parametrize("most", [Cut(), Cut(2)], ids=["whole", "cut"])
def test_an_archive_is_read_once_for_all_that_is_refused_in_it(
    most, tmp_path, monkeypatch
):
    entries = [Packed(b"%d.json" % n, JSON, len(JSON), 1, 0) for n in range(9)]
    packed = raw_archive(tmp_path / "a.zip", entries)
    read, real = [], files.inputs_of_file
    monkeypatch.setattr(
        files, "inputs_of_file", lambda path: read.append(path) or real(path)
    )
    found = given(packed, most=most)
    assert len(found) == 9
    assert len({each.inputs for each in found}) == 1
    assert read == [str(packed)]


def test_an_archive_of_sound_documents_is_not_read_for_its_digest(tmp_path):
    packed = archive(tmp_path / "a.zip", {"a.json": JSON, "1/report.xml": REPORT})
    named = {each.name for one in given(packed) for each in one.inputs}
    assert str(packed) not in named


@pytest.mark.parametrize("name", ["a.ndjson", "a.zip", "a.json"])
def test_a_file_that_changed_is_known_by_what_it_is_now(name, tmp_path):
    put(tmp_path / "a.ndjson", JSON)
    put(tmp_path / "a.json", b"[" + JSON + b" " * 99 + b"]")
    archive(tmp_path / "a.zip", {"a.json": JSON})
    (batch,) = search(tmp_path / name, most=Cut(2, 80)).batches()
    is_list, before = name == "a.json", (tmp_path / name).read_bytes()
    put(tmp_path / name, b"another")
    (only,) = batch.documents()
    known = before if is_list else b"another"
    assert only.refusal[0] == "the file changed while it was read"
    assert only.inputs[0].sha256 == sha256(known).hexdigest()


def test_a_sidecar_that_cannot_be_read_is_known_by_its_bytes(tmp_path):
    put(tmp_path / "report.xml", REPORT)
    huge(tmp_path / "submission.json", b"{", HUGE, b"1")
    (only,) = given(tmp_path)
    called = [each.name.rpartition("/")[2] for each in only.inputs]
    assert called == ["report.xml", "submission.json"]


def test_what_is_closed_gone_or_no_file_has_no_input(tmp_path):
    os.mkfifo(tmp_path / "a.json")
    os.mkfifo(tmp_path / "a.zip")
    (tmp_path / "b.json").symlink_to(tmp_path / "absent.json")
    assert [each.inputs for each in given(tmp_path)] == [()] * 3
    with open_folder() as folder:
        for name in ("a.json", "b.zip", "c.pdf"):
            put(folder / name).chmod(0)
        with as_nobody():
            found = given(folder, folder / "c.pdf")
    assert [each.inputs for each in found] == [()] * 3


def test_a_huge_file_is_not_held_for_its_digest(tmp_path):
    huge(tmp_path / "a.pdf", b"", 300 * MB, b"1")
    assert peak_memory(lambda: given(tmp_path / "a.pdf")) < 2 * MB
