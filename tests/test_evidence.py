"""The law of evidence: to send more never lowers the score, unless it may."""

from collections.abc import Callable

import pandas as pd
import polars as pl
import pytest

from prioritizer.features import compute_features
from prioritizer.history import look_back
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    EventName,
    IdentifierKind,
    IpRange,
    LocationSource,
    NetworkType,
    Role,
)
from tests.builders import prepared_world, rows, trained

Frames = dict[str, pl.DataFrame]
_COUNT = 400


def some_reports() -> Frames:
    """Return the tables cut to the newest reports, without their history."""
    world = prepared_world()
    ids = list(world.X.index[-_COUNT:])
    return {
        name: frame.filter(pl.col("report_id").is_in(ids))
        for name, frame in world.tables.items()
    }


def each_gets(frames: Frames, table: str, **columns: object) -> Frames:
    """Return the tables with one more row for each report."""
    ids = frames["reports"]["report_id"].to_list()
    same = {name: [value] * len(ids) for name, value in columns.items()}
    more = rows(table, len(ids), **{"report_id": ids, **same})
    return {**frames, table: pl.concat([frames[table], more])}


def each_user_has(frames: Frames, **columns: object) -> Frames:
    is_user = pl.col("role") == Role.REPORTED_USER
    people = frames["people"].with_columns(
        pl.when(is_user)
        .then(pl.lit(value, dtype=frames["people"].schema[name]))
        .otherwise(name)
        .alias(name)
        for name, value in columns.items()
    )
    return {**frames, "people": people}


def captured(event: EventName, **more: object) -> Callable[[Frames], Frames]:
    return lambda frames: each_gets(
        frames,
        "captures",
        capture_no=99,
        capture_of=CaptureOf.PERSON,
        capture_type=CaptureType.IP_ADDRESS,
        event_name=event,
        ip_version=4,
        **more,
    )


EDITS = {
    "an upload address": captured(EventName.UPLOAD, ip_range=IpRange.PUBLIC),
    "an upload address with port": captured(
        EventName.UPLOAD, ip_range=IpRange.CGNAT, port=4321
    ),
    "a shared address without port": captured(EventName.LOGIN, ip_range=IpRange.CGNAT),
    "a dated address": captured(
        EventName.UPLOAD,
        ip_range=IpRange.PUBLIC,
        captured_at=pd.Timestamp("2025-01-01T00:00:00Z"),
    ),
    "an e-mail address": lambda frames: each_user_has(frames, email_count=2),
    "a telephone number": lambda frames: each_user_has(frames, phone_count=2),
    "a name": lambda frames: each_user_has(frames, has_last_name=True),
    "a verified contact": lambda frames: each_gets(
        frames,
        "identifiers",
        identifier_no=99,
        person_no=1,
        identifier_kind=IdentifierKind.EMAIL,
        is_verified=True,
    ),
    "a victim with a name": lambda frames: each_gets(
        frames, "people", person_no=98, role=Role.VICTIM, has_first_name=True
    ),
    "a home network": lambda frames: each_gets(
        frames,
        "locations",
        location_no=99,
        location_source=LocationSource.GEO_LOOKUP,
        network_type=NetworkType.RESIDENTIAL,
    ),
    "communication": lambda frames: {
        **frames,
        "reports": frames["reports"].with_columns(
            conversation_length=pl.col("conversation_length") + 500
        ),
    },
    "an escalation": lambda frames: {
        **frames,
        "reports": frames["reports"].with_columns(esp_escalated=pl.lit(value=True)),
    },
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_more_evidence_never_lowers_the_score(edit) -> None:
    before, model = some_reports(), trained().model
    history = {name: before[name] for name in ("links", "provider_history")}
    after = {**edit(before), **history}
    old, new = (model.score(compute_features(each))["raw"] for each in (before, after))
    assert (new - old).min() >= -1e-9


def test_an_edit_of_this_test_does_change_features() -> None:
    before = some_reports()
    for edit in EDITS.values():
        after = compute_features({**before, **edit(before)})
        assert not after.equals(compute_features(before))


def test_history_is_not_part_of_one_report() -> None:
    before = some_reports()
    assert set(look_back(before)) == {"links", "provider_history"}
