"""Where MLflow's database may be, and that no password is ever repeated."""

import socket
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.tracking import as_database, champion_run, check_database
from prioritizer.tracking.addresses import address_of

SECRET = "hunter2"  # noqa: S105


REFUSED = [
    pytest.param(f"postgresql://ann:{SECRET}@host/runs", "a password", id="password"),
    pytest.param(f"postgresql://ann%3A{SECRET}@host/runs", "a password", id="escaped"),
    pytest.param(f"postgresql://host/runs?password={SECRET}", "a password", id="query"),
    pytest.param(f"postgresql://host/a?sslPassword={SECRET}", "a password", id="ssl"),
    pytest.param(f"postgresql://host:{SECRET}/runs", "not an address", id="as a port"),
    pytest.param(f"postgresql://host/a?options={SECRET}", "settings", id="options"),
    pytest.param(f"mysql://host/{SECRET}", "neither of PostgreSQL", id="another kind"),
    pytest.param(f"https://host/{SECRET}", "neither of PostgreSQL", id="a server"),
    pytest.param(f"sqlite:///{SECRET}.db", "neither of PostgreSQL", id="SQLite"),
    pytest.param("postgresql://host/", "names no database", id="no database"),
    pytest.param(f"postgresql://a b/{SECRET}", "not an address", id="a space"),
]


@pytest.mark.parametrize(("address", "why"), REFUSED)
def test_an_address_is_refused_and_never_repeated(address, why) -> None:
    with pytest.raises(SettingsError, match=why) as raised:
        check_database(address)
    assert SECRET not in str(raised.value)


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_an_address_says_no_password_gets_through(user, word) -> None:
    try:
        address = address_of(f"postgresql://{user}:{SECRET}{word}@host/runs")
    except SettingsError as refused:
        assert SECRET not in str(refused)  # noqa: PT017
    else:
        # Behind /, ? or # it is no longer who logs in.
        assert set("/?#") & set(user) or SECRET not in address.uri


def test_a_path_made_of_an_address_is_recognized() -> None:
    with pytest.raises(SettingsError, match="given as the name of a file"):
        check_database(Path("postgresql+psycopg://ann@host/runs"))
    assert as_database("a/runs.db") == Path("a/runs.db")


def test_a_server_that_does_not_answer_gets_one_message_at_once() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SettingsError, match="does not answer") as raised:
        check_database(f"postgresql://ann@127.0.0.1:{port}/runs", artifacts=Path("a"))
    assert raised.value.where == f"postgresql://ann@127.0.0.1:{port}/runs"


def test_who_reads_makes_no_database(tmp_path) -> None:
    with pytest.raises(MissingInputError, match="there are no training runs yet"):
        champion_run(tmp_path / "typo.db")
    assert not list(tmp_path.iterdir())
