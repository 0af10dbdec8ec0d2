"""Completeness: a scale that a pencil can follow, of what the provider sent."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import FeatureError
from prioritizer.features.completeness import (
    SCALE,
    Item,
    check_scale,
    columns_of,
    completeness_of,
    gain,
    missing_words,
    next_best,
    sections_of,
)
from prioritizer.tables import open_tables
from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    EventName,
    LocationSource,
    Role,
)
from prioritizer.vocabulary.section import Section
from tests.builders import MARCH, TABLE, reports, rows, tables
from tests.builders_completeness import PLACED, Frames, complete, missing, one
from tests.builders_documents import LE_JSON, SUBMISSIONS, ingested

_SAMPLE = Path(__file__).parents[1] / "data" / "synthetic" / "sample"
_ITEMS = [item for section in SCALE for item in section.items]
_SECTIONS = [section.name for section in SCALE]
# What says whose or what a row is, and so is there whatever is stated.
_KINDS = {"role", "person_role", "location_source", "identifier_kind"}
every_item = pytest.mark.parametrize("item", _ITEMS, ids=lambda item: item.name)


@cache
def sample() -> Frames:
    return open_tables(_SAMPLE)[1]


def silenced(frames: Frames, item: Item) -> Frames:
    """Return the report without what an item reads."""
    new = dict(frames)
    for table, column in item.reads:
        if column not in _KINDS:
            silent = pl.lit(None, dtype=new[table].schema[column]).alias(column)
            new[table] = new[table].with_columns(silent)
    return new


def test_a_report_worked_out_with_a_pencil() -> None:
    people = rows(
        "people",
        1,
        person_no=[1],
        role=[Role.REPORTED_USER],
        email_count=[1],  # contact 4
        screen_name_count=[2],  # account 3
    )
    captures = rows(
        "captures",
        1,
        capture_no=[1],
        person_no=[1],
        capture_of=[CaptureOf.PERSON],
        capture_type=[CaptureType.IP_ADDRESS],
        event_name=[EventName.UPLOAD],
        captured_at=[MARCH],
        ip_version=[6],  # network 4 + 2 + 2, and time 3
    )
    files = rows("files", 1, file_no=[1], viewed_by_esp=[False])  # file 4 + 3
    dated = reports(1, incident_at=[MARCH], incident_offset_minutes=[-300])  # time 4
    row = one(tables(reports=dated, people=people, captures=captures, files=files))
    # 4 x 10 + 3 x 10 + 8 x 20 + 7 x 10 + 7 x 15 = 405; a tenth of it is 40.5.
    assert row["completeness"] == 40.5
    scores = [0, 40, 30, 80, 70, 0, 70, 0, 0]
    assert [row[f"completeness_{name}"] for name in _SECTIONS] == scores
    assert str(row["missing"]).split()[:3] == [
        "communication",
        "phone",
        "account_number",
    ]


def test_an_empty_report_has_0_and_misses_everything() -> None:
    row = one(tables(reports=reports(1)))
    assert [row[name] for name in columns_of()] == [0] * (len(SCALE) + 1)
    assert sorted(str(row["missing"]).split()) == sorted(item.name for item in _ITEMS)


def test_a_full_report_has_100_and_misses_nothing() -> None:
    row = one(complete())
    assert [row[name] for name in columns_of()] == [100] * (len(SCALE) + 1)
    assert row["missing"] == ""


@every_item
def test_an_item_is_lost_with_what_it_reads(item: Item) -> None:
    row = one(silenced(complete(), item))
    (section,) = (each for each in SCALE if item in each.items)
    assert item.name in str(row["missing"]).split()
    assert row["completeness"] <= 100 - gain(section, item)


@every_item
def test_an_item_is_reached_by_what_it_reads_alone(item: Item) -> None:
    frames = complete()
    read = dict.fromkeys(table for table, _ in item.reads)
    for name in (*read, "people"):
        wanted = {column for table, column in item.reads if table == name}
        kept = {*TABLE[name].key, *_KINDS, "person_no", "arrival_at", *wanted}
        frames[name] = frames[name].with_columns(
            pl.lit(None, dtype=dtype).alias(column)
            for column, dtype in frames[name].schema.items()
            if column not in kept
        )
    others = {name: frames[name].clear() for name in frames if name not in read}
    alone = {
        **frames,
        **others,
        "reports": frames["reports"],
        "people": frames["people"],
    }
    if "reports" not in read:
        alone["reports"] = reports(1)
    assert item.name not in missing(alone)


CELLS = [
    (table, column)
    for table, column in dict.fromkeys(pair for item in _ITEMS for pair in item.reads)
    if column not in {*_KINDS, "person_no", "file_no"}
]


def stating(cells: set[tuple[str, str]]) -> Frames:
    """Return the full report as if only some of its columns were stated."""
    new = complete()
    for table, column in CELLS:
        if (table, column) not in cells:
            silent = pl.lit(None, dtype=new[table].schema[column]).alias(column)
            new[table] = new[table].with_columns(silent)
    return new


@settings(max_examples=60, deadline=None)
@given(some=st.sets(st.sampled_from(CELLS)), more=st.sets(st.sampled_from(CELLS)))
def test_what_is_stated_besides_never_lowers_anything(some, more) -> None:
    before, after = one(stating(some)), one(stating(some | more))
    assert all(before[name] <= after[name] for name in columns_of())
    assert set(str(after["missing"]).split()) <= set(str(before["missing"]).split())


@pytest.mark.parametrize("table", ["people", "files", "captures", "locations"])
def test_a_further_row_that_says_little_never_lowers_anything(table: str) -> None:
    frames, key = sample(), TABLE[table].key[-1]
    ids = frames["reports"]["report_id"].to_list()
    kinds = {
        "people": {"role": [Role.VICTIM] * len(ids)},
        "captures": {"capture_of": [CaptureOf.FILE] * len(ids)},
        "locations": {"location_source": [LocationSource.ADDRESS] * len(ids)},
    }
    bare = rows(
        table, len(ids), report_id=ids, **{key: [99] * len(ids)}, **kinds.get(table, {})
    )
    after = completeness_of({**frames, table: pl.concat([frames[table], bare])})
    before = completeness_of(frames)
    for name in columns_of():
        assert (after[name] >= before[name]).all()


@settings(max_examples=8, deadline=None)
@given(cut=st.integers(1, 1999))
def test_a_report_is_measured_on_its_own(cut: int) -> None:
    """Cutting the tables anywhere changes nothing, so any partition is right."""
    whole = completeness_of(sample())
    first = sample()["reports"]["report_id"].head(cut).implode()
    parts = [
        completeness_of(
            {
                name: frame.filter(pl.col("report_id").is_in(first) == inside)
                for name, frame in sample().items()
            }
        )
        for inside in (True, False)
    ]
    assert pl.concat(parts).equals(whole)


def test_the_order_of_child_rows_does_not_matter() -> None:
    shuffled = {
        name: frame
        if name == "reports"
        else frame.sample(fraction=1.0, shuffle=True, seed=3)
        for name, frame in sample().items()
    }
    assert completeness_of(shuffled).equals(completeness_of(sample()))


def test_reports_of_all_kinds_are_told_apart() -> None:
    found = completeness_of(sample())["completeness"]
    assert found.min() < 20
    assert found.max() > 75
    assert found.is_between(0, 100).all()


def test_a_later_version_counts_once_it_has_arrived() -> None:
    moments = [MARCH, MARCH.replace(month=4)]
    twice = reports(2, report_id=[1, 1], version=[1, 2], arrival_at=moments)
    files = rows("files", 1, report_id=[1], version=[2], file_no=[1])
    frames = tables(reports=twice, files=files)
    assert completeness_of(frames, as_of=MARCH).row(0)[:3] == (1, 1, 0.0)
    assert completeness_of(frames).row(0)[:3] == (1, 2, 6.0)


def test_what_others_say_is_not_read() -> None:
    seen = only_sections(sample(), [Section.A])
    assert completeness_of(seen).equals(completeness_of(sample()))
    lookup = PLACED | {"location_source": [LocationSource.GEO_LOOKUP]}
    frames = {**complete(), "locations": rows("locations", 1, **lookup)}
    assert {"country", "region", "town", "street"} <= set(missing(frames))


@every_item
def test_an_item_reads_columns_of_section_a(item: Item) -> None:
    for table, column in item.reads:
        owner = TABLE["people" if column == "person_role" else table]
        field = owner.field("role" if column == "person_role" else column)
        sections = set(owner.sections(field))
        # Where rows of several sections share a column, the row says whose it is.
        told_apart = owner.told_apart[0]
        assert sections == {Section.A} or (
            Section.A in sections and (table, told_apart) in item.reads
        )


@pytest.mark.parametrize("sources", [LE_JSON, SUBMISSIONS], ids=["JSON", "XML"])
def test_both_formats_can_state_everything(sources, tmp_path: Path) -> None:
    folder, _ = ingested(*sources, out=tmp_path / "T")
    found = completeness_of(open_tables(folder.path)[1])
    assert found["completeness"].max() == 100
    assert found["completeness"].min() == 4  # the thin ones state a time


def test_a_victim_s_place_and_address_are_not_the_user_s() -> None:
    frames = complete()
    for name in ("locations", "captures"):
        of_victim = pl.lit(2, dtype=pl.Int32).alias("person_no")
        frames[name] = frames[name].with_columns(of_victim)
    silent = frames["people"].with_columns(has_school=pl.lit(value=False))
    row = one({**frames, "people": silent})
    assert row["completeness_network"] == 0
    assert row["completeness_location"] == 0
    assert row["completeness_victim"] == 100


def test_a_file_s_own_capture_belongs_to_the_user() -> None:
    of_file = complete()["captures"].with_columns(
        pl.lit(None, dtype=pl.Int32).alias("person_no")
    )
    assert one({**complete(), "captures": of_file})["completeness_network"] == 100


def test_what_is_missing_is_said_with_the_most_helpful_first() -> None:
    names = ["street", "file_viewed", "upload_address", "country", "unheard of"]
    assert missing_words(names) == [
        "no IP address recorded at upload",
        "no word on whether a person at the provider saw a file",
        "no country of the reported account",
        "no street of the reported account",
    ]
    assert next_best(names)[1].endswith("saw a file (+4.5)")


def test_the_list_of_what_is_missing_goes_by_what_it_would_add() -> None:
    gains = {
        item.name: gain(section, item) for section in SCALE for item in section.items
    }
    for text in completeness_of(sample())["missing"].unique():
        added = [gains[name] for name in str(text).split()]
        assert added == sorted(added, reverse=True)


def test_the_whole_is_what_is_missing_short_of_a_hundred() -> None:
    gains = {
        item.name: gain(section, item) for section in SCALE for item in section.items
    }
    for row in completeness_of(sample()).head(200).to_dicts():
        absent = sum(gains[name] for name in str(row["missing"]).split())
        assert row["completeness"] == 100 - absent


def test_sections_say_what_each_of_them_misses() -> None:
    (item,) = (each for each in _ITEMS if each.name == "device")
    found = {each.name: each for each in sections_of(one(silenced(complete(), item)))}
    assert list(found) == _SECTIONS
    assert found["identity"].missing == ()
    assert "device" in found["network"].missing


def test_other_weights_give_another_whole_and_the_same_sections() -> None:
    identity, contact, *rest = SCALE
    other = check_scale(
        (replace(identity, weight=10), replace(contact, weight=5), *rest)
    )
    usual, new = completeness_of(sample()), completeness_of(sample(), scale=other)
    assert (usual["completeness"] != new["completeness"]).any()
    assert usual.select(columns_of()[1:]).equals(new.select(columns_of()[1:]))


def test_a_scale_that_no_pencil_can_follow_is_refused() -> None:
    first, second, *rest = SCALE
    with pytest.raises(FeatureError, match="the weights are not 100 together"):
        check_scale((first, *rest))
    with pytest.raises(FeatureError, match="section identity has not 10 points"):
        check_scale((replace(first, items=first.items[:1]), second, *rest))
    with pytest.raises(FeatureError, match="identity is there twice"):
        check_scale((first, replace(second, name="identity"), *rest))
    with pytest.raises(FeatureError, match="something counts nothing"):
        check_scale((replace(first, weight=0), replace(second, weight=15), *rest))
