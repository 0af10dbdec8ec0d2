"""What hides, breaks or explodes ends rejected with a reason, and stops nothing."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from prioritizer.ingest import find_sources
from prioritizer.vocabulary.enums import UNLISTED
from tests.builders_documents import (
    RECEIVED,
    THIN_XML,
    ingested,
    person_tree,
    thin_tree,
    write_json,
)

LAUGHS = "".join(
    f"<!ENTITY l{level} '{f'&l{level - 1};' * 10}'>" for level in range(1, 10)
)
BOMB = f"<!DOCTYPE report [<!ENTITY l0 'ha'>{LAUGHS}]><report>&l9;</report>"
QUADRATIC = f"<!DOCTYPE r [<!ENTITY a '{'a' * 9999}'>]><report>{'&a;' * 9999}</report>"
FILE = "<!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><report>&f;</report>"
PARAMETER = "<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://example.com/'>%p;]><report/>"
DOCTYPE = "<!DOCTYPE report><report/>"
DEEP = 10_000
TREE = json.dumps(thin_tree(reportId=5))

XML = [
    pytest.param(BOMB, "well-formed|document type", id="entity bomb"),
    pytest.param(QUADRATIC, "well-formed|document type", id="quadratic entities"),
    pytest.param(FILE, "well-formed|document type", id="external entity"),
    pytest.param(PARAMETER, "well-formed|document type", id="parameter entity"),
    pytest.param(DOCTYPE, "document type", id="doctype"),
    pytest.param(
        "<report>" + "<a>" * DEEP + "</a>" * DEEP + "</report>", "", id="deep"
    ),
    pytest.param("<report>" + "<a>" * 60 + "</a>" * 60 + "</report>", "deep", id="60"),
    pytest.param("<report><a", "well-formed", id="truncated"),
    pytest.param("<report>\x00</report>", "well-formed", id="a null byte"),
    pytest.param(THIN_XML.decode().encode("utf-16-le"), "well-formed", id="no mark"),
    pytest.param(b"<report>\xe9\xff</report>", "well-formed", id="not UTF-8"),
    pytest.param(f"<report a='{'a b' * 400_000}'/>", "longer than any", id="attribute"),
    pytest.param("<report><![CDATA[", "well-formed", id="open CDATA"),
]
JSON = [
    pytest.param("[" * DEEP + "]" * DEEP, "no object|not valid|object", id="deep list"),
    pytest.param('{"a":' * DEEP + "1" + "}" * DEEP, "not valid", id="deep object"),
    pytest.param(TREE[:-9], "not valid", id="truncated"),
    pytest.param(TREE.encode("utf-16"), "not valid", id="UTF-16"),
    pytest.param(TREE.encode("utf-32-le"), "not valid", id="UTF-32"),
    pytest.param(TREE.replace("}", ',"a":"é"}').encode("latin-1"), "valid", id="latin"),
    pytest.param(TREE.replace("}", ',"port":NaN}'), "not valid", id="NaN"),
    pytest.param(TREE.replace("}", ',"port":Infinity}'), "not valid", id="infinity"),
    pytest.param(TREE.replace("}", ',"reportId":6}'), "more than once", id="two ids"),
    pytest.param(TREE.replace("5,", '"5x",'), "no id", id="an id of letters"),
    pytest.param(TREE.replace("5,", "-5,"), "no id", id="a negative id"),
    pytest.param(TREE.replace("5,", "5.5,"), "no id", id="a broken id"),
    pytest.param(TREE.replace("5,", f"{2**64},"), "no id", id="an id too large"),
    pytest.param(TREE.replace("5,", "true,"), "no id", id="an id that is true"),
    pytest.param(TREE.replace("2026", "0001"), "when it was received", id="year 0001"),
    pytest.param(TREE.replace("2026", "9999"), "when it was received", id="year 9999"),
    pytest.param("", "not valid", id="empty"),
    pytest.param("\ufeff", "not valid", id="only a mark"),
]


def refused_beside_a_good_one(tmp_path: Path, name: str, content: str | bytes):
    """Ingest a document beside a good report, and return why it was rejected."""
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    good = write_json(tmp_path / "good.json", thin_tree(reportId=999))
    tables, told = ingested(path.parent, good, out=tmp_path / "out")
    assert tables.read("reports")["report_id"].to_list() == [999]
    assert told.rejected
    assert all(str(path) in name for name, _, _ in told.rejected)
    assert all(why and fix for _, why, fix in told.rejected)
    return "; ".join(why for _, why, _ in told.rejected)


@pytest.mark.parametrize(("content", "reason"), XML)
def test_a_hostile_xml_file_is_rejected_and_the_rest_goes_on(tmp_path, content, reason):
    said = refused_beside_a_good_one(tmp_path, "7/report.xml", content)
    assert any(each in said for each in reason.split("|"))


@pytest.mark.parametrize(("content", "reason"), JSON)
def test_a_hostile_json_file_is_rejected_and_the_rest_goes_on(
    tmp_path, content, reason
):
    said = refused_beside_a_good_one(tmp_path, "a.json", content)
    assert any(each in said for each in reason.split("|"))


@pytest.mark.parametrize("name", ["a.json", "7/report.xml", "b.zip", "c.ndjson"])
def test_a_file_of_a_gigabyte_is_rejected(tmp_path, name):
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.write(b'{"a":"' if path.suffix != ".xml" else b'<report a="')
        os.truncate(path, 2**30)  # takes no room on the disk
    good = write_json(tmp_path / "good.json", thin_tree(reportId=999))
    tables, told = ingested(path.parent, good, out=tmp_path / "out")
    assert tables.read("reports")["report_id"].to_list() == [999]
    assert len(told.rejected) == 1


def zip_of(**files: bytes) -> bytes:
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(zip_of(**{"a.json": b" " * 60_000_000}), "unpack", id="bomb"),
        pytest.param(zip_of(**{"a.zip": zip_of(b=b"")}), "archive in", id="nested"),
        pytest.param(zip_of(**{"../../a.json": b"{"}), "not valid", id="climbs"),
        pytest.param(zip_of(**{"/etc/a.json": b"{"}), "not valid", id="absolute"),
        pytest.param(zip_of(**{"a.json": b"{}"})[:-9], "ZIP", id="truncated"),
        pytest.param(b"PK\x03\x04" + bytes(99), "ZIP", id="only a head"),
    ],
)
def test_a_hostile_archive_is_rejected_and_the_rest_goes_on(tmp_path, content, reason):
    assert reason in refused_beside_a_good_one(tmp_path, "a.zip", content)
    assert not (tmp_path.parent / "a.json").exists()


def test_a_bad_value_is_counted_and_does_not_cost_the_report(tmp_path):
    capture = {"captureType": "IP Address", "value": "192.0.2.1"}
    odd = [{**capture, "port": port} for port in ("NaN", -1, 70_000, "https")]
    times = [
        {**capture, "dateTime": f"{year}-01-01T00:00:00Z"} for year in ("0001", "9999")
    ]
    tree = person_tree(sourceInformation={"sourceCaptures": [*odd, *times]})
    write_json(tmp_path / "in" / "a.json", tree)
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert told.rejected == []
    assert told.account.unreadable == {"captures.port": 4, "captures.captured_at": 2}
    assert tables.read("captures")["port"].to_list() == [None] * 6


@pytest.mark.parametrize("number", [5, "5", " 5 ", 5.0, "05"], ids=repr)
def test_an_id_is_a_number_or_digits(tmp_path, number):
    write_json(tmp_path / "in" / "a.json", thin_tree(reportId=number))
    tables, _ = ingested(tmp_path / "in", out=tmp_path / "out")
    assert tables.read("reports")["report_id"].to_list() == [5]


def test_two_submissions_of_one_id_that_differ_are_two_versions(tmp_path):
    for name, files in (("a", 1), ("b", 2)):
        folder = tmp_path / "in" / name
        sidecar = {"report_id": 5, "received_at": RECEIVED}
        write_json(folder / "submission.json", sidecar)
        (folder / "report.xml").write_bytes(THIN_XML)
        for number in range(files):
            details = f"<fileDetails><fileName>f{number}</fileName></fileDetails>"
            (folder / f"{number}.xml").write_text(details)
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert told.rejected == []
    assert tables.read("reports").sort("version")["version"].to_list() == [1, 2]


def test_the_same_folder_named_twice_is_given_once(tmp_path):
    write_json(tmp_path / "in" / "a.json", thin_tree())
    search = find_sources([tmp_path / "in", tmp_path / "in" / ".." / "in"])
    given = [each for batch in search.batches() for each in batch.documents()]
    assert len(given) == 1


def test_half_an_emoji_does_not_cost_the_report(tmp_path):
    reason = "\\ud83d"
    summary = {"incidentSummary": {"espEscalation": "REASON"}}
    text = json.dumps(thin_tree(reportedInformation=summary)).replace("REASON", reason)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(text)
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert told.rejected == []
    assert tables.read("reports")["esp_escalated"].to_list() == [True]


@pytest.mark.parametrize(
    "time", ["1950-01-01T00:00:00+05:00", "2100-01-01T00:00-05:00"]
)
def test_a_time_that_leaves_the_believed_years_by_its_zone_stops_nothing(
    tmp_path, time
):
    summary = {"incidentSummary": {"incidentDateTime": time}}
    write_json(tmp_path / "in" / "a.json", thin_tree(reportedInformation=summary))
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert told.account.unreadable == {"reports.incident_at": 1}
    assert tables.read("reports").height == 1


def test_json_within_json_is_counted_and_not_lost_in_silence(tmp_path):
    block = json.dumps({"priority": {"priorityId": "1"}})
    write_json(tmp_path / "in" / "a.json", thin_tree(additionalNcmecInformation=block))
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert told.account.unknown == {"additionalNcmecInformation": 1}
    # What may be urgent is seen by a person first.
    assert tables.read("reports")["ncmec_priority_code"].to_list() == [UNLISTED]


@pytest.mark.parametrize(
    "text",
    ["a" + "\u0301" * 40_000 + "\u0327" * 40_000, "x" * 900_000],
    ids=["marks", "long"],
)
def test_an_identifier_without_end_is_one_all_the_same(tmp_path, text):
    for number in (1, 2):
        tree = person_tree(screenName=text)
        write_json(tmp_path / "in" / f"{number}.json", {**tree, "reportId": number})
    tables, _ = ingested(tmp_path / "in", out=tmp_path / "out")
    assert tables.read("identifiers")["identifier_key"].n_unique() == 1


def test_elements_and_attributes_without_end_are_rejected(tmp_path):
    attributes = " ".join(f"a{number}=''" for number in range(40_000))
    elements = "<a b=''/>" * 500_000
    for name, text in (
        ("1", f"<report {attributes}/>"),
        ("2", f"<report>{elements}</report>"),
    ):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "report.xml").write_text(text)
    _, told = ingested(tmp_path / "in", out=tmp_path / "out")
    (_, first, _), (_, second, _) = told.rejected
    assert "more attributes" in first
    assert "more elements" in second


def test_a_manifest_among_documents_hides_none_of_them(tmp_path):
    write_json(tmp_path / "in" / "a.json", thin_tree())
    write_json(tmp_path / "in" / "manifest.json", {"schema_version": 2, "parts": {}})
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert tables.read("reports").height == 1
    assert len(told.rejected) == 1


def test_a_pipe_for_a_manifest_keeps_nobody_waiting(tmp_path):
    write_json(tmp_path / "in" / "a.json", thin_tree())
    os.mkfifo(tmp_path / "in" / "manifest.json")
    tables, _ = ingested(tmp_path / "in", out=tmp_path / "out")
    assert tables.read("reports").height == 1


def test_more_documents_than_a_batch_should_hold_are_all_told_of(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ndjson").write_text("{}\n" * 12_000 + json.dumps(thin_tree()))
    tables, told = ingested(tmp_path / "in", out=tmp_path / "out")
    assert (told.given, told.accepted) == (12_001, 1)
    assert tables.read("reports")["report_id"].to_list() == [1]
