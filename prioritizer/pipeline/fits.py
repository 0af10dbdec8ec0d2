"""What fits measured, kept by the hash of everything that made them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from prioritizer.errors import SettingsError

Figures = dict[str, float]


def series_hash(series: pd.Series | None) -> str:
    """Return a hash of a series and its index, in whatever order; "" for none.

    Examples
    --------
    >>> one = pd.Series({7: 1, 8: 0})
    >>> series_hash(one) == series_hash(one[::-1]), series_hash(None)
    (True, '')
    """
    if series is None:
        return ""
    numbers = pd.util.hash_pandas_object(series.sort_index()).to_numpy()
    return hashlib.sha256(numbers.tobytes()).hexdigest()


@dataclass(slots=True)
class Fits:
    """A folder of figures, one file a fit, named by the hash of what made it.

    Parameters
    ----------
    folder : pathlib.Path or None
        Where they are kept; nothing is kept if None.
    made_from : mapping of str to str
        What all of them depend on, such as the hashes of data and code.

    Attributes
    ----------
    needed : int
        How many had to be made.
    known : int
        How many were there already.
    """

    folder: Path | None
    made_from: Mapping[str, str]
    needed: int = field(default=0, init=False)
    known: int = field(default=0, init=False)

    def figures(
        self, said: Mapping[str, object], make: Callable[[], Figures]
    ) -> Figures:
        """Return the figures of a fit, made only if they are not there.

        Parameters
        ----------
        said : mapping
            All that this fit depends on beside `made_from`; values that JSON knows, or
            that say themselves as text.
        make : callable
            Makes them.

        Returns
        -------
        dict of str to float

        Raises
        ------
        SettingsError
            If the folder cannot be written to.
        """
        facts = json.loads(json.dumps({**self.made_from, **said}, default=str))
        found = self._read(facts)
        if found is not None:
            self.known += 1
            return found
        self.needed += 1
        made = make()
        self._write(facts, made)
        return made

    def is_known(self, said: Mapping[str, object]) -> bool:
        """Return whether the figures of a fit are there."""
        facts = json.loads(json.dumps({**self.made_from, **said}, default=str))
        return self._read(facts) is not None

    def _path(self, facts: Mapping[str, object]) -> Path | None:
        text = json.dumps(facts, sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()
        return None if self.folder is None else self.folder / f"{name}.json"

    def _read(self, facts: Mapping[str, object]) -> Figures | None:
        """Return what is kept; what cannot be read is made anew."""
        path = self._path(facts)
        if path is None:
            return None
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            figures = {str(k): float(v) for k, v in kept["figures"].items()}
            right = figures and all(0 <= each <= 1 for each in figures.values())
            return figures if right and kept["made_from"] == facts else None
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ):
            return None

    def _write(self, facts: Mapping[str, object], figures: Figures) -> None:
        path = self._path(facts)
        if path is None:
            return
        text = json.dumps({"made_from": facts, "figures": figures}, indent=1) + "\n"
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(text, encoding="utf-8")
            aside.replace(path)
        except OSError:
            raise SettingsError(
                "what fits measured cannot be kept",
                str(path.parent),
                "name a folder that can be written to with --fits",
            ) from None
