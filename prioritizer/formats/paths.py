"""Follow a path of the vocabulary through a tree of dicts, lists and texts.

Both formats come to the same kind of tree, so there is one way to follow a
path. What providers and exports do differently is met by three rules:

- a list is looked through, so one thing and a list of one are the same;
- a step whose names are among those of the step before it may be left out, so
  ``emails/emails`` finds ``{"emails": {"emails": []}}`` and ``{"emails": []}`` alike;
- ``value`` of a text is the text, so ``{"value": "x"}`` and ``"x"`` are alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

Node = object
"""A dict of name to node, a list of nodes, a text, a number, a truth value."""

SILENT = {"false": 1, "": 2}
"""Texts that state nothing, and how silent they are."""

Steps = tuple[tuple[tuple[str, ...], bool], ...]
"""For each step its alternatives, and whether it may be left out."""


@cache
def steps_of(path: str) -> Steps:
    """Return the steps of a path, each with its alternatives.

    Examples
    --------
    >>> steps_of("emails/emails|email")
    ((('emails',), False), (('emails', 'email'), False))
    """
    steps = [tuple(step.split("|")) for step in path.split("/")]
    return tuple(
        (names, set(names) <= set(before)) for before, names in pairwise([(), *steps])
    )


def select(node: Node, path: str) -> list[Node]:
    """Return every node that stands at `path` below `node`.

    Parameters
    ----------
    node : dict, list, str, int, float or bool
        Where the path starts.
    path : str
        Steps parted by ``/``, alternatives within a step by ``|``.

    Returns
    -------
    list
        The nodes found; a null is not one.

    Examples
    --------
    >>> select({"emails": [{"value": "a"}, None]}, "emails/emails/value")
    ['a']
    """
    found = [node]
    for names, repeats in steps_of(path):
        found = [below for each in found for below in _step(each, names, repeats)]
        if not found:
            break
    return found


def _step(node: Node, names: tuple[str, ...], repeats: bool) -> Iterator[Node]:
    if isinstance(node, dict):
        if repeats and all(node.get(name) is None for name in names):
            yield node
        for name in names:
            yield from flat(node if name == "." else node.get(name))
    elif repeats or "value" in names or "." in names:
        yield node


def flat(node: Node) -> Iterator[Node]:
    """Yield the nodes of a list, of lists in it, or the node itself; no nulls."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif each is not None:
            yield each


def text_of(node: Node) -> str:
    """Return the text of a node: its own, or that beside its attributes.

    Examples
    --------
    >>> text_of({"#text": " a ", "@type": "Home"}), text_of(7), text_of(True)
    ('a', '7', 'true')
    """
    if isinstance(node, dict):
        node = node.get("#text", node.get("value"))
    if isinstance(node, str):
        return node.strip()
    if isinstance(node, bool):
        return "true" if node else "false"
    if isinstance(node, float) and node.is_integer():
        node = int(node)  # JSON of some exports writes 1.0 for 1
    return str(node) if isinstance(node, int | float) else ""


def is_stated(node: Node) -> bool:
    """Return whether a node says anything: text, a number, true, or a child.

    Examples
    --------
    >>> is_stated({"a": {"b": " "}}), is_stated(False), is_stated(0)
    (False, False, True)
    """
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
        elif text_of(each) not in SILENT:
            return True
    return False
