"""The rival of features: the same X, as one writes it in pandas.

It is also the oracle of a test: it shares no code with `prioritizer.features` but the
order of the columns, and comes to the same numbers.
"""

from __future__ import annotations

import pandas as pd

from prioritizer.benchmarks.pandas_mentions import REPORT
from prioritizer.benchmarks.pandas_people import of_identifiers, of_people
from prioritizer.benchmarks.pandas_places import of_addresses, of_locations, of_states
from prioritizer.benchmarks.pandas_rows import (
    LONGEST_HOURS,
    capture_rows,
    hours_between,
    is_true,
    location_rows,
)
from prioritizer.benchmarks.pandas_traces import of_captures, of_files
from prioritizer.features import CATALOGUE
from prioritizer.vocabulary.enums import IncidentType, LocationSource, PriorityCode

_CATEGORIES = {"incident_type": IncidentType, "ncmec_priority_code": PriorityCode}
_NEVER = dict.fromkeys(
    (
        "newest_capture_hours",
        "newest_upload_hours",
        "newest_attributable_hours",
        "newest_file_hours",
    ),
    LONGEST_HOURS,
)
_NOT_KNOWN = (
    "receipt_delay_hours",
    "handling_delay_hours",
    "last_linked_days",
    "linked_acted_days",
    "provider_record",
)
_FLAGS = (
    "esp_escalated",
    "is_informational",
    "is_esp_informational",
    "is_sextortion",
    "is_solicitation",
    "is_sadistic_exploitation",
    "is_aggravated",
    "is_minor_to_minor",
    "is_spam",
    "is_bundle",
    "has_esp_contact",
    "has_reporting_person",
    "has_incident_range",
    "is_incident_time_registration",
    "has_identifiers_only_in_text",
)
_CHAT_PLACES = (
    "has_chat_service",
    "has_chat_room",
    "has_game",
    "has_incident_screen_name",
    "has_newsgroup",
    "has_peer_to_peer_client",
)
_LENGTHS = (
    "incident_time_note_length",
    "conversation_length",
    "additional_info_length",
    "incident_notes_length",
)
_PRIOR_OUTCOMES, _PRIOR_REPORTS = 40, 100
_HALF, _CAP = 0.5, 0.25


def pandas_features(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return X for the latest version of each report.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        The document tables and those of history.

    Returns
    -------
    pandas.DataFrame of shape (n_reports, n_features)
        float32 or Categorical; index `report_id`, in the order of the reports.
    """
    frames = _timely(frames)
    reports = frames["reports"]
    captures, locations = capture_rows(frames), location_rows(frames)
    tables = [
        of_people(frames["people"], reports),
        of_identifiers(frames["identifiers"]),
        of_captures(captures),
        of_files(frames["files"], reports),
        of_locations(locations),
        of_states(locations, captures, frames),
        of_addresses(locations, captures),
        _of_links(frames),
        _of_providers(frames["provider_history"], reports),
    ]
    newest = reports.groupby("report_id")["version"].transform("max")
    X = _of_reports(reports[reports["version"] == newest])
    for table in tables:
        X = X.join(table, on=REPORT)
    # One that was added to the catalogue need not be written here as well.
    known = [feature.name for feature in CATALOGUE if feature.name in X]
    X = X.set_index("report_id")[known]
    numbers = X.columns.difference(list(_CATEGORIES), sort=False)
    absent = {name: 0.0 for name in numbers if name not in _NOT_KNOWN} | _NEVER
    return X.fillna(absent).astype(dict.fromkeys(numbers, "float32"))


def _timely(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Leave out what NCMEC's analysts finished after a report arrived."""
    reports = frames["reports"]
    is_late = reports["processed_at"] > reports["arrival_at"]
    is_late |= reports["processed_at"].isna() & reports["made_available_at"].isna()
    late = reports.loc[is_late, REPORT].assign(is_late=True)
    places = frames["locations"].merge(late, on=REPORT, how="left")
    is_later = (places["location_source"] == LocationSource.NCMEC) & (
        places["is_late"].eq(True)
    )
    words = ["is_informational", "ncmec_priority_code"]
    return {
        **frames,
        "reports": reports.assign(
            **{name: reports[name].mask(is_late) for name in words}
        ),
        "locations": places[~is_later].drop(columns="is_late"),
    }


def _of_reports(reports: pd.DataFrame) -> pd.DataFrame:
    flags = {name: is_true(reports[name]) for name in _FLAGS}
    received_at, available_at = reports["received_at"], reports["made_available_at"]
    incident_at = reports["incident_at"]
    told = is_true(reports["is_reported_to_le"]) | is_true(reports["has_le_agency"])
    chat = pd.concat([is_true(reports[name]) for name in _CHAT_PLACES], axis=1)
    happened_at = incident_at.mask(flags["is_incident_time_registration"])
    categories = {
        name: pd.Categorical(reports[name], [str(each) for each in allowed], False)
        for name, allowed in _CATEGORIES.items()
    }
    return reports[[*REPORT, *_LENGTHS]].assign(
        **flags,
        **categories,
        added_incident_types=reports["additional_incident_type_count"],
        escalation_length=reports["esp_escalation_length"],
        is_reported_to_le=told,
        is_live_video=is_true(reports["is_webcam_involved"]),
        web_pages=reports["url_count"],
        incident_contacts=reports["incident_email_count"].fillna(0)
        + is_true(reports["has_incident_phone"]),
        has_incident_place=is_true(reports["has_incident_place"])
        | is_true(reports["has_incident_coordinates"]),
        has_chat_place=chat.any(axis=1),
        has_incident_zone=reports["incident_offset_minutes"].notna(),
        clock_errors=(incident_at > received_at).astype(int)
        + (received_at > available_at).astype(int),
        receipt_delay_hours=_delay(hours_between(happened_at, received_at)),
        handling_delay_hours=_delay(hours_between(received_at, available_at)),
    )


def _delay(hours: pd.Series) -> pd.Series:
    """Return hours; those below zero are not known."""
    return hours.where(hours >= 0).clip(upper=LONGEST_HOURS)


def _of_links(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    arrivals = frames["reports"][[*REPORT, "arrival_at"]]
    links = frames["links"].merge(arrivals, on=REPORT)
    files = frames["files"].groupby(REPORT).size().rename("file_count")
    file_count = links.join(files, on=REPORT)["file_count"].fillna(0)
    arrival_at, longest = links["arrival_at"], LONGEST_HOURS / 24
    links = links.assign(
        new_file_count=(file_count - links["known_file_count"]).clip(lower=0),
        last_linked_days=hours_between(links["last_linked_at"], arrival_at) / 24,
        linked_acted_days=hours_between(links["linked_acted_at"], arrival_at) / 24,
    )
    days = ["last_linked_days", "linked_acted_days"]
    links[days] = links[days].clip(0, longest)
    unused = ["arrival_at", "last_linked_at", "linked_acted_at"]
    return links.drop(columns=unused).set_index(REPORT)


def _of_providers(history: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Return shares that start as if some outcomes, or reports, were known."""
    rows = history.merge(reports[[*REPORT, "esp_escalated"]], on=REPORT)
    of_all = (rows["regime_actions"] + _PRIOR_OUTCOMES * _HALF) / (
        rows["regime_outcomes"] + _PRIOR_OUTCOMES
    )
    earlier = {
        name: rows[f"provider_{name}"] - rows[f"provider_regime_{name}"]
        for name in ("actions", "outcomes")
    }
    before = (earlier["actions"] + _PRIOR_OUTCOMES * of_all) / (
        earlier["outcomes"] + _PRIOR_OUTCOMES
    )
    now = (rows["provider_regime_actions"] + _PRIOR_OUTCOMES * before) / (
        rows["provider_regime_outcomes"] + _PRIOR_OUTCOMES
    )
    known = rows["provider_reports"] + _PRIOR_REPORTS
    rarity = 1 - rows["provider_escalated"] / known
    return pd.DataFrame(
        {
            "provider_record": (now - of_all)
            .clip(-_CAP, _CAP)
            .where(rows["provider_outcomes"] > 0),
            "escalation_rarity": rarity.where(is_true(rows["esp_escalated"]), 0.0),
            "registration_time_share": rows["provider_registration_times"] / known,
        }
    ).set_index(pd.MultiIndex.from_frame(rows[REPORT]))
