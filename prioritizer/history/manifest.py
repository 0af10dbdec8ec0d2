"""Of what the kept history was made, and from which shard on it no longer holds.

What is known of a report depends on everything that arrived before it and on nothing
else. So the history of a shard holds as long as the shards up to it are the same, and
the outcomes that were known before its last report arrived.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from prioritizer.history.keys import BURST_DAYS, CUTS, NEWEST_LINKED
from prioritizer.history.shards import KEPT, path_of
from prioritizer.history.statements import Statements
from prioritizer.history.timeline import Timeline
from prioritizer.tables.folder import TableFolder
from prioritizer.tables.layout import STORED, part_name, sha256_of
from prioritizer.vocabulary import HISTORY_TABLES, SCHEMA_VERSION
from prioritizer.vocabulary.regimes import REGIMES

HISTORY_VERSION = 2
"""Rises when the code finds something else in the same tables, or keeps it otherwise;
what numbers and columns say is noticed by itself."""

_MANIFEST = "manifest.json"
_READ = ("reports", "people", "files", "captures", "identifiers")


@dataclass(frozen=True, slots=True)
class KeptShard:
    """Of what the history of a shard was made.

    Attributes
    ----------
    own : str
        A hash of what the shard alone tells.
    whole : str
        A hash of all of its tables, as they were checked.
    chain : str
        A hash of its own, of all shards before it, and of what was known by then.
    files : dict of str to str
        SHA-256 of each file that is kept of it.
    """

    own: str
    whole: str
    chain: str
    files: dict[str, str]

    def is_whole(self, kept: Path, names: Sequence[str], number: int) -> bool:
        """Return whether files of a shard are as they were written."""
        paths = [path_of(kept, name, number) for name in names]
        return all(
            path.is_file() and self.files.get(name) == sha256_of(path)
            for name, path in zip(names, paths, strict=True)
        )


def files_of(kept: Path, number: int) -> dict[str, str]:
    """Return the SHA-256 of each file that is kept of a shard."""
    return {name: sha256_of(path_of(kept, name, number)) for name in KEPT}


def own_hash(tables: TableFolder, number: int) -> str:
    """Return a hash of what a shard alone tells to history."""
    parts = tables.manifest["parts"]
    said = [parts[part_name(name, number)]["sha256"] for name in _READ]
    return _hash(_rules(), *said)


def _rules() -> str:
    """Return all by which history is made, besides the tables and the code."""
    columns = [(table.name, table.columns) for table in HISTORY_TABLES]
    numbers = [sorted(CUTS.items()), NEWEST_LINKED, BURST_DAYS, REGIMES]
    return repr([HISTORY_VERSION, SCHEMA_VERSION, numbers, columns])


def whole_hash(tables: TableFolder, number: int) -> str:
    """Return a hash of all tables of a shard."""
    parts = tables.manifest["parts"]
    names = [part_name(table.name, number) for table in STORED]
    return _hash(str(SCHEMA_VERSION), *(parts[name]["sha256"] for name in names))


def chain_hashes(
    own: Sequence[str], timeline: Timeline, statements: Statements
) -> list[str]:
    """Return, for each shard, a hash of all that its history depends on.

    Parameters
    ----------
    own : sequence of str
        The shards' own hashes.
    timeline : Timeline
        All arrivals.
    statements : Statements
        All outcomes.
    """
    known_at = statements.known_at
    order = np.lexsort((statements.report, known_at))
    columns = (statements.report, known_at, statements.is_action)
    rows = np.stack([*columns, statements.is_closed], axis=1)[order]
    chain, chains, told = "", [], 0
    for number, each in enumerate(own):
        end = timeline.begins[number + 1]
        last = timeline.arrivals["arrival"][max(end - 1, 0) : end].max(initial=0)
        # What became known from the last arrival on is of no use to this shard.
        past = max(told, int(np.searchsorted(known_at[order], last)))
        known = hashlib.sha256(rows[told:past].tobytes()).hexdigest()
        chain, told = _hash(chain, each, known), past
        chains.append(chain)
    return chains


def read_manifest(kept: Path) -> list[KeptShard]:
    """Return what is kept of each shard; nothing where that cannot be told."""
    try:
        said = json.loads((kept / _MANIFEST).read_text(encoding="utf-8"))
        shards = [KeptShard(**each) for each in said["shards"]]
        return shards if all(isinstance(each.files, dict) for each in shards) else []
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return []


def write_manifest(kept: Path, shards: Sequence[KeptShard]) -> None:
    """Say what is kept; a kill leaves what was said before, or this."""
    kept.mkdir(parents=True, exist_ok=True)
    draft = kept / f"{_MANIFEST}.draft"
    said = {"shards": [asdict(each) for each in shards]}
    draft.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    draft.replace(kept / _MANIFEST)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
