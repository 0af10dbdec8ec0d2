"""Small tables full of odd things: ties, versions, shared keys, late outcomes."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    CaseStatus,
    FileHashType,
    IdentifierKind,
    Role,
)
from tests.builders import MARCH, reports, rows, tables

Frames = dict[str, pl.DataFrame]


def odd_tables(seed: int, count: int = 60) -> Frames:
    """Return tables with ties, versions, shared keys, repeats and late outcomes."""
    draw = np.random.default_rng(seed)
    ids = np.sort(draw.integers(1, count * 2 // 3, count))
    versions = [int(sum(ids[:place] == ids[place])) + 1 for place in range(count)]
    # In every other world many arrive together, versions of one report among them.
    hours = np.sort(draw.integers(0, count // 2 if seed % 2 else 6, count)) * 20
    order = np.argsort(versions, kind="stable")
    arrivals = [
        MARCH - timedelta(days=90) + timedelta(hours=int(each)) for each in hours
    ]
    key = {
        "report_id": ids[order].tolist(),
        "version": np.array(versions)[order].tolist(),
    }
    frame = reports(
        count,
        **key,
        arrival_at=arrivals,
        received_at=arrivals,
        esp_key=some(draw, count, 3),
        esp_escalated=(draw.random(count) < 0.3).tolist(),
        is_incident_time_registration=(draw.random(count) < 0.2).tolist(),
    )
    frame = frame.sort("arrival_at", "report_id", "version")
    return tables(reports=frame, **children(draw, frame), outcomes=fates(draw, ids))


def some(draw: np.random.Generator, count: int, kinds: int) -> list[bytes | None]:
    drawn = draw.integers(-1, kinds, count)
    return [None if each < 0 else bytes([each + 1]) * 16 for each in drawn]


def children(draw: np.random.Generator, frame: pl.DataFrame) -> Frames:
    def owners(size: int) -> dict[str, object]:
        at = frame[draw.integers(0, frame.height, size).tolist()]
        return {name: at[name].to_list() for name in ("report_id", "version")}

    kinds = draw.choice(list(map(str, IdentifierKind)), 200).tolist()
    is_file = [kind == IdentifierKind.FILE_HASH for kind in kinds]
    types = draw.choice(["", *map(str, FileHashType)], 200).tolist()
    files = {
        **owners(50),
        "file_no": draw.integers(1, 3, 50).tolist(),
    }
    captures = draw.choice(list(map(str, CaptureType)), 90).tolist()
    is_address = [kind == CaptureType.IP_ADDRESS for kind in captures]
    return {
        "people": rows(
            "people",
            40,
            **owners(40),
            person_no=list(range(1, 41)),
            role=[Role.REPORTED_USER] * 40,
            prior_report_ids=[
                draw.integers(1, 60, draw.integers(0, 3)).tolist() for _ in range(40)
            ],
        ),
        "files": rows("files", 50, **files).unique(["report_id", "version", "file_no"]),
        "identifiers": rows(
            "identifiers",
            200,
            **owners(200),
            identifier_no=list(range(1, 201)),
            identifier_kind=kinds,
            identifier_key=some(draw, 200, 9),
            file_no=[int(draw.integers(1, 3)) if each else None for each in is_file],
            file_hash_type=[
                kind or None if each else None
                for kind, each in zip(types, is_file, strict=True)
            ],
        ),
        "captures": rows(
            "captures",
            90,
            **owners(90),
            capture_no=list(range(1, 91)),
            capture_of=[CaptureOf.PERSON] * 90,
            capture_type=captures,
            capture_key=some(draw, 90, 6),
            ip_version=[4 if each else None for each in is_address],
            ip_group_key=[
                key if each else None
                for key, each in zip(some(draw, 90, 4), is_address, strict=True)
            ],
        ),
    }


def fates(draw: np.random.Generator, ids: np.ndarray) -> pl.DataFrame:
    owners = draw.choice(np.unique(ids), 30).tolist()
    moments = [
        MARCH - timedelta(days=95) + timedelta(hours=int(hour) * 20)
        for hour in draw.permutation(60)[:30]
    ]
    statuses = draw.choice([str(each) for each in CaseStatus], 30).tolist()
    return rows(
        "outcomes",
        30,
        report_id=owners,
        case_status=statuses,
        decided_at=moments,
        known_at=moments,
    )
