"""The hazards of modelling these reports, each held off by a test.

Numbers are those of the project's list of hazards, H1 to H14.
"""

from functools import cache

import pandas as pd
import polars as pl
import pytest

from prioritizer.features import (
    CATALOGUE,
    by_name,
    columns_read,
    compute_features,
    feature_frame,
)
from prioritizer.features.completeness import columns_of
from prioritizer.history import look_back
from prioritizer.queues import urgent_signals
from prioritizer.vocabulary import REPORTS
from prioritizer.vocabulary.enums import (
    CaseStatus,
    FileRelevance,
    IdentifierKind,
    PriorityCode,
    Role,
)
from prioritizer.vocabulary.regimes import REGIMES
from tests.builders import MARCH, prepared_world, reports, rows, tables, trained

Frames = dict[str, pl.DataFrame]
_KEY = b"k" * 16
_HOUR = pd.Timedelta(hours=1)
READ = {pair for feature in CATALOGUE for pair in columns_read(feature)}


def X_of(frames: Frames) -> pd.DataFrame:
    return compute_features({**frames, **look_back(frames)})


def test_h1_the_channel_code_has_no_rank() -> None:
    """H1: `E` is not the bottom of an ordinal scale."""
    code = by_name()["ncmec_priority_code"]
    assert code.is_category
    assert code.direction == 0
    coded = reports(
        1,
        ncmec_priority_code=[PriorityCode.ESP_CHANNEL],
        made_available_at=[MARCH],
    )
    X = X_of(tables(reports=coded))
    assert X["ncmec_priority_code"].iloc[0] == PriorityCode.ESP_CHANNEL


def test_h2_no_feature_reads_an_outcome() -> None:
    """H2: labels are missing, and not at random; features must not carry them."""
    assert "outcomes" not in {table for table, _ in READ}


def test_h2_a_report_s_own_outcome_moves_nothing_of_it() -> None:
    """H2: not even through the record of its provider, in a later version."""
    two = reports(2, report_id=[1, 1], version=[1, 2], esp_key=[_KEY] * 2)
    known = rows(
        "outcomes",
        1,
        case_status=[CaseStatus.ARREST],
        decided_at=[MARCH],
        known_at=[MARCH],
    )
    without, given = tables(reports=two), tables(reports=two, outcomes=known)
    pd.testing.assert_frame_equal(X_of(without), X_of(given))


def record_of(actions: int, *, outcomes: int = 400, regime: int = 200) -> pd.Series:
    """Return the provider's features where so many of its outcomes were action."""
    history = rows(
        "provider_history",
        1,
        provider_reports=[1000],
        provider_escalated=[0],
        provider_registration_times=[0],
        provider_outcomes=[outcomes],
        provider_actions=[actions],
        provider_regime_outcomes=[outcomes],
        provider_regime_actions=[actions],
        regime_outcomes=[1000],
        regime_actions=[regime],
    )
    frames = tables(reports=reports(1))
    frames = {**frames, **look_back(frames), "provider_history": history}
    return compute_features(frames)


def test_h3_a_change_of_practice_is_not_a_provider_s_record() -> None:
    """H3: where all providers fall alike, no provider falls."""
    for share in (0.2, 0.5, 0.8):
        row = record_of(int(400 * share), regime=int(1000 * share))
        assert abs(row["provider_record"].iloc[0]) < 0.02


def test_h3_outcomes_are_counted_within_their_regime() -> None:
    """H3: the regimes are those whose dates are published."""
    begins = [begin for begin, _ in REGIMES]
    assert begins == sorted(begins)
    last = pd.Timestamp(begins[-1]) - 12 * _HOUR
    three = reports(
        3,
        arrival_at=[last, last + 24 * _HOUR, last + 48 * _HOUR],
        esp_key=[_KEY] * 3,
    )
    told = rows(
        "outcomes",
        2,
        case_status=[CaseStatus.ARREST, CaseStatus.CLOSED],
        decided_at=[last + _HOUR, last + 25 * _HOUR],
        known_at=[last + _HOUR, last + 25 * _HOUR],
    )
    history = look_back(tables(reports=three, outcomes=told))["provider_history"]
    assert history["provider_regime_outcomes"].to_list() == [0, 0, 1]


def test_h4_no_feature_knows_which_provider_it_is() -> None:
    """H4: the mix of providers drifts, so identity would not transfer."""
    named = {"esp_name", "esp_key", "esp_number", "platform", "esp_service"}
    assert named.isdisjoint({column for _, column in READ})


@pytest.mark.parametrize("actions", [0, 400])
def test_h4_no_record_leaves_its_cap(actions: int) -> None:
    """H4: neither the worst nor the best record decides by itself."""
    assert abs(record_of(actions)["provider_record"].iloc[0]) <= 0.25
    few = record_of(actions // 200, outcomes=2)["provider_record"].iloc[0]
    assert abs(few) < 0.05


def test_h5_completeness_is_no_feature_and_no_priority() -> None:
    """H5: a complete report can be worthless, a thin one urgent."""
    assert set(columns_of()).isdisjoint(by_name())
    thin = reports(2, esp_escalated=[True, False])
    assert (urgent_signals(thin).sort_index() != "").tolist() == [True, False]


@cache
def scored_pair() -> pd.Series:
    """Return the scores of a known duplicate and of a sparse new case.

    Two real reports of a small world: the complete one gets the best record of a
    provider and the marks of a copy; the other the worst record and little else.
    """
    X = prepared_world().X.iloc[-2:].copy()
    complete, sparse = X.index
    X.loc[complete, ["provider_record", "widest_file"]] = [0.25, 5000.0]
    X.loc[complete, ["exact_duplicates", "viral_files", "new_file_count"]] = [900, 3, 0]
    X.loc[sparse, ["provider_record", "widest_file", "viral_files"]] = [-0.25, 0, 0]
    X.loc[sparse, ["exact_duplicates", "new_file_count", "viewed_files"]] = [0, 2, 2]
    X.loc[sparse, "live_stream_files"] = 1
    return trained().model.score(X)["raw"]


def test_h6_a_copy_from_the_best_sender_sinks_below_a_new_case_from_the_worst() -> None:
    """H6: known copies must sink, whoever sends them; sparse live cases must rise."""
    copy, new = scored_pair()
    assert new > copy
    for name in ("exact_duplicates", "near_duplicates", "widest_file", "viral_files"):
        assert by_name()[name].direction == -1
    assert by_name()["new_file_count"].direction == 1


def test_h7_the_flag_of_generated_content_never_lowers() -> None:
    """H7: it is never the sole reason to sink, for it cannot be one at all."""
    assert by_name()["generated_files"].direction == 1
    X = prepared_world().X.iloc[-300:]
    flagged = X.assign(generated_files=X["files"].astype("float32"))
    model = trained().model
    assert (model.score(flagged)["raw"] >= model.score(X)["raw"] - 1e-9).all()


def test_h8_not_stated_is_not_false() -> None:
    """H8: seen, not seen and not stated give three different rows."""
    three = [True, False, None]
    files = rows("files", 3, file_no=[1] * 3, viewed_by_esp=three)
    X = X_of(tables(reports=reports(3), files=files))
    both = X[["viewed_files", "view_stated_files"]].to_numpy().tolist()
    assert both == [[1, 1], [0, 1], [0, 0]]


def test_h9_what_is_set_after_triage_is_read_by_no_feature() -> None:
    """H9: analysts' flags, and what NCMEC finishes later."""
    after = {name for name in REPORTS.columns if name.startswith("analyst_")}
    after |= {"processed_at", "recipient_available_at", "is_sent_to_le"}
    after |= {"executive_summary_length", "ncmec_note_count", "ncmec_note_length"}
    after |= {"ncmec_classification", "referral_type", "recipient_count"}
    assert after.isdisjoint({column for table, column in READ if table == "reports"})


def test_h10_the_opening_of_an_account_is_not_the_incident() -> None:
    """H10: a delay from it would be no delay, and the habit is a provider's."""
    given = reports(
        2,
        incident_at=[MARCH - 5000 * _HOUR] * 2,
        is_incident_time_registration=[True, None],
        esp_key=[_KEY] * 2,
    )
    X = X_of(tables(reports=given))
    assert X["receipt_delay_hours"].isna().tolist() == [True, False]
    assert X["is_incident_time_registration"].tolist() == [1, 0]
    assert X["registration_time_share"].iloc[1] > 0


def test_h11_escalating_everything_makes_an_escalation_say_less() -> None:
    """H11: senders can game flags; the lane does not care, the score does."""
    count = 300
    keys = [_KEY if place % 2 else b"o" * 16 for place in range(count)]
    escalated = [bool(place % 2) or place == count - 2 for place in range(count)]
    given = reports(count, esp_key=keys, esp_escalated=escalated)
    rarity = X_of(tables(reports=given))["escalation_rarity"]
    assert rarity.iloc[-1] < 0.5 < rarity.iloc[-2]
    lanes = urgent_signals(given).sort_index() != ""
    assert lanes.tolist() == escalated


def test_h12_victims_of_a_later_version_are_not_those_of_the_earlier_one() -> None:
    """H12: victims may be found by the investigation itself."""
    two = reports(2, report_id=[1, 1], version=[1, 2])
    victim = rows(
        "people", 1, report_id=[1], version=[2], person_no=[1], role=[Role.VICTIM]
    )
    frames = tables(reports=two, people=victim)
    X = feature_frame({**frames, **look_back(frames)})
    assert X["victims"].to_list() == [0, 1]


def test_h14_a_bundle_says_how_many_further_users_it_names() -> None:
    """H14: a bundle counts as one row, and is many incidents."""
    people = rows(
        "people",
        5,
        report_id=[1, 1, 1, 2, 2],
        person_no=[1, 2, 3, 1, 2],
        role=[Role.REPORTED_USER] * 5,
    )
    frames = tables(reports=reports(2, is_bundle=[True, None]), people=people)
    assert X_of(frames)["bundled_users"].tolist() == [2, 0]


def poisoned(frames: Frames, moment: pd.Timestamp) -> Frames:
    """Return tables in which everything that is dated after a moment is another."""
    later = frames["reports"].filter(pl.col("arrival_at") > moment)
    ids = later.select("report_id", "version")
    swapped = dict(frames)
    for name in ("people", "files", "captures", "identifiers", "locations"):
        swapped[name] = frames[name].join(ids, on=ids.columns, how="anti")
    swapped["reports"] = frames["reports"].with_columns(
        pl.when(pl.col("arrival_at") > moment)
        .then(None)
        .otherwise(pl.col(name))
        .alias(name)
        for name in ("esp_key", "incident_type")
    )
    swapped["reports"] = swapped["reports"].with_columns(
        analyst_urgent=pl.lit(value=True)
    )
    swapped["captures"] = swapped["captures"].with_columns(
        captured_at=pl.when(pl.col("captured_at") > moment)
        .then(pl.col("captured_at") + pl.duration(days=90))
        .otherwise("captured_at"),
    )
    is_known = pl.col("known_at") > moment
    statuses = frames["outcomes"].schema["case_status"]
    swapped["outcomes"] = frames["outcomes"].with_columns(
        case_status=pl.when(is_known)
        .then(pl.lit(str(CaseStatus.CONVICTION), dtype=statuses))
        .otherwise("case_status"),
        closed_reason=pl.when(~is_known).then("closed_reason"),
    )
    return swapped


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_whatever_is_dated_after_arrival_may_be_anything(share: float) -> None:
    """The rule of the knowledge date: the poison of the future moves no feature."""
    whole = prepared_world()
    moment = whole.arrivals.quantile(share)
    past = whole.arrivals[whole.arrivals <= moment].index
    again = X_of(poisoned(whole.tables, moment))
    pd.testing.assert_frame_equal(again.loc[past], whole.X.loc[past], check_exact=True)
    assert not again.drop(past).equals(whole.X.drop(past))


def test_a_network_database_made_after_arrival_says_nothing() -> None:
    """What it says was not known then."""
    captures = rows(
        "captures",
        2,
        capture_no=[1, 1],
        capture_of=["person"] * 2,
        ip_version=[4, 4],
        network_type=["residential"] * 2,
        network_state=["WY"] * 2,
        network_at=[MARCH - _HOUR, MARCH + 9 * _HOUR],
    )
    X = X_of(tables(reports=reports(2), captures=captures))
    assert X["residential_captures"].tolist() == [1, 0]
    assert X["agreeing_sources"].tolist() == [1, 0]


def test_a_time_after_arrival_is_not_believed_and_is_told() -> None:
    ahead = rows(
        "captures",
        2,
        capture_no=[1, 1],
        capture_of=["person"] * 2,
        ip_version=[4, 4],
        captured_at=[MARCH + 500 * _HOUR, MARCH + 900 * _HOUR],
    )
    X = X_of(tables(reports=reports(2), captures=ahead))
    assert X["future_captures"].tolist() == [1, 1]
    assert X["dated_captures"].tolist() == [0, 0]
    assert X["newest_capture_hours"].iloc[0] == X["newest_capture_hours"].iloc[1]


def test_identifiers_of_files_and_people_are_never_mixed() -> None:
    """The same bytes as a file's hash and as an e-mail address link nothing."""
    shared = rows(
        "identifiers",
        2,
        identifier_no=[1, 1],
        identifier_kind=[IdentifierKind.EMAIL, IdentifierKind.FILE_HASH],
        identifier_key=[_KEY, _KEY],
        file_no=[None, 1],
    )
    files = rows(
        "files", 1, report_id=[2], file_no=[1], file_relevance=[FileRelevance.REPORTED]
    )
    X = X_of(tables(reports=reports(2), identifiers=shared, files=files))
    assert X[["known_accounts", "known_file_count"]].to_numpy().sum() == 0
