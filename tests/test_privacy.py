from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from prioritizer.privacy import PUBLIC_KEY
from prioritizer.privacy.texts import plain
from tests.builders_documents import (
    DATA,
    capture_tree,
    ingested,
    json_tree,
    person_tree,
    protected,
    read_tree,
    read_xml,
    write_json,
)

MARK = "qzxmark"
OTHER_KEY = bytes(range(32))
RICH = DATA / "submission_xml" / "rich_nearly_everything"
# What must stay for the document to be read as the rich report that it is.
TRUTH_OR_NUMBER = re.compile(r"true|false|\+?\d{1,2}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+(Z|[+-]\d\d:\d\d)")
ENUMERATED = {
    "incidentType",
    "eventName",
    "fileRelevance",
    "industryClassification",
    "captureType",
    "referralType",
    "priorityId",
    "country",
    "countryCode",
    "state",
    "region",
    "type",
    "idType",
    "hashType",
    "valueType",
}
NUMBERS = {"reportId", "priorCTReports", "priorCTReport", "port"}


def keep_the_format(name: str, text: str) -> bool:
    typed = TRUTH_OR_NUMBER.fullmatch(text) or TIME.fullmatch(text)
    return bool(typed) or name in ENUMERATED | NUMBERS


def keep_the_id(name: str, text: str) -> bool:
    return name in {"reportId", "dateReceived"}


Keep = Callable[[str, str], bool]
every_plan = pytest.mark.parametrize(
    "keep", [keep_the_format, keep_the_id], ids=["what must parse stays", "all marked"]
)


def marked_xml(content: bytes, keep: Keep, numbers: count) -> bytes:
    root = etree.fromstring(content)
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            if not keep(name, value):
                element.set(name, f"{MARK}{next(numbers)}")
        if not len(element) and not keep(element.tag, element.text or ""):
            element.text = f"{MARK}{next(numbers)}@{MARK}.test"
    return etree.tostring(root)


def marked_json(node: object, keep: Keep, numbers: count, name: str = "") -> object:
    if isinstance(node, dict):
        items = node.items()
        return {key: marked_json(each, keep, numbers, key) for key, each in items}
    if isinstance(node, list):
        return [marked_json(each, keep, numbers, name) for each in node]
    if isinstance(node, str) and not keep(name, node):
        return f"{MARK}{next(numbers)}"
    return node


def plant_xml(folder: Path, keep: Keep) -> int:
    """Write the rich submission with a mark in every place; return how many."""
    folder.mkdir(parents=True)
    numbers = count()
    for path in sorted(RICH.glob("*.xml")):
        content = marked_xml(path.read_bytes(), keep, numbers)
        (folder / path.name).write_bytes(content)
    sidecar = {"received_at": "2026-03-01T08:00:00Z", "esp_name": f"{MARK} Inc."}
    write_json(folder / "submission.json", sidecar)
    return next(numbers)


def plant_json(path: Path, keep: Keep) -> int:
    numbers = count()
    write_json(path, marked_json(json_tree("03"), keep, numbers))
    return next(numbers)


def leaks(folder: Path, mark: str = MARK) -> list[str]:
    """Return the files below `folder` in which `mark` can be read."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += json.dumps(pl.read_parquet(path).rows(), default=repr).encode()
        if mark.encode() in content.lower():
            found.append(path.name)
    return found


@every_plan
def test_no_word_of_a_submission_is_written(tmp_path, caplog, keep):
    caplog.set_level(logging.DEBUG)
    assert plant_xml(tmp_path / "in" / "1", keep) > 100
    tables, result = ingested(tmp_path / "in", out=tmp_path / "out")
    assert (result.accepted, tables.read("people").height) == (1, 6)
    assert leaks(tmp_path / "out") == []
    assert MARK not in caplog.text.lower()


@every_plan
def test_no_word_of_a_report_is_written(tmp_path, caplog, keep):
    caplog.set_level(logging.DEBUG)
    assert plant_json(tmp_path / "in.json", keep) > 50
    tables, result = ingested(tmp_path / "in.json", out=tmp_path / "out")
    assert (result.accepted, tables.read("files").height) == (1, 2)
    assert leaks(tmp_path / "out") == []
    assert MARK not in caplog.text.lower()


def test_the_search_for_marks_finds_one_in_a_compressed_table(tmp_path):
    frame = pl.DataFrame({"name": ["x" * 999, f"A {MARK.upper()}"], "n": [b"", b"b"]})
    frame.write_parquet(tmp_path / "a.parquet", compression="zstd")
    frame.select(n=pl.lit(MARK.encode())).write_parquet(tmp_path / "b.parquet")
    (tmp_path / "c.json").write_text("clean", encoding="utf-8")
    assert leaks(tmp_path) == ["a.parquet", "b.parquet"]


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({"reportId": MARK}, id="the id"),
        pytest.param({"reportId": 1, "dateReceived": MARK}, id="the time"),
        pytest.param({MARK: MARK}, id="a key and its value"),
        pytest.param([MARK], id="a list"),
    ],
)
def test_no_word_of_a_rejected_document_is_written(tmp_path, tree):
    path = write_json(tmp_path / "in.json", tree)
    _, result = ingested(path, out=tmp_path / "out")
    assert len(result.rejected) == 1
    assert leaks(tmp_path / "out") == []


def test_no_word_of_a_broken_submission_is_written(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "report.xml").write_text(f"<report>{MARK}<{MARK}>", encoding="utf-8")
    _, result = ingested(folder, out=tmp_path / "out")
    assert len(result.rejected) == 1
    assert leaks(tmp_path / "out") == []


def test_no_address_or_number_is_written(tmp_path):
    plain_text = ("203.0.113.77", "3075550123", "890000011")
    capture = {"captureType": "IP Address", "value": plain_text[0]}
    tree = capture_tree(**capture)
    (person,) = tree["reportedInformation"]["reportedPeople"]["reportedPersons"]
    person |= {"phones": [plain_text[1]], "espUserId": plain_text[2]}
    _, result = ingested(write_json(tmp_path / "a.json", tree), out=tmp_path / "out")
    assert result.accepted == 1
    assert [leaks(tmp_path / "out", each) for each in plain_text] == [[], [], []]


def keys_of(person, *, key=PUBLIC_KEY, provider="Provider 001"):
    """Return the hashes of a person's identifiers, in the order read."""
    tree = person_tree(**person)
    tree["reportedInformation"]["reportingEsp"] = {"espName": provider}
    return protected(read_tree(tree), key=key)["identifiers"][
        "identifier_key"
    ].to_list()


def email(text):
    return {"emails": [{"value": text}]}


def phone(text):
    return {"phones": [{"value": text}]}


def test_one_key_hashes_alike_and_another_key_otherwise():
    assert keys_of(email("a@b.test")) == keys_of(email("a@b.test"))
    assert keys_of(email("a@b.test")) != keys_of(email("a@b.test"), key=OTHER_KEY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(email("a@b.test"), email(" A@B.Test "), id="e-mail, case"),
        pytest.param(
            email("\uff41@b.test"), email("a@b.test"), id="e-mail, wide letters"
        ),
        pytest.param(phone("3070550199"), phone("(307) 055-0199"), id="phone, signs"),
        pytest.param(phone("3070550199"), phone("+1 307 055 0199"), id="phone, +1"),
        pytest.param(phone("3070550199"), phone("1-307-055-0199"), id="phone, 1"),
        pytest.param({"screenName": "Bob"}, {"screenName": "bob "}, id="screen name"),
        pytest.param({"screenName": "bob"}, {"screenName": "@bob"}, id="user name"),
        pytest.param(email("a@gmail.com"), email("a@googlemail.com"), id="mailbox"),
    ],
)
def test_two_ways_of_writing_hash_alike(one, other):
    assert keys_of(one) == keys_of(other)
    assert len(keys_of(one)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(email("a@b.test"), email("a@c.test"), id="other addresses"),
        pytest.param({"espUserId": "x"}, {"screenName": "x"}, id="other kinds"),
        pytest.param(phone("3070550199"), phone("+43070550199"), id="other countries"),
        pytest.param(email("a.b@c.test"), email("ab@c.test"), id="dots elsewhere"),
    ],
)
def test_different_identifiers_hash_differently(one, other):
    assert len(keys_of(one)) == len(keys_of(other)) == 1
    assert keys_of(one) != keys_of(other)


def test_a_providers_own_number_means_something_only_with_the_provider():
    one, other = {"espUserId": "7"}, email("a@b.test")
    assert keys_of(one) != keys_of(one, provider="Provider 002")
    assert keys_of(other) == keys_of(other, provider="Provider 002")


def test_a_provider_and_its_number_never_run_into_one_another():
    first = keys_of({"espUserId": "AI 5"}, provider="Amazon")
    assert first != keys_of({"espUserId": "5"}, provider="Amazon AI")


def test_file_hashes_are_compared_without_case_and_signs():
    hash_of = '<originalFileHash hashType="MD5">{}</originalFileHash>'
    texts = ("00ab-CD", "00ABCD")
    frames = [protected(read_xml("", hash_of.format(text))) for text in texts]
    one, other = (frame["identifiers"]["identifier_key"].to_list() for frame in frames)
    assert one == other
    assert frames[0]["identifiers"]["file_hash_type"].to_list() == ["MD5"]


def test_hashes_in_base64_keep_their_case():
    hash_of = '<originalFileHash hashType="PhotoDNA">{}</originalFileHash>'
    keys = [
        protected(read_xml("", hash_of.format(text)))["identifiers"]["identifier_key"][
            0
        ]
        for text in ("aB3+" * 48, "Ab3+" * 48)
    ]
    assert keys[0] != keys[1]


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_case_and_outer_blanks_never_matter(text):
    assert plain(f" {text.upper()} ") == plain(text)


def test_protecting_keeps_rows_and_their_order():
    raw = read_tree(json_tree("12"))
    numbers = [row["identifier_no"] for row in raw.rows["identifiers"]]
    frames = protected(raw)
    assert frames["identifiers"]["identifier_no"].to_list() == numbers
    assert frames["captures"].height == len(raw.rows["captures"])
