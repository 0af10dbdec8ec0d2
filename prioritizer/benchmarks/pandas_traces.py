"""The rival of features: addresses, devices and files, in pandas."""

from __future__ import annotations

import pandas as pd

from prioritizer.benchmarks.pandas_mentions import REPORT
from prioritizer.benchmarks.pandas_rows import (
    LONGEST_HOURS,
    hours_between,
    is_true,
    summed,
)
from prioritizer.history.keys import CUTS, KeyKind
from prioritizer.vocabulary.enums import (
    UNLISTED,
    CaptureType,
    EventName,
    FileRelevance,
    IndustryClassification,
    IpRange,
    NetworkType,
    Role,
)

_HERE = "US"
_RANK_A = [IndustryClassification.A1, IndustryClassification.A2]


def of_captures(captures: pd.DataFrame) -> pd.DataFrame:
    """Return the features of addresses and devices, by report and version.

    Parameters
    ----------
    captures : pandas.DataFrame
        The table, with the columns `arrival_at`, `person_role` and
        `earlier_reports`.
    """
    age = hours_between(captures["captured_at"], captures["arrival_at"])
    # A time after arrival cannot be believed.
    age = age.where(captures["captured_at"] <= captures["arrival_at"])
    is_ip = _is_ip(captures)
    is_upload = is_ip & (captures["event_name"] == EventName.UPLOAD)
    leads_to_one = is_ip & _leads_to_one(captures)
    sums = summed(
        captures,
        {
            **_addresses(captures, age),
            **_networks(captures),
            "attributable_captures": leads_to_one,
            "attributable_uploads": is_upload & leads_to_one,
            "fresh_attributable_captures": leads_to_one & (age <= 31 * 24),
        },
    )
    ages = captures[REPORT].assign(
        newest_capture_hours=age.where(is_ip),
        newest_upload_hours=age.where(is_upload),
        newest_attributable_hours=age.where(leads_to_one),
        oldest_capture_hours=age.where(is_ip),
    )
    of_report = ages.groupby(REPORT)
    found = of_report.min().assign(
        oldest_capture_hours=of_report["oldest_capture_hours"].max()
    )
    newest, oldest = found.columns[:-1], "oldest_capture_hours"
    found[newest] = found[newest].clip(0.0, LONGEST_HOURS - 1)
    return sums.join(
        found.assign(**{oldest: found[oldest].clip(1 / 60, LONGEST_HOURS)})
    )


def _addresses(captures: pd.DataFrame, age: pd.Series) -> dict[str, pd.Series]:
    is_ip, event = _is_ip(captures), captures["event_name"]
    has_port = captures["port"].notna()
    is_shared = _is_shared(captures)
    return {
        "upload_captures": is_ip & (event == EventName.UPLOAD),
        "login_captures": is_ip & (event == EventName.LOGIN),
        "registration_captures": is_ip & (event == EventName.REGISTRATION),
        "dated_captures": is_ip & age.notna(),
        "zoned_captures": is_ip
        & age.notna()
        & captures["captured_offset_minutes"].notna(),
        "recent_captures": is_ip & (age <= 14 * 24),
        "captures_with_port": is_ip & has_port,
        "shared_with_port": is_ip & is_shared & has_port,
        "shared_captures": is_ip & is_shared,
        "ipv6_captures": is_ip & (captures["ip_version"] == 6),
        "unroutable_captures": is_ip
        & captures["ip_range"].isin([IpRange.PRIVATE, IpRange.RESERVED]),
        "devices": _of_user(captures)
        & (captures["capture_type"] == CaptureType.DEVICE_ID),
        "victim_captures": captures["person_role"] == Role.VICTIM,
        "future_captures": captures["captured_at"] > captures["arrival_at"],
    }


def _networks(captures: pd.DataFrame) -> dict[str, pd.Series]:
    network, country = captures["network_type"], captures["network_country"]
    is_ip = _is_ip(captures)
    # What a database says counts only if it was made before the report came.
    is_looked_up = captures["network_at"] < captures["arrival_at"]
    is_abroad = country.notna() & ~country.isin([_HERE, UNLISTED])
    return {
        "proxy_captures": is_ip & _is_proxy(captures),
        "residential_captures": is_ip
        & is_looked_up
        & (network == NetworkType.RESIDENTIAL),
        "hosting_captures": is_ip & _is_hosting(captures),
        "abroad_captures": is_looked_up & is_abroad,
    }


def _is_shared(captures: pd.DataFrame) -> pd.Series:
    is_looked_up = captures["network_at"] < captures["arrival_at"]
    return (
        (captures["ip_range"] == IpRange.CGNAT)
        | (captures["earlier_reports"] >= CUTS[KeyKind.ADDRESS])
        | (is_looked_up & (captures["network_type"] == NetworkType.CELLULAR))
    )


def _leads_to_one(captures: pd.DataFrame) -> pd.Series:
    """Return which addresses lead to one subscriber, a shared one by its port."""
    is_public = captures["ip_range"] == IpRange.PUBLIC
    is_routed = is_public | (captures["ip_range"] == IpRange.CGNAT)
    leads = (is_public & ~_is_shared(captures)) | (is_routed & captures["port"].notna())
    return leads & ~_is_proxy(captures) & ~_is_hosting(captures)


def _of_user(captures: pd.DataFrame) -> pd.Series:
    return ~captures["person_role"].isin([Role.VICTIM, Role.INTENDED_RECIPIENT])


def _is_ip(captures: pd.DataFrame) -> pd.Series:
    return captures["ip_version"].notna() & _of_user(captures)


def _is_proxy(captures: pd.DataFrame) -> pd.Series:
    is_looked_up = captures["network_at"] < captures["arrival_at"]
    return is_true(captures["is_possible_proxy"]) | (
        is_looked_up & is_true(captures["is_network_proxy"])
    )


def _is_hosting(captures: pd.DataFrame) -> pd.Series:
    is_looked_up = captures["network_at"] < captures["arrival_at"]
    return is_looked_up & (captures["network_type"] == NetworkType.HOSTING)


def of_files(files: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Return the features of files, by report and version."""
    rows = files.merge(reports[[*REPORT, "arrival_at"]], on=REPORT, how="left")
    is_dated = rows["uploaded_at"] <= rows["arrival_at"]
    age = hours_between(rows["uploaded_at"], rows["arrival_at"]).where(is_dated)
    newest = rows[REPORT].assign(newest_file_hours=age).groupby(REPORT).min()
    stated = {**_stated(rows), **_flagged(rows), "dated_files": is_dated}
    return summed(rows, stated).join(newest.clip(0.0, LONGEST_HOURS - 1))


def _stated(files: pd.DataFrame) -> dict[str, pd.Series]:
    classification, viewed = files["industry_classification"], files["viewed_by_esp"]
    has_name = is_true(files["has_file_name"])
    return {
        "files": pd.Series(1, index=files.index),
        "reported_files": files["file_relevance"] == FileRelevance.REPORTED,
        "viewed_files": is_true(viewed),
        "view_stated_files": viewed.notna(),
        "exif_viewed_files": is_true(files["exif_viewed_by_esp"]),
        "classified_files": classification.notna(),
        "rank_a_files": classification.isin(_RANK_A),
        "hashed_files": files["file_hash_count"] > 0,
        "named_files": has_name | is_true(files["has_original_file_name"]),
        "file_locations": is_true(files["has_file_location"]),
        "file_details": files["file_detail_count"],
        "exif_files": is_true(files["has_exif_details"]),
        "file_info_length": files["file_info_length"],
    }


def _flagged(files: pd.DataFrame) -> dict[str, pd.Series]:
    grave = ("is_physical_harm", "is_violence", "is_animal", "is_infant")
    is_grave = pd.concat([is_true(files[name]) for name in grave], axis=1)
    return {
        "grave_files": is_grave.any(axis=1),
        "live_stream_files": is_true(files["is_live_stream"]),
        "self_produced_files": is_true(files["is_self_produced"]),
        "generated_files": is_true(files["is_generative_ai"]),
        "drawn_files": is_true(files["is_drawn"]),
        "viral_files": is_true(files["is_viral"]),
        "meme_files": is_true(files["is_potential_meme"]),
        "public_files": is_true(files["is_publicly_available"]),
    }
