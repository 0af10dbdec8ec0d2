"""Where MLflow's database is: a file of SQLite or a PostgreSQL server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from prioritizer.errors import SettingsError, numbered

Database = Path | str
_DRIVER = "postgresql+psycopg"
_SCHEMES = ("postgresql", _DRIVER)
# Settings of libpq that an address may carry; none of them is a secret.
_SETTINGS = frozenset(
    "application_name connect_timeout host passfile port sslcert sslkey sslmode "
    "sslrootcert target_session_attrs".split()
)
_FORM = "postgresql+psycopg://user@host/database"


@dataclass(frozen=True, slots=True)
class Address:
    """An address of a database, as MLflow takes it and as it may be shown.

    Parameters
    ----------
    uri : str
        For SQLAlchemy. It holds no password, since none is accepted.
    shown : str
        For messages: a file, or a server and its database.
    file : pathlib.Path or None
        The file, if it is SQLite's.
    """

    uri: str
    shown: str
    file: Path | None


def as_database(text: str) -> Database:
    """Return what a user wrote as a database: an address, or the path of a file.

    Examples
    --------
    >>> as_database("postgresql+psycopg://ann@localhost/runs")
    'postgresql+psycopg://ann@localhost/runs'
    >>> as_database("runs.db").name
    'runs.db'
    """
    return text if "://" in text else Path(text)


def address_of(database: Database) -> Address:
    """Return the address of a database.

    Parameters
    ----------
    database : pathlib.Path or str
        A file of SQLite, or the address of a PostgreSQL server such as
        "postgresql+psycopg://user@host/database".

    Returns
    -------
    Address

    Raises
    ------
    SettingsError
        If the address is of another kind or holds a password, or a file's name
        cannot stand in an address. The message never shows a refused address.

    Examples
    --------
    >>> address_of("postgresql://ann@localhost/runs").uri
    'postgresql+psycopg://ann@localhost/runs'
    >>> address_of("postgresql://ann:secret@localhost/runs")
    Traceback (most recent call last):
        ...
    prioritizer.errors.SettingsError: 1 problem: it holds a password, which would ...
    """
    if isinstance(database, str) and "://" in database:
        return _of_server(database)
    file = Path(database)
    if file.parts and file.parts[0].startswith("postgresql"):
        raise SettingsError(
            "an address of a server was given as the name of a file",
            "the database",
            f"give it as a text: {_FORM}",
        )
    if set("?#%") & set(str(file)):
        raise SettingsError(
            "the name holds ?, # or %", str(file), "choose a plainer name"
        )
    return Address(f"sqlite:///{file.resolve()}", str(file), file)


def _of_server(text: str) -> Address:
    parts = _split(text)
    problems = ["it is not an address"] if parts is None else _problems(parts)
    if parts is None or problems:
        raise SettingsError(
            numbered(problems),
            "the address of MLflow's database",
            f"write {_FORM}, or the path of a file; a password goes to the "
            "environment, as PGPASSWORD or in a file named by PGPASSFILE",
        )
    rest = text.split("://", 1)[1]
    who_and_where = f"{parts.netloc}{parts.path}"
    return Address(f"{_DRIVER}://{rest}", f"postgresql://{who_and_where}", None)


def _split(text: str) -> SplitResult | None:
    """Return the parts of an address, or None if it has none that can be read."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises where a port is no number
    except ValueError:
        return None
    return parts if text.isprintable() and " " not in text else None


def _problems(parts: SplitResult) -> list[str]:
    problems = []
    if parts.scheme not in _SCHEMES:
        problems.append("it is neither of PostgreSQL nor the path of a file")
    named = parse_qsl(parts.query, keep_blank_values=True)
    secret = [name for name, _ in named if "password" in name.casefold()]
    # A colon that is written as %3A would become one again on the way.
    if secret or parts.password is not None or ":" in unquote(parts.username or ""):
        problems.append("it holds a password, which would end up in logs")
    if not set(dict(named)) - set(secret) <= _SETTINGS or parts.fragment:
        problems.append("it carries settings that are not known here")
    if not parts.path.strip("/"):
        problems.append("it names no database")
    return problems
