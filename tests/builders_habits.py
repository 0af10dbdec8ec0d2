"""The same little report as the tree of either format, to try rules on."""

from __future__ import annotations

from collections.abc import Mapping

from prioritizer.formats import RawReport
from prioritizer.formats.provider_rules import apply_rules
from prioritizer.formats.reading import read_tree
from prioritizer.vocabulary.enums import UNLISTED, fold, texts_by_fold
from prioritizer.vocabulary.providers import PROVIDERS
from tests.builders_documents import RECEIVED

Tree = dict[str, object]


def read(tree: Tree, format: str, provider: str = "") -> RawReport:
    """Read a tree as it stands; the provider's name stands beside an XML."""
    raw = read_tree(tree, format)
    if provider:
        listed = texts_by_fold(PROVIDERS).get(fold(provider), UNLISTED)
        raw.report.update(esp_name=listed, esp_key=provider)
    return raw


def mended(tree: Tree, format: str, provider: str = "") -> RawReport:
    raw = read(tree, format, provider)
    apply_rules(raw, tree, format)
    return raw


def report(format: str, *, people=(), files=(), notes=(), incident_at=None) -> Tree:
    """A report whose people, files and notes are made for the same format."""
    if format == "xml":
        inside: Tree = {
            "incidentSummary": [{"incidentDateTime": [incident_at]}],
            "personOrUserReported": list(people),
            "additionalInfo": list(notes),
        }
        return {"report": inside, "fileDetails": list(files)}
    information = {
        "incidentSummary": {"incidentDateTime": incident_at},
        "reportedPeople": {"reportedPersons": list(people)},
        "uploadedFiles": {"uploadedFiles": list(files)},
        "additionalInformations": [{"value": note} for note in notes],
    }
    return {
        "reportId": 1,
        "dateReceived": RECEIVED,
        "reportedInformation": information,
    }


def person(format: str, *captures: Mapping[str, object], note="", **stated) -> Tree:
    return _thing(format, captures, note) | stated


def file(
    format: str, *captures: Mapping[str, object], note="", details=(), **stated
) -> Tree:
    pairs = [{"name": name, "value": value} for name, value in details]
    if format == "json":
        made: Tree = {"espMetadata": {"metadatas": pairs}, "submittalId": "f"}
    else:
        made = {"details": [{"nameValuePair": pairs}], "fileId": ["f"]}
    return _thing(format, captures, note) | made | stated


def capture(format: str, event: str, at: str) -> Tree:
    if format == "xml":
        return {"ipAddress": ["192.0.2.1"], "eventName": [event], "dateTime": [at]}
    return {
        "captureType": "IP Address",
        "value": "192.0.2.1",
        "eventName": event.upper(),
        "dateTime": at,
    }


def _thing(format: str, captures: tuple[Mapping[str, object], ...], note: str) -> Tree:
    if format == "xml":
        return {"ipCaptureEvent": list(captures), "additionalInfo": [note]}
    return {
        "sourceInformation": {"sourceCaptures": list(captures)},
        "additionalInformations": [{"value": note}],
    }
