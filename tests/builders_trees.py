"""Documents with every element that the vocabulary has, built from its paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape, quoteattr

from prioritizer.formats.states import State, first_state

Path = tuple[str, ...]
Leaf = Callable[[Path], object]
TEXT = "#text"
# An account can belong to an account, and so on; once is enough.
_MOST_OF_A_NAME = 2


def every_element(format: str, leaf: Leaf) -> dict[str, object]:
    """A document's tree with all names of a format; `leaf` says what each holds."""
    return dict(_below(first_state(format), format, (), leaf))


def _below(
    state: State, format: str, path: Path, leaf: Leaf
) -> Iterator[tuple[str, object]]:
    for name, below in state.of_dict({}).next.items():
        here = (*path, name)
        if path.count(name) < _MOST_OF_A_NAME and not _is_repeated(name, path):
            inside = dict(_below(below, format, here, leaf))
            if (
                inside
                and format == "xml"
                and (below.of_text.opens or below.of_text.takes)
            ):
                inside[TEXT] = leaf((*here, TEXT))
            yield name, inside or leaf(here)


def _is_repeated(name: str, path: Path) -> bool:
    return len(path) > 1 and path[-1] == path[-2] == name


def paths_of(format: str) -> list[Path]:
    """The paths of all leaves of `every_element`."""
    paths: list[Path] = []
    every_element(format, lambda path: paths.append(path) or "")
    return paths


def planted(tree: object, path: Path, text: object) -> object:
    """A tree with one leaf replaced, or added where nothing stands."""
    if not path:
        return text
    name, *rest = path
    inside = tree if isinstance(tree, dict) else {}
    return {**inside, name: planted(inside.get(name), tuple(rest), text)}


def pairs_of(format: str) -> set[tuple[str, str]]:
    """Each name of a format with the name of what it stands in."""
    pairs: set[tuple[str, str]] = set()

    def look(state: State, path: Path) -> None:
        for name, below in state.of_dict({}).next.items():
            pairs.add((path[-1] if path else "", name))
            if path.count(name) < _MOST_OF_A_NAME:
                look(below, (*path, name))

    look(first_state(format), ())
    return pairs


def as_xml(name: str, tree: object) -> str:
    """A tree as an element; names with ``@`` become its attributes."""
    if not isinstance(tree, dict):
        return f"<{name}>{escape(str(tree))}</{name}>"
    attributes = "".join(
        f" {each[1:]}={quoteattr(str(value))}"
        for each, value in tree.items()
        if each.startswith("@")
    )
    inside = "".join(
        as_xml(each, value) if each != TEXT else escape(str(value))
        for each, value in tree.items()
        if not each.startswith("@")
    )
    return f"<{name}{attributes}>{inside}</{name}>"
