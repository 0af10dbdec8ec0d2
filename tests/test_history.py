import numpy as np
import pandas as pd
import polars as pl

from prioritizer.history import look_back
from prioritizer.history.keys import CUTS, KeyKind
from prioritizer.history.mentions import ARRIVAL, MENTION
from prioritizer.history.sightings import sightings_of
from prioritizer.history.timeline import timeline_of
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason, IdentifierKind, Role
from tests.builders import MARCH, prepared_world, reports, rows, tables

_KEY, _OTHER = b"k" * 16, b"o" * 16
_HOUR = pd.Timedelta(hours=1)


def links_of(frames: dict[str, pl.DataFrame]) -> pd.DataFrame:
    return look_back(frames)["links"].to_pandas().set_index("report_id")


def sharing(count: int, kind: IdentifierKind) -> pl.DataFrame:
    return rows(
        "identifiers",
        count,
        identifier_no=[1] * count,
        identifier_kind=[kind] * count,
        identifier_key=[_KEY] * count,
    )


def test_a_report_is_linked_to_earlier_arrivals_only() -> None:
    shared = sharing(3, IdentifierKind.EMAIL)
    links = links_of(tables(reports=reports(3), identifiers=shared))
    assert links["linked_reports"].tolist() == [0, 1, 2]
    assert links["account_cluster"].tolist() == [1, 1, 1]
    assert links["account_cluster_reports"].tolist() == [0, 1, 2]


def test_equal_arrivals_do_not_see_each_other() -> None:
    together = reports(3, arrival_at=[MARCH, MARCH, MARCH + _HOUR])
    shared = sharing(3, IdentifierKind.PHONE)
    links = links_of(tables(reports=together, identifiers=shared))
    assert links["linked_reports"].tolist() == [0, 0, 2]
    assert links["account_cluster"].tolist() == [1, 2, 1]


def test_clusters_that_come_together_keep_the_older_name() -> None:
    frames = tables(
        reports=reports(4),
        identifiers=rows(
            "identifiers",
            5,
            report_id=[1, 2, 3, 3, 4],
            identifier_no=[1, 1, 1, 2, 1],
            identifier_kind=[IdentifierKind.EMAIL] * 5,
            identifier_key=[_KEY, _OTHER, _KEY, _OTHER, _OTHER],
        ),
    )
    links = links_of(frames)
    assert links["account_cluster"].tolist() == [1, 2, 1, 1]
    assert links["account_cluster_joins"].tolist() == [0, 0, 2, 1]
    (merge,) = look_back(frames)["cluster_merges"].rows()
    assert merge == ("account", 2, 1, MARCH + 2 * _HOUR)


def test_a_screen_name_that_many_share_links_nothing_and_is_counted() -> None:
    shared = sharing(60, IdentifierKind.SCREEN_NAME)
    links = links_of(tables(reports=reports(60), identifiers=shared))
    assert links["linked_reports"].tolist() == [*range(50), *[0] * 10]
    assert links["cut_keys"].tolist() == [0] * 50 + [1] * 10
    assert links["widest_cut"].max() == 59
    assert links["account_cluster_reports"].max() == 49


def test_an_account_is_followed_for_many_reports() -> None:
    shared = sharing(300, IdentifierKind.ESP_USER_ID)
    links = links_of(tables(reports=reports(300), identifiers=shared))
    assert links["account_cluster_reports"].tolist() == list(range(300))
    assert links["linked_reports"].max() == 50
    assert links["cut_keys"].sum() == 0


def test_a_million_reports_may_share_one_identifier() -> None:
    """It is cut, and takes no longer than any other million rows."""
    count = 1_000_000
    arrivals = np.zeros(count, ARRIVAL)
    arrivals["report_id"] = arrivals["arrival"] = np.arange(count)
    mentions = np.zeros(count, MENTION)
    mentions["place"] = np.arange(count)
    timeline = timeline_of([arrivals])
    found = sightings_of(mentions, timeline)
    assert len(found.seen) == count - 1
    assert len(found.edges) == CUTS[KeyKind.ACCOUNT] - 1
    assert len(found.pairs) < 50 * CUTS[KeyKind.ACCOUNT]


def test_a_report_that_lists_itself_is_linked_to_nothing() -> None:
    people = rows(
        "people",
        2,
        person_no=[1, 1],
        role=[Role.REPORTED_USER] * 2,
        prior_report_ids=[[1], [2, 1]],
    )
    links = links_of(tables(reports=reports(2), people=people))
    assert links["linked_reports"].tolist() == [0, 1]
    assert links["listed_reports"].tolist() == [0, 1]
    assert links["account_cluster"].tolist() == [1, 1]


def test_a_file_seen_before_is_known_and_counts_its_reports() -> None:
    shared = sharing(4, IdentifierKind.FILE_HASH)
    links = links_of(tables(reports=reports(4), identifiers=shared))
    assert links["widest_file"].tolist() == [0, 1, 2, 3]
    assert links["known_file_count"].tolist() == [0, 1, 1, 1]


def files_of(owners: list[int], keys: list[bytes]) -> dict[str, pl.DataFrame]:
    numbers = [owners[:place].count(each) + 1 for place, each in enumerate(owners)]
    about = {"report_id": owners, "file_no": numbers}
    return {
        "files": rows("files", len(owners), **about),
        "identifiers": rows(
            "identifiers",
            len(owners),
            **about,
            identifier_no=numbers,
            identifier_kind=[IdentifierKind.FILE_HASH] * len(owners),
            identifier_key=keys,
        ),
    }


def test_the_same_files_in_any_order_make_a_duplicate() -> None:
    files = files_of([1, 1, 2, 2, 3], [_KEY, _OTHER, _OTHER, _KEY, _KEY])
    links = links_of(tables(reports=reports(3), **files))
    assert links["exact_duplicates"].tolist() == [0, 1, 0]
    assert links["duplicate_cluster"].tolist() == [1, 1, 3]


def test_a_report_with_a_file_that_has_no_hash_is_no_duplicate() -> None:
    files = files_of([1, 2], [_KEY, _KEY])
    files["files"] = rows("files", 3, report_id=[1, 2, 2], file_no=[1, 1, 2])
    links = links_of(tables(reports=reports(2), **files))
    assert links["exact_duplicates"].tolist() == [0, 0]
    assert links["known_file_count"].tolist() == [0, 1]


def test_an_identifier_stated_twice_in_a_report_counts_once() -> None:
    twice = pl.concat([sharing(2, IdentifierKind.EMAIL)] * 2)
    links = links_of(tables(reports=reports(2), identifiers=twice))
    assert links["linked_reports"].tolist() == [0, 1]
    assert links["known_accounts"].tolist() == [0, 1]


def test_what_a_linked_report_came_to_counts_from_when_it_was_known() -> None:
    shared = sharing(3, IdentifierKind.EMAIL)
    frames = tables(
        reports=reports(3),
        identifiers=shared,
        outcomes=outcomes_known_at([MARCH + _HOUR]),
    )
    links = links_of(frames)
    assert links["linked_acted"].tolist() == [0, 0, 1]
    assert links["linked_acted_at"].tolist()[2] == MARCH + _HOUR


def outcomes_known_at(moments: list[pd.Timestamp]) -> pl.DataFrame:
    return rows(
        "outcomes",
        len(moments),
        case_status=[CaseStatus.ARREST] + [CaseStatus.CLOSED] * (len(moments) - 1),
        closed_reason=[None] + [ClosedReason.NO_CRIME] * (len(moments) - 1),
        decided_at=moments,
        known_at=moments,
    )


def test_an_outcome_counts_only_after_it_became_known() -> None:
    three = reports(3, esp_key=[_KEY] * 3)
    known = outcomes_known_at([MARCH + _HOUR, MARCH + _HOUR * 3])
    history = look_back(tables(reports=three, outcomes=known))["provider_history"]
    assert history["provider_reports"].to_list() == [0, 1, 2]
    assert history["provider_outcomes"].to_list() == [0, 0, 1]
    assert history["provider_actions"].to_list() == [0, 0, 1]


def test_providers_are_kept_apart() -> None:
    two = reports(2, esp_key=[_KEY, _OTHER])
    known = outcomes_known_at([MARCH])
    history = look_back(tables(reports=two, outcomes=known))["provider_history"]
    assert history["provider_outcomes"].to_list() == [0, 0]


def test_what_comes_later_changes_nothing_before() -> None:
    """Cut the world at a moment: what was known of the rest stays the same."""
    whole = prepared_world()
    cut = whole.arrivals.quantile(0.5)
    early = whole.tables["reports"].filter(pl.col("arrival_at") < cut)
    past = {
        name: frame.join(early.select("report_id"), on="report_id", how="semi")
        for name, frame in whole.tables.items()
        if "report_id" in frame.columns
    }
    again = look_back(past)
    for name in ("links", "provider_history", "address_history"):
        assert again[name].equals(past[name])


def test_a_report_s_own_outcome_is_not_part_of_its_provider_s_record() -> None:
    given = reports(2, report_id=[1, 1], version=[1, 2], esp_key=[_KEY] * 2)
    frames = tables(reports=given, outcomes=outcomes_known_at([MARCH]))
    history = look_back(frames)["provider_history"]
    assert history["provider_outcomes"].to_list() == [0, 0]
    assert history["provider_reports"].to_list() == [0, 0]


def test_outcomes_of_another_regime_are_counted_apart() -> None:
    """Earlier practice tells less; what was known in it is kept beside."""
    last = pd.Timestamp("2024-12-31T12:00:00Z")
    arrivals = [last, last + 24 * _HOUR, last + 48 * _HOUR]
    three = reports(3, arrival_at=arrivals, esp_key=[_KEY] * 3)
    known = outcomes_known_at([last + _HOUR, last + 25 * _HOUR])
    history = look_back(tables(reports=three, outcomes=known))["provider_history"]
    assert history["provider_outcomes"].to_list() == [0, 1, 2]
    assert history["provider_regime_outcomes"].to_list() == [0, 0, 1]
    assert history["regime_actions"].to_list() == [0, 0, 0]


def test_nothing_is_known_of_a_provider_without_a_name() -> None:
    frames = tables(reports=reports(3), outcomes=outcomes_known_at([MARCH]))
    history = look_back(frames)["provider_history"].drop("report_id", "version")
    assert set(history.sum().row(0)) == {0}
