"""The settings of an invented world: typed, documented, and checked as a whole."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_type_hints

import pytest

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.settings import load_world
from prioritizer.synthetic import PROFILE_FILES, PROFILES, World
from prioritizer.synthetic.world import KIND_NAMES

WRONG = """
[calendar]
ai_flod = 3
ai_flood = { strength = -2.0 }
[period]
begins_at = 2018-01-01T00:00:00Z
[providers.feed]
upload_share = 1.5
[places]
us_share = [0.5, 0.5]
[places.state_weights]
QQ = 3
[ncmec]
no_nexus_share = 0.9
[network.operators.campus]
kind = "airship"
"""


def toml(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_world("icac", toml(folder, text))
    return caught.value.what


@pytest.mark.parametrize("profile", PROFILES)
def test_the_built_in_worlds_are_sound(profile: str) -> None:
    world = load_world(profile)
    assert world.name == profile
    assert world.problems() == []


def test_a_file_says_only_what_differs(tmp_path: Path) -> None:
    ours = load_world("icac", toml(tmp_path, "[bundles]\nshare = 0.5\n"))
    assert ours.bundles == replace(load_world("icac").bundles, share=0.5)
    assert ours.files == load_world("icac").files
    assert ours.name == "mine"


def test_every_problem_is_listed_at_once_with_its_path(tmp_path: Path) -> None:
    said = problems_of(tmp_path, WRONG)
    for path in (
        "calendar.ai_flod: there is no such key",
        "calendar.ai_flood.strength: Input should be greater than or equal to 0",
        "period.begins_at: the calendar knows 2019 to 2025",
        "providers.feed.upload_share: Input should be less than or equal to 1",
        "places.us_share: ",
        "places.state_weights.QQ: there is no such place",
        "ncmec.no_nexus_share, no_location_share, non_malicious_share: the shares add",
        "network.operators.campus.kind: there is no such kind",
    ):
        assert path in said


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "[providers.pictures]\nshare = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]",
            "providers.*.share: the shares of 2019 add up to",
            id="more than all providers",
        ),
        pytest.param(
            "[network.operators.campus]\nshare = 0.5",
            "network.operators.*.share: the shares add up to",
            id="more than all networks",
        ),
        pytest.param(
            "[truth]\narrest_share = 0.9",
            "truth.arrest_share, conviction_share, referred_share: over 1",
            id="more than all actions",
        ),
        pytest.param(
            "[period]\nends_at = 2019-01-01T00:00:00Z",
            "period.ends_at: it is not after period.begins_at",
            id="no time at all",
        ),
        pytest.param(
            "[period]\nends_at = 2024-01-01T00:00:00",
            "period.ends_at",
            id="a time without zone",
        ),
        pytest.param('name = "mine"', "name: there is no such key", id="our key"),
        pytest.param(
            "[clusters]\nlargest = 99999999999999999999999999",
            "clusters.largest",
            id="a number beyond all",
        ),
        pytest.param(
            "[volume]\ntask_forces = 3",
            "volume.task_forces: there are fewer than states",
            id="states without a force",
        ),
        pytest.param(
            "[places.country_weights]\nUS = 5.0",
            "places.country_weights.US: there is no such place",
            id="home is not abroad",
        ),
        pytest.param(
            "[calendar.bundling]\nstarts_at = 0001-01-01T00:00:00Z",
            "calendar.bundling.starts_at: the year is not",
            id="an unbelievable year",
        ),
        pytest.param(
            "[network]\nrequest_hours = 1e9", "network.request_hours", id="too long"
        ),
        pytest.param("[files]\nmean_count = 2.9", "files.mean_count", id="not a list"),
        pytest.param('[bundles]\nshare = "half"', "bundles.share", id="not a number"),
        pytest.param("bundles = 3", "bundles", id="not a table"),
        pytest.param("[providers.mine]\ncontact = 0.5", "providers.mine", id="half"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, text: str, problem: str) -> None:
    assert problem in problems_of(tmp_path, text)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="cannot be read"):
        load_world("icac", tmp_path / "none.toml")


def test_a_profile_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SettingsError, match="there is no such profile"):
        load_world("county")


def test_the_name_does_not_change_a_world(tmp_path: Path) -> None:
    same = load_world("icac", toml(tmp_path, ""))
    assert same.content_hash == load_world("icac").content_hash
    other = load_world("icac", toml(tmp_path, "[bundles]\nshare = 0.5\n"))
    assert other.content_hash != same.content_hash


def test_a_world_can_be_narrowed_and_events_moved(tmp_path: Path) -> None:
    text = """
    [period]
    begins_at = 2023-05-01T00:00:00Z
    [calendar.report_act]
    starts_at = 2024-08-01T00:00:00Z
    on = false
    """
    world = load_world("national", toml(tmp_path, text))
    assert world.period.begins_at == datetime(2023, 5, 1, tzinfo=UTC)
    assert world.calendar.report_act.force == 0


def every_key(kind: type, path: str = "") -> list[str]:
    """Return the name of every setting, wherever it stands."""
    hints = get_type_hints(kind)
    keys = []
    for field in fields(kind):
        inner = hints[field.name]
        keys += every_key(inner) if is_dataclass(inner) else [field.name]
    return keys


def test_every_setting_stands_in_a_file_with_words_beside_it() -> None:
    text = "\n".join(path.read_text("utf-8") for path in PROFILE_FILES.values())
    missing = [
        key
        for key in every_key(World)
        if key != "name" and not re.search(rf"\b{key}\b", text)
    ]
    assert missing == []


# What a whole section is, its own words say.
_EXPLAINED_ABOVE = ("providers.", "network.operators", "weights", "calendar")


@pytest.mark.parametrize("name", PROFILE_FILES)
def test_every_rate_says_what_it_rests_on(name: str) -> None:
    section, above, bare = "", "", []
    for line in PROFILE_FILES[name].read_text("utf-8").splitlines():
        if line.startswith("["):
            section, above = line, line
        elif " = " in line and "#" not in line + above:
            bare.append(f"{section} {line}")
        above = line if line else above
    assert [
        each for each in bare if not any(name in each for name in _EXPLAINED_ABOVE)
    ] == []


def test_kinds_are_those_of_the_closed_list() -> None:
    world = load_world("icac")
    assert all(len(getattr(world.kinds, name)) == 7 for name in KIND_NAMES)
