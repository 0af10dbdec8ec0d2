"""The law of evidence: whatever a report adds, its score does not fall."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from prioritizer.errors import ModelError, numbered
from prioritizer.features import Feature, compute_features
from prioritizer.features.adding import Edit
from prioritizer.features.evidence import EDITS
from prioritizer.tables import latest_versions
from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary import HISTORY_TABLES
from prioritizer.vocabulary.section import SECTIONS, Section

Frames = Mapping[str, pl.DataFrame]
_REPORTS = 200
# A sum of a hundred points differs in its last digits with the order of adding.
_ROUNDING = 1e-9
_HISTORY = tuple(table.name for table in HISTORY_TABLES)
# What a report with no more than its number and time holds no rows of.
_WHOLE = ("reports", *_HISTORY)


@dataclass(frozen=True, slots=True)
class Upheld:
    """How a model was held to the law.

    Attributes
    ----------
    edits : int
        How many kinds of evidence were added and moved some feature of the model.
    unseen : int
        How many moved none, for the model does not see them or every report tried
        states them already.
    reports : int
        To how many reports each was added.
    """

    edits: int
    unseen: int
    reports: int


def uphold_evidence(
    raw_scores: Callable[[pd.DataFrame], pd.Series[float]],
    frames: Frames,
    features: Sequence[Feature],
    *,
    sections: Collection[Section] = SECTIONS,
    edits: Sequence[Edit] = EDITS,
) -> Upheld:
    """Raise if a report would be scored lower for stating more.

    Constraints promise it of each feature alone; this tries it of whole reports. Each
    edit adds one thing to the newest reports, of which every other one is stripped of
    its rows first, and all features are computed again. What the edit exempts, with
    its reason, is held where it was.

    Parameters
    ----------
    raw_scores : callable
        From features to scores before calibration.
    frames : mapping of str to polars.DataFrame
        The tables with all sections, and those of history.
    features : sequence of Feature
        The columns that the model takes.
    sections : collection of Section
        Whose words the model sees.
    edits : sequence of Edit
        What is added.

    Returns
    -------
    Upheld

    Raises
    ------
    ModelError
        Naming every kind of evidence for which some report would lose.
    """
    some = _some_reports(frames)
    before = compute_features(_seen(some, sections), features)
    scores = raw_scores(before)
    found, unseen = [], 0
    for edit in edits:
        after = compute_features(_seen(edit.add(some), sections), features)
        exempt = [name for name in edit.exempt if name in after]
        after = after.assign(**{name: before[name] for name in exempt})
        unseen += int(after.equals(before))
        # What is no number counts as lost.
        lost = int(np.sum(~(raw_scores(after) - scores >= -_ROUNDING)))
        if lost:
            found.append(f"{edit.name} lowers {lost} of {len(scores)} scores")
    if found:
        raise ModelError(
            numbered(found),
            "the law of evidence, tried on edited reports",
            "give the features that fall a direction in the catalogue, and train again",
        )
    return Upheld(len(edits) - unseen, unseen, len(scores))


def _some_reports(frames: Frames) -> dict[str, pl.DataFrame]:
    """Return the newest reports, every other one without its rows."""
    ids = latest_versions(frames["reports"]).tail(_REPORTS)["report_id"].to_list()
    kept = {name: ids if name in _WHOLE else ids[::2] for name in frames}
    return {
        name: frame.filter(pl.col("report_id").is_in(kept[name]))
        for name, frame in frames.items()
        if "report_id" in frame.columns
    }


def _seen(frames: Frames, sections: Collection[Section]) -> dict[str, pl.DataFrame]:
    """Return what the model sees; what is added is in no report's history."""
    history = {name: frames[name] for name in _HISTORY if name in frames}
    return {**only_sections(frames, sections), **history}
