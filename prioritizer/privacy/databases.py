"""Databases of networks that the user brings: place and network of an address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import maxminddb
import polars as pl

from prioritizer.errors import SettingsError, numbered
from prioritizer.privacy.network_records import (
    DAMAGED,
    NOTHING,
    NetworkFacts,
    facts_of_record,
    merged,
)
from prioritizer.vocabulary.enums import NetworkType, fold
from prioritizer.vocabulary.networks import DATABASE_WORDS
from prioritizer.vocabulary.places import COUNTRIES, US_STATES

_OPTION = "option --network-database"
_FIX = "name whole .mmdb files, such as GeoLite2-City.mmdb, or leave the option out"
# What is written down of a database's own words must be short and plain.
_PLAIN_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()=+/-]{0,99}")
_LAST_SECOND = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
_MICROSECONDS = 1_000_000
# Whatever a damaged file makes the library raise.
_DAMAGE = (RuntimeError, ValueError, ArithmeticError, LookupError, TypeError)
_MOST_KNOWN = 200_000  # networks whose facts a process keeps for each database
_GROUP_BITS, _ALONE = 24, 32
_FACTS: dict[str, pl.DataType] = {
    "network_country": pl.Enum(COUNTRIES),
    "network_state": pl.Enum(US_STATES),
    "network_type": pl.Enum(NetworkType),
    "is_network_proxy": pl.Boolean(),
    "network_number": pl.Int64(),
    "network_at": pl.Int64(),
    "is_damaged": pl.Boolean(),
}

# How large a file is and when it was last written: enough to see that it changed.
_Identity = tuple[int, int]


class NetworkDatabases:
    """One or several databases in MaxMind's format, read where they are needed.

    Each process opens the files for itself, when first asked, and maps them into
    memory. Of an address, its country, US state, kind of network, number of the
    network and whether it hides others are read, and nothing that could name
    anybody. Where two databases differ, the one named first is right.

    Parameters
    ----------
    paths : iterable of pathlib.Path
        The files. More than one, such as one of places and one of networks,
        complete each other.

    Attributes
    ----------
    paths : tuple of pathlib.Path
    damaged_count : int
        For how many captures this object met a record that could not be read.

    Examples
    --------
    >>> addresses = pl.Series(["203.0.113.7"])
    >>> NetworkDatabases([]).facts(addresses)["network_country"].to_list()
    [None]
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self.paths = tuple(paths)
        self.damaged_count = 0
        self._identities: tuple[_Identity, ...] | None = None

    def __getstate__(self) -> dict[str, object]:
        """Return what another process needs: names, and which files are meant."""
        return {"paths": self.paths, "_identities": self._identities}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Take it up there, with nothing opened and nothing counted yet."""
        self.__dict__.update(state, damaged_count=0)

    @property
    def stamps(self) -> list[dict[str, str]]:
        """What the databases are: `type`, day `built`, and `sha256` of each file."""
        return [each.stamp for each in self._open()]

    def check(self) -> None:
        """Open all files, so that a bad one is known before work begins.

        Raises
        ------
        SettingsError
            Listing every file that is not there, is damaged, is no such database,
            is of a kind that says nothing of what we keep, or has changed since.
        """
        self._open()

    def facts(self, addresses: pl.Series) -> pl.DataFrame:
        """Return what the databases say of addresses; each is looked up once.

        Parameters
        ----------
        addresses : polars.Series
            IP addresses in their one form; null where none is to be looked up.

        Returns
        -------
        polars.DataFrame of shape (n_addresses, 6)
            The columns of the table `captures` that begin with `network_`, and
            `is_network_proxy`. All are null where no database knows the address.

        Raises
        ------
        SettingsError
            As `check` does.
        """
        opened = self._open()
        distinct = addresses.drop_nulls().unique(maintain_order=True)
        rows = [
            merged([each.facts(address) for each in opened]) for address in distinct
        ]
        known = pl.DataFrame(rows, _FACTS, orient="row").with_columns(
            pl.col("network_at").cast(pl.Datetime("us", "UTC")), address=distinct
        )
        found = addresses.alias("address").to_frame()
        found = found.join(known, on="address", how="left", maintain_order="left")
        self.damaged_count += int(found["is_damaged"].sum())
        return found.drop("address", "is_damaged")

    def _open(self) -> list[_Database]:
        opened, identities, problems = [], [], []
        meant = self._identities or (None,) * len(self.paths)
        for path, identity in zip(self.paths, meant, strict=True):
            try:
                now = _identity(path)
                if identity not in (None, now):
                    raise _BadDatabaseError("has changed since the run began")
                opened.append(_database(path, now))
                identities.append(now)
            except _BadDatabaseError as problem:
                problems.append(f"{path} {problem}")
        if problems:
            raise SettingsError(numbered(problems), _OPTION, _FIX)
        self._identities = tuple(identities)
        return opened


class _BadDatabaseError(Exception):
    """A file that cannot be used, and why."""


@dataclass(slots=True)
class _Database:
    """One open file, and what was lately read in it."""

    path: Path
    reader: maxminddb.Reader
    type: str
    built: int
    has_version_6: bool
    known: dict[str, NetworkFacts] = field(default_factory=dict)

    @property
    def stamp(self) -> dict[str, str]:
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        day = datetime.fromtimestamp(self.built, UTC).date().isoformat()
        return {"type": self.type, "built": day, "sha256": digest}

    def facts(self, address: str) -> NetworkFacts:
        """Return what the record of an address says."""
        group = address.rpartition(".")[0]
        found = self.known.get(group) or self.known.get(address)
        if found is None:
            # Neighbours mostly share a record, and to read one takes the most time.
            found, bits = self._look_up(address)
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[group if group and bits <= _GROUP_BITS else address] = found
        return found

    def _look_up(self, address: str) -> tuple[NetworkFacts, int]:
        if ":" in address and not self.has_version_6:
            return NOTHING, 0
        try:
            record, bits = self.reader.get_with_prefix_len(address)
        except _DAMAGE:
            return DAMAGED, _ALONE
        if record is None:
            return NOTHING, bits
        if not isinstance(record, dict):
            return DAMAGED, bits
        return facts_of_record(record, self.built * _MICROSECONDS), bits


def _identity(path: Path) -> _Identity:
    try:
        # Reading anything but a file, such as a pipe, could wait for ever.
        if path.is_file():
            stat = path.stat()
            return stat.st_size, stat.st_mtime_ns
    except OSError:
        pass
    raise _BadDatabaseError("is not there or not a file") from None


# Kept for the whole process, since each part of the work brings an object of its own.
@lru_cache(maxsize=16)
def _database(path: Path, identity: _Identity) -> _Database:
    try:
        reader = maxminddb.open_database(path)
        metadata = reader.metadata()
    except OSError:
        raise _BadDatabaseError("cannot be read") from None
    except _DAMAGE:
        raise _BadDatabaseError("is damaged or no MaxMind database") from None
    name, built = metadata.database_type, metadata.build_epoch
    if not isinstance(name, str) or not _PLAIN_TYPE.fullmatch(name):
        raise _BadDatabaseError("does not say in plain words what it holds")
    if not any(word in fold(name) for word in DATABASE_WORDS):
        raise _BadDatabaseError("says neither place nor network of an address")
    if not isinstance(built, int) or not 0 < built < _LAST_SECOND:
        raise _BadDatabaseError("does not say when it was made")
    return _Database(path, reader, name, built, metadata.ip_version == 6)
