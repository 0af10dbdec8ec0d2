"""What holds for every provider rule, whatever a document looks like."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prioritizer.formats import (
    RawReport,
    raw_reports,
    read_le_json,
    read_submission,
    write_le_json,
    write_submission,
)
from prioritizer.formats.provider_rules import RULES, apply_rules
from prioritizer.settings import load_world
from prioritizer.synthetic.recorded import REGISTRATION
from prioritizer.synthetic.report_rows import report_rows
from prioritizer.synthetic.senders import Senders
from prioritizer.synthetic.shards import draw_shard, draws_of, plan_shards
from prioritizer.vocabulary.enums import EventName, FileHashType
from tests.builders_documents import json_tree, read_xml, stated
from tests.builders_habits import capture, file, mended, person, read, report
from tests.builders_world import drawn

EIGHT = "2026-03-01T08:00:00Z"
PROVIDERS = ["", "Nobody", *sorted({name for rule in RULES for name in rule.providers})]
TEXTS = [
    'A note that is longer than the object below it.\n\n{"a": 1}',
    *(
        "Seen.",
        '{"report_surface": 1}',
        'Seen.\n\n{"a": {}}',
        "MeetMe profile\n\nAge: 0",
    ),
    *(EIGHT, "Upload Date and Time", "Registration", "UPLOAD", "IP Address", "{", ""),
]
KEYS = {
    "json": [
        *("reportedPeople", "reportedPersons", "uploadedFiles", "incidentSummary"),
        *("additionalInformations", "value", "espMetadata", "metadatas", "name"),
        *("sourceInformation", "sourceCaptures", "eventName", "dateTime", "espUserId"),
        *("incidentDateTime", "profileBio", "espEscalation", "viewedByEsp"),
    ],
    "xml": [
        *("personOrUserReported", "associatedAccount", "additionalInfo", "value"),
        *("details", "nameValuePair", "name", "ipCaptureEvent", "eventName", "#text"),
        *("dateTime", "incidentDateTime", "incidentSummary", "espIdentifier"),
        *("profileBio", "escalateToHighPriority", "fileViewedByEsp", "@type"),
    ],
}
# What says that a report is urgent, and what somebody at the provider saw.
LEFT_ALONE = {
    "reports": ("esp_escalated", "esp_escalation_length", "ncmec_priority_code"),
    "files": ("viewed_by_esp", "exif_viewed_by_esp"),
}
LENGTHS = {
    "reports": ("additional_info_length", "machine_text_length"),
    "people": ("person_info_length", "profile_bio_length"),
    "files": ("file_info_length",),
}
GIVEN = (
    "is_incident_time_registration",
    "machine_text_length",
    "has_identifiers_only_in_text",
)
both = pytest.mark.parametrize("format", ["json", "xml"])
thorough = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150
)


def odd_nodes(format):
    """Nodes of any shape, under the names that rules look for."""
    leaves = st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(TEXTS)
    names = st.sampled_from(KEYS[format])
    return st.recursive(
        leaves,
        lambda node: st.lists(node, max_size=3) | st.dictionaries(names, node),
        max_leaves=12,
    )


@st.composite
def trees(draw, format):
    """A report with every habit, some of whose parts are replaced by odd ones."""
    odd = odd_nodes(format)
    texts = st.sampled_from(TEXTS)
    events = st.sampled_from([EventName.UPLOAD, EventName.REGISTRATION])
    captures = st.builds(capture, st.just(format), events, st.just(EIGHT))
    dated = st.tuples(st.just("Upload Date and Time"), st.sampled_from([EIGHT, "?"]))
    details = st.lists(dated | st.tuples(texts, texts), max_size=3)
    users = st.builds(person, st.just(format), captures, note=texts)
    files = st.builds(file, st.just(format), captures, note=texts, details=details)
    tree = report(
        format,
        people=draw(st.lists(users | odd, max_size=3)),
        files=draw(st.lists(files | odd, max_size=3)),
        notes=draw(st.lists(texts, max_size=2)),
        incident_at=draw(st.just(EIGHT) | odd),
    )
    inside = tree["report" if format == "xml" else "reportedInformation"]
    return (
        tree
        | draw(st.just({}) | st.just({"fileDetails": draw(odd)}))
        | {
            ("report" if format == "xml" else "reportedInformation"): inside
            | draw(st.dictionaries(st.sampled_from(KEYS[format]), odd, max_size=1))
        }
    )


cases = st.sampled_from(["json", "xml"]).flatmap(
    lambda format: st.tuples(st.just(format), trees(format))
)
providers = st.sampled_from(PROVIDERS)


@thorough
@given(cases, providers)
def test_no_rule_removes_a_row_or_touches_urgency_or_what_was_seen(case, provider):
    format, tree = case
    before = read(tree, format, provider)
    after = deepcopy(before)
    apply_rules(after, tree, format)
    for name in ("identifiers", "captures", "locations"):
        assert after.rows[name] == before.rows[name]
    for name, columns in LEFT_ALONE.items():
        for column in columns:
            old, new = (
                stated(before.rows[name], column),
                stated(after.rows[name], column),
            )
            assert new == old
    assert {name: len(rows) for name, rows in after.rows.items()} == {
        name: len(rows) for name, rows in before.rows.items()
    }


@thorough
@given(cases, providers)
def test_rules_applied_twice_are_rules_applied_once(case, provider):
    format, tree = case
    raw = mended(tree, format, provider)
    once = deepcopy(raw)
    apply_rules(raw, tree, format)
    assert raw == once


@thorough
@given(cases, providers)
def test_no_character_is_lost_or_counted_twice(case, provider):
    format, tree = case

    def characters(raw: RawReport) -> int:
        return sum(
            row.get(column) or 0
            for name, columns in LENGTHS.items()
            for row in raw.rows[name]
            for column in columns
        )

    before = characters(read(tree, format, provider))
    assert characters(mended(tree, format, provider)) == before


def nested(depth: int) -> object:
    node: object = OBJECT
    for _ in range(depth):
        node = [{"additionalInformations": node, "additionalInfo": node}]
    return node


OBJECT = '{"report_surface": 1}'
HOSTILE = {
    "a number": 7,
    "a truth value": True,
    "lists in lists": [[[[OBJECT]]]],
    "a list of everything": [None, 1, "x", [], {}, {"value": {"value": OBJECT}}],
    "a deep object in a text": '{"a":' * 5_000 + "1" + "}" * 5_000,
    "many objects in a text": '{"a": 1} ' * 50_000,
    "many paragraphs": 'x {"a"\n\n' * 20_000,
    "a long text": "x" * 2_000_000,
    "half a character": "\ud800{",
}


@both
@pytest.mark.parametrize("node", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_odd_shapes_end_no_rule_with_an_error(format, node, provider):
    people = [node, person(format, note=node), {"sourceInformation": node}]
    details = [(node, EIGHT), ("Upload Date and Time", node)]
    files = [node, file(format, details=details), file(format, note=node)]
    tree = report(format, people=people, files=files, notes=[node], incident_at=node)
    mended(tree, format, provider)


@both
def test_texts_that_stand_deep_are_left_to_the_reader(format):
    tree = report(format, people=[person(format)], notes=[nested(20)])
    assert "machine_text_length" not in mended(tree, format, "WhatsApp").report


# What was seen by a person at the provider is never inferred (domain: Meta's "no"
# with a known hash means that another copy was seen once).


@pytest.mark.parametrize("number", ["03", "04", "09", "12"])
@pytest.mark.parametrize("provider", ["Facebook", "Instagram", "Dropbox", "Imgur"])
@pytest.mark.parametrize("said", [None, False])
def test_nothing_in_a_json_says_viewed_but_its_own_key(number, provider, said):
    tree = json_tree(number)
    tree["reportedInformation"]["reportingEsp"]["espName"] = provider
    files = tree["reportedInformation"]["uploadedFiles"]["uploadedFiles"]
    for each in files:
        each["viewedByEsp"] = said
        each["espMetadata"] = {"metadatas": [{"name": "viewedByEsp", "value": "true"}]}
        each["ncmecTags"] = {"groups": [{"tags": [{"value": "Hash Match"}]}]}
    raw = read_le_json(json.dumps(tree).encode())
    apply_rules(raw, tree, "json")
    assert stated(raw.rows["files"], "viewed_by_esp") == [said] * len(files)
    assert len(files) > 0


@pytest.mark.parametrize("said", ["", "<fileViewedByEsp>false</fileViewedByEsp>"])
@pytest.mark.parametrize("provider", ["Facebook", "Instagram", "Dropbox"])
def test_nothing_in_an_xml_says_viewed_but_its_own_element(said, provider):
    hashed = f'<originalFileHash hashType="{FileHashType.MD5}">{"0" * 32}'
    text = (
        f"<fileId>a</fileId>{said}<exifViewedByEsp>true</exifViewedByEsp>"
        f"<industryClassification>A1</industryClassification>{hashed}"
        "</originalFileHash><details type='HASH'><nameValuePair>"
        "<name>fileViewedByEsp</name><value>true</value></nameValuePair></details>"
    )
    raw = read_xml("", text, sidecar={"report_id": 1, "esp_name": provider})
    assert stated(raw.rows["files"], "viewed_by_esp") == [False if said else None]


def test_the_reader_of_json_applies_the_rules():
    raw = read_le_json(json.dumps(report("json", notes=[OBJECT])).encode())
    assert raw.report["machine_text_length"] == len(OBJECT)
    assert raw.rules == {"machine_text": 1}


def test_the_reader_of_xml_applies_the_rules_of_the_provider_in_the_sidecar():
    beside = {"report_id": 1, "esp_name": "Cash App"}
    raw = read_xml("<additionalInfo>Seen.</additionalInfo>", sidecar=beside)
    assert raw.report["has_identifiers_only_in_text"] is True
    assert raw.rules == {"identifiers_only_in_text": 1}


# Invented tables say what rules would say of the same reports as documents.


def invented() -> list[RawReport]:
    shards = plan_shards(
        load_world("icac"), reports=400, seed=7, reports_of_a_shard=400
    )
    return list(raw_reports(draw_shard(next(shards))[0]))


@pytest.mark.parametrize("write", [write_le_json, write_submission])
def test_invented_tables_say_what_rules_would_say(write):
    readers = {write_le_json: read_le_json, write_submission: read_submission}
    for raw in invented():
        again = readers[write](write(raw))
        apply_rules(again, {}, "json")
        assert {name: again.report.get(name) for name in GIVEN} == {
            name: raw.report.get(name) for name in GIVEN
        }


def test_invented_reports_of_the_day_of_registration_say_so():
    world, draws = load_world("icac"), draws_of(7)
    senders = Senders(world)
    some = drawn(reports=300)
    seen, incident = some.addresses, some.circumstances.incident_us.copy()
    registered = np.flatnonzero(seen.event == REGISTRATION)[::2]
    incident[seen.row[registered]] = seen.captured_us[registered]
    case = replace(some.circumstances, incident_us=incident)
    some = replace(some, circumstances=case)
    frame = report_rows(world, senders, draws, some, np.zeros(len(case), dtype=bool))
    said = frame["is_incident_time_registration"].fill_null(value=False)
    assert set(np.flatnonzero(said)) == set(seen.row[registered])
    assert 0 < len(registered) < len(case)
