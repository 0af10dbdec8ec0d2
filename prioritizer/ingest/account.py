"""What became of documents, in numbers."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

_MOST_NAMES_LISTED = 100


@dataclass(frozen=True, slots=True)
class Account:
    """What became of documents: of all ever given, and of those of this run.

    Of all ever given, where accepted + rejected = given:

    Attributes
    ----------
    given, accepted, rejected : int
        Documents, each counted once by its name and its bytes.
    repeated : int
        Accepted ones that say what an earlier one says of the same report; each
        other one is a version of a report.
    reports, versions : int
        Reports in the tables, and all versions of them.
    rejected_by_reason : dict of str to int
        How many were rejected why.
    unreadable, unlisted, unknown : collections.Counter
        Of accepted documents: values that could not be read, or that their closed
        list does not hold, by column; elements that have no column, by name.
    rules : collections.Counter
        Values that rules for habits of providers set in them, by rule.
    formats : dict of str to int
        Accepted documents by format.
    reader_version : int
        Version of the newest reader that read one of them.
    new_reports, new_versions, repeated_now, rejected_now, known : int
        Documents of this run: those that became a report, or a further version;
        those that repeat one; those that were rejected; those given before.
    first_rejected : tuple of (str, str, str, str)
        Name, what, where and fix of the first that were rejected in this run.
    """

    given: int = 0
    accepted: int = 0
    rejected: int = 0
    repeated: int = 0
    reports: int = 0
    versions: int = 0
    rejected_by_reason: dict[str, int] = field(default_factory=dict)
    unreadable: Counter[str] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    formats: dict[str, int] = field(default_factory=dict)
    reader_version: int = 0
    new_reports: int = 0
    new_versions: int = 0
    repeated_now: int = 0
    rejected_now: int = 0
    known: int = 0
    first_rejected: tuple[tuple[str, str, str, str], ...] = ()

    @property
    def given_now(self) -> int:
        """How many documents this run was given."""
        accepted = self.new_reports + self.new_versions + self.repeated_now
        return accepted + self.rejected_now + self.known

    def as_json(self) -> str:
        """Return what `ingest.json` says: nothing of this run alone."""
        by_count = sorted(self.unknown.items(), key=lambda item: (-item[1], item[0]))
        listed = dict(by_count[:_MOST_NAMES_LISTED])
        account = {
            "given": self.given,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "repeated": self.repeated,
            "reports": self.reports,
            "versions": self.versions,
            "rejected_by_reason": self.rejected_by_reason,
            "formats": self.formats,
            "reader_version": self.reader_version,
            "unreadable_values_by_column": dict(sorted(self.unreadable.items())),
            "unlisted_values_by_column": dict(sorted(self.unlisted.items())),
            "provider_rules_by_name": dict(sorted(self.rules.items())),
            "unknown_elements_by_name": listed,
            "unknown_elements_not_listed": self.unknown.total() - sum(listed.values()),
        }
        return json.dumps(account, indent=2) + "\n"
