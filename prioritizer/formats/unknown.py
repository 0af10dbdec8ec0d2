"""Names of elements that the vocabulary does not have, as they may be shown."""

from __future__ import annotations

import re

# They say only what kind of thing their parent is, or hold its text or number.
STRUCTURE = frozenset(
    {
        "associationsEntityType",
        "#text",
        "value",
        "id",
        "reportId",
        "title",
        "name",
    }
)
# A name belongs to the format and not to the report, yet a hostile document may
# put anything there. Elements are written like this, and people mostly are not.
ODD_NAME = "(odd name)"
_ELEMENT = re.compile(r"@?[a-z][A-Za-z]{0,39}")


def name_of(element: str) -> str:
    """Return an element's name if it looks like one, else words that say so.

    Examples
    --------
    >>> name_of("futureField"), name_of("Jane Doe")
    ('futureField', '(odd name)')
    """
    return element if _ELEMENT.fullmatch(element) else ODD_NAME
