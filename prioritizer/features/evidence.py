"""The law of evidence, as a list: what a provider may add without ever losing by it.

Each edit adds one thing to every report. After it, no feature may move against the
report: constrained ones move in their favour or not at all, and others do not move.
So no model that keeps the constraints can score a report lower for it.

What is added is new to all reports. An identifier that earlier reports had adds links,
too, and those may rightly lower a score: they are history and no evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl
import polars.selectors as cs

from prioritizer.features.stated_states import stated_states
from prioritizer.tables import as_table
from prioritizer.vocabulary import DOCUMENT_TABLES
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    EventName,
    IdentifierKind,
    IndustryClassification,
    IpRange,
    LocationSource,
    NetworkType,
    Role,
)

Tables = Mapping[str, pl.DataFrame]
_REPORT = ["report_id", "version"]
_TABLES = {table.name: table for table in DOCUMENT_TABLES}
# What the values of a new row may be made of.
_READ = (*_REPORT, "arrival_at", "stated")
_IS_USER = pl.col("role") == Role.REPORTED_USER
_SOME_STATE = "WY"


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing added to every report.

    Attributes
    ----------
    name : str
        What is added.
    add : callable
        Returns tables with it, from tables without; inputs are not modified.
    exempt : mapping of str to str
        Features that may move against a report all the same, and why.
    """

    name: str
    add: Callable[[Tables], Tables]
    exempt: Mapping[str, str] = field(default_factory=dict)


def _row(table: str, **columns: object) -> Callable[[Tables], Tables]:
    """Return what adds a row to a table for each version of each report."""
    number = _TABLES[table].key[-1]

    def add(tables: Tables) -> Tables:
        rows = tables[table]
        more = (
            tables["reports"]
            .select(cs.by_name(*_READ, require_all=False))
            .with_columns(
                pl.lit(int(str(rows[number].max() or 0)) + 1).alias(number),
                **{
                    name: value if isinstance(value, pl.Expr) else pl.lit(value)
                    for name, value in columns.items()
                },
            )
        )
        missing = [
            pl.lit(each.reading.silence).alias(each.name)
            for each in _TABLES[table].fields
            if each.name not in more.columns
        ]
        more = as_table(more.with_columns(missing), _TABLES[table])
        return {**tables, table: pl.concat([rows, more])}

    return add


def _capture(**columns: object) -> Callable[[Tables], Tables]:
    usual: dict[str, object] = {
        "capture_of": str(CaptureOf.PERSON),
        "capture_type": str(CaptureType.IP_ADDRESS),
        "capture_key": _fresh("address"),
        "ip_group_key": _fresh("group"),
        "ip_version": 4,
        "ip_range": str(IpRange.PUBLIC),
    }
    return _row("captures", **{**usual, **columns})


def _identifier(kind: IdentifierKind, **columns: object) -> Callable[[Tables], Tables]:
    key = _fresh(str(kind))
    return _row("identifiers", identifier_kind=str(kind), identifier_key=key, **columns)


def _fresh(what: str) -> pl.Expr:
    """Return a key that no other report has."""
    return (
        pl.format(f"{what[:4]}{{}}", pl.col("report_id"))
        .str.pad_end(16, " ")
        .str.slice(0, 16)
        .cast(pl.Binary)
    )


def _set(
    table: str, where: pl.Expr | None = None, **columns: pl.Expr | object
) -> Callable[[Tables], Tables]:
    """Return what sets columns of some rows of a table."""
    which = pl.lit(value=True) if where is None else where

    def add(tables: Tables) -> Tables:
        rows = tables[table]
        changed = [
            pl.when(which)
            .then(value if isinstance(value, pl.Expr) else pl.lit(value))
            .otherwise(pl.col(name))
            .cast(rows.schema[name])
            .alias(name)
            for name, value in columns.items()
        ]
        return {**tables, table: rows.with_columns(changed)}

    return add


def _both(*steps: Callable[[Tables], Tables]) -> Callable[[Tables], Tables]:
    def add(tables: Tables) -> Tables:
        for step in steps:
            tables = step(tables)
        return tables

    return add


def _of_user(column: str, kind: IdentifierKind) -> Callable[[Tables], Tables]:
    """Return what gives each reported account one more of something."""
    return _both(
        _set("people", _IS_USER, **{column: pl.col(column) + 1}), _identifier(kind)
    )


def _more(column: str, by: int) -> Callable[[Tables], Tables]:
    return _set("reports", **{column: pl.col(column) + by})


def _located(**columns: object) -> Callable[[Tables], Tables]:
    """Return what adds a place in the state that the report names most, or in one."""

    def add(tables: Tables) -> Tables:
        named = (
            stated_states(tables)
            .sort("sources", "us_state", descending=[True, False])
            .unique(_REPORT, keep="first")
            .select(*_REPORT, stated=pl.col("us_state").cast(pl.String))
        )
        reports = tables["reports"].join(
            named, on=_REPORT, how="left", maintain_order="left"
        )
        given = {**tables, "reports": reports}
        state = pl.col("stated").fill_null(_SOME_STATE)
        return {
            **_row("locations", country="US", us_state=state, **columns)(given),
            "reports": tables["reports"],
        }

    return add


_HOURS_BEFORE = pl.col("arrival_at") - pl.lit(timedelta(hours=6))
_YEARS_BEFORE = pl.datetime(2017, 1, 1, time_zone="UTC")
_LONG_BEFORE = pl.col("arrival_at") - pl.lit(timedelta(days=400))

EDITS: tuple[Edit, ...] = (
    Edit("an upload address", _capture(event_name=str(EventName.UPLOAD))),
    Edit(
        "an upload address of the last hours",
        _capture(event_name=str(EventName.UPLOAD), captured_at=_HOURS_BEFORE),
    ),
    Edit(
        "an old log-in address",
        _capture(event_name=str(EventName.LOGIN), captured_at=_LONG_BEFORE),
    ),
    Edit("a registration address", _capture(event_name=str(EventName.REGISTRATION))),
    Edit("a shared address", _capture(ip_range=str(IpRange.CGNAT))),
    Edit(
        "a shared address with its port",
        _capture(ip_range=str(IpRange.CGNAT), port=4321),
    ),
    Edit("an IP version 6 address", _capture(ip_version=6)),
    Edit(
        "an address in a home network",
        _capture(network_type=str(NetworkType.RESIDENTIAL), network_at=_LONG_BEFORE),
    ),
    Edit(
        "the ports of all addresses",
        _set("captures", pl.col("port").is_null(), port=4321),
    ),
    Edit(
        "the times of all addresses",
        _set("captures", pl.col("captured_at").is_null(), captured_at=_YEARS_BEFORE),
    ),
    Edit("the zones of these times", _set("captures", captured_offset_minutes=0)),
    Edit(
        "a device",
        _row(
            "captures",
            capture_of=str(CaptureOf.PERSON),
            capture_type=str(CaptureType.DEVICE_ID),
            capture_key=_fresh("device"),
        ),
    ),
    Edit("an e-mail address", _of_user("email_count", IdentifierKind.EMAIL)),
    Edit("a telephone number", _of_user("phone_count", IdentifierKind.PHONE)),
    Edit("a screen name", _of_user("screen_name_count", IdentifierKind.SCREEN_NAME)),
    Edit("a display name", _of_user("display_name_count", IdentifierKind.DISPLAY_NAME)),
    Edit("a profile page", _of_user("profile_url_count", IdentifierKind.PROFILE_URL)),
    Edit(
        "an account number",
        _both(
            _set("people", _IS_USER, has_esp_identifier=True),
            _row("people", role=str(Role.ASSOCIATED_ACCOUNT), has_esp_identifier=True),
            _identifier(IdentifierKind.ESP_USER_ID),
        ),
    ),
    Edit("a name", _set("people", _IS_USER, has_first_name=True, has_last_name=True)),
    Edit("a date of birth", _set("people", _IS_USER, has_date_of_birth=True)),
    Edit("a verified contact", _identifier(IdentifierKind.EMAIL, is_verified=True)),
    Edit(
        "a victim with a name",
        _row("people", role=str(Role.VICTIM), has_first_name=True),
    ),
    Edit("a victim with an age", _row("people", role=str(Role.VICTIM), age_years=12)),
    Edit(
        "a victim with an account",
        _row("people", role=str(Role.VICTIM), screen_name_count=1, has_school=True),
    ),
    Edit(
        "a victim's place",
        _row(
            "locations",
            role=str(Role.VICTIM),
            location_source=str(LocationSource.GEO_LOOKUP),
            us_state=_SOME_STATE,
        ),
    ),
    Edit("a recipient", _row("people", role=str(Role.INTENDED_RECIPIENT))),
    Edit(
        "a postal address",
        _both(
            _set("people", _IS_USER, address_count=pl.col("address_count") + 1),
            _located(
                location_source=str(LocationSource.ADDRESS),
                has_street=True,
                has_city=True,
                has_postal_code=True,
            ),
        ),
    ),
    Edit(
        "an estimate of place",
        _located(location_source=str(LocationSource.ESP_ESTIMATE)),
    ),
    Edit(
        "a look-up of a home network",
        _located(
            location_source=str(LocationSource.GEO_LOOKUP),
            role=str(Role.REPORTED_USER),
            network_type=str(NetworkType.RESIDENTIAL),
        ),
    ),
    Edit("communication", _more("conversation_length", 500)),
    Edit("further information", _more("additional_info_length", 500)),
    Edit("notes on the incident", _more("incident_notes_length", 500)),
    Edit("an explanation of the time", _more("incident_time_note_length", 80)),
    Edit("the zone of the incident time", _set("reports", incident_offset_minutes=0)),
    Edit("a web page", _more("url_count", 1)),
    Edit("a further file", _row("files")),
    Edit("word that the files were seen", _set("files", viewed_by_esp=True)),
    Edit(
        "word that the files were not seen",
        _set("files", pl.col("viewed_by_esp").is_null(), viewed_by_esp=False),
    ),
    Edit(
        "industry codes of files",
        _set(
            "files",
            pl.col("industry_classification").is_null(),
            industry_classification=str(IndustryClassification.B2),
        ),
    ),
    Edit(
        "hashes and details of files",
        _set(
            "files",
            file_hash_count=pl.col("file_hash_count") + 1,
            file_detail_count=pl.col("file_detail_count") + 3,
            has_exif_details=True,
        ),
    ),
    Edit(
        "upload times of files",
        _set("files", pl.col("uploaded_at").is_null(), uploaded_at=_YEARS_BEFORE),
    ),
    Edit("the flag of a live stream", _set("files", is_live_stream=True)),
    # Not evidence for anything, but a wrong one must not bury a report.
    Edit("the flag of generated files", _set("files", is_generative_ai=True)),
    Edit(
        "an escalation",
        _set(
            "reports",
            ~pl.col("esp_escalated"),
            esp_escalated=True,
            esp_escalation_length=120,
        ),
    ),
    Edit("a contact at the provider", _set("reports", has_esp_contact=True)),
    Edit("the flag of extortion", _set("reports", is_sextortion=True)),
)
"""Everything that may be added; a model must be refused that loses by one of them."""
