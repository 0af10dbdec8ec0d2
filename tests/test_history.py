import pandas as pd
import polars as pl

from prioritizer.history import look_back
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason, IdentifierKind
from tests.builders import MARCH, prepared_world, reports, rows, tables

_KEY = b"k" * 16
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
    assert links["account_matches"].tolist() == [0, 1, 2]


def test_equal_arrivals_do_not_see_each_other() -> None:
    together = reports(3, arrival_at=[MARCH, MARCH, MARCH + _HOUR])
    shared = sharing(3, IdentifierKind.PHONE)
    links = links_of(tables(reports=together, identifiers=shared))
    assert links["account_matches"].tolist() == [0, 0, 2]


def test_an_identifier_that_many_share_is_left_out_and_counted() -> None:
    shared = sharing(60, IdentifierKind.SCREEN_NAME)
    links = links_of(tables(reports=reports(60), identifiers=shared))
    assert links["account_matches"].max() == 49
    assert links["hub_count"].tolist() == [0] * 50 + [1] * 10


def test_a_file_seen_before_is_known_and_counts_its_reports() -> None:
    shared = sharing(4, IdentifierKind.FILE_HASH)
    links = links_of(tables(reports=reports(4), identifiers=shared))
    assert links["widest_file"].tolist() == [0, 1, 2, 3]
    assert links["known_file_count"].tolist() == [0, 1, 1, 1]


def test_an_identifier_stated_twice_in_a_report_counts_once() -> None:
    twice = pl.concat([sharing(2, IdentifierKind.EMAIL)] * 2)
    links = links_of(tables(reports=reports(2), identifiers=twice))
    assert links["account_matches"].tolist() == [0, 1]


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
    two = reports(2, esp_key=[_KEY, b"o" * 16])
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
    }
    again = look_back(past)
    for name in ("links", "provider_history"):
        assert again[name].equals(past[name])
