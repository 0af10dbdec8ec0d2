"""From tables and a model to scores, a queue, and the reasons for one place."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from prioritizer.errors import SettingsError
from prioritizer.features import by_name
from prioritizer.features.completeness import completeness_of
from prioritizer.model import (
    ScoringModel,
    keep_largest,
    load_model,
    load_public_key,
    read_scores,
)
from prioritizer.model.signing import is_signed_by
from prioritizer.pipeline.preparation import Prepared, prepare
from prioritizer.queues import build_queue, urgent_signals
from prioritizer.tables import refuse_tables
from prioritizer.tables.stamped import write_stamped
from prioritizer.vocabulary.advice import ADVICE
from prioritizer.vocabulary.section import sections_as_text, sections_stated

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A queue, what it was made from, and what it leaves waiting.

    Attributes
    ----------
    queue : pandas.DataFrame
        As `prioritizer.queues.build_queue` returns it, and beside the reasons the
        columns of `prioritizer.features.completeness.completeness_of`.
    stamp : dict of str to str
        Hashes of model and data, who signed the model, on what it was trained, which
        sections of a report it sees, the moment of the queue, and that it advises.
    left_out : int
        Reports that arrived before `since`, or not yet.
    urgent_left_out : int
        How many of these have an urgent signal.
    """

    queue: pd.DataFrame
    stamp: dict[str, str]
    left_out: int
    urgent_left_out: int


def signature_of(model_folder: Path, trusted: Sequence[Path] = ()) -> str:
    """Return who signed a model: ``none``, or a key and whether it is trusted.

    Parameters
    ----------
    model_folder : pathlib.Path
        The model.
    trusted : sequence of pathlib.Path
        Files of public keys, one of which must have signed it; if none are given, the
        model need not be signed.

    Raises
    ------
    MissingInputError
        If there is no model.
    ModelError
        If it is not signed as it must be, missing parts, or altered.
    SettingsError
        If a file holds no public key.
    """
    return _model(model_folder, trusted).signature


def _model(folder: Path, trusted: Sequence[Path]) -> ScoringModel:
    return load_model(folder, trusted=[*map(load_public_key, trusted)] or None)


def score_reports(
    folder: Path,
    model_folder: Path,
    out: Path,
    *,
    keep: int | None = None,
    trusted: Sequence[Path] = (),
) -> pd.DataFrame:
    """Score every report with its contributions, and write them to a file.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    model_folder : pathlib.Path
        The model.
    out : pathlib.Path
        A Parquet file.
    keep : int or None
        Keep only this many contributions of each report; all if left out.
    trusted : sequence of pathlib.Path
        Files of public keys, as for `signature_of`.

    Returns
    -------
    pandas.DataFrame of shape (n_reports, n_columns)
        Columns `report_id` and `version`, then those of `ScoringModel.score`.

    Raises
    ------
    ModelError
        If the model is missing parts, altered, of other features, or not signed as it
        must be.
    SettingsError
        If the file would lie among tables, or replace something else.
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    refuse_tables(out)
    model = _model(model_folder, trusted)
    prepared = prepare(
        folder, sections=sections_stated(model.facts), features=model.features
    )
    scores = model.score(prepared.X)
    kept = scores if keep is None else keep_largest(scores, keep)
    frame = prepared.versions.to_frame().join(kept).reset_index()
    write_stamped(out, frame, _stamp(prepared, model, prepared.X))
    return frame


def rank_reports(
    folder: Path,
    *,
    as_of: pd.Timestamp,
    model_folder: Path | None = None,
    scores_file: Path | None = None,
    since: pd.Timestamp | None = None,
    out: Path | None = None,
    trusted: Sequence[Path] = (),
) -> Ranking:
    """Put the reports that arrived up to a moment in order, and say what is left.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    as_of : pandas.Timestamp
        The moment of the queue, with zone.
    model_folder, scores_file : pathlib.Path or None
        A model, or scores made before of these very tables; one of the two.
    since : pandas.Timestamp or None
        Only reports that arrived from then on.
    out : pathlib.Path or None
        A Parquet file for the queue.
    trusted : sequence of pathlib.Path
        Files of public keys, as for `signature_of`. Scores must say of themselves
        that one of these signed their model.

    Returns
    -------
    Ranking
        The queue, what it was made from, and what it leaves out.

    Raises
    ------
    ModelError
        If the model is missing parts, altered, of other features, or not signed as it
        must be.
    SettingsError
        If not one of model and scores is given, the scores are of other
        reports, or `since` lies after `as_of`.
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    _refuse_odd(out, scores_file, since, as_of)
    if model_folder is not None and scores_file is None:
        model = _model(model_folder, trusted)
        sections = sections_stated(model.facts)
        features = model.features
        prepared = prepare(folder, as_of=as_of, sections=sections, features=features)
        X = _arrived(prepared, since)
        scores = model.score(X)
        stamp = _stamp(prepared, model, X)
    elif scores_file is not None and model_folder is None:
        prepared = prepare(folder, as_of=as_of)
        wanted = _arrived(prepared, since).index
        scores, stamp = read_scores(
            scores_file, prepared.versions.loc[wanted], prepared.folder.content_hash
        )
        _refuse_untrusted(scores_file, stamp, trusted)
        sections = sections_stated(stamp)
        if sections != prepared.sections:  # only the scores say what they saw
            prepared = prepare(folder, as_of=as_of, sections=sections)
        names = [name for name in scores.columns if name.startswith("c_")]
        features = tuple(by_name()[name.removeprefix("c_")] for name in names)
        X = _arrived(prepared, since)[[feature.name for feature in features]]
    else:
        raise SettingsError(
            "a queue needs either a model or scores",
            "--model and --scores",
            "give one of the two",
        )
    order = build_queue(prepared.tables, X, scores, features, as_of=as_of)
    queue = _with_completeness(order, prepared, as_of)
    stamp = {**stamp, "as_of": as_of.isoformat()}
    if out is not None:
        write_stamped(out, queue, stamp)
    signals = urgent_signals(prepared.tables["reports"])
    left = signals[~signals.index.isin(X.index)]
    return Ranking(queue, stamp, len(left), int((left != "").sum()))


def _refuse_odd(
    out: Path | None,
    scores_file: Path | None,
    since: pd.Timestamp | None,
    as_of: pd.Timestamp,
) -> None:
    if out is not None:
        refuse_tables(out)
        if scores_file is not None and out.resolve() == scores_file.resolve():
            raise SettingsError(
                "the queue would replace the scores", str(out), "choose another place"
            )
    if since is not None and since > as_of:
        raise SettingsError(
            "the queue would begin after its own moment",
            "--since and --as-of",
            "choose a --since that is earlier",
        )


def _refuse_untrusted(
    scores_file: Path, stamp: dict[str, str], trusted: Sequence[Path]
) -> None:
    keys = [load_public_key(path) for path in trusted]
    if keys and not is_signed_by(stamp.get("signature", ""), keys):
        raise SettingsError(
            "the scores do not say that a trusted key signed their model",
            str(scores_file),
            "score again with --trusted-key, or name the model with --model",
        )


def _with_completeness(
    order: pd.DataFrame, prepared: Prepared, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return a queue with another scale beside its reasons; the order stands."""
    found = completeness_of(prepared.tables, as_of=as_of).to_pandas()
    key = ["report_id", "version"]
    beside = [name for name in found.columns if name not in key]
    joined = order.merge(found, on=key, how="left", validate="one_to_one")
    before = list(order.columns[: order.columns.get_loc("base")])
    after = list(order.columns[len(before) :])
    return joined[[*before, *beside, *after]]


def _arrived(prepared: Prepared, since: pd.Timestamp | None) -> pd.DataFrame:
    if since is None:
        return prepared.X
    return prepared.X[prepared.arrivals >= since]


def _stamp(prepared: Prepared, model: ScoringModel, X: pd.DataFrame) -> dict[str, str]:
    unseen = "; ".join(f"{name}: {n}" for name, n in model.unseen(X).items())
    if unseen:
        _LOG.warning(
            "reports with a category that the model never learned from, by feature: %s",
            unseen,
        )
    return {
        "model_hash": model.content_hash,
        "signature": model.signature,
        "unseen_categories": unseen or "none",
        "model_trained_on": str(model.facts.get("data", "not stated")),
        "sections": sections_as_text(prepared.sections),
        "data_hash": prepared.folder.content_hash,
        "data": "synthetic" if prepared.folder.is_synthetic else "real",
        "advice": ADVICE,
    }
