"""Count the elements of a document that the vocabulary does not have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from prioritizer.formats.paths import Node, flat, steps_of
from prioritizer.vocabulary import DOCUMENT_TABLES, RowSource

# They say only what kind of thing their parent is, or hold its text or number.
_STRUCTURE = {
    "associationsEntityType",
    "#text",
    "value",
    "id",
    "reportId",
    "title",
    "name",
}
# A name belongs to the format and not to the report, yet a hostile document may
# put anything there. Elements are written like this, and people mostly are not.
_ELEMENT = re.compile(r"@?[a-z][A-Za-z]{0,39}")
_ROOT = ""

Pairs = frozenset[tuple[str, str]]


def unknown_names(tree: Node, format: str) -> Counter[str]:
    """Count the names that stand where the vocabulary has no such name.

    What stands inside an element that is only counted, measured or noted as
    stated is part of it. What stands inside an unknown one is not looked at.

    Parameters
    ----------
    tree : dict
        A document.
    format : str
        ``"xml"`` or ``"json"``.

    Returns
    -------
    collections.Counter
        Names, an odd one as ``(odd name)``; nulls do not count.
    """
    pairs, unknown = known_pairs(format), Counter[str]()
    parents = {parent for parent, _ in pairs}
    waiting = [(_ROOT, tree)]
    while waiting:
        parent, node = waiting.pop()
        if not isinstance(node, dict):
            continue
        for name, below in node.items():
            if below is None or name in _STRUCTURE:
                continue
            if (parent, name) not in pairs:
                unknown[name if _ELEMENT.fullmatch(name) else "(odd name)"] += 1
            elif name in parents:
                waiting.extend((name, each) for each in flat(below))
    return unknown


@cache
def known_pairs(format: str) -> Pairs:
    """Return every (parent, child) pair of names on the paths of a format."""
    pairs: set[tuple[str, str]] = set()
    for table in DOCUMENT_TABLES:
        for source in table.sources:
            for path in _chains(source, format):
                tails = _walk(path, pairs, {_ROOT})
                for field in table.fields:
                    if getattr(field, format):
                        _walk(getattr(field, format), pairs, tails)
    return frozenset(pairs)


def _walk(path: str, pairs: set[tuple[str, str]], parents: set[str]) -> set[str]:
    """Add a path's pairs below any of `parents`; return the names it ends in."""
    for names, repeats in steps_of(path):
        children = {name for name in names if name != "."}
        pairs.update((parent, child) for parent in parents for child in children)
        stays = parents if repeats or "." in names else set()
        parents = children | stays
    return parents


def _chains(source: RowSource, format: str) -> Iterator[str]:
    """Yield the paths of a source from the document down, through its owners."""
    path = getattr(source, format)
    if not path:
        return
    if not source.of:
        yield path
        return
    table = next(each for each in DOCUMENT_TABLES if each.name == _TABLES[source.of])
    for owner in table.sources:
        if owner is not source:
            for above in _chains(owner, format):
                yield f"{above}/{path}"


_TABLES = {"person": "people", "file": "files"}
