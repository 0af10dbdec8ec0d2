"""When a model may become champion, and what is done when it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from prioritizer.errors import ModelError, PrioritizerError, SettingsError, numbered
from prioritizer.tracking.addresses import Database
from prioritizer.tracking.connection import Connection, connect
from prioritizer.tracking.entries import FLOOR_FAILED, FLOOR_PASSED
from prioritizer.tracking.records import Promotion, record
from prioritizer.tracking.registry import fetch
from prioritizer.tracking.standings import (
    CHALLENGER,
    CHAMPION,
    MODEL_NAME,
    PREVIOUS,
    RETIRED,
    Standing,
    holder_of,
    standing_named,
)

# What must be equal for two figures to be of the same reports and labels.
_MEASURED_ON = {
    "data_hash": "data",
    "test_begins_at": "test window",
    "label_version": "labels",
    "interim_outcomes": "readings of interim outcomes",
}
_MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class PromotionRules:
    """What a model must show before it becomes champion.

    Parameters
    ----------
    margin : float
        By how much its average precision may lie below the champion's, 0 or more.
        Half a point, as it may lie below a rival's.
    verify : callable or None
        Where a signature is required: takes the model's folder and raises a
        `PrioritizerError` if it is not signed by somebody trusted.
    """

    margin: float = 0.005
    verify: Callable[[Path], object] | None = None


_USUAL = PromotionRules()


def promote(
    database: Database,
    model: str,
    *,
    by: str,
    reason: str,
    at: pd.Timestamp,
    rules: PromotionRules | None = None,
    force: bool = False,
) -> Promotion:
    """Make a model champion, if all rules hold, and write down who decided it and why.

    To go back to an earlier model is a promotion like any other: name its version,
    or `previous_champion`.

    Parameters
    ----------
    database : pathlib.Path or str
        MLflow's database.
    model : str
        A version's number, its run's id, or an alias such as `challenger`.
    by : str
        Who decides. It is a person's name, and kept.
    reason : str
        Why, in a sentence; kept too.
    at : pandas.Timestamp
        When, with its zone.
    rules : PromotionRules or None
        What must hold; the defaults if left out.
    force : bool
        Whether to overrule the comparison with the champion: that it was measured
        on the same reports, and is not better. It is written down what was
        overruled. All other rules hold all the same.

    Returns
    -------
    Promotion
        What was written down.

    Raises
    ------
    MissingInputError
        If there is no such model.
    ModelError
        Listing every rule that does not hold.
    SettingsError
        If nobody or no reason is named, or the database cannot be used.

    Examples
    --------
    >>> promote(Path("runs.db"), "challenger", by=" ", reason="better",
    ...         at=pd.Timestamp("2026-03-01T08:00Z"))
    Traceback (most recent call last):
        ...
    prioritizer.errors.SettingsError: 1 problem: no person is named...
    """
    rules = rules or PromotionRules()
    _check_words(by, reason, at, rules)
    connection = connect(database)
    candidate = standing_named(connection, model)
    champion = holder_of(connection, CHAMPION)
    comparison = [] if champion is None else compare(candidate, champion, rules.margin)
    # A margin that was asked for may be wide: what is usual is written down.
    usual = [] if champion is None else compare(candidate, champion, _USUAL.margin)
    problems = [
        *problems_of(candidate),
        *_problems_of_files(connection, candidate, rules),
        *([] if force else comparison),
    ]
    if problems:
        raise ModelError(
            numbered(problems),
            f"version {candidate.version} of {MODEL_NAME}",
            "promote another model, or mend this; only what is said of the champion "
            "can be overruled, with --force and a reason",
        )
    done = Promotion(
        at=at,
        by=by.strip(),
        reason=reason.strip(),
        version=candidate.version,
        previous_champion="" if champion is None else champion.version,
        forced="; ".join(comparison or usual),
    )
    _carry_out(connection, candidate, champion, done)
    return done


def problems_of(candidate: Standing) -> list[str]:
    """Return what a model itself does not show, whoever is champion.

    Parameters
    ----------
    candidate : Standing
        What the registry knows of it.

    Returns
    -------
    list of str
        Empty if nothing is missing.
    """
    problems = []
    if CHAMPION in candidate.aliases:
        problems.append("it is the champion already")
    if candidate.average_precision is None:
        problems.append("its average precision on the test window was not measured")
    floor = candidate.tags.get("floor")
    if floor == FLOOR_FAILED:
        problems.append("FLOOR-FAIL: it does not beat every simple order")
    elif floor != FLOOR_PASSED:
        problems.append("it was not measured whether it beats the simple orders")
    if candidate.tags.get("evidence_verified") != "true":
        problems.append("it was not verified that more evidence never lowers its score")
    return problems


def compare(candidate: Standing, champion: Standing, margin: float) -> list[str]:
    """Return what speaks against a model beside the champion.

    Figures are compared only where both were measured on the same data, test
    window and labels.

    Parameters
    ----------
    candidate, champion : Standing
        What the registry knows of both.
    margin : float
        By how much the candidate may be worse, in average precision.

    Returns
    -------
    list of str
        Empty if nothing does.
    """
    if CHAMPION in candidate.aliases or candidate.average_precision is None:
        return []  # said among the model's own problems
    others = [
        words
        for name, words in _MEASURED_ON.items()
        if not candidate.tags.get(name)
        or candidate.tags.get(name) != champion.tags.get(name)
    ]
    if others:
        return [f"it was measured on other {each} than the champion" for each in others]
    ours, theirs = candidate.average_precision, champion.average_precision
    if theirs is None:
        return ["the champion's average precision was not measured"]
    if ours < theirs - margin:
        return [
            f"its average precision, {ours:.4f}, is more than {margin:g} below the "
            f"champion's, {theirs:.4f}"
        ]
    return []


def _check_words(by: str, reason: str, at: pd.Timestamp, rules: PromotionRules) -> None:
    problems = []
    if not _is_sentence(by):
        problems.append("no person is named who decides")
    if not _is_sentence(reason):
        problems.append("no reason is given")
    if at.tzinfo is None:
        problems.append("the moment has no zone")
    if not 0.0 <= rules.margin < 1.0:
        problems.append("the margin is not between 0 and 1")
    if problems:
        raise SettingsError(
            numbered(problems),
            "the promotion",
            "name a person and a reason in one line each, which will be kept",
        )


def _is_sentence(text: str) -> bool:
    plain = text.strip()
    has_letters = any(each.isalpha() for each in plain)
    return has_letters and plain.isprintable() and len(plain) <= _MOST_WORDS


def _problems_of_files(
    connection: Connection, candidate: Standing, rules: PromotionRules
) -> list[str]:
    """Return what is wrong with the stored model: altered, or not signed."""
    with TemporaryDirectory(prefix="prioritizer-") as made:
        try:
            folder = fetch(connection, candidate, Path(made) / "model")
            if rules.verify is not None:
                rules.verify(folder)
        except PrioritizerError as problem:
            return [problem.what]
    return []


def _carry_out(
    connection: Connection,
    candidate: Standing,
    champion: Standing | None,
    done: Promotion,
) -> None:
    """Write a promotion down and move the aliases; there is a champion all the time."""
    client = connection.client
    record(connection, candidate, done)
    if champion is not None:
        client.set_registered_model_alias(MODEL_NAME, PREVIOUS, champion.version)
        client.set_model_version_tag(MODEL_NAME, champion.version, RETIRED, done.moment)
    client.set_registered_model_alias(MODEL_NAME, CHAMPION, candidate.version)
    if CHALLENGER in candidate.aliases:
        client.delete_registered_model_alias(MODEL_NAME, CHALLENGER)
    if RETIRED in candidate.tags:
        client.delete_model_version_tag(MODEL_NAME, candidate.version, RETIRED)
