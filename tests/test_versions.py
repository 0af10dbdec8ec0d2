"""A report that comes again: what a later version may and may not change."""

from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from prioritizer import pipeline
from prioritizer.errors import SettingsError
from prioritizer.features import CATALOGUE, compute_features
from prioritizer.history import look_back
from prioritizer.model import ScoringModel
from prioritizer.queues import Lane, build_queue
from prioritizer.tables import latest_versions, write_tables
from prioritizer.vocabulary.enums import CaseStatus, IdentifierKind
from tests.builders import MARCH, reports, rows, tables, trained

_HOUR = pd.Timedelta(hours=1)
_KEY = b"k" * 16


def two_versions(**columns: object) -> dict[str, pl.DataFrame]:
    """Return report 1 at hour 0 and again at hour 48, and report 2 at hour 1."""
    moments = [MARCH, MARCH + 48 * _HOUR, MARCH + _HOUR]
    given = reports(
        3,
        report_id=[1, 1, 2],
        version=[1, 2, 1],
        arrival_at=moments,
        esp_key=[_KEY] * 3,
        **columns,
    )
    shared = rows(
        "identifiers",
        3,
        report_id=[1, 1, 2],
        version=[1, 2, 1],
        identifier_no=[1, 1, 1],
        identifier_kind=[IdentifierKind.EMAIL] * 3,
        identifier_key=[_KEY] * 3,
    )
    return tables(reports=given, identifiers=shared)


def queue_at(frames: dict[str, pl.DataFrame], hours: float) -> pd.DataFrame:
    frames = {**frames, **look_back(frames)}
    as_of = MARCH + hours * _HOUR
    X = compute_features(frames, as_of=as_of)
    model: ScoringModel = trained().model
    return build_queue(frames, X, model.score(X), CATALOGUE, as_of=as_of)


def lane_at(frames: dict[str, pl.DataFrame], hours: float) -> str:
    return queue_at(frames, hours).set_index("report_id").loc[1, "lane"]


def test_a_version_does_not_see_its_own_earlier_one() -> None:
    history = look_back(two_versions())
    key = ["report_id", "version"]
    links = history["links"].sort(key)
    assert links["known_accounts"].to_list() == [0, 1, 1]
    provider = history["provider_history"].sort(key)
    assert provider["provider_reports"].to_list() == [0, 1, 1]


def test_the_queue_shows_the_version_that_had_arrived() -> None:
    assert queue_at(two_versions(), 2).set_index("report_id")["version"].to_dict() == {
        1: 1,
        2: 1,
    }
    later = queue_at(two_versions(), 50)
    assert later.set_index("report_id")["version"].to_dict() == {1: 2, 2: 1}


def test_a_later_version_without_the_signal_stays_urgent() -> None:
    escalated = two_versions(esp_escalated=[True, False, False])
    assert [lane_at(escalated, hours) for hours in (2, 50)] == [Lane.URGENT] * 2


def test_a_later_version_with_the_signal_becomes_urgent_when_it_arrives() -> None:
    escalated = two_versions(esp_escalated=[False, True, False])
    lanes = [
        queue_at(escalated, h).set_index("report_id").loc[1, "lane"] for h in (2, 50)
    ]
    assert lanes == [Lane.STANDARD, Lane.URGENT]


def test_a_version_that_comes_after_the_outcome_waits_again() -> None:
    frames = two_versions()
    frames["outcomes"] = rows(
        "outcomes",
        1,
        case_status=[CaseStatus.REFERRED],
        decided_at=[MARCH + 5 * _HOUR],
        known_at=[MARCH + 6 * _HOUR],
    )
    lanes = [lane_at(frames, hours) for hours in (7, 50)]
    assert lanes == [Lane.WORKED, Lane.STANDARD]


def test_only_the_newest_version_is_the_latest() -> None:
    given = two_versions()["reports"]
    assert latest_versions(given).select("report_id", "version").rows() == [
        (1, 2),
        (2, 1),
    ]
    early = latest_versions(given, MARCH + 2 * _HOUR)
    assert early.select("report_id", "version").rows() == [(1, 1), (2, 1)]


def test_a_later_outcome_replaces_the_earlier_one_in_a_provider_s_record() -> None:
    moments = [MARCH + hours * _HOUR for hours in (1, 2)]
    outcomes = rows(
        "outcomes",
        2,
        report_id=[1, 1],
        case_status=[CaseStatus.ONGOING, CaseStatus.CLOSED],
        decided_at=moments,
        known_at=moments,
    )
    given = reports(4, esp_key=[_KEY] * 4)
    history = look_back(tables(reports=given, outcomes=outcomes))["provider_history"]
    assert history["provider_outcomes"].to_list() == [0, 0, 1, 1]
    assert history["provider_actions"].to_list() == [0, 0, 1, 0]


def test_a_file_with_several_hashes_is_one_known_file() -> None:
    hashes = rows(
        "identifiers",
        4,
        report_id=[1, 1, 2, 2],
        identifier_no=[1, 2, 1, 2],
        file_no=[1, 1, 1, 1],
        identifier_kind=[IdentifierKind.FILE_HASH] * 4,
        identifier_key=[_KEY, b"o" * 16] * 2,
    )
    links = look_back(tables(reports=reports(2), identifiers=hashes))["links"]
    assert links["known_file_count"].to_list() == [0, 1]


def test_scores_of_a_later_version_are_not_used(tmp_path: Path) -> None:
    frames, scores = two_versions(), tmp_path / "s.parquet"
    stored = {name: frames[name] for name in ("reports", "identifiers")}
    write_tables(tmp_path / "T", [stored], origin="ingest")
    pipeline.score_reports(tmp_path / "T", trained().folder, scores)
    with pytest.raises(SettingsError, match="versions that came after"):
        pipeline.rank_reports(tmp_path / "T", as_of=MARCH + _HOUR, scores_file=scores)
    later = MARCH + 50 * _HOUR
    ranking = pipeline.rank_reports(tmp_path / "T", as_of=later, scores_file=scores)
    assert len(ranking.queue) == 2
