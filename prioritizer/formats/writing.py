"""Write the rows of every table into a document's tree: the other way of `reading`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from prioritizer.formats.places import Branch, deal, reach, silent
from prioritizer.formats.plans import Plan, Step, report_plan, row_plan, told_apart_by
from prioritizer.formats.raw import RawReport, Row
from prioritizer.formats.routes import NUMBERED, OWNERS

Owner = tuple[str | None, object]
"""What rows are below: a person or a file with its number, ``""`` for the document."""


class TreeWriter:
    """Walk the rows of one report and build its document's tree.

    Rows are written in the order of their numbers, each below its owner. Those
    that the format cannot say are left out, with all that is below them.

    Parameters
    ----------
    format : str
        ``"xml"`` or ``"json"``: which paths of the vocabulary hold.
    raw : RawReport
        The rows.
    """

    def __init__(self, format: str, raw: RawReport) -> None:
        self.format = format
        self.report = raw.report
        self.rows = _by_owner(raw)

    def write(self) -> Branch:
        """Return the tree of the document that says what the rows say."""
        tree: Branch = {}
        self._fill(tree, report_plan(self.format), self.report)
        return tree

    def _fill(self, branch: Branch, plan: Plan, row: Row) -> None:
        _put_columns(plan.before, branch, row)
        owner = plan.owner, row.get(f"{plan.owner}_no")
        if owner in self.rows:
            self._below(branch, owner, plan.place.name)
        _put_columns(plan.after, branch, row)

    def _below(self, branch: Branch, owner: Owner, element: str) -> None:
        for plan, rows in self._planned(owner, element):
            place = plan.place
            for target, part in deal(rows, silent(place.targets(branch))):
                if part:
                    above = reach(target, place.way)
                    hung = _hung(above, place.name, len(part))
                    for each, row in zip(hung, part, strict=True):
                        self._fill(each, plan, row)
                    _simplify(above, place.name)

    def _planned(self, owner: Owner, element: str) -> list[tuple[Plan, list[Row]]]:
        """Return the rows below an owner, in groups that are written alike."""
        planned: dict[int, tuple[Plan, list[Row]]] = {}
        for name, row in self.rows[owner]:
            said = tuple(row.get(column) for column in told_apart_by(name))
            plan = row_plan(name, owner[0], element, said, self.format)
            if plan is not None:
                planned.setdefault(id(plan), (plan, []))[1].append(row)
        return list(planned.values())


def _put_columns(steps: Sequence[Step], branch: Branch, row: Row) -> None:
    for column, keeps_false, put, slot in steps:
        value = row.get(column)
        if value or (keeps_false and value is not None):
            put(slot, branch, value, row)


def _by_owner(raw: RawReport) -> dict[Owner, list[tuple[str, Row]]]:
    """Return the rows below each owner, with the names of their tables."""
    owned: dict[Owner, list[tuple[str, Row]]] = defaultdict(list)
    for name, number in NUMBERED.items():
        for row in sorted(raw.rows[name], key=partial(_number, number)):
            owned[_owner(name, row)].append((name, row))
    return dict(owned)


def _number(column: str, row: Row) -> int:
    """Return a row's number; rows that have none stay in their order."""
    number = row.get(column)
    return number if isinstance(number, int) else 0


def _owner(name: str, row: Row) -> Owner:
    if name in OWNERS:
        number = row.get("owner_person_no")
        return ("person", number) if number is not None else ("", None)
    for column, owner in (("file_no", "file"), ("person_no", "person")):
        if row.get(column) is not None:
            return owner, row[column]
    return "", None


def _hung(above: Branch, name: str, number: int) -> list[Branch]:
    """Return so many new branches called so.

    What a report says of itself may already stand where a row goes; then the
    first row is about the same thing.
    """
    there = above.get(name)
    hung: list[Branch] = [{} for _ in range(number)]
    if isinstance(there, dict):
        hung[0] = there
    # Exports write what is called in the plural as a list, even of one.
    above[name] = hung if number > 1 or name.endswith("s") else hung[0]
    return hung


def _simplify(above: Branch, name: str) -> None:
    """Write what has a value and nothing else as that value, as exports do.

    Only what is called in the plural stays a list of things with values.
    """
    if name.endswith("s"):
        return
    there = above[name]
    things = there if isinstance(there, list) else [there]
    texts = [
        each["value"]
        for each in things
        if isinstance(each, dict) and each.keys() == {"value"}
    ]
    if len(texts) == len(things):
        above[name] = texts if isinstance(there, list) else texts[0]
