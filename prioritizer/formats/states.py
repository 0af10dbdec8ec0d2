"""The vocabulary's paths together, so that one walk of a document follows all.

At each node of a document some routes are on their way. These, each with the depth
of its row and the steps already done, are a *state*. What is to be done in a state
and where it leads is worked out when a document first comes there, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from prioritizer.formats.paths import Node
from prioritizer.formats.routes import (
    NO_ROW,
    Opening,
    Route,
    routes_from,
    routes_of_row,
)
from prioritizer.formats.takes import Need, Take
from prioritizer.formats.unknown import ODD_NAME, STRUCTURE, name_of

Names = tuple[str, ...]
Taken = tuple[tuple[int, Take], ...]
OnTheWay = tuple[int, Route, int]
"""How deep the row of a route is, the route, and how many of its steps are done."""
_SHAPES, _NAMES = 1_000, 200  # remembered in one place; strangers could think of more


class Shape(NamedTuple):
    """Where to go from a node with certain names.

    Attributes
    ----------
    below : tuple of (str, State, tuple or None)
        The names that lead on, in order; where each leads, and what it takes from a
        text there (`State.plain`).
    unknown : tuple of (str, str)
        Those that the vocabulary does not have, and how they may be shown.
    branches : tuple of str
        Those below which something stands, and which say nothing as a text.
    """

    below: tuple[tuple[str, State, tuple[Taken, Taken, Taken] | None], ...]
    unknown: tuple[tuple[str, str], ...]
    branches: tuple[str, ...]


@dataclass(eq=False)
class Arrival:
    """What is to be done at a node in one state, and where to go from it.

    Attributes
    ----------
    opens : tuple of (Opening, int)
        Rows that start here, and how deep the row above each is.
    on_there, on_text, on_stated : tuple of (int, Take)
        What columns take from it, and how deep their rows are.
    next : dict of str to State
        By the name of what stands below.
    rank : dict of str to int
        In which order to go on, if anything depends on it.
    has_elements : bool
        Whether names are those of elements and attributes of XML.
    shapes : dict of tuple of str to Shape
        How to go on below a node with such names, for those seen before.
    """

    opens: tuple[tuple[Opening, int], ...]
    on_there: Taken
    on_text: Taken
    on_stated: Taken
    next: dict[str, State]
    rank: dict[str, int]
    has_elements: bool
    shapes: dict[Names, Shape] = field(default_factory=dict)

    def shape_of(self, names: Names) -> Shape:
        """Return how to go on below a node with these names.

        Documents of one sender have few shapes, so they are kept: to look one up is
        much quicker than to look up each name.
        """
        known = [name for name in names if name in self.next]
        known.sort(key=lambda name: self.rank.get(name, -1))
        # What is only noted as stated is not looked into; what has a value is.
        is_known_throughout = not self.next and not self.on_text
        odd = [
            name
            for name in names
            if name not in self.next
            and name not in STRUCTURE
            and not is_known_throughout
        ]
        # Keys of JSON can be values, such as names of people: a new element stands
        # beside known ones, and such keys beside one another.
        is_new = self.has_elements or len(odd) < len(names)
        shape = Shape(
            tuple((name, self.next[name], self.next[name].plain) for name in known),
            tuple((name, name_of(name) if is_new else ODD_NAME) for name in odd),
            tuple(name for name in known if self.next[name].is_branch),
        )
        if len(self.shapes) < _SHAPES and len(names) < _NAMES:
            self.shapes[names] = shape
        return shape

    @cached_property
    def takes(self) -> Taken:
        """What columns take from a node that says something."""
        return self.on_there + self.on_text + self.on_stated

    @cached_property
    def by_silence(self) -> tuple[Taken, Taken, Taken]:
        """What they take from a text, by how silent it is (`paths.SILENT`)."""
        return self.takes, self.on_there + self.on_text, self.on_there


class State:
    """Routes on their way, at a node that was not looked at yet.

    Parameters
    ----------
    routes : frozenset of OnTheWay
        The routes.
    format : str
        ``"xml"`` or ``"json"``.
    height : int
        How many rows are open.
    """

    def __init__(self, routes: frozenset[OnTheWay], format: str, height: int) -> None:
        self._routes, self._format, self._height = routes, format, height
        self._known: dict[tuple[bool, ...], Arrival] = {}

    @cached_property
    def is_branch(self) -> bool:
        """Whether a text here, such as JSON within JSON, would be lost in silence."""
        return not any(self.of_text.by_silence)

    @cached_property
    def plain(self) -> tuple[Taken, Taken, Taken] | None:
        """What columns take from a text, by its silence; None if rows start."""
        return None if self.of_text.opens else self.of_text.by_silence

    @cached_property
    def of_text(self) -> Arrival:
        """What is to be done if the node is a text, a number or a truth value."""
        return self._arrive(lambda names, repeats: repeats or "value" in names)

    def of_dict(self, node: Mapping[str, Node]) -> Arrival:
        """Return what is to be done at a node with others below it."""
        if self.always is not None:
            return self.always
        answers = tuple(
            [[*map(node.get, names)].count(None) == len(names) for names in self._asked]
        )
        if answers not in self._known:
            is_left_out = dict(zip(self._asked, answers, strict=True))
            self._known[answers] = self._arrive(
                lambda names, repeats: repeats and is_left_out[names]
            )
        return self._known[answers]

    @cached_property
    def always(self) -> Arrival | None:
        """The same for any such node; None if it depends on what stands there."""
        return None if self._asked else self._arrive(lambda names, repeats: False)

    @cached_property
    def _asked(self) -> list[Names]:
        """The steps of which a node itself says whether they are left out."""
        asked: set[Names] = set()

        def ask(names: Names, repeats: bool) -> bool:
            if repeats:
                asked.add(names)
            return repeats

        self._arrive(ask)
        return sorted(asked)

    def _arrive(self, is_left_out: Callable[[Names, bool], bool]) -> Arrival:
        """Follow the routes as far as they lead at this very node."""
        waiting = sorted(self._routes, key=lambda each: each[1].order)
        opens: list[tuple[Opening, int]] = []
        takes: list[tuple[int, Need, Take]] = []
        below: dict[str, set[OnTheWay]] = {}
        for depth, route, done in waiting:  # which grows meanwhile
            if done == len(route.steps):
                takes += [(depth, *each) for each in route.takes]
                if route.opens:
                    own = self._height + len(opens)
                    opens.append((route.opens, depth))
                    routes = routes_of_row(route.opens.table, self._format)
                    waiting += [(own, each, 0) for each in routes]
                continue
            names, repeats = route.steps[done]
            if "." in names or is_left_out(names, repeats):
                waiting.append((depth, route, done + 1))
            for name in names:
                below.setdefault(name, set()).add((depth, route, done + 1))
        below.pop(".", None)
        height = self._height + len(opens)
        return Arrival(
            tuple(opens),
            _needing(Need.THERE, takes),
            _needing(Need.TEXT, takes),
            _needing(Need.STATED, takes),
            {
                name: state_of(frozenset(routes), self._format, height)
                for name, routes in below.items()
            },
            _ranks(below),
            self._format == "xml",
        )


@cache
def state_of(routes: frozenset[OnTheWay], format: str, height: int) -> State:
    """Return the one state of routes on their way."""
    return State(routes, format, height)


@cache
def first_state(format: str) -> State:
    """Return the state in which a document of a format is begun."""
    routes = frozenset((0, route, 0) for route in routes_from("", format))
    return state_of(routes, format, 0)


def _needing(need: Need, takes: list[tuple[int, Need, Take]]) -> Taken:
    return tuple((depth, take) for depth, each, take in takes if each is need)


def _ranks(below: Mapping[str, set[OnTheWay]]) -> dict[str, int]:
    """Return in which order to go on below a node; none if it does not matter.

    It matters where rows are numbered and where the first of several values holds:
    the keys of a JSON object have no order of their own.
    """
    places = {
        name: min((route.order, _place(name, route, done)) for _, route, done in routes)
        for name, routes in below.items()
    }
    if len([place for place in places.values() if place[0] < NO_ROW]) < 2:
        several = [
            route
            for routes in below.values()
            for _, route, _ in routes
            if route.is_first_wins
        ]
        if len(set(several)) == len(several):
            return {}
    in_order = sorted(places, key=lambda name: places[name])
    return {name: rank for rank, name in enumerate(in_order)}


def _place(name: str, route: Route, done: int) -> int:
    return route.steps[done - 1][0].index(name)
