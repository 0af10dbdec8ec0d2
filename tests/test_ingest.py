from __future__ import annotations

import pytest

from prioritizer.execution import LocalExecutor
from prioritizer.ingest import find_sources, ingest
from prioritizer.tables import check_frames, open_tables
from prioritizer.vocabulary.enums import UNLISTED
from tests.builders_documents import (
    DATA,
    LE_JSON,
    THIN_XML,
    account_of,
    ingested,
    person_tree,
    thin_tree,
    write_json,
    write_submission,
)

BOTH = (DATA / "le_json", DATA / "submission_xml")


def refused(source, out):
    """Ingest `source` beside one good report; return how the one was refused."""
    good = write_json(out.parent / "good.json", thin_tree(reportId=999))
    tables, result = ingested(source, good, out=out)
    assert tables.read("reports")["report_id"].to_list() == [999]
    assert result.given == 1 + len(result.rejected)
    return result.rejected


def test_every_fixture_is_accepted(tmp_path):
    tables, result = ingested(*BOTH, out=tmp_path)
    assert (result.given, result.accepted, result.rejected) == (24, 24, [])
    assert tables.read("reports").height == 24
    account, rejected = account_of(tmp_path)
    assert (account["given"], account["accepted"], account["rejected"]) == (24, 24, 0)
    assert rejected == []


def test_the_tables_of_the_fixtures_obey_the_vocabulary(tmp_path):
    ingested(*BOTH, out=tmp_path)
    tables, frames = open_tables(tmp_path)
    check_frames(frames)
    assert not tables.is_synthetic


@pytest.mark.parametrize("child", ["identifiers", "captures", "locations"])
@pytest.mark.parametrize(
    ("number", "parent"), [("person_no", "people"), ("file_no", "files")]
)
def test_the_number_in_a_child_row_is_of_a_row_of_its_report(
    tmp_path, child, number, parent
):
    tables, _ = ingested(*BOTH, out=tmp_path)
    key = ["report_id", "version", number]
    rows = tables.read(child)
    if number in rows.columns:
        below = rows.drop_nulls(number)
        assert below.height
        assert below.join(tables.read(parent), on=key, how="anti").is_empty()


def test_the_account_counts_what_was_unknown_and_unreadable(tmp_path):
    person = {"espUserId": "u", "approximateAge": 999, "futureField": 1}
    path = write_json(tmp_path / "a.json", person_tree(**person))
    tables, _ = ingested(path, out=tmp_path / "out")
    account, _ = account_of(tmp_path / "out")
    assert account["unreadable_values_by_column"] == {"people.age_years": 1}
    assert account["unknown_elements_by_name"] == {"futureField": 1}
    counts = tables.read("reports").select("unreadable_count", "unknown_count")
    assert counts.rows() == [(1, 1)]


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        pytest.param({"dateReceived": "2026-03-01T08:00:00Z"}, "no id", id="no id"),
        pytest.param({"reportId": 1}, "when it was received", id="no receipt"),
        pytest.param(
            {"reportId": 1, "dateReceived": "2026-03-01T08:00:00"},
            "when it was received, with its zone",
            id="a naive receipt",
        ),
    ],
)
def test_a_json_file_that_is_no_report_is_refused_by_name(tmp_path, tree, reason):
    path = write_json(tmp_path / "bad.json", tree)
    ((name, why, fix),) = refused(path, tmp_path / "out")
    assert name == str(path)
    assert reason in why
    assert fix


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("bad.json", b"{", "not valid JSON", id="malformed JSON"),
        pytest.param("bad.xml", b"<report>", "not well-formed", id="malformed XML"),
        pytest.param("bad.xml", b"<html/>", "not XML of a submission", id="other XML"),
        pytest.param("bad.pdf", b"%PDF", "none of .json, .xml", id="another kind"),
        pytest.param("bad", b"", "none of .json, .xml", id="no kind"),
        pytest.param(
            "bad.xml", b"<fileDetails/>", "its report is not there", id="a lone file"
        ),
        pytest.param("bad.xml", THIN_XML, "no id", id="no id"),
    ],
)
def test_a_file_that_is_no_report_is_refused_by_name(tmp_path, name, content, reason):
    path = tmp_path / "folder" / name
    path.parent.mkdir()
    path.write_bytes(content)
    ((said, why, _),) = refused(path, tmp_path / "out")
    assert said == str(path)
    assert reason in why


def test_a_submission_without_receipt_is_refused_by_name(tmp_path):
    folder = write_submission(tmp_path / "1", received_at=None)
    ((name, why, _),) = refused(folder, tmp_path / "out")
    assert name == str(folder / "report.xml")
    assert "when it was received" in why


def test_two_reports_in_one_folder_are_both_refused(tmp_path):
    folder = write_submission(tmp_path / "1")
    (folder / "second.xml").write_bytes(THIN_XML)
    rejected = refused(folder, tmp_path / "out")
    assert [name for name, _, _ in rejected] == [
        str(folder / "report.xml"),
        str(folder / "second.xml"),
    ]
    assert {why for _, why, _ in rejected} == {"several reports lie in one folder"}


def test_a_broken_file_beside_a_report_is_named_and_the_report_goes_on(tmp_path):
    folder = write_submission(tmp_path / "1")
    (folder / "file-1.xml").write_bytes(b"<fileDetails>")
    tables, result = ingested(folder, out=tmp_path / "out")
    assert tables.read("reports")["report_id"].to_list() == [1]
    assert [name for name, _, _ in result.rejected] == [str(folder / "file-1.xml")]


def test_a_report_that_says_more_later_is_a_further_version(tmp_path):
    escalated = {"incidentSummary": {"espEscalation": "Reason."}}
    later = thin_tree(
        dateMadeAvailable="2026-03-09T08:00:00Z", reportedInformation=escalated
    )
    first = write_json(tmp_path / "b.json", thin_tree())
    second = write_json(tmp_path / "a.json", later)
    tables, result = ingested(first, second, out=tmp_path / "out")
    assert (result.accepted, result.rejected) == (2, [])
    reports = tables.read("reports").sort("version")
    assert reports["version"].to_list() == [1, 2]
    assert reports["esp_escalated"].to_list() == [False, True]


def test_a_report_that_says_the_same_again_is_a_repetition(tmp_path):
    first = write_json(tmp_path / "a.json", thin_tree())
    second = write_json(tmp_path / "b.json", thin_tree())
    tables, result = ingested(first, second, out=tmp_path / "out")
    assert tables.read("reports").height == 1
    assert (result.accepted, result.account.repeated, result.rejected) == (2, 1, [])
    assert result.account.repeated_now == 1


def test_a_refused_document_does_not_claim_its_id(tmp_path):
    write_json(tmp_path / "in" / "a.json", {"reportId": 5})
    write_json(tmp_path / "in" / "b.json", thin_tree(reportId=5))
    _, result = ingested(tmp_path / "in", out=tmp_path / "out")
    assert (result.accepted, len(result.rejected)) == (1, 1)


def test_every_document_is_accounted_for_in_the_files(tmp_path):
    for number, content in enumerate((b"{", b"[]", b"{}")):
        (tmp_path / f"bad-{number}.json").write_bytes(content)
    write_json(tmp_path / "good.json", thin_tree())
    ingested(tmp_path, out=tmp_path / "out")
    account, rejected = account_of(tmp_path / "out")
    assert (account["given"], account["accepted"], account["rejected"]) == (4, 1, 3)
    names = [row["document"].rsplit("/", 1)[1] for row in rejected]
    assert names == ["bad-0.json", "bad-1.json", "bad-2.json"]
    assert all(row["reason"] and row["fix"] for row in rejected)


@pytest.mark.parametrize("text", ["00000000", "\u00b2" * 9], ids=["zeros", "squares"])
def test_one_odd_telephone_number_does_not_stop_the_others(tmp_path, text):
    write_json(tmp_path / "in" / "a.json", person_tree(phones=[text]))
    write_json(tmp_path / "in" / "b.json", thin_tree(reportId=2))
    _, result = ingested(tmp_path / "in", out=tmp_path / "out")
    assert result.accepted == 2


def test_a_report_arrives_when_it_was_made_available(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, thin_tree(dateMadeAvailable="2026-03-02T08:00:00Z"))
    later, _ = ingested(path, out=tmp_path / "later")
    write_json(path, thin_tree())
    at_once, _ = ingested(path, out=tmp_path / "at once")
    days = [
        tables.read("reports")["arrival_at"].dt.day()[0] for tables in (later, at_once)
    ]
    assert days == [2, 1]


def test_progress_is_told_by_documents(tmp_path):
    told = []
    search, executor = find_sources(LE_JSON[:3]), LocalExecutor(workers=1)
    ingest(search, tmp_path, key=b"k" * 32, executor=executor, progress=told.append)
    assert sum(told) == 3


PRIORITIES = [
    pytest.param({"priorityId": 1.0}, "1", id="a number"),
    pytest.param({"priorityId": "1"}, "1", id="a text"),
    pytest.param("1", "1", id="without its object"),
    pytest.param({"value": "1"}, "1", id="by its value"),
    pytest.param([{"priorityId": "3"}, {"priorityId": "1"}], "1", id="one of two"),
    pytest.param({"priorityId": "1 - now"}, UNLISTED, id="a code that is not known"),
    pytest.param({"id": "1", "name": "Priority 1"}, UNLISTED, id="other keys"),
    pytest.param({"priorityId": {"id": "1"}}, UNLISTED, id="an object for a code"),
    pytest.param(
        [{"priorityId": "2"}, {"priorityId": "X"}], UNLISTED, id="beside a known one"
    ),
    pytest.param({"priorityId": 77, "value": "2"}, UNLISTED, id="beside a label"),
    pytest.param({"priorityId": "2", "value": "Priority 2"}, "2", id="with a label"),
]


@pytest.mark.parametrize(("priority", "code"), PRIORITIES)
def test_a_priority_code_is_read_however_it_is_written(priority, code, tmp_path):
    tree = thin_tree(additionalNcmecInformation={"priority": priority})
    write_json(tmp_path / "a.json", tree)
    tables, result = ingested(tmp_path / "a.json", out=tmp_path / "out")
    assert tables.read("reports")["ncmec_priority_code"].to_list() == [code]
    assert result.account.unlisted["reports.ncmec_priority_code"] == (code == UNLISTED)


def test_of_two_versions_that_arrive_together_the_fuller_one_is_the_later(tmp_path):
    full = {"incidentSummary": {"platform": "Reddit"}}
    write_json(tmp_path / "a.json", thin_tree(reportedInformation=full))
    write_json(tmp_path / "b.json", thin_tree())
    for names in (("a", "b"), ("b", "a")):
        sources = [tmp_path / f"{name}.json" for name in names]
        tables, _ = ingested(*sources, out=tmp_path / "".join(names))
        reports = tables.read("reports").sort("version")
        assert reports["platform"].to_list() == [None, "Reddit"]
