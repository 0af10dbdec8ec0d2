"""Which rows teach where outcomes are known only of some reports.

An outcome is known of a report that somebody worked and told of: labels are selective.
What weights can repair is that unlike reports were worked unlike often. That an arrest
is told of more readily than a closed case is in no weight; `sensitivity` says how much
it could matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from annotated_types import Gt, Le, Lt

from prioritizer.errors import ModelError
from prioritizer.model.positive_unlabelled import actionable_weights, told_share
from prioritizer.model.propensity import (
    PropensitySettings,
    checked_propensity,
    effective_count,
    estimate_propensity,
    inverse_weights,
)
from prioritizer.model.splits import Split
from prioritizer.model.tables import Floats
from prioritizer.seeds import Bools, Ints

Part = Literal["train", "calibration"]
_SECONDS_PER_DAY = 86_400


class Feedback(StrEnum):
    """What is made of outcomes that are known only of some reports."""

    NAIVE = "naive"
    WEIGHTED = "weighted"
    POSITIVE_UNLABELLED = "positive-unlabelled"


@dataclass(frozen=True, slots=True)
class SelectionSettings:
    """What is made of selective labels.

    Parameters
    ----------
    feedback : Feedback
        Naive: labelled reports count alike. Weighted: by their propensity.
        Positive-unlabelled: nothing but actions counts as told, for an office that
        hears of hardly anything else. Naive is the default: in the invented world none
        orders better, for most of what decides who is worked is among the features.
    clip : float
        The least propensity that counts.
    told_share : float or None
        For positive-unlabelled feedback, the share of worked actionable reports that
        become known, if the office can tell; estimated if None.
    propensity : PropensitySettings
        How propensities are estimated where none were logged.
    """

    feedback: Feedback = Feedback.NAIVE
    clip: Annotated[float, Gt(0), Le(1)] = 0.05
    told_share: Annotated[float, Gt(0), Lt(1)] | None = None
    propensity: PropensitySettings = field(default_factory=PropensitySettings)


@dataclass(frozen=True, slots=True)
class LearningRows:
    """Rows that teach or calibrate a model.

    Attributes
    ----------
    ids : pandas.Index
        Report ids; a report may stand twice, once with each label.
    y : ndarray of shape (n_rows,)
        1 or 0.
    weights : ndarray of shape (n_rows,)
        Above 0.
    facts : dict of str to object
        Counts for the model's card.
    """

    ids: pd.Index
    y: Floats
    weights: Floats
    facts: dict[str, object]

    def joined(self, other: LearningRows) -> LearningRows:
        """Return these rows and then the others, with the counts of both."""
        weights = np.concatenate([self.weights, other.weights])
        facts = {
            name: value + other.facts[name]  # type: ignore[operator]  # counts
            if name.endswith("_reports")
            else value
            for name, value in self.facts.items()
        }
        if "effective_reports" in facts:
            facts["effective_reports"] = round(effective_count(weights), 1)
        y = np.concatenate([self.y, other.y])
        return LearningRows(self.ids.append(other.ids), y, weights, facts)

    def taken(self, places: Ints) -> LearningRows:
        """Return the rows at these places."""
        ids = self.ids.take(places)
        return LearningRows(ids, self.y[places], self.weights[places], self.facts)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which outcomes became known before a split, and how likely that was.

    Attributes
    ----------
    settings : SelectionSettings
        What is made of it.
    split : Split
        Which reports train and calibrate.
    labels : pandas.Series of int
        Labels known before the test begins, index `report_id`.
    propensity : pandas.Series of float
        Chance that a report was worked, or that its outcome became known, index
        `report_id`; empty for naive feedback.
    known_chance : pandas.Series of float
        Chance, given the features, that a report is known to be actionable, for those
        old enough, in order of arrival; empty unless feedback is positive-unlabelled.
    is_logged : bool
        Whether the office logged the propensities.
    """

    settings: SelectionSettings
    split: Split
    labels: pd.Series[int]
    propensity: pd.Series[float]
    known_chance: pd.Series[float]
    is_logged: bool = False

    def rows(self, part: Part) -> LearningRows:
        """Return the rows of a part of the split.

        Both parts are treated alike, so that a model is calibrated for the reports
        that it learned to order.

        Parameters
        ----------
        part : {"train", "calibration"}
            Which part.

        Returns
        -------
        LearningRows
            In positive-unlabelled feedback, known positives of the part's time count
            once, all other reports twice, as actionable with their chance of being so
            and as not with the rest. Closed cases are taken as unlabelled too: the
            chance is that of all reports not known to be actionable, and to keep some
            of these at 0 would count what they lack a second time.

        Raises
        ------
        ModelError
            If in positive-unlabelled feedback no report of the part is known to be
            actionable, or all are.
        """
        if self.settings.feedback is Feedback.POSITIVE_UNLABELLED:
            return self._positive_unlabelled(part)
        ids = self.split.train if part == "train" else self.split.calibration
        y = _floats(self.labels.loc[ids])
        facts: dict[str, object] = {"feedback": str(self.settings.feedback)}
        if self.settings.feedback is Feedback.NAIVE:
            return LearningRows(ids, y, np.ones(len(ids)), facts)
        clip = self.settings.clip
        found = inverse_weights(self.propensity.loc[ids], clip=clip)
        facts |= {
            "propensity_clip": clip,
            "clipped_reports": found.clipped_count,
            "effective_reports": round(found.effective_count, 1),
        }
        return LearningRows(ids, y, _floats(found.weights), facts)

    def every_row(self) -> LearningRows:
        """Return the rows of both parts."""
        return self.rows("train").joined(self.rows("calibration"))

    def _positive_unlabelled(self, part: Part) -> LearningRows:
        ids = self._old_enough(part)
        positive = self._known_positives(ids)
        unlabelled = ids[~ids.isin(positive)]
        if positive.empty or unlabelled.empty:
            raise ModelError(
                f"{len(positive)} of {len(ids)} reports that are old enough are known "
                "to be actionable",
                f"the part of the split called {part}",
                "wait for more outcomes, lower mature_days, or choose other shares",
            )
        share = self._told_share()
        told = share * self._propensities(unlabelled)
        w = actionable_weights(_floats(self.known_chance.loc[unlabelled]), told)
        y = np.repeat([1.0, 1.0, 0.0], [len(positive), len(w), len(w)])
        weights = np.concatenate([np.ones(len(positive)), w, 1.0 - w])
        counts = weights > 0
        facts: dict[str, object] = {
            "feedback": str(self.settings.feedback),
            "known_actionable_reports": len(positive),
            "unlabelled_reports": len(unlabelled),
            "told_share": round(share, 4),
        }
        rows = positive.append([unlabelled, unlabelled])
        return LearningRows(rows[counts], y[counts], weights[counts], facts)

    def _told_share(self) -> float:
        if self.settings.told_share is not None:
            return self.settings.told_share
        everyone = self.known_chance.index
        is_known = everyone.isin(self._known_positives(everyone))
        chances = _floats(self.known_chance)
        return told_share(chances, is_known, self._propensities(everyone))

    def _old_enough(self, part: Part) -> pd.Index:
        """Return the reports of the part that are old enough, labelled or waiting."""
        everyone = self.known_chance.index
        used = everyone[~everyone.isin(self.split.purged)]
        # A waiting report belongs to the part in whose time it arrived.
        newest = everyone.get_indexer(self.split.train).max(initial=-1)
        is_earlier = everyone.get_indexer(used) <= newest
        return _those(used, is_earlier if part == "train" else ~is_earlier)

    def _known_positives(self, ids: pd.Index) -> pd.Index:
        return _those(ids, _floats(self.labels.reindex(ids)) == 1)

    def _propensities(self, ids: pd.Index) -> Floats:
        return _floats(self.propensity.loc[ids].clip(lower=self.settings.clip))


def understand_selection(
    X: pd.DataFrame,
    labels: pd.Series[int],
    split: Split,
    *,
    arrivals: pd.Series,
    logged: pd.Series[float] | None = None,
    clusters: pd.Series | None = None,
    settings: SelectionSettings | None = None,
) -> Selection:
    """Find out how likely outcomes were to become known before a split.

    A propensity that an office logged is the chance that a report was worked; an
    estimated one is the chance that its outcome became known, which also tells which
    recipients answer.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`.
    labels : pandas.Series of int
        Labels known before the test begins, index `report_id`.
    split : Split
        What trains, calibrates and tests.
    arrivals : pandas.Series of datetime
        Arrival of each report, index `report_id`, in order.
    logged : pandas.Series of float or None
        The chance with which an office was to work each report, as it logged it, index
        `report_id`: of labelled reports, and of all earlier ones that are old enough
        where feedback is positive-unlabelled. If None, propensities are estimated for
        weights, and taken as equal for positive-unlabelled feedback.
    clusters : pandas.Series or None
        The case of each report, kept in one fold of the estimate.
    settings : SelectionSettings or None
        What is made of it; the defaults if left out.

    Returns
    -------
    Selection

    Raises
    ------
    SettingsError
        If a report has no logged propensity, or one that is none.
    ModelError
        If there is too little from which to estimate.
    """
    how = settings or SelectionSettings()
    nothing = pd.Series(dtype=np.float64)
    if how.feedback is Feedback.NAIVE:
        return Selection(how, split, labels, nothing, nothing)
    past = arrivals[arrivals < split.test_begins_at]
    ages = (split.test_begins_at - past).dt.total_seconds() / _SECONDS_PER_DAY
    is_weighted = how.feedback is Feedback.WEIGHTED
    if is_weighted and logged is not None:
        needed = split.train.append(split.calibration)
        chances = checked_propensity(logged, needed)
        return Selection(how, split, labels, chances, nothing, is_logged=True)
    told = labels if is_weighted else labels[labels == 1]
    found = estimate_propensity(
        X.loc[past.index],
        pd.Series(past.index.isin(told.index), index=past.index),
        ages_days=ages,
        clusters=clusters,
        settings=how.propensity,
    )
    if is_weighted:
        return Selection(how, split, labels, found, nothing)
    known_chance = found[ages >= how.propensity.mature_days]
    worked = (
        pd.Series(1.0, index=known_chance.index)
        if logged is None
        else checked_propensity(logged, known_chance.index)
    )
    is_logged = logged is not None
    return Selection(how, split, labels, worked, known_chance, is_logged=is_logged)


def _those(ids: pd.Index, chosen: Bools) -> pd.Index:
    return ids.take(np.flatnonzero(chosen))


def _floats(column: pd.Series) -> Floats:
    return np.asarray(column, dtype=np.float64)
