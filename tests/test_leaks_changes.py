"""The changes of tables that must not matter: what they change, and what not."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from prioritizer.evaluation.leaks import changes
from prioritizer.seeds import Draws
from prioritizer.vocabulary.section import Section
from tests.builders_leaks import KEYS, with_versions, world

_DRAWS = Draws(0, "leaks")
_TABLES = with_versions(world())
_MOMENT = _TABLES["reports"]["arrival_at"][300]
_EARLY = _TABLES["reports"].filter(pl.col("arrival_at") <= _MOMENT)
_CHILDREN = ("people", "files", "captures", "identifiers", "locations")
_OF_REPORTS = [
    changes.without_later_reports,
    changes.without_later_versions,
    changes.with_later_reports_mixed,
    changes.with_later_reports_at_once,
]


@pytest.mark.parametrize("change", _OF_REPORTS)
def test_what_arrived_until_the_moment_stays_as_it_is(change) -> None:
    changed = change(_TABLES, _MOMENT, _DRAWS)
    for name in ("reports", *_CHILDREN):
        before, after = (
            changes.rows_of(each, _EARLY)[name] for each in (_TABLES, changed)
        )
        assert_frame_equal(before, after)
    assert not changed["reports"].equals(_TABLES["reports"])


@pytest.mark.parametrize("name", _CHILDREN)
def test_mixed_rows_are_all_there_and_have_other_reports(name) -> None:
    mixed = changes.with_later_reports_mixed(_TABLES, _MOMENT, _DRAWS)[name]
    assert mixed.height == _TABLES[name].height
    number = {"people": "person_no"}.get(name, f"{name[:-1]}_no")
    assert mixed.select(*KEYS, number).is_unique().all()
    later = mixed.join(_EARLY, on=KEYS, how="anti")
    before = _TABLES[name].join(_EARLY, on=KEYS, how="anti")
    assert not later.sort(KEYS).equals(before.sort(KEYS))


def test_mixed_reports_share_identifiers_with_earlier_ones() -> None:
    mixed = changes.with_later_reports_mixed(_TABLES, _MOMENT, _DRAWS)
    early = changes.rows_of(_TABLES, _EARLY)["identifiers"]["identifier_key"].implode()
    shared = [
        tables["identifiers"]
        .join(_EARLY, on=KEYS, how="anti")["identifier_key"]
        .is_in(early)
        .mean()
        for tables in (_TABLES, mixed)
    ]
    assert shared[1] > shared[0] + 0.2


def test_exchanged_numbers_are_the_same_ones_in_no_order() -> None:
    ids = changes.exchanged_ids(_TABLES["reports"], _DRAWS)
    assert sorted(ids["old"]) == sorted(ids["new"])
    assert (ids["old"] != ids["new"]).all()
    rises = (ids.sort("old")["new"].diff().drop_nulls() > 0).mean()
    assert 0.4 < rises < 0.6


def test_numbers_are_exchanged_wherever_they_are() -> None:
    first, second = _TABLES["reports"]["report_id"][:2]
    ids = pl.DataFrame({"old": [first, second], "new": [second, first]})
    prior = pl.Series([[first, 5], [second]])
    listed = _TABLES["people"].head(2).with_columns(prior_report_ids=prior)
    new = changes.renumbered({**world(), "people": listed}, ids)
    assert new["people"]["prior_report_ids"].to_list() == [[second, 5], [first]]
    numbers, before = (each["reports"]["report_id"] for each in (new, world()))
    assert numbers[:2].to_list() == [second, first]
    assert numbers[2:].equals(before[2:])


def test_outcomes_known_at_the_moment_itself_are_later_ones() -> None:
    known = _TABLES["outcomes"].sort("known_at")["known_at"][20]
    kept = changes.without_later_outcomes(_TABLES, known, _DRAWS)["outcomes"]
    assert kept.height == 20
    other = changes.with_other_outcomes(_TABLES, known, _DRAWS)["outcomes"]
    turned = other.filter(pl.col("known_at") >= known)
    assert (turned["known_at"] == known).all()
    assert (turned["decided_at"] <= turned["known_at"]).all()
    assert turned["report_id"].is_unique().all()


def test_shuffled_tables_have_the_same_rows_elsewhere() -> None:
    shuffled = changes.shuffled(_TABLES, _DRAWS)
    for name in ("reports", "outcomes", *_CHILDREN):
        assert not shuffled[name].equals(_TABLES[name])
        assert (
            shuffled[name].hash_rows().sort().equals(_TABLES[name].hash_rows().sort())
        )


def test_only_what_analysts_finished_later_is_unsaid() -> None:
    late = pl.int_range(pl.len()) % 2 == 0
    hours = pl.when(late).then(1).otherwise(0)
    reports = _TABLES["reports"].with_columns(
        processed_at=pl.col("arrival_at") + pl.duration(hours=hours),
        ncmec_note_count=pl.lit(3, dtype=pl.Int32),
    )
    unsaid = changes.unsaid_later({**_TABLES, "reports": reports}, Section.C)["reports"]
    assert unsaid["ncmec_note_count"].to_list() == [0, 3] * (reports.height // 2)
    assert unsaid.select("arrival_at", *KEYS).equals(
        reports.select("arrival_at", *KEYS)
    )
    assert unsaid["incident_type"].equals(reports["incident_type"])
