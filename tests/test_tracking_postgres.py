"""The same log and registry on a PostgreSQL server that the test starts."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.tracking import (
    champion_folder,
    champion_run,
    check_database,
    list_models,
    log_run,
    promote,
)
from tests.builders_postgres import PASSWORD, binaries, server
from tests.builders_runs import run_of

AT = pd.Timestamp("2026-03-01T08:00Z")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    if binaries() is None:
        reason = "initdb and pg_ctl of PostgreSQL are not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with server() as at:
        yield at


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)


def test_without_the_password_there_is_one_message(address, monkeypatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "another")
    with pytest.raises(SettingsError, match="does not let this user in") as raised:
        check_database(address, artifacts=Path("a"))
    assert "another" not in str(raised.value)
    assert "PGPASSFILE" in raised.value.fix


@pytest.mark.usefixtures("password")
def test_nothing_is_made_where_something_should_be_read(address) -> None:
    with pytest.raises(MissingInputError, match="there are no training runs yet"):
        champion_run(address)


@pytest.mark.usefixtures("password")
def test_a_server_needs_a_place_for_artifacts(address) -> None:
    with pytest.raises(SettingsError, match="does not say where artifacts go"):
        log_run(address, run_of())


@pytest.mark.usefixtures("password")
def test_runs_and_champions_are_kept_on_a_server(address, tmp_path, capfd) -> None:
    first = log_run(address, run_of(), artifacts=tmp_path / "artifacts")
    second = log_run(address, replace(run_of(model=0.64), folds=pd.DataFrame()))
    assert champion_run(address) == first
    assert promote(address, second, by="Ann Lee", reason="better", at=AT).version == "2"
    assert champion_run(address) == second
    out = champion_folder(address, tmp_path / "champion")
    assert (out / "MANIFEST.json").is_file()
    assert list_models(address)["aliases"].tolist() == ["champion", "previous_champion"]
    assert list((tmp_path / "artifacts").rglob("leaderboard.png"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("password")
def test_another_place_for_artifacts_is_refused(address, tmp_path) -> None:
    with pytest.raises(SettingsError, match="keep their artifacts in another place"):
        check_database(address, artifacts=tmp_path / "other")


@pytest.mark.usefixtures("password")
def test_another_program_s_database_on_a_server_is_refused(address) -> None:
    import psycopg

    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as opened:
        opened.execute("create database other")
    other = address.replace("/postgres?", "/other?")
    with psycopg.connect(other.replace("+psycopg", "")) as opened:
        opened.execute("create table cases (id int)")
    with pytest.raises(SettingsError, match="MLflow cannot use this database"):
        check_database(other, artifacts=Path("a"))
