"""The law of evidence: to send more never lowers the score, unless it may."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from prioritizer.features import compute_features
from prioritizer.model import load_model
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
from tests.builders import prepared_world, rows

Frames = dict[str, pl.DataFrame]
_COUNT = 400
_MODEL = Path(__file__).parents[1] / "models" / "demo"


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


def gain_of(edit: Callable[[Frames], Frames]) -> pd.Series:
    """Return by how much an edit moves the score of each report."""
    before, model = some_reports(), load_model(_MODEL)
    old, new = (
        model.score(compute_features(each))["raw"] for each in (before, edit(before))
    )
    return new - old


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_more_evidence_never_lowers_the_score(edit) -> None:
    assert gain_of(edit).min() >= -1e-9


# What the invented world lets matter; contact data alone moves nothing in it.
RAISING = ["an upload address", "an upload address with port", "a dated address"]


@pytest.mark.parametrize("name", RAISING)
def test_evidence_that_matters_does_raise_scores(name: str) -> None:
    assert gain_of(EDITS[name]).max() > 0.1


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_each_edit_changes_the_features_of_most_reports(edit) -> None:
    before = some_reports()
    old, new = compute_features(before), compute_features(edit(before))
    changed = (old.astype(str) != new.astype(str)).any(axis="columns")
    assert changed.mean() > 0.5
