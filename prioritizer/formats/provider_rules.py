"""Habits of providers, each met by one small rule on the raw record.

A rule finds what a report itself says in an unusual place. No rule invents a
fact, removes a row, says that somebody viewed a file, or lowers what is urgent:
only a provider's own statement says `viewed_by_esp`, for "no" with a known hash
means that somebody once viewed another copy.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from inspect import getdoc

from prioritizer.formats.free_texts import (
    drop_empty,
    elements_of,
    free_texts,
    take_out,
    without_machine_text,
    without_profile,
)
from prioritizer.formats.moments import UnreadableError, moment_and_zone
from prioritizer.formats.paths import Node, is_stated, select, text_of
from prioritizer.formats.placeholders import PLACEHOLDERS
from prioritizer.formats.raw import RawReport, Row
from prioritizer.vocabulary import FILES
from prioritizer.vocabulary.enums import UNLISTED, EventName, Role, fold

Mend = Callable[[RawReport, Node, str], int]
"""Mends a raw record in place, given the document's tree and its format.

It returns how many values it set, and sets nothing when it comes a second time.
"""

_SECOND = 1_000_000  # µs, in which raw records hold times
# The first is the name that Dropbox is known to use; the others are near to it.
_UPLOAD_TIMES = {"uploaddateandtime", "uploaddatetime", "uploadtime", "uploadtimestamp"}
# Names are also written with a legal form, which the list of names does not have.
_LEGAL_FORMS = ("", "inc", "llc", "ltd", "corp")
_FOLDED_NAMES = {"blockinc": "Cash App", "block": "Cash App"}
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class ProviderRule:
    """A habit of some providers, and what is done about it.

    Parameters
    ----------
    mend : callable
        The rule. Its docstring says what it does, why, and where that is known from.
    providers : tuple of str
        Whose habit it is, as members of the list of providers; empty for all.
    formats : tuple of str
        Documents of which formats can show it.
    """

    mend: Mend
    providers: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("json", "xml")

    @property
    def name(self) -> str:
        """What the rule is called where it is counted."""
        return self.mend.__name__


def apply_rules(raw: RawReport, tree: Node, format: str) -> None:
    """Mend the raw record of one document by the rules for its provider.

    Parameters
    ----------
    raw : RawReport
        What a reader read, its provider's name included. It is changed in place:
        the rules that set something are counted in `raw.rules`.
    tree : dict
        The document.
    format : str
        ``"xml"`` or ``"json"``.

    Examples
    --------
    >>> raw = RawReport()
    >>> raw.rows["reports"] = [{"esp_name": "Cash App", "additional_info_length": 9}]
    >>> apply_rules(raw, {}, "json")
    >>> raw.report["has_identifiers_only_in_text"], dict(raw.rules)
    (True, {'identifiers_only_in_text': 1})
    """
    has_set = False
    for rule in _rules_for(_provider(raw.report), format):
        values = rule.mend(raw, tree, format)
        if values:
            raw.rules[rule.name] += values
            has_set = True
    if has_set:
        drop_empty(raw)


def _provider(report: Row) -> object:
    """Return who sent a report, also if the name has a legal form at its end."""
    name = report.get("esp_name")
    if name is not None and name != UNLISTED:
        return name
    called = str(report.get("esp_key") or "")
    return _names_of_rules().get(fold(called[:_LONGEST_NAME]))


@cache
def _rules_for(provider: object, format: str) -> tuple[ProviderRule, ...]:
    return tuple(
        rule
        for rule in RULES
        if format in rule.formats and (not rule.providers or provider in rule.providers)
    )


@cache
def _names_of_rules() -> dict[str, str]:
    named = [name for rule in RULES for name in rule.providers]
    formed = {fold(name) + form: name for name in named for form in _LEGAL_FORMS}
    return formed | _FOLDED_NAMES


def dropbox_upload_time(raw: RawReport, tree: Node, format: str) -> int:
    """Take the time of upload from the named details of a file.

    Dropbox writes it there, and not where other providers do. A time without its
    zone, or in an unknown form, is counted as unreadable.

    References
    ----------
    A public parser of the law-enforcement JSON (CAT-RG, `catrg/core/parser.py`),
    which reads the detail "Upload Date and Time".
    """
    path = getattr(FILES.field("file_detail_count"), format)
    rows = [row for row in raw.rows["files"] if row.get("file_detail_count")]
    elements = [select(each, path) for each in elements_of(FILES, tree, format)]
    detailed = [details for details in elements if any(map(is_stated, details))]
    if len(rows) != len(detailed):
        return 0
    pairs = zip(rows, map(_named_upload_times, detailed), strict=True)
    return sum(_date_upload(raw, row, texts) for row, texts in pairs)


def _named_upload_times(details: list[Node]) -> list[str]:
    texts = [
        text_of(value)
        for detail in details
        if any(fold(text_of(name)) in _UPLOAD_TIMES for name in select(detail, "name"))
        for value in select(detail, "value")
    ]
    return [text for text in texts if text]


def _date_upload(raw: RawReport, row: Row, texts: list[str]) -> int:
    if not texts or row.get("uploaded_at") is not None:
        return 0
    for text in texts:
        with suppress(UnreadableError):
            row["uploaded_at"], row["uploaded_offset_minutes"] = moment_and_zone(text)
            return 1
    if "uploaded_at" not in row:
        row["uploaded_at"] = None  # so that it is counted once
        raw.unreadable["files.uploaded_at"] += 1
    return 0


def imgur_upload_time(raw: RawReport, tree: Node, format: str) -> int:
    """Take the time of upload from the capture that was made of a file's upload.

    Imgur dates the address and not the file. Of several uploads the first one
    is when the file came to the provider.

    References
    ----------
    A public parser of the law-enforcement JSON (CAT-RG, `catrg/core/parser.py`).
    """
    found: dict[object, tuple[int, object]] = {}
    for capture in raw.rows["captures"]:
        file, at = capture.get("file_no"), capture.get("captured_at")
        if capture.get("event_name") == EventName.UPLOAD and isinstance(at, int):
            zoned = at, capture.get("captured_offset_minutes")
            found[file] = min(found.get(file, zoned), zoned, key=lambda each: each[0])
    undated = [
        row
        for row in raw.rows["files"]
        if row.get("file_no") in found and row.get("uploaded_at") is None
    ]
    for row in undated:
        row["uploaded_at"], row["uploaded_offset_minutes"] = found[row["file_no"]]
    return len(undated)


def incident_time_is_registration(raw: RawReport, tree: Node, format: str) -> int:
    """Mark an incident time that is the second in which an account was registered.

    X gives the time at which the account was created where no post is reported.
    If both times are there and equal, that is evidence whoever the provider is.

    References
    ----------
    X's statement to investigators, as quoted by a public tool (CAT-RG,
    `catrg/models/statements.py`).
    """
    report = raw.report
    at = report.get("incident_at")
    if not isinstance(at, int) or report.get("is_incident_time_registration"):
        return 0
    second = at // _SECOND
    for capture in raw.rows["captures"]:
        if capture.get("event_name") == EventName.REGISTRATION:
            registered = capture.get("captured_at")
            if isinstance(registered, int) and registered // _SECOND == second:
                report["is_incident_time_registration"] = True
                return 1
    return 0


def machine_text(raw: RawReport, tree: Node, format: str) -> int:
    """Count what a program wrote into free text apart from what a person wrote.

    WhatsApp adds an object of JSON as a paragraph of further information, which
    is no narrative. It is known by its shape, whoever the provider is; one that
    was cut short is known by its first key. Communication stays as it is.

    References
    ----------
    A public parser of the law-enforcement JSON (CAT-RG, `catrg/core/parser.py`),
    which drops paragraphs that hold ``{"report_surface":``.
    """
    if not raw.has_braces or raw.report.get("machine_text_length"):
        return 0
    moved = sum(
        take_out(row, column, texts, without_machine_text)
        for row, column, texts in free_texts(raw, tree, format)
    )
    if moved:
        raw.report["machine_text_length"] = moved
    return 1 if moved else 0


def meetme_profile(raw: RawReport, tree: Node, format: str) -> int:
    """Count the profile that stands in free text as the profile of its account.

    MeetMe writes profiles as paragraphs of further information. If one account
    is reported and has no profile text, they are its own; they then no longer
    count as further information. With several accounts nobody can tell.

    References
    ----------
    A public parser of the law-enforcement JSON (CAT-RG, `catrg/core/parser.py`).
    """
    users = _reported_users(raw)
    if len(users) != 1 or users[0].get("profile_bio_length"):
        return 0
    moved = sum(
        take_out(row, column, texts, without_profile)
        for row, column, texts in free_texts(raw, tree, format)
        if row is raw.report or row is users[0]
    )
    if moved:
        users[0]["profile_bio_length"] = moved
    return 1 if moved else 0


def identifiers_only_in_text(raw: RawReport, tree: Node, format: str) -> int:
    """Mark a report whose identifiers only a reader of its text can find.

    Cash App and MeetMe write addresses, numbers and names of accounts into free
    text. A report without any in its fields looks empty and may not be, so a
    person should read it. We do not, for no text is kept.

    References
    ----------
    A public parser of the law-enforcement JSON (CAT-RG, `catrg/core/parser.py`),
    which searches texts for them.
    """
    report, users = raw.report, _reported_users(raw)
    numbers = {row.get("person_no") for row in users} - {None}
    texts = [report.get("additional_info_length"), report.get("machine_text_length")]
    for row in users:
        texts += [row.get("person_info_length"), row.get("profile_bio_length")]
    is_named = any(row.get("person_no") in numbers for row in raw.rows["identifiers"])
    if is_named or not any(texts) or report.get("has_identifiers_only_in_text"):
        return 0
    report["has_identifiers_only_in_text"] = True
    return 1


RULES = (
    ProviderRule(dropbox_upload_time, ("Dropbox",)),
    ProviderRule(imgur_upload_time, ("Imgur",)),
    ProviderRule(incident_time_is_registration),
    ProviderRule(machine_text),
    ProviderRule(meetme_profile, ("MeetMe",)),
    ProviderRule(identifiers_only_in_text, ("Cash App", "MeetMe")),
)
"""Every rule there is, in the order in which they are applied."""


def _reported_users(raw: RawReport) -> list[Row]:
    people = raw.rows["people"]
    return [row for row in people if row.get("role") == Role.REPORTED_USER]


def rule_dictionary() -> str:
    """Return the rules as Markdown, a row for each.

    Examples
    --------
    >>> rule_dictionary().splitlines()[0]
    '# Provider rules'
    """
    head = [
        "# Provider rules",
        "",
        "Providers differ in where they write things. Each rule meets one habit, and "
        "`ingest.json` counts how many values it set. No rule invents a fact, removes "
        "anything, says that somebody viewed a file, or lowers what is urgent.",
        "",
        "| rule | providers | formats | what it does, and why | known from |",
        "|---|---|---|---|---|",
        *map(_row, RULES),
        "",
        "A provider's name may have a legal form at its end. Where a truth value, a "
        "number or a time should stand, these words read as not stated: "
        + ", ".join(f"`{each}`" for each in PLACEHOLDERS)
        + ".",
    ]
    return "\n".join(head)


def _row(rule: ProviderRule) -> str:
    doc = getdoc(rule.mend) or ""
    about, _, known_from = doc.partition("References\n----------\n")
    cells = (
        f"`{rule.name}`",
        ", ".join(rule.providers) or "any",
        ", ".join(rule.formats),
        " ".join(about.split()),
        " ".join(known_from.split()),
    )
    return "| " + " | ".join(cells) + " |"
