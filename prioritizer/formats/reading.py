"""Read a document's tree into the rows of every table, in one walk."""

from __future__ import annotations

from operator import itemgetter

from prioritizer.formats.paths import SILENT, Node, flat, is_stated, select, text_of
from prioritizer.formats.raw import RawReport, Row
from prioritizer.formats.routes import Opening
from prioritizer.formats.states import Arrival, Shape, State, first_state
from prioritizer.formats.takes import Notes
from prioritizer.formats.unknown import ODD_NAME, name_of
from prioritizer.formats.values import member_of
from prioritizer.vocabulary import REPORTS
from prioritizer.vocabulary.enums import UNLISTED

# Countries in whose places a US state may stand: none known, and the United States
# with the territories that have a country code of their own.
MAY_BE_AMERICAN = (None, UNLISTED, "US", "PR", "VI", "GU", "AS", "MP")


def read_tree(tree: Node, format: str) -> RawReport:
    """Return the rows of one document.

    Rows are sparse: a column that says nothing is not there.

    Parameters
    ----------
    tree : dict
        The document.
    format : str
        ``"xml"`` or ``"json"``: which paths of the vocabulary hold.
    """
    reader = _Reader()
    reader.visit(tree, first_state(format))
    raw = reader.finish()
    for place in raw.rows["locations"]:
        # A region abroad may share its letters with a US state.
        if place.get("country") not in MAY_BE_AMERICAN:
            place.pop("us_state", None)
    if format == "json":
        _mark_odd_priority(tree, raw)
    return raw


def _mark_odd_priority(tree: Node, raw: RawReport) -> None:
    """Read a priority that is stated without a code where codes stand.

    Its `value` may be the code. If no code can be read at all, it is one that
    is not known: a queue reads that as urgent, and must be able to.
    """
    column = REPORTS.field("ncmec_priority_code")
    if raw.report.get(column.name) is not None:
        return
    around = column.json.rpartition("/")[0]
    block, _, name = around.partition("/")
    # A block that is a text, such as JSON within JSON, cannot be looked into.
    is_hidden = any(name in text_of(each) for each in select(tree, block))
    if is_hidden or any(map(is_stated, select(tree, around))):
        texts = filter(None, map(text_of, select(tree, f"{around}/value")))
        found = set(map(member_of(column), texts)) or {UNLISTED}
        code = next(each for each in column.allowed if each in found)
        raw.report[column.name] = code
        if code == UNLISTED:
            raw.unlisted[f"{REPORTS.name}.{column.name}"] += 1


_MOST_UNKNOWN = 1_000  # different names of one document
_LONGEST_SILENT = max(map(len, SILENT))


class _Reader:
    """One walk through a document; rows that are open lie on a stack."""

    def __init__(self) -> None:
        self.raw = RawReport()
        self._notes = Notes(self.raw)
        self._rows: list[Row] = []
        self._numbers: list[int] = []
        self._closed = 0
        self._ownerless: list[tuple[int, Opening, Row]] = []

    def finish(self) -> RawReport:
        """Return what was read, when all of the document was visited."""
        self._notes.finish()
        # Their places can be scattered, such as several incidents; by source they
        # are numbered alike in whatever order they stand.
        for _, opening, row in sorted(self._ownerless, key=itemgetter(0)):
            there = self.raw.rows[opening.table]
            there.append(row)
            row[opening.number_column] = len(there)
        return self.raw

    def visit(self, node: Node, state: State) -> None:
        """Take from a node and from what is below it."""
        if isinstance(node, dict):
            self._visit_dict(node, state.always or state.of_dict(node))
        elif isinstance(node, list):
            for each in node:
                if isinstance(each, list):
                    for deep in flat(each):
                        self.visit(deep, state)
                else:
                    self.visit(each, state)
        elif node is None:
            return
        elif state.plain is not None:
            self._take(node, state.of_text)
        else:
            here = state.of_text
            begun = self._begin(here)
            self._take(node, here)
            self._end(here, begun)

    def _visit_dict(self, node: dict[str, Node], here: Arrival) -> None:
        begun = self._begin(here) if here.opens else 0
        if here.takes:
            self._take(node, here)
        rows, notes, names = self._rows, self._notes, tuple(node)
        shape = here.shapes.get(names) or here.shape_of(names)
        for name, state, plain in shape.below:
            each = node[name]
            if plain is not None and type(each) is str:
                # Nearly all nodes are texts of columns, so their way is a short one.
                text = each.strip()
                silence = 0 if len(text) > _LONGEST_SILENT else SILENT.get(text, 0)
                for depth, take in plain[silence]:
                    take(notes, rows[depth], text)
            elif each is not None:
                self.visit(each, state)
        if shape.unknown or shape.branches:
            self._count_lost(node, shape)
        if here.opens:
            self._end(here, begun)

    def _count_lost(self, node: dict[str, Node], shape: Shape) -> None:
        unknown = self.raw.unknown
        for name, shown in shape.unknown:
            if node[name] is not None:
                unknown[shown if len(unknown) < _MOST_UNKNOWN else ODD_NAME] += 1
        for name in shape.branches:
            if type(node[name]) is not dict and text_of(node[name]) not in SILENT:
                unknown[name_of(name)] += 1

    def _begin(self, here: Arrival) -> int:
        """Begin the rows of an arrival; return how many were ended before."""
        for opening, _ in here.opens:
            row: Row = {}
            self._rows.append(row)
            number = 0
            if opening.is_early:
                there = self.raw.rows[opening.table]
                there.append(row)
                number = len(there)
            self._numbers.append(number)
        return self._closed

    def _take(self, node: Node, here: Arrival) -> None:
        text = text_of(node)
        takes, rows, notes = (
            here.by_silence[SILENT.get(text, 0)],
            self._rows,
            self._notes,
        )
        if takes is not here.takes and type(node) is dict and is_stated(node):
            takes += here.on_stated
        for depth, take in takes:
            take(notes, rows[depth], text)

    def _end(self, here: Arrival, before: int) -> None:
        """End the rows that an arrival began; what says nothing is not a row."""
        for opening, depth in reversed(here.opens):
            row, number = self._rows.pop(), self._numbers.pop()
            self.raw.stated += len(row)
            says = len(row) > [*row.values()].count(None)
            there = self.raw.rows[opening.table]
            if opening.is_early:
                if not says and self._closed == before and opening.owner_of:
                    there.pop()  # Nor does anything below it say something.
                    continue
            elif not says:
                continue
            elif opening.owner_column:
                there.append(row)
                number = len(there)
            else:
                self._ownerless.append((opening.order, opening, row))
            self._closed += 1
            row |= opening.sets
            if opening.number_column:
                row[opening.number_column] = number
            if opening.owner_column:
                row[opening.owner_column] = self._numbers[depth]
