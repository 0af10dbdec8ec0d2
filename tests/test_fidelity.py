import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.evaluation.fidelity.comparison import Fidelity, Row, measure_fidelity
from prioritizer.evaluation.fidelity.figure import Measure
from prioritizer.evaluation.fidelity.intervals import (
    begins_of,
    correlation,
    ratio,
    share,
)
from prioritizer.evaluation.fidelity.page import write_fidelity
from prioritizer.evaluation.fidelity.plots import draw
from prioritizer.evaluation.fidelity.published import (
    FIGURES,
    figures_of,
    senders_seen_band,
)
from prioritizer.settings import load_world
from prioritizer.synthetic import World, generate
from prioritizer.vocabulary.advice import SYNTHETIC
from prioritizer.vocabulary.providers import PROVIDERS

REPORTS = 3000
PROFILES = ("icac", "national")
every_profile = pytest.mark.parametrize("profile", PROFILES)


@cache
def folder_of(profile: str) -> Path:
    folder = Path(mkdtemp(prefix="fidelity-"))
    generate(load_world(profile), folder, reports=REPORTS, seed=7)
    return folder


def fidelity_of(world: World, folder: Path) -> Fidelity:
    generate(world, folder, reports=REPORTS, seed=7)
    return measure_fidelity(folder, world)


@cache
def fidelity(profile: str) -> Fidelity:
    return measure_fidelity(folder_of(profile), load_world(profile))


@cache
def written(profile: str) -> tuple[Path, Path]:
    return write_fidelity(Path(mkdtemp(prefix="page-")), fidelity(profile))


def page(profile: str) -> str:
    return written(profile)[0].read_text(encoding="utf-8")


def without_images(text: str) -> str:
    return re.sub(r'src="data:image/png;base64,[A-Za-z0-9+/=]*"', "", text)


def row(found: Fidelity, name: str) -> Row:
    return next(each for each in found.rows if each.name == name)


@every_profile
def test_every_figure_of_a_profile_has_a_row(profile) -> None:
    names = [(each.group, each.name) for each in fidelity(profile).rows]
    assert names == [(each.group, each.name) for each in figures_of(profile)]
    assert len(set(names)) == len(names)


@every_profile
def test_a_measured_value_lies_in_its_interval(profile) -> None:
    for each in fidelity(profile).rows:
        if each.measured is not None:
            assert each.low <= each.measured <= each.high


@every_profile
def test_a_row_without_a_verdict_says_why(profile) -> None:
    found = fidelity(profile)
    assert found.judged == found.within + len(found.missed)
    assert all(each.note for each in found.rows if each.is_within is None)


def test_every_measure_has_a_figure_and_every_figure_a_source() -> None:
    assert {figure.measure for figure in FIGURES} == set(Measure)
    assert all(figure.source for figure in FIGURES)
    assert {figure.profiles for figure in FIGURES} <= {
        ("icac",),
        ("national",),
        PROFILES,
    }


def test_a_published_value_has_a_tolerance_that_can_be_missed() -> None:
    valued = [figure for figure in FIGURES if figure.value]
    loose = [each.name for each in valued if each.allowed > 0.1501 * each.value]
    assert loose == []


def test_a_wider_tolerance_says_why() -> None:
    shares = [each for each in FIGURES if each.unit == "share" and each.value]
    wider = [each for each in shares if each.allowed > 0.015]
    assert wider
    assert all(each.note for each in wider)


def test_a_wrong_world_is_found_though_it_believes_in_itself(tmp_path: Path) -> None:
    world = load_world("icac")
    wrong = replace(
        world,
        kinds=replace(world.kinds, enticement=(0.3,) * 7),
        volume=replace(world.volume, reports=(500_000.0,) * 7),
    )
    found = fidelity_of(wrong, tmp_path)
    for name in ("enticement, 2023", "reports of 2020, of those of 2020 to 2023"):
        assert row(fidelity("icac"), name).is_within is not False
        assert row(found, name).is_within is False


def test_a_year_outside_the_world_has_no_verdict(tmp_path: Path) -> None:
    world = load_world("icac")
    begins = world.period.begins_at.replace(year=2022)
    short = replace(world, period=replace(world.period, begins_at=begins))
    found = fidelity_of(short, tmp_path)
    assert row(found, "informational, 2021").measured is None
    assert row(found, "informational, 2022").measured is not None


def test_tables_of_another_world_are_refused() -> None:
    with pytest.raises(SettingsError, match="another world"):
        measure_fidelity(folder_of("icac"), load_world("national"))


def test_tables_without_a_truth_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no answer key"):
        measure_fidelity(tmp_path, load_world("icac"))


def test_the_page_and_its_figures_are_the_same_bytes_twice(tmp_path: Path) -> None:
    again = write_fidelity(tmp_path, fidelity("icac"))
    for one, other in zip(written("icac"), again, strict=True):
        assert one.read_bytes() == other.read_bytes()


@every_profile
def test_the_page_asks_for_nothing_outside_itself(profile) -> None:
    text = page(profile)
    images = re.findall(r'src="data:image/png;base64,', text)
    assert len(images) == text.count("<img") == len(fidelity(profile).series)
    outside = re.compile(r"//|url\(|@import|<script|<link|src=|href=")
    assert outside.findall(without_images(text)) == []


@every_profile
def test_the_page_says_that_reports_are_invented_and_what_is_missed(profile) -> None:
    found, text = fidelity(profile), page(profile)
    assert SYNTHETIC in text
    assert f"{found.within} of {found.judged} figures" in text
    for missed in found.missed:
        assert text.index(missed.name) < text.index("Every figure")


@every_profile
def test_every_plot_has_words_for_those_who_do_not_see_it(profile) -> None:
    assert all(len(words) > 40 for words in re.findall(r'alt="([^"]*)"', page(profile)))


@every_profile
def test_no_company_is_named_on_the_page(profile) -> None:
    text = without_images(page(profile))
    public = [name for name in PROVIDERS if len(name) > 2 and "Provider" not in name]
    assert [name for name in public if re.search(rf"\b{re.escape(name)}\b", text)] == []


@every_profile
def test_the_json_has_the_rows_of_the_page(profile) -> None:
    said = json.loads(written(profile)[1].read_text(encoding="utf-8"))
    names = [each.name for each in fidelity(profile).rows]
    assert said["note"] == SYNTHETIC
    assert [each["name"] for each in said["rows"]] == names
    assert all(each["source"] for each in said["rows"])


def test_a_world_without_the_policy_has_no_line_of_it() -> None:
    (series,) = [e for e in fidelity("icac").series if e.name == "informational"]
    marked = draw(series, policy=fidelity("icac").policy)
    assert draw(series, policy=None) != marked


def test_fewer_reports_show_fewer_senders() -> None:
    small, large = senders_seen_band(0.0001), senders_seen_band(0.01)
    assert small[0] < large[0] < large[1] < 245
    assert small[1] < large[1]


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_copies_of_each_report_do_not_narrow_the_interval(seen) -> None:
    once = np.array(seen, dtype=float)
    alone = share(once, np.ones(len(once)), np.arange(len(once)))
    many = np.repeat(once, 5)
    begins = begins_of(np.repeat(np.arange(len(once)), 5))
    together = share(many, np.ones(len(many)), begins)
    assert together.value == pytest.approx(alone.value)
    assert together.low == pytest.approx(alone.low)
    assert together.high == pytest.approx(alone.high)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    random, size, truth, hits = np.random.default_rng(3), 8, 0.1, 0
    begins = np.arange(0, 300 * size, size)
    for _ in range(400):
        actors = random.random(300) < truth
        found = share(np.repeat(actors, size), np.ones(300 * size), begins)
        hits += found.low <= truth <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_of_nothing_there_is_no_share_and_no_correlation() -> None:
    nothing, begins = np.zeros(3), np.arange(3)
    assert share(nothing, nothing, begins) is None
    assert ratio(nothing, np.ones(3), begins) is None
    assert correlation(nothing, np.ones(3), begins) is None
    assert share(nothing, np.ones(3), begins).high > 0.5
