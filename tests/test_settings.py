from __future__ import annotations

from dataclasses import dataclass

import pytest

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.settings import load_settings


@dataclass(frozen=True, slots=True)
class Nightly:
    reports: int = 10
    share: float = 0.5
    names: tuple[str, ...] = ("a",)


def toml(folder, text):
    path = folder / "settings.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_without_a_file_the_defaults_hold():
    assert load_settings(None, Nightly) == Nightly()


def test_what_a_file_says_replaces_defaults_and_nothing_else(tmp_path):
    path = toml(tmp_path, 'reports = 3\nnames = ["x", "y"]\n')
    assert load_settings(path, Nightly) == Nightly(reports=3, names=("x", "y"))


def test_an_empty_file_means_the_defaults(tmp_path):
    assert load_settings(toml(tmp_path, ""), Nightly) == Nightly()


def test_every_wrong_key_is_listed_at_once(tmp_path):
    path = toml(tmp_path, 'report = 3\nshare = "half"\nreports = 1.5\n')
    with pytest.raises(SettingsError, match="3 problems") as caught:
        load_settings(path, Nightly)
    assert all(f"{key}: " in caught.value.what for key in ("report", "share"))
    assert "reports: " in caught.value.what


def test_a_settings_error_names_the_file_and_the_keys_there_are(tmp_path):
    path = toml(tmp_path, "report = 3\n")
    with pytest.raises(SettingsError, match="1 problem: report") as caught:
        load_settings(path, Nightly)
    assert caught.value.where == str(path)
    assert caught.value.fix.endswith("reports, share, names")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("reports = ", id="cut off"),
        pytest.param("reports = 1\nreports = 2\n", id="said twice"),
        pytest.param(b"reports = 1 # \xff", id="not UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, text):
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(toml(tmp_path, text), Nightly)


@pytest.mark.parametrize("name", ["absent.toml", "."], ids=["not there", "a folder"])
def test_a_file_that_cannot_be_read_is_missing_input(tmp_path, name):
    with pytest.raises(MissingInputError, match="settings file cannot be read"):
        load_settings(tmp_path / name, Nightly)


def test_loading_leaves_the_settings_class_as_it_was(tmp_path):
    load_settings(toml(tmp_path, "reports = 3\n"), Nightly)
    assert Nightly(reports="unchecked").reports == "unchecked"
