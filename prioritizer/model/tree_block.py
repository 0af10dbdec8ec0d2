"""Check one tree in LightGBM's text: its figures, its shape, what it splits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite

_MOST_LEAVES = 4  # of a tree of depth two
_WHOLE = re.compile(r"-?[0-9]{1,10}(?: -?[0-9]{1,10})*")
ONE_FLOAT = r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:e[+-][0-9]{1,3})?"
_FLOATS = re.compile(f"{ONE_FLOAT}(?: {ONE_FLOAT})*")

_TREE_FIRST = (
    *("num_leaves", "num_cat", "split_feature", "split_gain", "threshold"),
    *("decision_type", "left_child", "right_child", "leaf_value", "leaf_weight"),
    *("leaf_count", "internal_value", "internal_weight", "internal_count"),
)
_TREE_CATEGORIES = ("cat_boundaries", "cat_threshold")
_TREE_LAST = ("is_linear", "shrinkage")
# Bit 0 is a category, bit 1 the side of missing values, bits 2 and 3 which these are;
# 4 would be zeros taken for missing, which tables of points cannot say.
_NUMBER_DECISIONS = frozenset({0, 2, 8, 10})
_CATEGORY_DECISIONS = frozenset({1, 9})


@dataclass(frozen=True, slots=True)
class Splits:
    """The splits of one tree, in LightGBM's order: the first is the root.

    Attributes
    ----------
    features : list of int
        Columns.
    thresholds : list of float
        Where numbers are parted; of categories, which list of them goes left.
    decisions : list of int
        LightGBM's bits of how.
    children : list of (int, int)
        Left and right: a split from 1 on, or a leaf from -1 downwards.
    """

    features: list[int]
    thresholds: list[float]
    decisions: list[int]
    children: list[tuple[int, int]]

    def numbers(self) -> Iterator[tuple[int, float]]:
        """Yield column and threshold of each split of numbers."""
        for feature, threshold, decision in zip(
            self.features, self.thresholds, self.decisions, strict=True
        ):
            if decision in _NUMBER_DECISIONS:
                yield feature, threshold

    def lists(self) -> list[float]:
        """Return which lists of categories the splits name."""
        return [
            threshold
            for threshold, decision in zip(self.thresholds, self.decisions, strict=True)
            if decision in _CATEGORY_DECISIONS
        ]


def read_tree(
    block: str, number: int, kinds: Sequence[str]
) -> tuple[Splits, list[str]]:
    """Return the splits of a tree, and every way in which it is not sound.

    Parameters
    ----------
    block : str
        The text from its first line to the next tree's.
    number : int
        Its place among the trees.
    kinds : sequence of str
        What training saw of each column: ``numbers``, ``categories`` or ``nothing``.

    Returns
    -------
    Splits
        None of them where the text cannot be followed.
    list of str
        Problems.
    """
    splits = Splits([], [], [], [])
    first, _, rest = block.partition("\n")
    body = rest.removesuffix("\n\n\n")
    if first != f"Tree={number}" or body == rest:
        return splits, ["it does not stand where tree_sizes says"]
    values = by_name(body.split("\n"))
    leaves, categories = (_one(values, each) for each in ("num_leaves", "num_cat"))
    has = _TREE_CATEGORIES if categories else ()
    if tuple(values) != (*_TREE_FIRST, *has, *_TREE_LAST):
        return splits, ["it has other lines than it should"]
    if not 1 <= leaves <= _MOST_LEAVES:
        return splits, ["num_leaves is not that of a tree of depth two"]
    if not 0 <= categories < leaves:
        return splits, ["num_cat is more than its splits"]
    problems = list(_figures(values, leaves))
    found = _splits(values, leaves)
    if found is None:
        problems.append("its splits are not as many as its leaves say, or no numbers")
        return splits, problems
    problems += _shape(found)
    problems += _categories(values, found, categories)
    problems += _columns(found, kinds)
    return (splits if problems else found), problems


def _figures(values: Mapping[str, str], leaves: int) -> Iterator[str]:
    """Yield what is wrong with numbers that lead nowhere."""
    splits = leaves - 1
    counts = {
        "leaf_value": leaves,
        "leaf_weight": leaves if splits else 0,
        "split_gain": splits,
        "internal_value": splits,
        "internal_weight": splits,
        "shrinkage": 1,
    }
    for name, count in counts.items():
        if finite_numbers(values[name], count) is None:
            yield f"{name} is not {count} finite numbers"
    for name, count in {"leaf_count": leaves, "internal_count": splits}.items():
        found = whole_numbers(values[name], count)
        if found is None or not all(0 <= each < 2**31 for each in found):
            yield f"{name} is not {count} counts"
    if values["is_linear"] != "0":
        yield "its leaves are linear"


def _splits(values: Mapping[str, str], leaves: int) -> Splits | None:
    count = leaves - 1
    features = whole_numbers(values["split_feature"], count)
    thresholds = edges(values["threshold"], count)
    decisions = whole_numbers(values["decision_type"], count)
    left = whole_numbers(values["left_child"], count)
    right = whole_numbers(values["right_child"], count)
    if features is None or thresholds is None or decisions is None:
        return None
    if left is None or right is None:
        return None
    return Splits(features, thresholds, decisions, list(zip(left, right, strict=True)))


def _shape(splits: Splits) -> Iterator[str]:
    """Yield what keeps splits and leaves from being one tree of depth two.

    LightGBM numbers a split after the one above it, and leaves from -1 downwards.
    """
    count = len(splits.features)
    children = [child for both in splits.children for child in both]
    wanted = [*range(-count - 1, 0), *range(1, count)] if count else []
    if sorted(children) != wanted:
        yield "its children are not each split and each leaf once"
    elif any(child > 0 for both in splits.children[1:] for child in both):
        yield "it is deeper than two splits, or leads back to itself"


def _categories(values: Mapping[str, str], splits: Splits, count: int) -> Iterator[str]:
    """Yield what is wrong with the lists of categories that go left."""
    if sorted(splits.lists()) != list(range(count)):
        yield "its splits do not name each list of categories once"
    if not count:
        return
    bounds = whole_numbers(values["cat_boundaries"], count + 1)
    words = whole_numbers(
        values["cat_threshold"], values["cat_threshold"].count(" ") + 1
    )
    if bounds is None or words is None or bounds[0] != 0 or bounds[-1] != len(words):
        yield "cat_boundaries are not those of cat_threshold"
    elif any(one >= other for one, other in pairwise(bounds)):
        yield "cat_boundaries do not rise"
    elif not all(0 <= word < 2**32 for word in words):
        yield "cat_threshold is not made of 32 bits each"


def _columns(splits: Splits, kinds: Sequence[str]) -> Iterator[str]:
    """Yield splits that their columns do not allow."""
    if not all(0 <= feature < len(kinds) for feature in splits.features):
        yield "it splits a feature that there is not"
        return
    for feature, decision in zip(splits.features, splits.decisions, strict=True):
        is_number = decision in _NUMBER_DECISIONS
        if not is_number and decision not in _CATEGORY_DECISIONS:
            yield "decision_type is none that there is"
        elif kinds[feature] != ("numbers" if is_number else "categories"):
            yield "it splits a feature in another way than training saw it"


def by_name(lines: Sequence[str]) -> dict[str, str]:
    """Return values by name; an odd or repeated line gets a name that none has."""
    values: dict[str, str] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        values[name if equals and name not in values else f"{len(values)}?"] = value
    return values


def _one(values: Mapping[str, str], name: str) -> int:
    """Return a whole number that stands alone, -1 if there is none."""
    found = whole_numbers(values.get(name, ""), 1)
    return found[0] if found else -1


def whole_numbers(text: str, count: int) -> list[int] | None:
    """Return so many whole numbers; None if a text holds anything else.

    Examples
    --------
    >>> whole_numbers("1 -2", 2), whole_numbers("1 -2", 3), whole_numbers("", 0)
    ([1, -2], None, [])
    """
    if not count:
        return None if text else []
    words = text.split(" ") if _WHOLE.fullmatch(text) else []
    return list(map(int, words)) if len(words) == count else None


def edges(text: str, count: int) -> list[float] | None:
    """Return so many thresholds; None if a text holds anything else.

    A threshold at infinity parts missing values from all others.

    Examples
    --------
    >>> edges("1 inf", 2), edges("-inf", 1)
    ([1.0, inf], None)
    """
    words = text.split(" ") if text else []
    known = finite_numbers(" ".join(each for each in words if each != "inf"), None)
    if known is None or len(words) != count:
        return None
    rest = iter(known)
    return [inf if each == "inf" else next(rest) for each in words]


def finite_numbers(text: str, count: int | None) -> list[float] | None:
    """Return so many finite numbers, or all; None if a text holds anything else.

    Examples
    --------
    >>> finite_numbers("1 -2.5e-3", 2), finite_numbers("nan", 1)
    ([1.0, -0.0025], None)
    """
    if not text:
        return None if count else []
    words = text.split(" ") if _FLOATS.fullmatch(text) else []
    numbers = list(map(float, words))
    right = len(numbers) == count if count is not None else bool(numbers)
    return numbers if right and all(map(isfinite, numbers)) else None
