"""What one shard of tables gives to history: its arrivals, and the keys it names.

Everything here looks at one shard alone, so that shards can be read anywhere and in
any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl

from prioritizer.history.arrays import Array, taken
from prioritizer.history.file_sets import LOOKS, file_sets
from prioritizer.history.keys import KeyKind
from prioritizer.seeds import Draws
from prioritizer.tables import REPORT, places_of
from prioritizer.vocabulary.enums import CaptureType, IdentifierKind

ARRIVAL = np.dtype(
    [
        ("report_id", "<i8"),
        ("version", "<i4"),
        ("arrival", "<i8"),  # microseconds since 1970
        ("provider", "<u8"),  # 0 where it is not known
        ("is_escalated", "?"),
        ("is_registration", "?"),
    ]
)
"""One version of a report, in order of arrival."""

MENTION = np.dtype([("key", "<u8"), ("place", "<u4"), ("item", "<u4"), ("kind", "u1")])
"""A key that a version of a report names: its place among the arrivals of the shard,
and the number of the capture or file that names it, or 0."""

BUCKETS = 256
"""Keys fall into as many buckets, by their first byte."""

_KINDS: dict[str, KeyKind] = {
    IdentifierKind.EMAIL: KeyKind.ACCOUNT,
    IdentifierKind.PHONE: KeyKind.ACCOUNT,
    IdentifierKind.ESP_USER_ID: KeyKind.ACCOUNT,
    IdentifierKind.PROFILE_URL: KeyKind.ACCOUNT,
    IdentifierKind.SCREEN_NAME: KeyKind.SCREEN_NAME,
    IdentifierKind.DISPLAY_NAME: KeyKind.NAME,
    IdentifierKind.GROUP: KeyKind.NAME,
    IdentifierKind.FILE_HASH: KeyKind.FILE,
    CaptureType.EMAIL: KeyKind.ACCOUNT,
    CaptureType.PHONE: KeyKind.ACCOUNT,
    CaptureType.PROFILE_URL: KeyKind.ACCOUNT,
    CaptureType.DEVICE_ID: KeyKind.DEVICE,
}
_DRAWS = Draws(0, "keys of history")


def arrivals_of(tables: Mapping[str, pl.DataFrame]) -> Array:
    """Return the versions of a shard's reports in order of arrival.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The table `reports`.

    Returns
    -------
    numpy.ndarray of ARRIVAL, shape (n_versions,)
        Ordered by arrival, then number and version.
    """
    reports = _in_order(tables["reports"].select(_OF_ARRIVALS))
    arrivals = np.zeros(reports.height, ARRIVAL)
    arrivals["report_id"] = reports["report_id"].to_numpy()
    arrivals["version"] = reports["version"].to_numpy()
    arrivals["arrival"] = reports["arrival_at"].dt.epoch("us").to_numpy()
    arrivals["provider"] = reports.select(_number("esp_key").fill_null(0)).to_series()
    for name, column in (
        ("is_escalated", "esp_escalated"),
        ("is_registration", "is_incident_time_registration"),
    ):
        arrivals[name] = reports[column].fill_null(value=False).to_numpy()
    return arrivals


_OF_ARRIVALS = [
    *("arrival_at", *REPORT, "esp_key"),
    *("esp_escalated", "is_incident_time_registration"),
]


def mentions_of(tables: Mapping[str, pl.DataFrame]) -> Array:
    """Return every key that the reports of a shard name.

    A key is the first 64 bits of a keyed hash, mixed with its kind. Among 100 million
    different ones, the chance that any two are confused is 1 in 3,700.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The tables reports, people, files, captures and identifiers.

    Returns
    -------
    numpy.ndarray of MENTION, shape (n_mentions,)
        By buckets, and in each in order of arrival.
    """
    arrivals = tables["reports"].select("arrival_at", *REPORT)
    places = _in_order(arrivals).select(REPORT).with_row_index("place")
    identifiers = _placed(tables["identifiers"], places, _OF_IDENTIFIERS)
    identifiers = identifiers.with_columns(key=_number("identifier_key"))
    captures = _placed(tables["captures"], places, _OF_CAPTURES)
    people = _placed(tables["people"], places, ["report_id", "prior_report_ids"])
    rows = [
        _of_identifiers(identifiers),
        *_of_file_sets(identifiers, _file_counts(tables["files"], places)),
        *_of_captures(captures),
        *_of_reports(places, people),
    ]
    mentions = np.concatenate([_as_mentions(each) for each in rows])
    # Mixed with its kind, a key of one kind is never that of another.
    kinds = np.arange(len(KeyKind), dtype=np.uint64)
    mentions["key"] ^= _DRAWS.words("kind", kinds)[mentions["kind"]]
    # Each kind of rows stands in order, of which a stable sort makes use.
    arrived = np.argsort(mentions["place"], kind="stable")
    bucket = bucket_of(mentions["key"])[arrived]
    return taken(mentions, arrived[np.argsort(bucket, kind="stable")])


def bucket_of(keys: Array) -> Array:
    """Return into which bucket each key falls."""
    return (keys >> np.uint64(56)).astype(np.uint8)


_OF_IDENTIFIERS = ["identifier_kind", "identifier_key", "file_no", "file_hash_type"]
_OF_CAPTURES = [
    "capture_no",
    "capture_type",
    "capture_key",
    "ip_version",
    "ip_group_key",
]


def _placed(
    rows: pl.DataFrame, places: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    return rows.select(*columns, place=places_of(rows, places)).filter(
        pl.col("place").is_not_null()
    )


def _as_mentions(rows: pl.DataFrame) -> Array:
    rows = rows.drop_nulls(["key", "kind"])
    mentions = np.zeros(rows.height, MENTION)
    for name in set(rows.columns) & set(MENTION.names or ()):
        mentions[name] = rows[name].fill_null(0).to_numpy()
    return mentions


_IS_LOOK = pl.col("file_hash_type").is_in(LOOKS).fill_null(value=False)


def _of_identifiers(identifiers: pl.DataFrame) -> pl.DataFrame:
    kind = _kinds(identifiers["identifier_kind"], IdentifierKind)
    is_file = kind == KeyKind.FILE
    return identifiers.select(
        "place",
        "key",
        item=pl.when(is_file).then("file_no"),
        kind=pl.when(is_file & _IS_LOOK).then(_kind(KeyKind.LOOK)).otherwise(kind),
    )


def _of_file_sets(identifiers: pl.DataFrame, counts: Array) -> list[pl.DataFrame]:
    is_hash = pl.col("identifier_kind") == IdentifierKind.FILE_HASH
    hashes = identifiers.filter(is_hash, pl.col("key").is_not_null())
    return [
        file_sets(hashes.filter(which), counts, _DRAWS).with_columns(kind=_kind(kind))
        for which, kind in (
            (~_IS_LOOK, KeyKind.FILE_SET),
            (_IS_LOOK, KeyKind.LOOK_SET),
        )
    ]


def _of_captures(captures: pl.DataFrame) -> list[pl.DataFrame]:
    address = pl.when(pl.col("ip_version").is_not_null()).then(_kind(KeyKind.ADDRESS))
    return [
        captures.select(
            "place",
            key=_number("capture_key"),
            item="capture_no",
            kind=pl.coalesce(address, _kinds(captures["capture_type"], CaptureType)),
        ),
        captures.select(
            "place", key=_number("ip_group_key"), kind=_kind(KeyKind.GROUP)
        ),
    ]


def _of_reports(places: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    """Return each report's own number, and as item 1 those that it lists."""
    listed = people.rename({"prior_report_ids": "key"}).explode("key")
    others = listed.filter(pl.col("key") != pl.col("report_id"))
    return [
        rows.select(
            "place",
            key=pl.Series(_DRAWS.words("report", rows["key"].to_numpy().view("u8"))),
            item=pl.lit(item),
            kind=_kind(KeyKind.REPORT),
        )
        for item, rows in ((0, places.rename({"report_id": "key"})), (1, others))
    ]


def _file_counts(files: pl.DataFrame, places: pl.DataFrame) -> Array:
    """Return how many files the version at each place has."""
    rows = _placed(files, places, [])
    return np.bincount(rows["place"].to_numpy(), minlength=places.height)


def _in_order(reports: pl.DataFrame) -> pl.DataFrame:
    return reports.sort("arrival_at", *REPORT)


def _kind(kind: KeyKind) -> pl.Expr:
    return pl.lit(int(kind), dtype=pl.UInt8)


def _kinds(column: pl.Series, names: Iterable[str]) -> pl.Series:
    """Return which kind of key each name of a closed list is; null for none."""
    kinds = pl.Series([_KINDS.get(name) for name in names], dtype=pl.UInt8)
    return kinds.gather(column.to_physical())


def _number(column: str) -> pl.Expr:
    """Return the first 64 bits of hashes."""
    return (
        pl.col(column)
        .bin.slice(0, 8)
        .bin.reinterpret(dtype=pl.UInt64, endianness="little")
    )
