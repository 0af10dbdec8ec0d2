"""Documents are written in NCMEC's order of elements, and validly."""

from __future__ import annotations

from functools import cache

import pytest
from lxml import etree

from prioritizer.formats import (
    problems_of_order,
    read_le_json,
    read_submission,
    write_submission,
)
from prioritizer.vocabulary.enums import (
    BatchReason,
    CaptureOf,
    CaptureType,
    IncidentType,
    Role,
)
from tests.builders_documents import LE_JSON, SUBMISSIONS, XSD, submission
from tests.builders_raws import person, raw_of

# In these fixtures stand values that the schema does not know.
BEYOND_THE_SCHEMA = {
    "unknown_annotations_and_elements",
    "09_unknown_keys_and_tags",
    # One account has several screen names; a submission can say one.
    "03_rich_referral",
    # It does not say when the incident was, which NCMEC demands.
    "05_nulls_and_absent_keys",
}
every_submission = pytest.mark.parametrize(
    "folder", SUBMISSIONS, ids=lambda folder: folder.name
)
every_export = pytest.mark.parametrize("path", LE_JSON, ids=lambda path: path.stem)
needs_schema = pytest.mark.skipif(
    not XSD.is_file(), reason="NCMEC's schema is not beside the repository"
)


def complete(report=None, **rows):
    """A raw report with the two things that NCMEC demands."""
    demanded = {"incident_type": IncidentType.CSAM, "incident_at": 0}
    return raw_of({**demanded, **(report or {})}, **rows)


def documents(raw):
    written = write_submission(raw)
    return [written.report, *written.files]


@cache
def schema():
    return etree.XMLSchema(etree.parse(XSD))


@every_submission
def test_a_fixture_is_written_in_order(folder):
    written = documents(read_submission(submission(folder)))
    assert [problems_of_order(each) for each in written] == [[]] * len(written)


@every_export
def test_an_export_is_written_in_order(path):
    written = documents(read_le_json(path.read_bytes()))
    assert [problems_of_order(each) for each in written] == [[]] * len(written)


@needs_schema
@every_submission
def test_a_fixture_is_written_validly(folder):
    for document in documents(read_submission(submission(folder))):
        valid = schema().validate(etree.fromstring(document))
        assert valid or folder.name in BEYOND_THE_SCHEMA


@needs_schema
@every_export
def test_an_export_is_written_validly(path):
    for document in documents(read_le_json(path.read_bytes())):
        valid = schema().validate(etree.fromstring(document))
        assert valid or path.stem in BEYOND_THE_SCHEMA


@needs_schema
@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(complete(), id="nothing else"),
        pytest.param(complete({"is_reported_to_le": True}), id="no agency"),
        pytest.param(
            complete(people=[person(role=Role.VICTIM, has_school=True)]), id="a victim"
        ),
        pytest.param(complete(files=[{"has_hash_details": True}]), id="a file"),
        pytest.param(
            complete({"batch_reason": BatchReason.VIRAL_POTENTIAL_MEME}), id="a batch"
        ),
        pytest.param(
            complete({"reporter_address_count": 2, "has_esp_contact": True}),
            id="a reporter",
        ),
        pytest.param(
            complete(
                captures=[
                    {
                        "capture_of": CaptureOf.INCIDENT,
                        "capture_type": CaptureType.IP_ADDRESS,
                        "port": 443,
                    }
                ]
            ),
            id="an address without an address",
        ),
    ],
)
def test_what_may_not_be_missing_is_there_though_nothing_is_said(raw):
    for document in documents(raw):
        schema().assertValid(etree.fromstring(document))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("<fileDetails><reportId/></fileDetails>", "fileDetails lacks fileId"),
        ("<report><futureElement/></report>", "report cannot hold futureElement"),
        ("<internetDetails/>", "internetDetails holds 0 incidents, not one"),
        ("<phone future='1'/>", "phone cannot hold @future"),
        (
            "<deviceId><idValue/><idType/></deviceId>",
            "idType stands after idValue in deviceId",
        ),
        (
            "<address><address><city/></address></address>",
            "address cannot hold city",
        ),
    ],
)
def test_a_document_out_of_order_is_told_of(document, problem):
    assert problem in problems_of_order(document.encode())


def test_flags_may_stand_in_any_order():
    flags = b"<fileAnnotations><infant/><viral/></fileAnnotations>"
    assert problems_of_order(flags) == []


def test_a_rich_submission_is_in_order_and_a_shuffled_one_is_not():
    folder = {each.name: each for each in SUBMISSIONS}
    assert problems_of_order(submission(folder["rich_nearly_everything"]).report) == []
    assert problems_of_order(submission(folder["elements_out_of_order"]).report)
