"""From which addresses, how fresh, and whether they lead to one subscriber."""

from __future__ import annotations

import polars as pl

from prioritizer.features.feature import Feature
from prioritizer.vocabulary.enums import CaptureType, EventName, IpRange

_IS_IP = pl.col("ip_version").is_not_null()
_IS_UPLOAD = pl.col("event_name") == EventName.UPLOAD
_IS_LOGIN = pl.col("event_name") == EventName.LOGIN
_HAS_PORT = pl.col("port").is_not_null()
_AGE_HOURS = (pl.col("arrival_at") - pl.col("captured_at")).dt.total_seconds() / 3600
# Ten years: no network keeps its records that long, so it stands for never.
_NEVER_HOURS = 87_600.0
# A shared address leads to one subscriber only together with its source port.
_LEADS_TO_ONE = (pl.col("ip_range") == IpRange.PUBLIC) | (
    (pl.col("ip_range") == IpRange.CGNAT) & _HAS_PORT
)


def _captures(
    name: str, which: pl.Expr, said: str, unsaid: str, direction: int = 1
) -> Feature:
    return Feature(
        name,
        "network",
        "captures",
        which.fill_null(value=False).sum(),
        "captures",
        said + ": {value}",
        unsaid,
        direction=direction,
    )


def _freshest(name: str, which: pl.Expr, said: str, unsaid: str) -> Feature:
    """Return the age of the newest address; a clock running ahead counts as now."""
    return Feature(
        name,
        "network",
        "captures",
        _AGE_HOURS.filter(which).min().clip(0.0, _NEVER_HOURS),
        "hours",
        said,
        unsaid,
        direction=-1,
        absent=_NEVER_HOURS,
        exemption="networks forget; a further address never makes the newest older",
    )


FEATURES = (
    _captures(
        "upload_captures",
        _IS_IP & _IS_UPLOAD,
        "addresses recorded at upload",
        "no address recorded at upload",
    ),
    _captures(
        "login_captures",
        _IS_IP & _IS_LOGIN,
        "addresses recorded at log-in",
        "no address recorded at log-in",
    ),
    _captures(
        "captures_with_port",
        _IS_IP & _HAS_PORT,
        "addresses with a source port",
        "no address with a source port",
    ),
    _captures(
        "attributable_captures",
        _IS_IP & _LEADS_TO_ONE,
        "addresses that can lead to one subscriber",
        "no address that can lead to one subscriber",
    ),
    _captures(
        "attributable_uploads",
        _IS_IP & _IS_UPLOAD & _LEADS_TO_ONE,
        "upload addresses that can lead to one subscriber",
        "no upload address that can lead to one subscriber",
    ),
    _captures(
        "dated_captures",
        _IS_IP & pl.col("captured_at").is_not_null(),
        "addresses with date and time",
        "no address with date and time",
    ),
    _captures(
        "devices",
        pl.col("capture_type") == CaptureType.DEVICE_ID,
        "devices recorded",
        "no device recorded",
    ),
    _freshest(
        "newest_capture_hours",
        _IS_IP,
        "newest address recorded {value} hours before arrival",
        "no address with a time",
    ),
    _freshest(
        "newest_upload_hours",
        _IS_IP & _IS_UPLOAD,
        "newest upload address recorded {value} hours before arrival",
        "no upload address with a time",
    ),
    Feature(
        "proxy_captures",
        "network",
        "captures",
        pl.col("is_possible_proxy").fill_null(value=False).sum(),
        "captures",
        "addresses that the provider takes for a proxy: {value}",
        direction=-1,
        exemption="a proxy hides the address behind it",
    ),
    Feature(
        "ipv6_captures",
        "network",
        "captures",
        (pl.col("ip_version") == 6).fill_null(value=False).sum(),
        "captures",
        "IP version 6 addresses: {value}",
        exemption="a version of the protocol speaks neither for nor against",
    ),
)
