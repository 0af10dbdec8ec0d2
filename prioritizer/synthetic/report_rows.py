"""Write down the table `reports`, as providers and NCMEC would."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from prioritizer.seeds import Bools, Draws, Floats, Ints
from prioritizer.synthetic.circumstances import ABROAD
from prioritizer.synthetic.drawing import Drawn
from prioritizer.synthetic.moments import SECOND_US
from prioritizer.synthetic.origins import KINDS
from prioritizer.synthetic.recorded import REGISTRATION
from prioritizer.synthetic.records import (
    Values,
    coded,
    flags,
    keys,
    moments,
    raw_frame,
    where,
)
from prioritizer.synthetic.senders import Senders
from prioritizer.synthetic.world import World
from prioritizer.vocabulary import REPORTS
from prioritizer.vocabulary.enums import (
    BatchReason,
    IncidentType,
    NcmecClassification,
    PriorityCode,
    ReferralType,
    SourceFormat,
)

# Zones in which providers write times, minutes east of UTC; most write UTC.
_OFFSETS: Ints = np.array([0, 0, -480, 0, 0, -300, 0, 60, 0, 330])
_CODES = (
    PriorityCode.ONE,
    PriorityCode.TWO,
    PriorityCode.THREE,
    PriorityCode.ESP_CHANNEL,
)
_FIRST_ESP_NUMBER = 1000
_ENTICEMENT = KINDS.index(IncidentType.ENTICEMENT)
_SEXTORTION_SHARE = 0.18  # of enticement reports; financial kinds alone: 18,898 of
# 518,720 in the first half of 2025 (NCMEC blog 2025); the share of all is a guess


def report_rows(
    world: World,
    senders: Senders,
    draws: Draws,
    drawn: Drawn,
    is_informational: Bools,
) -> pl.DataFrame:
    """Return the raw table `reports`.

    Parameters
    ----------
    world, senders, draws, drawn
        The world, its providers, the chance of this run, and its reports.
    is_informational : ndarray of bool of shape (n_reports,)
        NCMEC's designation.

    Returns
    -------
    polars.DataFrame
        One row a report, in the order of the timeline.
    """
    case, timeline = drawn.circumstances, drawn.circumstances.timeline
    writer = _Writer(draws, drawn)
    columns: dict[str, Values] = {
        **keys(timeline.report_id),
        "arrival_at": moments(timeline.arrival_us),
        "received_at": moments(timeline.received_us),
        "received_offset_minutes": 0,
        "made_available_at": moments(timeline.arrival_us),
        "source_format": SourceFormat.SYNTHETIC,
        "unreadable_count": 0,
        "unknown_count": 0,
        "unlisted_count": 0,
        **writer.provider(senders),
        **writer.incident(),
        **writer.flags(),
        **writer.details(),
        **writer.ncmec(world, is_informational),
    }
    return raw_frame(REPORTS, columns, len(case))


class _Writer:
    """The columns of `reports`, a method for each section of the report."""

    def __init__(self, draws: Draws, drawn: Drawn) -> None:
        self._draws = draws
        self._drawn = drawn
        self._case = drawn.circumstances
        self._number = drawn.circumstances.timeline.number

    def _chance(self, name: str, share: Floats | float) -> Bools:
        return self._draws.chance(name, self._number, share)

    def _length(self, name: str, there: Bools, least: int, most: int) -> Ints:
        drawn = self._draws.whole(name, self._number, least, most)
        return np.where(there, drawn, 0)

    def provider(self, senders: Senders) -> Mapping[str, Values]:
        provider, told = self._case.origins.provider, self._case.contact
        named = coded(senders.names, provider)
        has_person = self._chance("reporting person", 0.9)
        return {
            "esp_name": named,
            "esp_key": named,
            "esp_number": provider + _FIRST_ESP_NUMBER,
            "has_reporting_person": has_person,
            "reporter_email_count": (has_person & (provider % 3 > 0)).astype(np.int32),
            "has_esp_contact": self._chance("provider's contact", 0.3 + 0.6 * told),
            "has_company_template": provider % 4 == 0,
            "has_legal_url": provider % 5 < 2,
            "platform": coded(senders.names, provider, self._chance("platform", 0.6)),
        }

    def incident(self) -> Mapping[str, Values]:
        case, origins = self._case, self._case.origins
        noted = self._chance("time note", 0.15 + 0.3 * case.narrative)
        more = self._chance("additional information", case.narrative)
        also = case.origins.is_contact & self._chance("further type", 0.12)
        is_also = also & (origins.kind == _ENTICEMENT)
        return {
            "incident_type": coded(KINDS, origins.kind),
            "additional_incident_type_count": is_also.astype(np.int32),
            "is_also_csam": flags(is_also),
            "esp_escalated": origins.is_escalated,
            "esp_escalation_length": self._length(
                "escalation length", origins.is_escalated, 40, 400
            ),
            "incident_at": moments(case.incident_us),
            "incident_offset_minutes": _OFFSETS[origins.provider % len(_OFFSETS)],
            "is_incident_time_registration": flags(self._is_at_registration()),
            "incident_time_note_length": self._length("note length", noted, 20, 160),
            "batch_reason": coded(
                [BatchReason.VIRAL_POTENTIAL_MEME], 0, case.is_bundle
            ),
            "is_bundle": flags(case.is_bundle),
            "additional_info_length": self._length("more length", more, 20, 1200),
        }

    def _is_at_registration(self) -> Bools:
        """Return in which reports the incident time is that of a registration."""
        case, seen = self._case, self._drawn.addresses
        registered = np.flatnonzero(seen.event == REGISTRATION)
        row = seen.row[registered]
        at, incident = seen.captured_us[registered], case.incident_us[row]
        is_same = np.zeros(len(case), dtype=bool)
        is_same[row[at // SECOND_US == incident // SECOND_US]] = True
        return is_same

    def flags(self) -> Mapping[str, Values]:
        case, origins = self._case, self._case.origins
        flagged = self._chance("annotates", 0.4 + 0.5 * case.narrative)
        enticed = origins.kind == _ENTICEMENT
        return {
            "is_sextortion": flags(
                flagged & enticed & self._chance("extortion", _SEXTORTION_SHARE)
            ),
            "is_solicitation": flags(
                flagged & enticed & self._chance("solicitation", 0.3)
            ),
            "is_minor_to_minor": flags(
                flagged & origins.is_contact & self._chance("minors", 0.1)
            ),
            "is_spam": flags(case.is_spam & flagged),
            "is_sadistic_exploitation": flags(
                flagged & enticed & self._chance("coercion", 0.002)
            ),
        }

    def details(self) -> Mapping[str, Values]:
        case = self._case
        talks = case.conversation_length > 0
        plays = talks & (case.origins.provider % 9 == 8)
        on_page = ~talks & self._chance("page", 0.55)
        rooms = self._chance("room", 0.3)
        return {
            "chat_incidents": (talks & ~plays).astype(np.int32),
            "has_chat_service": talks & ~plays & self._chance("service named", 0.7),
            "has_chat_room": talks & ~plays & rooms,
            "gaming_incidents": plays.astype(np.int32),
            "has_game": plays & rooms,
            "web_page_incidents": on_page.astype(np.int32),
            "url_count": np.where(
                on_page, self._draws.whole("pages", self._number, 1, 4), 0
            ),
            "is_third_party_hosted": where(on_page & rooms, on_page & ~rooms),
            "conversation_length": case.conversation_length,
            "incident_notes_length": self._length(
                "incident notes", (talks | on_page) & rooms, 10, 300
            ),
        }

    def ncmec(self, world: World, is_informational: Bools) -> Mapping[str, Values]:
        case, origins = self._case, self._case.origins
        timeline, rules = case.timeline, world.ncmec
        second = origins.is_contact & self._chance("priority two", rules.second_share)
        third = self._chance("priority three", rules.third_share)
        place = np.select([origins.is_priority_one, second, third], [0, 1, 2], 3)
        looked_at = origins.is_priority_one | origins.is_escalated | second
        noted = looked_at & self._chance("analyst notes", 0.6)
        called = case.nation == ABROAD
        classes = [NcmecClassification.CSAM_UNCONFIRMED, NcmecClassification.ENTICEMENT]
        return {
            "is_informational": is_informational,
            "ncmec_priority_code": coded(_CODES, place),
            "ncmec_classification": coded(
                classes,
                (origins.kind == _ENTICEMENT).astype(np.int64),
                looked_at | self._chance("classified", 0.4),
            ),
            "is_sent_to_le": True,
            "processed_at": moments(timeline.arrival_us),
            "executive_summary_length": self._length("summary", looked_at, 80, 900),
            "ncmec_note_count": noted.astype(np.int32),
            "ncmec_note_length": self._length("notes", noted, 30, 600),
            "phone_geo_lookup_count": self._drawn.account.has_phone.astype(np.int32),
            "auto_refer_count": (~looked_at & ~called).astype(np.int32),
            "recipient_count": 1 + self._chance("further agency", 0.12),
            "has_recipient_agency": True,
            "has_recipient_officer": self._chance("officer", 0.3),
            "recipient_available_at": moments(timeline.arrival_us),
            "referral_type": coded([ReferralType.NCMEC_ANALYST], 0, looked_at),
        }
