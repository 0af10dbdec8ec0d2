from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import FeatureError
from prioritizer.features import CATALOGUE, by_name, check_features, compute_features
from prioritizer.features.feature import check_catalogue
from prioritizer.vocabulary import TABLES
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    EventName,
    IpRange,
    PriorityCode,
    Role,
)
from tests.builders import MARCH, prepared_world, reports, rows, tables

every_feature = pytest.mark.parametrize(
    "feature", CATALOGUE, ids=lambda each: each.name
)


@every_feature
def test_a_feature_reads_only_columns_of_the_vocabulary(feature) -> None:
    columns = {
        table.name: {*table.columns, "arrival_at", "version"} for table in TABLES
    }
    assert set(feature.reads) <= columns[feature.table]


@every_feature
def test_a_feature_never_reads_outcomes_or_truth(feature) -> None:
    assert feature.table not in ("outcomes", "truth")


@every_feature
def test_a_feature_has_words(feature) -> None:
    assert feature.unsaid or "{value}" in feature.said
    assert feature.said[0].islower() or feature.said.startswith(("IP", "NCMEC"))


@every_feature
def test_absence_is_the_worst_value_of_evidence(feature) -> None:
    values = prepared_world().X[feature.name]
    if feature.direction > 0 and feature.group != "provider":
        assert feature.absent <= values.min()
    if feature.unit == "hours" and feature.direction < 0:
        assert feature.absent >= values.max()


def test_no_two_features_have_the_same_words() -> None:
    words = [each for feature in CATALOGUE for each in (feature.said, feature.unsaid)]
    spoken = [each for each in words if each]
    assert len(spoken) == len(set(spoken))


def test_a_feature_that_may_lower_must_say_why() -> None:
    silent = replace(by_name()["viral_files"], exemption="")
    with pytest.raises(FeatureError, match="may lower the score and does not say"):
        check_catalogue((silent,))


def test_words_are_short_enough_for_a_plot() -> None:
    words = [each for feature in CATALOGUE for each in (feature.said, feature.unsaid)]
    assert [each for each in words if len(each) > 75] == []


def test_x_has_the_columns_of_the_catalogue() -> None:
    X = prepared_world().X
    assert list(X.columns) == [feature.name for feature in CATALOGUE]
    assert len(CATALOGUE) >= 30
    assert check_features(X, CATALOGUE) is X


@settings(max_examples=8, deadline=None)
@given(cut=st.integers(1, 2999))
def test_a_report_is_computed_on_its_own(cut: int) -> None:
    """Cutting the tables anywhere changes nothing, so any partition is right."""
    whole = prepared_world()
    first = set(whole.X.index[:cut])
    parts = [
        compute_features(
            {
                name: frame.filter(pl.col("report_id").is_in(first) == inside)
                for name, frame in whole.tables.items()
            }
        )
        for inside in (True, False)
    ]
    pd.testing.assert_frame_equal(pd.concat(parts), whole.X)


def test_the_order_of_child_rows_does_not_matter() -> None:
    whole = prepared_world()
    shuffled = {
        name: frame
        if name == "reports"
        else frame.sample(fraction=1.0, shuffle=True, seed=1)
        for name, frame in whole.tables.items()
    }
    pd.testing.assert_frame_equal(compute_features(shuffled), whole.X)


def captures(**columns: object) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    about = {
        "report_id": [1] * count,
        "capture_no": list(range(1, count + 1)),
        "capture_of": [CaptureOf.PERSON] * count,
        "capture_type": [CaptureType.IP_ADDRESS] * count,
        "ip_version": [4] * count,
    }
    return rows("captures", count, **{**about, **columns})


def row_with(**frames: pl.DataFrame) -> pd.Series:
    given = {"links": rows("links", 1, **_NO_LINKS), **frames}
    given.setdefault("reports", reports(1))
    given.setdefault(
        "provider_history",
        rows(
            "provider_history",
            1,
            provider_reports=[0],
            provider_outcomes=[0],
            provider_actions=[0],
        ),
    )
    return compute_features(tables(**given)).iloc[0]


_NO_LINKS = {
    name: [0]
    for name in (
        "account_matches",
        "address_matches",
        "widest_file",
        "known_file_count",
        "hub_count",
    )
}


def test_a_shared_address_leads_to_one_subscriber_only_with_its_port() -> None:
    both = captures(ip_range=[IpRange.CGNAT, IpRange.CGNAT], port=[443, None])
    assert row_with(captures=both)["attributable_captures"] == 1


def test_a_public_address_leads_to_one_subscriber_without_a_port() -> None:
    assert (
        row_with(captures=captures(ip_range=[IpRange.PUBLIC]))["attributable_captures"]
        == 1
    )


def test_upload_and_log_in_are_told_apart() -> None:
    X = row_with(captures=captures(event_name=[EventName.UPLOAD, EventName.LOGIN]))
    assert (X["upload_captures"], X["login_captures"]) == (1, 1)


def test_the_age_of_an_address_is_taken_at_arrival() -> None:
    moments = [MARCH - pd.Timedelta(hours=hours) for hours in (30, 6)]
    assert row_with(captures=captures(captured_at=moments))["newest_capture_hours"] == 6


def test_no_address_counts_as_the_oldest_one() -> None:
    X = row_with()
    assert X["newest_upload_hours"] == by_name()["newest_upload_hours"].absent


def test_three_states_of_viewed_stay_three() -> None:
    files = rows(
        "files",
        3,
        report_id=[1, 1, 1],
        file_no=[1, 2, 3],
        viewed_by_esp=[True, False, None],
    )
    X = row_with(files=files)
    names = ["viewed_files", "unviewed_files", "unstated_files"]
    assert X[names].tolist() == [1, 1, 1]


def test_the_channel_code_is_a_category_and_not_a_rank() -> None:
    feature = by_name()["ncmec_priority_code"]
    assert feature.is_category
    assert feature.direction == 0
    code = reports(1, ncmec_priority_code=[PriorityCode.ESP_CHANNEL])
    assert row_with(reports=code)["ncmec_priority_code"] == PriorityCode.ESP_CHANNEL


def test_a_clock_that_runs_backwards_gives_no_delay() -> None:
    late = reports(1, incident_at=[MARCH + pd.Timedelta(days=2)])
    assert np.isnan(row_with(reports=late)["receipt_delay_hours"])


def test_a_provider_without_outcomes_has_the_prior() -> None:
    assert row_with()["provider_action_share"] == 0.5


def test_no_provider_leaves_the_band() -> None:
    known = {
        "provider_reports": [9_000],
        "provider_outcomes": [9_000],
        "provider_actions": [0],
    }
    X = row_with(provider_history=rows("provider_history", 1, **known))
    assert X["provider_action_share"] == 0.25


def test_only_victims_ages_are_read() -> None:
    people = rows(
        "people",
        2,
        report_id=[1, 1],
        person_no=[1, 2],
        role=[Role.REPORTED_USER, Role.VICTIM],
        age_years=[40, None],
    )
    assert row_with(people=people)["victims_with_age"] == 0


def test_a_frame_of_other_columns_is_refused_with_all_that_is_wrong() -> None:
    X = prepared_world().X
    wrong = X.drop(columns=["files"]).assign(
        extra=1.0, is_spam=X["is_spam"].astype(int)
    )
    with pytest.raises(FeatureError, match=r"3 problems: files is missing; extra is"):
        check_features(wrong, CATALOGUE)


def test_a_category_with_a_direction_is_refused() -> None:
    wrong = replace(by_name()["incident_type"], direction=1, absent=0.0)
    with pytest.raises(FeatureError, match="is a category and cannot have"):
        check_catalogue((wrong,))


def test_two_features_of_one_name_are_refused() -> None:
    with pytest.raises(FeatureError, match="files is there twice"):
        check_catalogue((by_name()["files"], by_name()["files"]))
