"""What a feature is: an expression over one report, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from prioritizer.errors import FeatureError, numbered


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of X.

    Parameters
    ----------
    name : str
        The column's name.
    group : str
        The section of the catalogue and of an explanation.
    table : str
        The table it is computed from. For a table with several rows a report,
        the expression aggregates them.
    expression : polars.Expr
        How it is computed, from columns of that table and `arrival_at`.
    unit : str
        What a value counts: ``"hours"``, ``"files"``, ``"yes or no"``.
    said : str
        The words for a value, with ``{value}`` where it stands.
    unsaid : str
        The words when the report says nothing; empty if `said` will do.
    direction : int
        1 if more of it never lowers the score, -1 if more never raises it, 0
        if it may do either.
    absent : float or None
        The value when the report says nothing. A feature with a direction has
        its worst value here, for LightGBM's constraints do not bind the
        missing bin.
    allowed : tuple of str
        The closed list of a category; empty for a number.
    exemption : str
        Why more of it may lower the score, wherever it may.
    """

    name: str
    group: str
    table: str
    expression: pl.Expr = field(compare=False, repr=False)
    unit: str
    said: str
    unsaid: str = ""
    direction: int = 0
    absent: float | None = 0.0
    allowed: tuple[str, ...] = ()
    exemption: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that the expression reads."""
        return tuple(dict.fromkeys(self.expression.meta.root_names()))

    @property
    def is_category(self) -> bool:
        """Whether values come from a closed list."""
        return bool(self.allowed)


def check_catalogue(features: tuple[Feature, ...]) -> tuple[Feature, ...]:
    """Return `features` if a model may be trained on them; raise otherwise.

    A monotone constraint on a category ends the whole process inside LightGBM,
    where nothing can be caught, so it is refused here.

    Raises
    ------
    FeatureError
        Listing every feature that cannot be used.
    """
    found = []
    for feature in features:
        if feature.is_category and feature.direction:
            found.append(f"{feature.name} is a category and cannot have a direction")
        if feature.direction and feature.absent is None:
            found.append(f"{feature.name} has a direction and no value when absent")
        if feature.direction < 1 and not (feature.exemption or feature.is_category):
            found.append(f"{feature.name} may lower the score and does not say why")
        if feature.direction not in (-1, 0, 1):
            found.append(f"{feature.name} has a direction other than -1, 0 and 1")
    names = [feature.name for feature in features]
    twice = sorted({name for name in names if names.count(name) > 1})
    found += [f"{name} is there twice" for name in twice]
    if found:
        raise FeatureError(numbered(found), "the catalogue", "mend these records")
    return features
