"""The tables of `history`: what earlier arrivals told of each report.

*Earlier* is a strictly earlier arrival: reports that arrive at the same moment do
not see each other. A report is named by its number once, however many versions it
has, and counts from the first version that states what is looked for.
"""

from __future__ import annotations

from prioritizer.vocabulary.enums import ClusterKind
from prioritizer.vocabulary.field import Field, Kind, given
from prioritizer.vocabulary.fields.keys import REPORT_KEY
from prioritizer.vocabulary.table import Table


def _counted(name: str, help: str) -> Field:
    return given(name, Kind.SMALL_INT, help, required=True)


_LINKED = (
    _counted(
        "linked_reports",
        "Earlier reports that share an account, a screen name or a device with this "
        "one, or a report that either lists; of each key the 50 newest, and none of a "
        "cut key.",
    ),
    _counted("linked_providers", "Providers of these reports."),
    _counted("burst_reports", "How many of these arrived in the seven days before."),
    given("last_linked_at", Kind.TIME, "When the newest of these arrived."),
    _counted("linked_acted", "Of how many of these police action was known by then."),
    given("linked_acted_at", Kind.TIME, "When the first such action became known."),
    _counted(
        "linked_closed",
        "How many of these were known to be closed, with no action known.",
    ),
    _counted(
        "listed_reports",
        "Earlier reports that the provider lists, as far as any report named them.",
    ),
)

_KNOWN = (
    _counted("known_accounts", "Accounts and contacts that earlier reports had."),
    _counted("known_screen_names", "Screen names that earlier reports had."),
    _counted("known_devices", "Devices that earlier reports had."),
    _counted("known_names", "Display names and groups that earlier reports had."),
    _counted("known_addresses", "IP addresses that earlier reports had."),
    _counted("known_groups", "Groups of IP addresses that earlier reports had."),
    _counted(
        "address_matches",
        "Earlier reports of each IP address, summed over those that are not cut.",
    ),
    _counted(
        "group_matches",
        "Earlier reports of each group of IP addresses, summed over those not cut.",
    ),
    _counted(
        "cut_keys",
        "Identifiers, devices and addresses that so many earlier reports share that "
        "they link nothing.",
    ),
    _counted("widest_cut", "Earlier reports of the most widely shared of these."),
)

_SAME_FILES = (
    _counted("widest_file", "Earlier reports with the most often seen file."),
    _counted("known_file_count", "Files of which an earlier report had a hash."),
    _counted("known_look_count", "Files that look like one of an earlier report."),
    _counted("exact_duplicates", "Earlier reports with just the same files."),
    _counted("near_duplicates", "Earlier reports with files that look just the same."),
)

_CLUSTERS = (
    given(
        "account_cluster",
        Kind.INT,
        "Number of the first report of the cluster that shares accounts, screen names "
        "or devices; its own number if there is none.",
        required=True,
    ),
    _counted("account_cluster_reports", "Earlier reports of that cluster."),
    _counted("account_cluster_joins", "Earlier clusters that this report joins."),
    given(
        "duplicate_cluster",
        Kind.INT,
        "Number of the first report of the cluster with the same files; its own "
        "number if there is none.",
        required=True,
    ),
    _counted("duplicate_cluster_reports", "Earlier reports of that cluster."),
)

LINKS = Table(
    "links",
    "One row for each version of a report: its links to earlier arrivals.",
    (*REPORT_KEY, *_LINKED, *_KNOWN, *_SAME_FILES, *_CLUSTERS),
    key=("report_id", "version"),
)

PROVIDER_HISTORY = Table(
    "provider_history",
    "One row for each version of a report: how its provider's earlier reports fared.",
    (
        *REPORT_KEY,
        _counted("provider_reports", "Earlier reports of the same provider."),
        _counted("provider_escalated", "How many of these it escalated."),
        _counted(
            "provider_registration_times",
            "How many of these gave an account's registration as the incident time.",
        ),
        _counted("provider_outcomes", "How many had an outcome known by then."),
        _counted("provider_actions", "For how many that outcome was police action."),
        _counted(
            "provider_regime_outcomes",
            "Outcomes known by then of its reports that arrived in the same regime.",
        ),
        _counted("provider_regime_actions", "How many of these were police action."),
        _counted(
            "regime_outcomes",
            "Outcomes known by then of all providers' reports of the same regime; 0 "
            "where the provider is not known.",
        ),
        _counted("regime_actions", "How many of these were police action."),
    ),
    key=("report_id", "version"),
)

ADDRESS_HISTORY = Table(
    "address_history",
    "One row for each IP address of a report that an earlier report had.",
    (
        *REPORT_KEY,
        _counted("capture_no", "Which capture."),
        _counted("earlier_reports", "Earlier reports with the same address."),
    ),
    key=("report_id", "version", "capture_no"),
)

CLUSTER_MERGES = Table(
    "cluster_merges",
    "One row for each cluster that a later report showed to be part of another.",
    (
        given(
            "cluster_kind",
            Kind.CATEGORY,
            "What its reports share.",
            required=True,
            allowed=ClusterKind,
        ),
        given("absorbed", Kind.INT, "Number of the cluster that ended.", required=True),
        given(
            "into",
            Kind.INT,
            "Number of the older cluster that it is part of.",
            required=True,
        ),
        given(
            "arrival_at",
            Kind.TIME,
            "Arrival of the report that showed it; known to later arrivals.",
            required=True,
        ),
    ),
    key=("cluster_kind", "absorbed"),
)
