"""What was known on arrival of earlier reports with the same accounts or files."""

from __future__ import annotations

import math

import polars as pl

from prioritizer.features.feature import Band, Feature
from prioritizer.features.wording import LONGEST_HOURS, Group

_LINKS = Group("links", "links")
_WORKED = "what was reported before may have been worked before"
_STRANGERS = "strangers may share it"
_KNOWN_FILE = "a file that was reported before tells less"
_LONGEST_DAYS = LONGEST_HOURS / 24


def _days_since(name: str, column: str, what: str, unsaid: str) -> Feature:
    days = (pl.col("arrival_at") - pl.col(column)).dt.total_microseconds() / 86.4e9
    return Feature(
        name,
        "links",
        "links",
        days.clip(0.0, _LONGEST_DAYS),
        "days",
        (
            Band(7, f"{what} within a week of arrival ({{value}} days)"),
            Band(31, f"{what} within a month of arrival ({{value}} days)"),
            Band(365, f"{what} within a year of arrival ({{value}} days)"),
            Band(math.inf, f"{what} more than a year before ({{value}} days)"),
        ),
        unsaid,
        absent=None,
        exemption=_WORKED,
    )


def _earlier(name: str, one: str, many: str, why: str, direction: int = 0) -> Feature:
    return _LINKS.number(
        name, pl.col(name), one, many, direction=direction, exemption=why
    )


FEATURES = (
    _earlier(
        "linked_reports",
        "earlier report linked by an account, device or list",
        "earlier reports linked by accounts, devices or lists",
        _WORKED,
    ),
    _earlier(
        "linked_providers",
        "provider among the linked reports",
        "providers among the linked reports",
        _WORKED,
    ),
    _earlier(
        "burst_reports",
        "linked report in the week before",
        "linked reports in the week before",
        _WORKED,
    ),
    _days_since(
        "last_linked_days",
        "last_linked_at",
        "newest linked report",
        "no linked report to date from",
    ),
    _earlier(
        "linked_acted",
        "linked report known to have led to police action",
        "linked reports known to have led to police action",
        _WORKED,
    ),
    _days_since(
        "linked_acted_days",
        "linked_acted_at",
        "first known action on a linked report",
        "no police action known on a linked report",
    ),
    _earlier(
        "linked_closed",
        "linked report known to be closed without action",
        "linked reports known to be closed without action",
        _WORKED,
    ),
    _earlier(
        "listed_reports",
        "report listed by the provider that others named",
        "reports listed by the provider that others named",
        _WORKED,
    ),
    _earlier(
        "account_cluster_reports",
        "earlier report in the cluster of its accounts",
        "earlier reports in the cluster of its accounts",
        _WORKED,
    ),
    _earlier(
        "account_cluster_joins",
        "earlier cluster that it joins",
        "earlier clusters that it joins together",
        _WORKED,
    ),
    _earlier(
        "known_accounts",
        "account or contact that an earlier report had",
        "accounts or contacts that earlier reports had",
        _WORKED,
    ),
    _earlier(
        "known_screen_names",
        "screen name that an earlier report had",
        "screen names that earlier reports had",
        _STRANGERS,
    ),
    _earlier(
        "known_devices",
        "device that an earlier report had",
        "devices that earlier reports had",
        _WORKED,
    ),
    _earlier(
        "known_names",
        "display name or group that an earlier report had",
        "display names or groups that earlier reports had",
        _STRANGERS,
    ),
    _earlier(
        "known_addresses",
        "IP address that an earlier report had",
        "IP addresses that earlier reports had",
        _STRANGERS,
    ),
    _earlier(
        "address_matches",
        "earlier report with the same IP address",
        "earlier reports with the same IP addresses",
        _STRANGERS,
    ),
    _earlier(
        "group_matches",
        "earlier report from the same network range",
        "earlier reports from the same network ranges",
        _STRANGERS,
    ),
    _earlier(
        "cut_keys",
        "identifier shared too widely to link anything",
        "identifiers shared too widely to link anything",
        _STRANGERS,
    ),
    _earlier(
        "widest_file",
        "earlier report with its most common file",
        "earlier reports with its most common file",
        "a file that many reports hold seldom leads to a new place",
        -1,
    ),
    _earlier(
        "known_file_count",
        "file that an earlier report had",
        "files that earlier reports had",
        _KNOWN_FILE,
        -1,
    ),
    _earlier(
        "known_look_count",
        "file that looks like one of an earlier report",
        "files that look like those of earlier reports",
        _KNOWN_FILE,
        -1,
    ),
    _LINKS.number(
        "new_file_count",
        (pl.col("file_count").cast(pl.Int32) - pl.col("known_file_count")).clip(0),
        "file that no earlier report had",
        "files that no earlier report had",
    ),
    _earlier(
        "exact_duplicates",
        "earlier report with just the same files",
        "earlier reports with just the same files",
        "the same files came before",
        -1,
    ),
    _earlier(
        "near_duplicates",
        "earlier report with files that look the same",
        "earlier reports with files that look the same",
        "files that look the same came before",
        -1,
    ),
    _earlier(
        "duplicate_cluster_reports",
        "earlier report in the cluster of its files",
        "earlier reports in the cluster of its files",
        "the same files came before",
        -1,
    ),
)
