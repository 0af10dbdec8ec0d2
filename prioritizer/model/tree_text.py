"""Check the text of LightGBM's trees before its own parser sees a byte of it.

That parser believes what it reads: a child that is not there is read beyond the end
of an array, and one that leads back is followed for ever. So the text must be what
LightGBM 4 writes of trees of depth two that tell two classes apart, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prioritizer.model.tree_block import (
    ONE_FLOAT,
    Splits,
    by_name,
    read_tree,
    whole_numbers,
)

MOST_CHARACTERS = 64 * 2**20
_MOST_TREES = 10_000  # twice the rounds that can be asked for
_MOST_FEATURES = 10_000
_MOST_PROBLEMS = 20

_PLAIN = re.compile(r"[\n -~]*")
_NAME = re.compile(r"[A-Za-z0-9_]{1,100}")
# What training saw of a feature: nothing, from where to where, or which categories.
_INFO = re.compile(
    rf"(?P<nothing>none)|\[{ONE_FLOAT}:{ONE_FLOAT}\]"
    r"|(?P<categories>-?[0-9]{1,10}(?::-?[0-9]{1,10})*)"
)
_PARAMETER = re.compile(
    r"\[(?P<name>[a-z0-9_]{1,64}): (?P<value>[a-z0-9_.,+\-\[\]]*)\]"
)
_IMPORTANCE = re.compile(r"(?P<name>[A-Za-z0-9_]{1,100})=[0-9]{1,10}")

_HEAD = (
    *("tree", "version=v4", "num_class=1"),
    *("num_tree_per_iteration=1", "label_index=0"),
)
_HEAD_NAMES = ("max_feature_idx", "objective", "feature_names")
_DIRECTIONS = "monotone_constraints"
_HEAD_LAST = ("feature_infos", "tree_sizes")
_MACHINES = frozenset(
    {
        *("machines", "machine_list_filename", "local_listen_port"),
        *("num_machines", "num_threads"),
    }
)
_FILES = re.compile(r"data|valid|.*_(?:file|filename|model|result)")


@dataclass(slots=True)
class TreeText:
    """What a text says of its trees, as far as it could be followed.

    Attributes
    ----------
    problems : list of str
        What is wrong with it, the first twenty; if empty, LightGBM can read it.
    features : tuple of str
        Names of the columns.
    directions : tuple of int
        1, 0 or -1 for each column.
    thresholds : dict of int to set of float
        Where the trees part the numbers of a column.
    pairs : set of (int, int)
        Columns i < j that stand on one path.
    trees : int
        How many there are.
    """

    problems: list[str] = field(default_factory=list)
    features: tuple[str, ...] = ()
    directions: tuple[int, ...] = ()
    thresholds: dict[int, set[float]] = field(default_factory=dict)
    pairs: set[tuple[int, int]] = field(default_factory=set)
    trees: int = 0


@dataclass(frozen=True, slots=True)
class _Head:
    names: tuple[str, ...]
    directions: tuple[int, ...]
    kinds: tuple[str, ...]  # "nothing", "categories" or "numbers"
    sizes: tuple[int, ...]


def read_tree_text(text: str) -> TreeText:
    r"""Return what a model's text says, and every way in which it is not sound.

    The time taken grows with the length of the text and nothing else.

    Parameters
    ----------
    text : str
        A `model.txt`.

    Returns
    -------
    TreeText
        Its trees may be given to LightGBM only if there are no problems.

    Examples
    --------
    >>> read_tree_text("tree\nversion=v3\n").problems
    ['the head has other lines than it should']
    """
    said = TreeText()
    if len(text) > MOST_CHARACTERS or not _PLAIN.fullmatch(text):
        said.problems.append("it is too long, or holds more than plain text")
        return said
    above, _, below = text.partition("\n\n")
    head = _head(above, said.problems)
    if head is None:
        return said
    said.features, said.directions = head.names, head.directions
    start = 0
    for number, size in enumerate(head.sizes):
        block = below[start : start + size]
        start += size
        splits, found = read_tree(block, number, head.kinds)
        said.problems += [f"tree {number}: {problem}" for problem in found]
        _note(said, splits)
        if len(said.problems) >= _MOST_PROBLEMS:
            said.problems = [*said.problems[:_MOST_PROBLEMS], "and maybe more"]
            return said
    said.trees = len(head.sizes)
    said.problems += _tail(below[start:], head.names)
    return said


def _head(text: str, problems: list[str]) -> _Head | None:
    lines = text.split("\n")
    values = by_name(lines[len(_HEAD) :])
    directions = (_DIRECTIONS,) if _DIRECTIONS in values else ()
    wanted = (*_HEAD_NAMES, *directions, *_HEAD_LAST)
    if tuple(lines[: len(_HEAD)]) != _HEAD or tuple(values) != wanted:
        problems.append("the head has other lines than it should")
        return None
    names = tuple(values["feature_names"].split(" "))
    infos = [_INFO.fullmatch(each) for each in values["feature_infos"].split(" ")]
    kinds = tuple(each.lastgroup or "numbers" for each in infos if each)
    signs = whole_numbers(values.get(_DIRECTIONS, ""), len(names) if directions else 0)
    sizes = _sizes(values["tree_sizes"])
    right = {
        "objective": values["objective"] == "binary sigmoid:1",
        "max_feature_idx": values["max_feature_idx"] == str(len(names) - 1),
        "feature_names": len(set(names)) == len(names) <= _MOST_FEATURES
        and all(map(_NAME.fullmatch, names)),
        "feature_infos": len(kinds) == len(infos) == len(names),
        _DIRECTIONS: signs is not None and set(signs) <= {-1, 0, 1},
        "tree_sizes": sizes is not None,
    }
    problems += [f"{name} is not as it should be" for name in right if not right[name]]
    if problems or signs is None or sizes is None:
        return None
    return _Head(names, tuple(signs or [0] * len(names)), kinds, sizes)


def _sizes(text: str) -> tuple[int, ...] | None:
    count = text.count(" ") + 1
    sizes = whole_numbers(text, count) if count <= _MOST_TREES else None
    return tuple(sizes) if sizes and min(sizes) > 0 else None


def _note(said: TreeText, splits: Splits) -> None:
    """Keep where trees part numbers, and which columns stand on a path."""
    for feature, threshold in splits.numbers():
        said.thresholds.setdefault(feature, set()).add(threshold)
    for feature in splits.features[1:]:
        one, other = sorted((splits.features[0], feature))
        if one != other:
            said.pairs.add((one, other))


def _tail(text: str, names: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong behind the trees: importances and parameters."""
    start, _, rest = text.partition("\nparameters:\n")
    opened, _, importances = start.partition("\n\nfeature_importances:\n")
    parameters, _, end = rest.partition("\nend of parameters\n\n")
    if opened != "end of trees" or end != "pandas_categorical:null\n":
        yield "what follows the trees is not as it should be"
        return
    listed = [_IMPORTANCE.fullmatch(line) for line in importances.split("\n")[:-1]]
    counted = [each["name"] for each in listed if each]
    is_each_once = len(set(counted)) == len(listed) and set(counted) <= set(names)
    if not is_each_once or not importances.endswith("\n" * bool(listed)):
        yield "feature_importances are not as they should be"
    found = [_PARAMETER.fullmatch(line) for line in parameters.split("\n")[:-1]]
    given = {each["name"]: each["value"] for each in found if each}
    if len(given) != len(found) or not parameters.endswith("\n"):
        yield "parameters are not as they should be"
    if _MACHINES & given.keys():
        yield "parameters tell of the machines that trained"
    if any(value and _FILES.fullmatch(name) for name, value in given.items()):
        yield "parameters name files"
