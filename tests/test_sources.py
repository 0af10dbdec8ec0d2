"""What is found in files and folders: everything, once, and in the same batches."""

from __future__ import annotations

import json
import os
import pickle
from hashlib import sha256
from pathlib import Path

import pytest

from prioritizer.errors import MissingInputError
from prioritizer.formats import parse_document
from prioritizer.ingest.sources.limits import Cut
from tests.builders_sources import (
    DETAILS,
    JSON,
    MB,
    REPORT,
    accepted,
    archive,
    as_nobody,
    given,
    ignored,
    names,
    open_folder,
    parsed,
    put,
    put_submission,
    reasons,
    search,
)


def test_a_folder_without_documents_gives_nothing(tmp_path):
    put(tmp_path / "notes.txt")
    assert given(tmp_path) == []
    assert ignored(tmp_path) == {".txt": 1}


def test_sources_that_are_not_there_are_all_named(tmp_path):
    gone = [tmp_path / "a.json", put(tmp_path / "file") / "below.json"]
    with pytest.raises(MissingInputError, match="2 sources are not there") as caught:
        search(put(tmp_path / "there.json"), *gone)
    assert caught.value.where == ", ".join(map(str, gone))


def test_a_link_that_leads_nowhere_is_missing_input(tmp_path):
    link = tmp_path / "link.xml"
    link.symlink_to(tmp_path / "absent.xml")
    with pytest.raises(MissingInputError, match="a source is not there"):
        search(link)


def test_a_document_is_given_with_its_bytes_and_their_digest(tmp_path):
    path = put(tmp_path / "a.json", b"\xef\xbb\xbf" + JSON)
    (only,) = given(path)
    (own,) = only.inputs
    assert (only.name, only.refusal) == (str(path), None)
    assert only.content == path.read_bytes()
    assert (own.name, own.size) == (str(path), len(JSON) + 3)
    assert own.sha256 == sha256(path.read_bytes()).hexdigest()


def test_a_submission_is_given_with_all_its_files(tmp_path):
    folder = put_submission(tmp_path / "910000001", files=2)
    (only,) = given(tmp_path)
    sidecar = (folder / "submission.json").read_bytes()
    assert only.content == parsed(REPORT, (DETAILS,) * 2, sidecar, "910000001")
    files = [each.name.rpartition("/")[2] for each in only.inputs]
    assert files == ["report.xml", "file-1.xml", "file-2.xml", "submission.json"]
    assert only.name == str(folder / "report.xml")


@pytest.mark.parametrize("name", ["report.xml", "file-1.xml", "submission.json"])
def test_a_file_of_a_submission_stands_for_the_whole(name, tmp_path):
    folder = put_submission(tmp_path / "1")
    put(folder / "other.json")
    assert given(folder / name) == given(tmp_path)[:1]


def test_all_files_of_a_submission_named_are_one_document(tmp_path):
    folder = put_submission(tmp_path / "1", files=3)
    assert len(given(*folder.iterdir())) == 1


def test_a_folder_named_as_where_one_is_has_its_own_name(tmp_path, monkeypatch):
    monkeypatch.chdir(put_submission(tmp_path / "910000001"))
    (only,) = given(Path())
    assert only.name == "report.xml"
    assert only.content.folder == "910000001"
    assert given(Path("report.xml")) == [only]


def test_files_that_go_away_are_refused_and_the_rest_goes_on(tmp_path):
    for name in ("a.json", "b.json", "c.json"):
        put(tmp_path / name)
    (batch,) = search(tmp_path).batches()
    (tmp_path / "a.json").unlink()
    (tmp_path / "b.json").unlink()
    (tmp_path / "b.json").mkdir()
    found = list(batch.documents())
    assert reasons(found) == {
        "a.json": "the file is no longer there",
        "b.json": "it is not a regular file",
    }
    assert len(accepted(found)) == 1


def test_a_file_that_goes_away_from_a_submission_is_named(tmp_path):
    folder = put_submission(tmp_path / "1")
    (batch,) = search(tmp_path).batches()
    (folder / "file-1.xml").unlink()
    found = list(batch.documents())
    assert reasons(found) == {"file-1.xml": "the file is no longer there"}
    assert accepted(found)[0].content.files == ()


def test_a_submission_whose_sidecar_goes_away_is_refused(tmp_path):
    folder = put_submission(tmp_path / "1")
    (batch,) = search(tmp_path).batches()
    (folder / "submission.json").unlink()
    found = list(batch.documents())
    assert reasons(found) == {"report.xml": "the file is no longer there"}


def test_what_is_closed_is_named_and_the_rest_goes_on():
    with open_folder() as folder:
        put(folder / "a.json")
        put(folder / "closed.json").chmod(0)
        put(folder / "1" / "report.xml", REPORT).chmod(0)
        put(folder / "closed" / "a.json").parent.chmod(0)
        with as_nobody():
            found = given(folder)
    reason = "the file cannot be read"
    closed = {"closed.json": reason, "report.xml": reason}
    assert reasons(found) == closed | {"closed": "the folder cannot be read"}
    assert len(accepted(found)) == 1


def test_a_file_in_a_closed_folder_is_refused_by_name():
    with open_folder() as folder:
        for name in ("a.json", "b.pdf"):
            put(folder / "closed" / name)
        (folder / "closed").chmod(0)
        with as_nobody():
            found = given(folder / "closed" / "a.json", folder / "closed" / "b.pdf")
    assert set(reasons(found).values()) == {"the file cannot be read"}
    assert len(found) == 2


def test_what_is_no_regular_file_is_named(tmp_path):
    put(tmp_path / "a.json")
    (tmp_path / "b.json").symlink_to(tmp_path / "absent.json")
    (tmp_path / "c.json").symlink_to(tmp_path / "c.json")
    for name in ("d.json", "e.xml", "f.zip", "g.ndjson"):
        os.mkfifo(tmp_path / name)
    found = given(tmp_path)
    assert sorted(reasons(found)) == [
        f"{each}"
        for each in ("b.json", "c.json", "d.json", "e.xml", "f.zip", "g.ndjson")
    ]
    assert set(reasons(found).values()) == {"it is not a regular file"}
    assert len(accepted(found)) == 1


def test_suffixes_in_any_case_are_understood(tmp_path):
    put(tmp_path / "A.JSON")
    put(tmp_path / "B.NDJSON")
    put(tmp_path / "1" / "REPORT.XML", REPORT)
    archive(tmp_path / "C.ZIP", {"D.JSON": JSON})
    assert len(accepted(given(tmp_path))) == 4


def test_a_report_called_like_a_sidecar_is_a_report(tmp_path):
    put(tmp_path / "submission.json")
    put(tmp_path / "1" / "file-1.xml", DETAILS)
    put(tmp_path / "1" / "submission.json")
    found = given(tmp_path)
    assert [each.content for each in accepted(found)] == [JSON, JSON]
    assert reasons(found) == {"file-1.xml": "its report is not there"}


def test_several_reports_in_one_folder_are_all_named(tmp_path):
    put_submission(tmp_path)
    put(tmp_path / "second.xml", REPORT)
    found = given(tmp_path)
    why = "several reports lie in one folder"
    assert reasons(found) == dict.fromkeys(
        ("report.xml", "second.xml", "file-1.xml"), why
    )
    assert {each.name for one in found for each in one.inputs} == {
        str(path) for path in tmp_path.iterdir()
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"<html/>", "not XML of a submission", id="other XML"),
        pytest.param(b'<report xmlns="x"/>', "not XML of", id="another namespace"),
        pytest.param(b"<report>", "not well-formed", id="cut short"),
        pytest.param(DETAILS.replace(b"f<", b"&<"), "not well-formed", id="bare &"),
        pytest.param(DETAILS.replace(b"f<", b"\1<"), "not well-formed", id="a control"),
        pytest.param(
            DETAILS.replace(b"f<", b"\xff<"), "not well-formed", id="no UTF-8"
        ),
        pytest.param(DETAILS[:-16], "not well-formed", id="an element left open"),
        pytest.param(b"<!DOCTYPE r><report/>", "document type", id="a doctype"),
        pytest.param(b"", "not well-formed", id="empty"),
    ],
)
def test_a_broken_file_beside_a_report_is_named_alone(content, why, tmp_path):
    put_submission(tmp_path)
    put(tmp_path / "file-2.xml", content)
    found = given(tmp_path)
    assert why in reasons(found)["file-2.xml"]
    assert [each.content.files for each in accepted(found)] == [
        (parse_document(DETAILS),)
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            b'<?xml version="1.0" encoding="UTF-8"?>\n<report/>\n', id="usual"
        ),
        pytest.param(b"\xef\xbb\xbf<report a='b'></report>", id="BOM"),
        pytest.param("<report><a>é</a></report>".encode("utf-16"), id="UTF-16"),
        pytest.param(
            b'<?xml version="1.0" encoding="ISO-8859-1"?><report><a>\xe9</a></report>',
            id="another encoding",
        ),
        pytest.param(b"<!-- <html> --><report><a/><!-- a --></report>", id="comments"),
        pytest.param(
            b"<report><a>&amp;&#38;</a><b><![CDATA[<]]></b></report>", id="escapes"
        ),
        pytest.param(b"<report xmlns:xsi='x' xsi:a='b'/>", id="a schema's place"),
    ],
)
def test_a_report_is_known_however_it_begins(content, tmp_path):
    put(tmp_path / "report.xml", content)
    (only,) = given(tmp_path)
    assert only.content == parsed(content, (), None, tmp_path.name)


def test_a_large_document_is_refused(tmp_path):
    for name in ("a.json", "b.xml"):
        put(tmp_path / name, b"{" + bytes(32 * MB))
    assert set(reasons(given(tmp_path)).values()) == {
        "the file is larger than any report"
    }


def test_a_folder_with_more_than_any_submission_is_refused(tmp_path):
    put(tmp_path / "report.xml", REPORT)
    comment = b"<!--" + b" " * 1017 + b"-->"
    first = put(tmp_path / "file-0.xml", DETAILS + comment * (31 * 1024))
    for number in range(1, 9):
        (tmp_path / f"file-{number}.xml").hardlink_to(first)
    found = reasons(given(tmp_path))
    assert set(found.values()) == {
        "the files of the folder are more than any report has"
    }
    assert len(found) == 10


def test_other_kinds_are_counted_in_a_folder_and_refused_if_named(tmp_path):
    for name in ("a.pdf", "b.pdf", "c", "d.of a person"):
        put(tmp_path / name)
    assert ignored(tmp_path) == {".pdf": 2, "other": 2}
    (refused,) = given(tmp_path / "c")
    assert "none of .json, .xml, .zip, .ndjson and .jsonl" in refused.refusal[0]


def test_a_thing_of_another_kind_named_beside_its_folder_is_one_thing(tmp_path):
    put(tmp_path / "a.pdf")
    assert len(given(tmp_path / "a.pdf", tmp_path)) == 1
    assert ignored(tmp_path / "a.pdf", tmp_path) == {}


def test_hidden_files_are_counted_and_read_only_if_named(tmp_path):
    for name in (".a.json", "._b.xml", ".git/c.json", "__MACOSX/d.json", ".DS_Store"):
        put(tmp_path / name)
    assert given(tmp_path) == []
    assert ignored(tmp_path) == {"hidden": 5}
    found = given(tmp_path, tmp_path / ".a.json", tmp_path / ".git")
    assert names(found, tmp_path) == [".a.json", ".git/c.json"]
    assert ignored(tmp_path, tmp_path / ".a.json", tmp_path / ".git") == {"hidden": 3}


def test_tables_of_an_earlier_run_are_not_read_as_reports(tmp_path):
    part = "reports/part-00000.parquet"
    manifest = {"schema_version": 1, "parts": {part: {}}}
    put(tmp_path / "out" / "manifest.json", json.dumps(manifest).encode())
    put(tmp_path / "out" / part)
    put(tmp_path / "out" / "ingest.json")
    put(tmp_path / "other" / "manifest.json", b"{}")
    assert names(given(tmp_path), tmp_path) == ["other/manifest.json"]
    assert ignored(tmp_path) == {"tables of an earlier run": 1}


def test_a_name_that_is_no_text_is_shown_escaped(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[31m.json"))
    (only,) = given(put(path))
    assert only.name.isprintable()
    assert (only.name, only.content) == (only.name.encode().decode(), JSON)


def test_naming_files_of_a_folder_first_hides_nothing_in_it(tmp_path):
    put(tmp_path / "submission.json")
    put(tmp_path / "f.xml", DETAILS)
    found = given(tmp_path / "f.xml", tmp_path)
    assert sorted(names(found, tmp_path)) == ["f.xml", "submission.json"]


def test_batches_survive_the_way_to_another_process(tmp_path):
    put_submission(tmp_path / "1")
    put(tmp_path / "a.json")
    put(tmp_path / "b.ndjson", (JSON + b"\n") * 9)
    put(tmp_path / "c.json", b"[" + b",".join([JSON] * 9) + b"]")
    archive(tmp_path / "d.zip", {"a.json": JSON, "b.ndjson": (JSON + b"\n") * 99})
    for batch in search(tmp_path, most=Cut(3, 400)).batches():
        sent = pickle.loads(pickle.dumps(batch))  # noqa: S301
        assert sent.identity == batch.identity
        assert list(sent.documents()) == list(batch.documents())
