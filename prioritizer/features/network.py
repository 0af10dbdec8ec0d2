"""From which addresses, how fresh, and whether they lead to one subscriber."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Band, Feature
from prioritizer.features.wording import LONGEST_HOURS, Group
from prioritizer.history.keys import CUTS, KeyKind
from prioritizer.vocabulary.enums import (
    CaptureType,
    EventName,
    IpRange,
    NetworkType,
    Role,
)

_CAPTURES = Group("network", "captures")
# What belongs to nobody, such as an address of a file, counts as the user's.
_OTHERS = [str(Role.VICTIM), str(Role.INTENDED_RECIPIENT)]
_OF_USER = ~pl.col("person_role").is_in(_OTHERS).fill_null(value=False)
_IS_IP = pl.col("ip_version").is_not_null() & _OF_USER
_IS_UPLOAD = _IS_IP & (pl.col("event_name") == EventName.UPLOAD)
_IS_LOGIN = _IS_IP & (pl.col("event_name") == EventName.LOGIN)
_IS_REGISTRATION = _IS_IP & (pl.col("event_name") == EventName.REGISTRATION)
_HAS_PORT = pl.col("port").is_not_null()

# A time after arrival cannot be believed; what bears it counts as undated.
_IS_DATED = pl.col("captured_at") <= pl.col("arrival_at")
_AGE_HOURS = (
    pl.col("arrival_at") - pl.col("captured_at")
).dt.total_microseconds() / pl.when(_IS_DATED).then(3.6e9)

# What a database says of an address counts only if it was made before the report came.
_IS_LOOKED_UP = pl.col("network_at") < pl.col("arrival_at")
_IS_CELLULAR = _IS_LOOKED_UP & (pl.col("network_type") == NetworkType.CELLULAR)
_IS_PUBLIC = pl.col("ip_range") == IpRange.PUBLIC
_IS_SHARED = (
    (pl.col("ip_range") == IpRange.CGNAT)
    | (pl.col("earlier_reports") >= CUTS[KeyKind.ADDRESS])
    | _IS_CELLULAR.fill_null(value=False)
)
_IS_PROXY = pl.col("is_possible_proxy").fill_null(value=False) | (
    _IS_LOOKED_UP & pl.col("is_network_proxy")
).fill_null(value=False)
_IS_HOSTING = _IS_LOOKED_UP & (pl.col("network_type") == NetworkType.HOSTING)
_HIDES = _IS_PROXY | _IS_HOSTING.fill_null(value=False)
# A shared address leads to one subscriber only together with its source port, and one
# that stands for others to nobody.
_LEADS_TO_ONE = ~_HIDES & (
    (_IS_PUBLIC & ~_IS_SHARED)
    | ((_IS_PUBLIC | (pl.col("ip_range") == IpRange.CGNAT)) & _HAS_PORT)
)
_A_MINUTE = 1 / 60  # of hours, so that an address of this very moment is one
_FORGETS = "networks forget; a further address never makes the newest older"


def _age_of(which: pl.Expr) -> pl.Expr:
    return pl.when(which).then(_AGE_HOURS)


def _oldest() -> Feature:
    return Feature(
        "oldest_capture_hours",
        "network",
        "captures",
        _age_of(_IS_IP).max().clip(_A_MINUTE, LONGEST_HOURS),
        "hours",
        (
            Band(24.0, "oldest address of the day before ({value} hours)"),
            Band(8_760.0, "oldest address of the year before ({value} hours)"),
            Band(float("inf"), "oldest address of more than a year ({value} hours)"),
        ),
        "no dated address to look back from",
        direction=1,
    )


FEATURES = (
    _CAPTURES.count(
        "upload_captures",
        _IS_UPLOAD,
        "address recorded at upload",
        "addresses recorded at upload",
    ),
    _CAPTURES.count(
        "login_captures",
        _IS_LOGIN,
        "address recorded at log-in",
        "addresses recorded at log-in",
    ),
    _CAPTURES.count(
        "registration_captures",
        _IS_REGISTRATION,
        "address recorded at registration",
        "addresses recorded at registration",
    ),
    _CAPTURES.count(
        "dated_captures",
        _IS_IP & _IS_DATED,
        "address with date and time",
        "addresses with date and time",
    ),
    _CAPTURES.count(
        "zoned_captures",
        _IS_IP & _IS_DATED & pl.col("captured_offset_minutes").is_not_null(),
        "address with the zone of its time",
        "addresses with the zone of their time",
    ),
    _CAPTURES.count(
        "recent_captures",
        _IS_IP & (_AGE_HOURS <= 14 * 24),
        "address of the last two weeks before arrival",
        "addresses of the last two weeks before arrival",
    ),
    _CAPTURES.count(
        "captures_with_port",
        _IS_IP & _HAS_PORT,
        "address with a source port",
        "addresses with a source port",
    ),
    _CAPTURES.count(
        "attributable_captures",
        _IS_IP & _LEADS_TO_ONE,
        "record of an address that leads to one subscriber",
        "records of addresses that lead to one subscriber",
    ),
    _CAPTURES.count(
        "attributable_uploads",
        _IS_UPLOAD & _LEADS_TO_ONE,
        "record of an upload address that leads to one subscriber",
        "records of upload addresses that lead to one subscriber",
    ),
    _CAPTURES.count(
        "fresh_attributable_captures",
        _IS_IP & _LEADS_TO_ONE & (_AGE_HOURS <= 31 * 24),
        "record of the last month that leads to one subscriber",
        "records of the last month that lead to one subscriber",
    ),
    _CAPTURES.count(
        "shared_with_port",
        _IS_IP & _IS_SHARED & _HAS_PORT,
        "shared address with its source port",
        "shared addresses with their source port",
    ),
    # Not those without a port: a further address must not count against a report.
    _CAPTURES.count(
        "shared_captures",
        _IS_IP & _IS_SHARED,
        "address that several subscribers share",
        "addresses that several subscribers share",
    ),
    _CAPTURES.age(
        "newest_capture_hours",
        _age_of(_IS_IP),
        "newest address",
        "no address with a time",
        exemption=_FORGETS,
    ),
    _CAPTURES.age(
        "newest_upload_hours",
        _age_of(_IS_UPLOAD),
        "newest upload address",
        "no upload address with a time",
        exemption=_FORGETS,
    ),
    _CAPTURES.age(
        "newest_attributable_hours",
        _age_of(_IS_IP & _LEADS_TO_ONE),
        "newest attributable address",
        "no dated address that is attributable",
        exemption=_FORGETS,
    ),
    _oldest(),
    _CAPTURES.count(
        "ipv6_captures",
        _IS_IP & (pl.col("ip_version") == 6),
        "IP version 6 address",
        "IP version 6 addresses",
    ),
    _CAPTURES.count(
        "devices",
        _OF_USER & (pl.col("capture_type") == CaptureType.DEVICE_ID),
        "device recorded",
        "devices recorded",
    ),
    _CAPTURES.count(
        "proxy_captures",
        _IS_IP & _IS_PROXY,
        "address that hides another behind it",
        "addresses that hide others behind them",
        direction=-1,
        exemption="a proxy hides the address behind it",
    ),
    _CAPTURES.count(
        "unroutable_captures",
        _IS_IP
        & pl.col("ip_range").is_in([str(IpRange.PRIVATE), str(IpRange.RESERVED)]),
        "private or reserved address",
        "private or reserved addresses",
        direction=0,
        exemption="an address that the internet does not route leads to nobody",
    ),
    _CAPTURES.count(
        "residential_captures",
        _IS_IP & _IS_LOOKED_UP & (pl.col("network_type") == NetworkType.RESIDENTIAL),
        "address in a home network, as a database has it",
        "addresses in a home network, as a database has it",
    ),
    _CAPTURES.count(
        "hosting_captures",
        _IS_IP & _IS_HOSTING,
        "address of a hosting network",
        "addresses of a hosting network",
        direction=-1,
        exemption="nobody lives at a data center",
    ),
)
