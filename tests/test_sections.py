"""What each section says can be told apart, and left out."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import mkdtemp

import pandas as pd
import polars as pl
import polars.selectors as cs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from prioritizer import pipeline
from prioritizer.cli.app import app
from prioritizer.errors import ModelError, SettingsError
from prioritizer.explain import top_reasons
from prioritizer.features import CATALOGUE, compute_features
from prioritizer.formats import read_le_json, write_le_json
from prioritizer.history import look_back
from prioritizer.model import Experiment, TrainingRun, TrainSettings, load_model
from prioritizer.settings import load_settings
from prioritizer.tables import open_tables, schema_of
from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary import LOCATIONS, REPORTS, Kind, Reading
from prioritizer.vocabulary.section import SECTIONS, Section, sections_stated
from tests.builders import prepared_world, reports, small_world, trained
from tests.builders_documents import SUBMISSIONS, protected, xml_raw
from tests.builders_raws import raws, values

_A = (Section.A,)
_AS_OF = pd.Timestamp("2026-03-01T00:00:00Z")
_BLOCKS = {
    "reportedInformation": Section.A,
    "automatedInformation": Section.B,
    "additionalNcmecInformation": Section.C,
    "informational": Section.C,
    "lawEnforcementContactInformation": Section.D,
}
OF_OTHERS = [
    field
    for field in REPORTS.fields
    if not {Section.A, Section.ENVELOPE} & set(REPORTS.sections(field))
]
READ = {name for each in CATALOGUE if each.table == "reports" for name in each.reads}
few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@cache
def trained_on(*sections: Section) -> TrainingRun:
    folder = Path(mkdtemp(prefix="model-")) / "m"
    chosen = Experiment(train=TrainSettings(sections=sections))
    return pipeline.train_model(small_world(), folder, experiment=chosen)


@cache
def some_tables() -> dict[str, pl.DataFrame]:
    """The tables of the first reports of the small world."""
    frames = open_tables(small_world())[1]
    first = frames["reports"]["report_id"].head(250).implode()
    return {
        name: frame.filter(pl.col("report_id").is_in(first))
        for name, frame in frames.items()
    }


def features_of(frames, sections) -> pd.DataFrame:
    seen = only_sections(frames, sections)
    return compute_features({**seen, **look_back(seen)})


def equal(some, others) -> None:
    assert list(some) == list(others)
    unlike = [name for name in some if not some[name].equals(others[name])]
    assert unlike == []


def test_all_sections_are_the_tables_as_they_are() -> None:
    world = prepared_world().tables
    equal(only_sections(world, SECTIONS), world)


def test_what_others_say_is_silent_as_if_it_had_not_been_sent() -> None:
    said = {"is_informational": [False], "auto_close_count": [2], "esp_number": [7]}
    said |= {"has_recipient_agency": [True], "ncmec_note_length": [9]}
    frame = only_sections({"reports": reports(1, **said)}, _A)["reports"]
    assert frame.select(*said).row(0) == (None, 0, 7, False, 0)
    assert frame.schema == schema_of(REPORTS)


@pytest.mark.parametrize("name", ["people", "files", "captures", "identifiers"])
def test_rows_of_the_provider_go_without_section_a(name: str) -> None:
    frames = some_tables()
    assert only_sections(frames, _A)[name].equals(frames[name])
    assert only_sections(frames, SECTIONS[1:])[name].is_empty()


@pytest.mark.parametrize("section", SECTIONS, ids=str)
def test_places_go_by_who_names_them(section: Section) -> None:
    frames = some_tables()
    kept = only_sections(frames, [section])["locations"]["location_source"]
    _, told = LOCATIONS.told_apart
    wanted = {source for source, whose in told.items() if whose is section}
    assert set(kept) == wanted & set(frames["locations"]["location_source"])


def test_keys_times_and_outcomes_stay_and_history_does_not() -> None:
    frames = prepared_world().tables
    seen = only_sections(frames, [Section.D])
    kept = ["report_id", "version", "arrival_at", "received_at", "source_format"]
    assert seen["reports"].select(kept).equals(frames["reports"].select(kept))
    assert seen["outcomes"].equals(frames["outcomes"])
    assert {"links", "provider_history"}.isdisjoint(seen)  # they saw more


def test_history_sees_no_more_than_the_features() -> None:
    history = pipeline.prepare(small_world(), sections=SECTIONS[1:]).tables
    alone = history["links"].drop("report_id", "version", cs.ends_with("cluster"))
    assert set(alone.fill_null(0).sum().row(0)) == {0, None}
    assert history["provider_history"]["provider_reports"].sum() == 0


@few
@given(section=st.sampled_from(SECTIONS), raw=raws("json"), other=raws("json"))
def test_other_blocks_of_a_document_change_nothing(section, raw, other) -> None:
    """The reader of documents agrees on which columns a block fills."""
    tree, others = (json.loads(write_le_json(each)) for each in (raw, other))
    own = {name: tree[name] for name in tree if _BLOCKS.get(name, section) is section}
    foreign = {
        name: others[name] for name in others if _BLOCKS.get(name, section) != section
    }
    equal(words_of(section, {**foreign, **own}), words_of(section, tree))
    alone = protected(read_le_json(json.dumps(own).encode()))
    equal(only_sections(alone, [section]), alone)


def words_of(section: Section, tree) -> dict[str, pl.DataFrame]:
    """What one section of a document says, without what counts all of it."""
    frames = protected(read_le_json(json.dumps(tree).encode()))
    whole = [
        each.name
        for each in REPORTS.fields
        if REPORTS.sections(each) == (Section.ENVELOPE,)
    ]
    seen = only_sections(frames, [section]).items()
    return {
        name: frame.drop(*whole, "location_no", strict=False) for name, frame in seen
    }


@pytest.mark.parametrize("name", [folder.name for folder in SUBMISSIONS])
def test_a_submission_is_all_of_section_a(name: str) -> None:
    frames = protected(xml_raw(name))
    equal(only_sections(frames, _A), frames)


def cells(field):
    return st.lists(st.none() | values(field), min_size=1, max_size=3)


said_by_others = st.sets(st.sampled_from(OF_OTHERS), min_size=1).flatmap(
    lambda fields: st.fixed_dictionaries({field: cells(field) for field in fields})
)
rows_of_others = st.fixed_dictionaries(
    {each: values(LOCATIONS.field(each)) for each in ("country", "us_state")}
)


def refilled(frame: pl.DataFrame, said) -> pl.DataFrame:
    """A frame in whose columns these cells stand, over and over."""
    columns = []
    for field, drawn in said.items():
        dtype = frame.schema[field.name]
        texts = [drawn[place % len(drawn)] for place in range(len(frame))]
        read = pl.Int64 if field.kind is Kind.TIME else dtype
        columns.append(pl.Series(field.name, texts, dtype=read).cast(dtype))
    return frame.with_columns(columns)


def moved(frame: pl.DataFrame, share: float, seed: int, place) -> pl.DataFrame:
    """Locations of which those that others name are fewer, and elsewhere."""
    own, others = (
        only_sections({"locations": frame}, each)["locations"]
        for each in (_A, SECTIONS[1:])
    )
    fresh = {name: pl.lit(each, frame.schema[name]) for name, each in place.items()}
    kept = others.sample(fraction=share, seed=seed).with_columns(**fresh)
    return pl.concat([kept, own])


@few
@given(
    said=said_by_others,
    place=rows_of_others,
    share=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_a_model_of_section_a_does_not_hear_the_others(
    said, place, share, seed
) -> None:
    frames, model = some_tables(), trained_on(*_A).model
    changed = {
        **frames,
        "reports": refilled(frames["reports"], said),
        "locations": moved(frames["locations"], share, seed, place),
    }
    X, before = features_of(changed, _A), features_of(frames, _A)
    pd.testing.assert_frame_equal(X, before)
    scores = model.score(X)
    pd.testing.assert_frame_equal(scores, model.score(before))
    reasons = [top_reasons(each, scores, model.features) for each in (X, before)]
    pd.testing.assert_frame_equal(*reasons)


@pytest.mark.parametrize("name", [each.name for each in OF_OTHERS if each.name in READ])
def test_a_model_of_all_sections_hears_each_column_that_it_reads(name: str) -> None:
    frames = some_tables()
    mute = frames["reports"].with_columns(
        pl.lit(None, frames["reports"].schema[name]).alias(name)
    )
    X = features_of({**frames, "reports": mute}, SECTIONS)
    assert not X.equals(features_of(frames, SECTIONS))
    pd.testing.assert_frame_equal(
        features_of({**frames, "reports": mute}, _A), features_of(frames, _A)
    )


def test_a_model_of_all_sections_hears_the_others() -> None:
    frames, model = some_tables(), trained().model
    scores = [model.score(features_of(frames, each)) for each in (SECTIONS, _A)]
    assert (scores[0]["raw"] != scores[1]["raw"]).mean() > 0.2


def test_what_is_not_seen_speaks_neither_for_nor_against() -> None:
    scores = trained_on(*_A).model.score(prepared_world().X)
    for name in ("ncmec_priority_code", "is_informational", "residential_lookups"):
        assert (scores[f"c_{name}"] == 0).all()


def test_no_feature_reads_what_is_said_of_the_whole_document() -> None:
    given = [each for each in REPORTS.fields if each.reading is Reading.GIVEN]
    assert READ & {each.name for each in given if not each.section} <= {"arrival_at"}


@cache
def ranked(*sections: Section) -> pipeline.Ranking:
    folder = trained_on(*sections).folder
    return pipeline.rank_reports(small_world(), as_of=_AS_OF, model_folder=folder)


def test_the_urgent_lane_sees_all_sections() -> None:
    narrow, wide = (
        ranked(*each).queue.set_index("report_id").sort_index()
        for each in (_A, SECTIONS)
    )
    facts = ["lane", "urgent_because", "has_outcome"]
    pd.testing.assert_frame_equal(narrow[facts], wide[facts])
    assert (narrow["urgent_because"] == "NCMEC priority 1").sum() > 0
    assert (narrow["raw"] != wide["raw"]).any()


def test_scores_say_what_they_saw_and_a_queue_of_them_sees_no_more(tmp_path) -> None:
    folder, file = trained_on(*_A).folder, tmp_path / "scores.parquet"
    pipeline.score_reports(small_world(), folder, file)
    queue = pipeline.rank_reports(small_world(), as_of=_AS_OF, scores_file=file)
    assert queue.stamp["sections"] == "A"
    pd.testing.assert_frame_equal(queue.queue, ranked(*_A).queue)
    assert (queue.queue["v_is_informational"] == 0).all()


def test_a_model_says_in_its_spec_and_on_its_card_what_it_sees() -> None:
    run = trained_on(*_A)
    spec = json.loads((run.folder / "spec.json").read_text(encoding="utf-8"))
    assert spec["facts"]["sections"] == "A"
    card = (run.folder / "card.md").read_text(encoding="utf-8")
    assert "It sees one section of a report only: A, what the provider sent." in card
    assert "It does not see B, what NCMEC's systems looked up; C" in card
    everything = (trained().folder / "card.md").read_text(encoding="utf-8")
    assert (
        "It sees all sections of a report: A, what the provider sent; B" in everything
    )


def with_facts(folder: Path, **facts: str | None) -> Path:
    """A copy of the model whose facts say something else, hash and all."""
    copy = Path(copytree(trained().folder, folder / "m"))
    spec = json.loads((copy / "spec.json").read_text(encoding="utf-8"))
    said = {**spec["facts"], **facts}
    spec["facts"] = {name: each for name, each in said.items() if each is not None}
    text = json.dumps(spec)
    (copy / "spec.json").write_text(text, encoding="utf-8")
    manifest = json.loads((copy / "MANIFEST.json").read_text(encoding="utf-8"))
    manifest["sha256"]["spec.json"] = hashlib.sha256(text.encode()).hexdigest()
    (copy / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")
    return copy


def test_an_older_model_saw_all_sections(tmp_path: Path) -> None:
    older = load_model(with_facts(tmp_path, sections=None))
    assert sections_stated(older.facts) == SECTIONS


@pytest.mark.parametrize("text", ["", "E", "A+envelope", "all"])
def test_a_model_of_sections_that_there_are_not_is_refused(text, tmp_path) -> None:
    with pytest.raises(ModelError, match="do not hold what they should"):
        load_model(with_facts(tmp_path, sections=text))


@pytest.mark.parametrize("sections", [(), (Section.ENVELOPE,)], ids=["none", "frame"])
def test_a_model_must_see_something(sections, tmp_path) -> None:
    chosen = Experiment(train=TrainSettings(sections=sections))
    with pytest.raises(SettingsError, match="section is named that there is not"):
        pipeline.train_model(small_world(), tmp_path / "m", experiment=chosen)


def test_sections_can_stand_in_a_file_of_settings(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('sections = ["A", "C"]', encoding="utf-8")
    chosen = load_settings(tmp_path / "s.toml", TrainSettings)
    assert chosen.sections == (Section.A, Section.C)
    (tmp_path / "s.toml").write_text("sections = []", encoding="utf-8")
    with pytest.raises(SettingsError, match="1 problem: sections"):
        load_settings(tmp_path / "s.toml", TrainSettings)


def train_by_command(folder: Path, sections: str):
    words = ["train", str(small_world()), "--out", str(folder), "--sections", sections]
    return CliRunner().invoke(app, words)


def test_the_command_line_names_sections(tmp_path: Path) -> None:
    done = train_by_command(tmp_path / "m", "c+A")
    assert done.exit_code == 0
    assert load_model(tmp_path / "m").facts["sections"] == "A+C"


def test_an_odd_section_is_a_wrong_use(tmp_path: Path) -> None:
    done = train_by_command(tmp_path / "m", "A+secret")
    assert done.exit_code == 2
    assert not (tmp_path / "m").exists()
    assert "secret" not in done.output
