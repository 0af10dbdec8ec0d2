"""From tables and a model to scores, a queue, and the reasons for one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.explain import Reason, reasons_of_row
from prioritizer.features import by_name
from prioritizer.features.completeness import columns_of, completeness_of
from prioritizer.model import ScoringModel, keep_largest, load_model, read_scores
from prioritizer.pipeline.preparation import Prepared, prepare
from prioritizer.queues import build_queue, urgent_signals
from prioritizer.tables import refuse_tables
from prioritizer.tables.stamped import read_stamped, write_stamped
from prioritizer.vocabulary.advice import ADVICE
from prioritizer.vocabulary.section import sections_as_text, sections_stated

_QUEUE_NUMBERS = (
    *("position", "report_id", "version", "raw", "p", "base"),
    *columns_of(),
)
_QUEUE_OTHERS = (
    *("lane", "urgent_because", "has_outcome", "reason_1", "reason_2", "reason_3"),
    "missing",
)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A queue, what it was made from, and what it leaves waiting.

    Attributes
    ----------
    queue : pandas.DataFrame
        As `prioritizer.queues.build_queue` returns it, and beside the reasons the
        columns of `prioritizer.features.completeness.completeness_of`.
    stamp : dict of str to str
        Hashes of model and data, on what the model was trained, which sections
        of a report it sees, the moment of the queue, and that it advises.
    left_out : int
        Reports that arrived before `since`, or not yet.
    urgent_left_out : int
        How many of these have an urgent signal.
    """

    queue: pd.DataFrame
    stamp: dict[str, str]
    left_out: int
    urgent_left_out: int


def score_reports(
    folder: Path, model_folder: Path, out: Path, *, keep: int | None = None
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

    Returns
    -------
    pandas.DataFrame of shape (n_reports, n_columns)
        Columns `report_id` and `version`, then those of `ScoringModel.score`.

    Raises
    ------
    ModelError
        If the model is missing parts, altered, or of other features.
    SettingsError
        If the file would lie among tables, or replace something else.
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    refuse_tables(out)
    model = load_model(model_folder)
    prepared = prepare(
        folder, sections=sections_stated(model.facts), features=model.features
    )
    scores = model.score(prepared.X)
    kept = scores if keep is None else keep_largest(scores, keep)
    frame = prepared.versions.to_frame().join(kept).reset_index()
    write_stamped(out, frame, _stamp(prepared, model))
    return frame


def rank_reports(
    folder: Path,
    *,
    as_of: pd.Timestamp,
    model_folder: Path | None = None,
    scores_file: Path | None = None,
    since: pd.Timestamp | None = None,
    out: Path | None = None,
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

    Returns
    -------
    Ranking
        The queue, what it was made from, and what it leaves out.

    Raises
    ------
    ModelError
        If the model is missing parts, altered, or of other features.
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
        model = load_model(model_folder)
        sections = sections_stated(model.facts)
        features = model.features
        prepared = prepare(folder, as_of=as_of, sections=sections, features=features)
        X = _arrived(prepared, since)
        scores = model.score(X)
        stamp = _stamp(prepared, model)
    elif scores_file is not None and model_folder is None:
        prepared = prepare(folder, as_of=as_of)
        wanted = _arrived(prepared, since).index
        scores, stamp = read_scores(
            scores_file, prepared.versions.loc[wanted], prepared.folder.content_hash
        )
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


def explain_report(queue_file: Path, report_id: int) -> tuple[pd.Series, list[Reason]]:
    """Return a report's row of a queue and every reason of its score.

    Parameters
    ----------
    queue_file : pathlib.Path
        A queue that `rank_reports` wrote.
    report_id : int
        The report.

    Returns
    -------
    pandas.Series
        Its row, with the sections of a report that the score sees.
    list of Reason
        Every feature's part in the score, the largest first.

    Raises
    ------
    MissingInputError
        If there is no queue, or the report is not in it.
    SettingsError
        If the file is not a queue.
    """
    queue, stamp = read_stamped(
        queue_file,
        holds="a queue",
        command="prioritizer rank --out",
        numbers=_QUEUE_NUMBERS,
        others=_QUEUE_OTHERS,
        with_values=True,
    )
    if queue["report_id"].duplicated().any():
        raise SettingsError(
            "the queue holds a report twice", str(queue_file), "rank again"
        )
    rows = queue[queue["report_id"] == report_id]
    if rows.empty:
        raise MissingInputError(
            "the report is not in the queue",
            str(queue_file),
            "check its number, or rank again with a later --as-of",
        )
    row = rows.iloc[0]
    sections = sections_as_text(sections_stated(stamp))
    return pd.concat([row, pd.Series({"sections": sections})]), reasons_of_row(row)


def _stamp(prepared: Prepared, model: ScoringModel) -> dict[str, str]:
    return {
        "model_hash": model.content_hash,
        "model_trained_on": str(model.facts.get("data", "not stated")),
        "sections": sections_as_text(prepared.sections),
        "data_hash": prepared.folder.content_hash,
        "data": "synthetic" if prepared.folder.is_synthetic else "real",
        "advice": ADVICE,
    }
