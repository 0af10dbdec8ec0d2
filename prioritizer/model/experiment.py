"""An experiment, stated as data: how to train, what to compare, what to try."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt

from prioritizer.errors import SettingsError, numbered
from prioritizer.model.training import TrainSettings

THE_MODEL = "model"
"""The name of the candidate that `[train]` itself is."""

TUNED = "tuned"
"""The name of the candidate that a search finds."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a candidate does otherwise than `[train]`; what is left out stays as there.

    Parameters
    ----------
    interactions : {"pairs", "any"}
        With "any" ordinary deep trees grow: a rival to compare with, which is never
        chosen, for it cannot be printed.
    rounds, learning_rate, pairs, max_bin, min_leaf_weight
        As in `TrainSettings`.
    """

    interactions: Literal["pairs", "any"] | None = None
    rounds: Annotated[int, Ge(1), Le(5000)] | None = None
    learning_rate: Annotated[float, Gt(0), Le(1)] | None = None
    pairs: Annotated[int, Ge(0), Le(1000)] | None = None
    max_bin: Annotated[int, Ge(2), Le(255)] | None = None
    min_leaf_weight: Annotated[float, Ge(0), Le(1e6)] | None = None

    def on(self, train: TrainSettings) -> TrainSettings:
        """Return the settings of the candidate."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(train, **{k: v for k, v in said.items() if v is not None})


@dataclass(frozen=True, slots=True)
class Validation:
    """How candidates are compared: put to work at several moments of the past.

    Parameters
    ----------
    folds : int
        How many moments; 0 for none.
    months : int
        How long each is at work, until the next one begins.
    rule : str
        How one is chosen; a name in `prioritizer.evaluation.RULES`.
    metric : {"average_precision", "precision", "recall"}
        By what it is chosen; the last two at the capacity of an office.
    interim : bool
        Whether the model is trained anew with outcomes that may still change read
        otherwise, to see how much hangs on it.
    """

    folds: Annotated[int, Ge(0), Le(60)] = 0
    months: Annotated[int, Ge(1), Le(60)] = 3
    rule: str = "mean"
    metric: Literal["average_precision", "precision", "recall"] = "average_precision"
    interim: bool = False


@dataclass(frozen=True, slots=True)
class Tuning:
    """How settings are sought, on all folds but the newest.

    Parameters
    ----------
    trials : int
        How many settings are tried; 0 for none.
    seed : int
        Seed of the search.
    """

    trials: Annotated[int, Ge(0), Le(1000)] = 0
    seed: Annotated[int, Ge(0), Lt(2**32)] = 0


@dataclass(frozen=True, slots=True)
class Experiment:
    """Everything that a run of training is told.

    Parameters
    ----------
    train : TrainSettings
        How the model is trained.
    validation : Validation
        How candidates are compared.
    candidates : mapping of str to Candidate
        Others beside `[train]`, by name.
    tune : Tuning
        Whether settings are sought, too.
    """

    train: TrainSettings = field(default_factory=TrainSettings)
    validation: Validation = field(default_factory=Validation)
    candidates: Mapping[str, Candidate] = field(default_factory=dict)
    tune: Tuning = field(default_factory=Tuning)

    @property
    def steps(self) -> int:
        """How many steps a run has, of which a bar may tell.

        Examples
        --------
        >>> Experiment().steps
        3
        """
        folds, trials = self.validation.folds, self.tune.trials
        compared = folds * (len(self.candidates) + 2)
        sought = trials * (folds - 1) + folds if trials else 0
        return 3 + compared + sought + int(self.validation.interim)

    def all_candidates(self) -> dict[str, TrainSettings]:
        """Return the settings of each candidate by name, `[train]` itself first.

        Raises
        ------
        SettingsError
            If a name is taken, or there is something to compare and nothing on which.

        Examples
        --------
        >>> Experiment(validation=Validation(folds=2)).all_candidates().keys()
        dict_keys(['model'])
        """
        taken = sorted({THE_MODEL, TUNED} & set(self.candidates))
        odd = [name for name in self.candidates if not _NAME.fullmatch(name)]
        if taken or odd:
            raise SettingsError(
                numbered(
                    [f"the name {name!r} is taken" for name in taken]
                    + ["a name is none"] * len(odd)
                ),
                "[candidates]",
                "name them otherwise, by letters, digits, _ and -",
            )
        if self.train.interactions == "any":
            raise SettingsError(
                "deep trees are no sum of tables, and cannot be stored or explained",
                "[train] interactions",
                'name them under [candidates], or say interactions = "pairs"',
            )
        least = 2 if self.tune.trials else 1
        if (self.candidates or self.tune.trials) and self.validation.folds < least:
            raise SettingsError(
                f"candidates need {least} or more folds on which they are compared",
                "[validation] folds",
                f"set folds = {least + 1}, or leave out [candidates] and [tune]",
            )
        others = {name: each.on(self.train) for name, each in self.candidates.items()}
        return {THE_MODEL: self.train, **others}
