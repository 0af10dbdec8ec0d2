"""Documents in ZIP archives: the same as in folders, and nothing hostile let in."""

from __future__ import annotations

import io
import zlib
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from hypothesis import given as every
from hypothesis import settings
from hypothesis import strategies as st

from prioritizer.ingest.sources.document import Given
from prioritizer.ingest.sources.limits import Cut
from tests.builders_sources import (
    DETAILS,
    JSON,
    REPORT,
    Packed,
    accepted,
    archive,
    deflated,
    given,
    given_by,
    ignored,
    names,
    parsed,
    put,
    raw_archive,
    reasons,
    search,
)

DATA = Path(__file__).parent / "data"
LINES = (JSON + b"\n") * 40
LIST = b"[" + b",".join([JSON] * 40) + b"]"


def fixtures(kind: str) -> dict[str, bytes]:
    root = DATA / kind
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


class Streamed(io.BytesIO):
    """A place to which an archive is written without going back."""

    def seekable(self) -> bool:
        return False

    def seek(self, *place) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def said(found: list[Given], root: Path) -> list[tuple[str, object]]:
    return sorted(
        (name, each.content)
        for name, each in zip(names(found, root), found, strict=True)
    )


@pytest.mark.parametrize("kind", ["le_json", "submission_xml"])
def test_an_archive_gives_what_its_folder_gives(kind, tmp_path):
    packed = archive(tmp_path / "inbox.zip", fixtures(kind))
    by_folder, by_archive = given(DATA / kind), given(packed)
    assert len(accepted(by_archive)) == len(by_archive) == 12
    assert said(by_archive, packed) == said(by_folder, DATA / kind)
    digests = [[each.sha256 for each in one.inputs] for one in by_archive]
    assert digests == [[each.sha256 for each in one.inputs] for one in by_folder]


def test_a_submission_in_an_archive_has_its_folder_s_name(tmp_path):
    files = {"in/7/report.xml": REPORT, "in/7/a.xml": DETAILS, "in/b.json": JSON}
    packed = archive(tmp_path / "a.zip", {**files, "in/7/submission.json": b"{}"})
    whole, other = given(packed)
    assert whole.content == parsed(REPORT, (DETAILS,), b"{}", "7")
    assert whole.name == f"{packed}/in/7/report.xml"
    assert other.content == JSON
    assert other.inputs[0].sha256 == sha256(JSON).hexdigest()


def test_a_sidecar_without_a_report_is_a_document(tmp_path):
    files = {"a.xml": DETAILS, "submission.json": JSON}
    found = given(archive(tmp_path / "a.zip", files))
    assert reasons(found) == {"a.xml": "its report is not there"}
    assert [each.content for each in accepted(found)] == [JSON]


def test_several_reports_in_one_folder_are_all_named(tmp_path):
    files = {"x/one.xml": REPORT, "x/two.xml": REPORT}
    found = reasons(given(archive(tmp_path / "s.zip", files)))
    assert found == dict.fromkeys(
        ("one.xml", "two.xml"), "several reports lie in one folder"
    )


def test_xml_of_another_kind_is_named(tmp_path):
    files = {"x/one.xml": b"<other/>", "x/two.xml": REPORT}
    found = given(archive(tmp_path / "s.zip", files))
    assert reasons(found) == {"one.xml": "the file is not XML of a submission"}
    assert len(accepted(found)) == 1


@pytest.mark.parametrize("most", [Cut(), Cut(7, 120)], ids=["whole", "cut"])
def test_lists_and_lines_in_an_archive_are_taken_apart(most, tmp_path):
    files = {"a.json": LIST, "b.ndjson": LINES, "c.jsonl": b"\n"}
    packed = archive(tmp_path / "a.zip", files)
    found = given(packed, most=most)
    assert [each.content for each in accepted(found)] == [JSON] * 80
    called = names(accepted(found), packed)
    assert sorted(called) == sorted(
        f(number)
        for number in range(1, 41)
        for f in ("a.json[{}]".format, "b.ndjson:{}".format)
    )
    assert reasons(found) == {"c.jsonl": "no document is in it"}


def test_a_large_document_in_an_archive_is_read_by_a_worker(tmp_path):
    packed = archive(tmp_path / "a.zip", {"a.json": JSON + b" " * 500})
    (batch,) = search(packed, most=Cut(7, 120)).batches()
    packed.unlink()
    assert reasons(list(batch.documents())) == {"a.json": "the file is no longer there"}


def test_other_files_are_counted_and_archives_in_archives_named(tmp_path):
    files = {"a.json": JSON, "b.pdf": b"", "c.zip": b"PK", "d": b"", "e/f.of me": b""}
    packed = archive(tmp_path / "mixed.zip", files)
    assert reasons(given(packed)) == {"c.zip": "it is an archive in an archive"}
    assert ignored(packed) == {".pdf in an archive": 1, "other in an archive": 2}


def test_hidden_files_in_an_archive_are_counted(tmp_path):
    hidden = ("__MACOSX/1/._report.xml", "._a.json", ".x/a.json", "1/.DS_Store")
    files = {"1/report.xml": REPORT, **dict.fromkeys(hidden, b"\0\5\x16\7")}
    packed = archive(tmp_path / "mac.zip", files)
    assert len(accepted(given(packed))) == len(given(packed)) == 1
    assert ignored(packed) == {"hidden in an archive": 4}


@pytest.mark.parametrize(
    "content", [b"PK\3\4 and then nothing", b"", b"PK\5\6", b"\0" * 99, b"<html>"]
)
def test_what_is_no_archive_is_refused_by_name(content, tmp_path):
    put(tmp_path / "broken.zip", content)
    why = "the file is not a ZIP archive that can be read"
    assert reasons(given(tmp_path)) == {"broken.zip": why}


def test_an_empty_archive_is_refused_by_name(tmp_path):
    found = given(
        archive(tmp_path / "a.zip", {}), archive(tmp_path / "b.zip", {"x/": b""})
    )
    assert reasons(found) == dict.fromkeys(("a.zip", "b.zip"), "no document is in it")


def test_archives_in_the_forms_of_large_and_of_streamed_ones_are_read(tmp_path):
    with (
        ZipFile(tmp_path / "large.zip", "w") as writer,
        writer.open("a.json", "w", force_zip64=True) as file,
    ):
        file.write(JSON)
    stream = Streamed()
    with ZipFile(stream, "w", ZIP_DEFLATED) as writer:
        writer.writestr("a.json", JSON)
    put(tmp_path / "streamed.zip", stream.getvalue())
    assert [each.content for each in given(tmp_path)] == [JSON, JSON]


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_an_archive_that_was_cut_short_is_refused(share, tmp_path):
    whole = archive(tmp_path / "whole.zip", fixtures("le_json")).read_bytes()
    put(tmp_path / "in" / "cut.zip", whole[: int(len(whole) * share)])
    assert list(reasons(given(tmp_path / "in"))) == ["cut.zip"]


def test_an_archive_behind_something_else_is_read(tmp_path):
    whole = archive(tmp_path / "whole.zip", {"a.json": JSON}).read_bytes()
    found = given(put(tmp_path / "in" / "a.zip", b"MZ" + bytes(999) + whole))
    assert [each.content for each in found] == [JSON]


@pytest.mark.parametrize("most", [Cut(), Cut(7, 120)], ids=["whole", "cut"])
@pytest.mark.parametrize("name", ["a.ndjson", "a.json", "a.xml"])
def test_of_a_damaged_file_nothing_is_taken_and_the_others_go_on(name, most, tmp_path):
    data = deflated(LINES)
    entries = [
        Packed(name.encode(), data, len(LINES), zlib.crc32(LINES) ^ 1),
        Packed(b"b.json", JSON, len(JSON), zlib.crc32(JSON), method=0),
    ]
    found = given(raw_archive(tmp_path / "a.zip", entries), most=most)
    assert reasons(found) == {name: "the file in the archive is damaged"}
    assert [each.content for each in accepted(found)] == [JSON]


@pytest.mark.parametrize(
    ("data", "unpacked", "method"),
    [
        pytest.param(deflated(JSON)[:-3], len(JSON), 8, id="cut short"),
        pytest.param(b"\xff" * 20, len(JSON), 8, id="not packed so"),
        pytest.param(deflated(JSON), len(JSON) + 1, 8, id="shorter than it says"),
        pytest.param(deflated(JSON), len(JSON) - 1, 8, id="longer than it says"),
        pytest.param(JSON, len(JSON) - 1, 0, id="stored, longer than it says"),
        pytest.param(JSON[:-1], len(JSON), 0, id="stored, shorter than it says"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_damaged(data, unpacked, method, tmp_path):
    entry = Packed(b"a.json", data, unpacked, zlib.crc32(JSON), method)
    found = given(raw_archive(tmp_path / "a.zip", [entry]))
    assert reasons(found) == {"a.json": "the file in the archive is damaged"}


def test_an_encrypted_document_is_refused(tmp_path):
    packed = archive(tmp_path / "locked.zip", {"a.json": JSON})
    whole = bytearray(packed.read_bytes())
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    packed.write_bytes(bytes(whole))
    assert reasons(given(packed)) == {"a.json": "the file is encrypted"}


def test_what_is_stored_is_read_and_other_methods_are_refused(tmp_path):
    with ZipFile(tmp_path / "a.zip", "w") as writer:
        writer.writestr("a.json", JSON, compress_type=ZIP_STORED)
        writer.writestr("b.json", JSON, compress_type=ZIP_LZMA)
    found = given(tmp_path)
    assert reasons(found) == {
        "b.json": "the file is packed by a method that is not read"
    }
    assert [each.content for each in accepted(found)] == [JSON]


@pytest.mark.parametrize(
    "name",
    [
        "../../climbed.json",
        "/climbed.json",
        "..\\..\\climbed.json",
        "C:\\climbed.json",
        "a/../../climbed.json",
        "climbed.json\0.pdf",
        "climbed\x1b[31m.json",
        "climbed" * 900 + ".json",
    ],
)
def test_a_name_that_climbs_leads_nowhere(name, tmp_path):
    inside = tmp_path / "deep" / "deeper"
    entry = Packed(name.encode(), JSON, len(JSON), zlib.crc32(JSON), method=0)
    inside.mkdir(parents=True)
    (only,) = given(raw_archive(inside / "climb.zip", [entry]))
    assert only.content == JSON
    assert only.name.startswith(f"{inside}/climb.zip/")
    assert only.name.isprintable()
    assert [path.name for path in tmp_path.rglob("*.*")] == ["climb.zip"]


def test_names_of_windows_say_what_lies_together(tmp_path):
    files = {"1\\report.xml": REPORT, "2\\report.xml": REPORT, "1\\a.xml": DETAILS}
    found = given(archive(tmp_path / "a.zip", files))
    assert [each.content.folder for each in accepted(found)] == ["1", "2"]


def test_files_of_one_name_in_an_archive_are_all_accounted_for(tmp_path):
    entries = [
        Packed(b"a.json", content, len(content), zlib.crc32(content), method=0)
        for content in (JSON, b"{}", JSON)
    ]
    packed = raw_archive(tmp_path / "a.zip", entries)
    found = given(packed)
    assert names(found, packed) == ["a.json", "a.json (2)", "a.json (3)"]
    assert [each.content for each in found] == [JSON, b"{}", JSON]


def test_an_archive_with_a_name_that_is_no_utf_8_is_refused(tmp_path):
    packed = archive(tmp_path / "a.zip", {"é.json": JSON})
    whole = packed.read_bytes().replace("é".encode(), b"\xff\xff")
    put(packed, whole)
    assert list(reasons(given(packed))) == ["a.zip"]


MIXED = {"1/report.xml": REPORT, "a.json": LIST, "b.ndjson": LINES, "c.json": JSON}


@settings(max_examples=150, deadline=None)
@every(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6))
def test_no_damage_stops_the_others(tmp_path_factory, damage):
    folder = tmp_path_factory.mktemp("damage")
    packed = archive(folder / "a.zip", MIXED)
    whole = bytearray(packed.read_bytes())
    for place, byte in damage:
        whole[int(place * (len(whole) - 1))] = byte
    packed.write_bytes(bytes(whole))
    found = search(folder, most=Cut(9, 200))
    assert len(given_by(found)) + found.ignored.total() >= 1
