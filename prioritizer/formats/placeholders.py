"""Words that exports write where nothing was stated."""

from __future__ import annotations

from prioritizer.vocabulary.enums import fold

PLACEHOLDERS = (
    "no information provided",  # what a public parser writes for a JSON null
    "not provided",
    "not available",
    "not applicable",
    "n/a",
    "none",
    "null",
    "unknown",
)
"""What reads as not stated where a truth value, a number or a time should stand."""

_FOLDED = frozenset(map(fold, PLACEHOLDERS))
_LONGEST = 40


def is_placeholder(text: str) -> bool:
    """Return whether a text says only that there is nothing to say.

    An export that shows a null as words has not stated a value, and has not
    stated one that cannot be read either. It holds for truth values, numbers and
    times alone: a closed list may have such a word as a member, and an odd code
    of urgency stays urgent.

    Examples
    --------
    >>> is_placeholder("No Information Provided"), is_placeholder("n/a")
    (True, True)
    >>> is_placeholder(""), is_placeholder("no"), is_placeholder("0")
    (False, False, False)
    """
    return len(text) <= _LONGEST and fold(text) in _FOLDED
