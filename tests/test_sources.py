from __future__ import annotations

import os
from pathlib import Path

import pytest

from prioritizer.errors import MissingInputError
from prioritizer.ingest import find_documents
from tests.builders_documents import (
    LE_JSON,
    account_of,
    ingested,
    thin_tree,
    write_json,
    write_submission,
)


def test_a_folder_without_documents_becomes_empty_tables(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("no report", encoding="utf-8")
    tables, result = ingested(tmp_path / "in", out=tmp_path / "out")
    assert result.given == 0
    assert tables.read("reports").is_empty()
    assert result.ignored == {".txt": 1}


def test_a_source_that_is_not_there_is_missing_input(tmp_path):
    with pytest.raises(MissingInputError, match="a source is not there") as caught:
        find_documents([LE_JSON[0], tmp_path / "absent.json"])
    assert caught.value.where == str(tmp_path / "absent.json")


def test_a_link_that_leads_nowhere_is_missing_input(tmp_path):
    link = tmp_path / "link.xml"
    link.symlink_to(tmp_path / "absent.xml")
    with pytest.raises(MissingInputError, match="a source is not there"):
        find_documents([link])


def test_a_file_that_goes_away_is_refused_and_the_rest_goes_on(tmp_path):
    gone = write_json(tmp_path / "in" / "a.json", thin_tree())
    write_json(tmp_path / "in" / "b.json", thin_tree(reportId=2))
    documents = find_documents([tmp_path / "in"]).documents
    gone.unlink()
    with pytest.raises(FileNotFoundError, match=r"a\.json"):
        documents[0].read()
    assert documents[1].read().report["report_id"] == 2


def test_a_file_in_a_submission_stands_for_the_whole_submission(tmp_path):
    folder = write_submission(tmp_path / "1")
    (folder / "file-1.xml").write_bytes(
        b"<fileDetails><fileId>f</fileId></fileDetails>"
    )
    tables, result = ingested(folder / "report.xml", out=tmp_path / "out")
    assert (result.accepted, tables.read("files").height) == (1, 1)


def test_upper_case_suffixes_are_understood(tmp_path):
    path = write_json(tmp_path / "A.JSON", thin_tree())
    assert ingested(path, out=tmp_path / "out")[1].accepted == 1


def test_links_in_a_circle_are_walked_once(tmp_path):
    write_json(tmp_path / "in" / "a.json", thin_tree())
    for name in ("one", "other"):
        (tmp_path / "in" / name).symlink_to(tmp_path / "in")
    assert ingested(tmp_path / "in", out=tmp_path / "out")[1].given == 1


def test_what_is_no_regular_file_is_named(tmp_path):
    write_json(tmp_path / "in" / "a.json", thin_tree())
    (tmp_path / "in" / "b.json").symlink_to(tmp_path / "absent")
    os.mkfifo(tmp_path / "in" / "c.json")
    os.mkfifo(tmp_path / "in" / "d.xml")
    _, result = ingested(tmp_path / "in", out=tmp_path / "out")
    reasons = {Path(name).name: why for name, why, _ in result.rejected}
    regular = "it is not a regular file"
    assert reasons == {"b.json": regular, "c.json": regular, "d.xml": regular}


def test_a_report_called_like_a_sidecar_is_a_report(tmp_path):
    write_json(tmp_path / "in" / "submission.json", thin_tree())
    assert ingested(tmp_path / "in", out=tmp_path / "out")[1].accepted == 1


def test_files_of_other_kinds_are_counted(tmp_path):
    write_json(tmp_path / "in" / "a.json", thin_tree())
    for name in ("a.pdf", "b.pdf", "c"):
        (tmp_path / "in" / name).write_bytes(b"x")
    ingested(tmp_path / "in", out=tmp_path / "out")
    account, _ = account_of(tmp_path / "out")
    assert account["ignored_files_by_suffix"] == {".pdf": 2, "other": 1}


def test_several_files_of_one_submission_are_one_document(tmp_path):
    folder = write_submission(tmp_path / "1")
    (folder / "file-1.xml").write_bytes(b"<fileDetails/>")
    result = ingested(*sorted(folder.glob("*.xml")), out=tmp_path / "out")[1]
    assert (result.given, result.accepted) == (1, 1)


def test_tables_of_an_earlier_run_are_not_read_as_reports(tmp_path):
    write_json(tmp_path / "a.json", thin_tree())
    for _ in range(2):
        _, result = ingested(tmp_path, out=tmp_path / "out")
    assert (result.accepted, result.rejected) == (1, [])


def test_a_name_that_is_no_text_is_shown_escaped(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\x1b[31m.json"
    Path(os.fsdecode(path)).write_text("{}", encoding="utf-8")
    _, result = ingested(tmp_path, out=tmp_path / "out")
    ((name, _, _),) = result.rejected
    assert name.isprintable()
    assert account_of(tmp_path / "out")[0]["rejected"] == 1


def test_files_beside_several_reports_are_named_too(tmp_path):
    folder = write_submission(tmp_path / "1")
    (folder / "second.xml").write_bytes((folder / "report.xml").read_bytes())
    (folder / "file-1.xml").write_bytes(b"<fileDetails/>")
    _, result = ingested(folder, out=tmp_path / "out")
    names = {Path(name).name for name, _, _ in result.rejected}
    assert {"report.xml", "second.xml", "file-1.xml"} <= names


def test_naming_files_of_a_folder_first_hides_nothing_in_it(tmp_path):
    folder = tmp_path / "in"
    write_json(folder / "submission.json", thin_tree())
    (folder / "f.xml").write_bytes(b"<fileDetails/>")
    _, result = ingested(folder / "f.xml", folder, out=tmp_path / "out")
    assert (result.accepted, len(result.rejected)) == (1, 1)


def test_another_program_s_manifest_hides_nothing(tmp_path):
    write_json(tmp_path / "in" / "reports" / "a.json", thin_tree())
    (tmp_path / "in" / "manifest.json").write_text("{}", encoding="utf-8")
    _, result = ingested(tmp_path / "in", out=tmp_path / "out")
    assert (result.accepted, len(result.rejected)) == (1, 1)
