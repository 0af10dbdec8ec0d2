"""The story in a dozen verbs: from documents or an invented world to a queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import polars as pl

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.evaluation import compare_orders
from prioritizer.explain import Reason, reasons_of_row
from prioritizer.features import CATALOGUE, by_name, compute_features
from prioritizer.history import look_back
from prioritizer.ingest import IngestResult, find_documents, ingest
from prioritizer.model import (
    ScoringModel,
    TrainingRun,
    TrainSettings,
    keep_largest,
    labels_as_of,
    load_model,
    newest_begins_at,
    save_model,
    split_by_time,
    train,
)
from prioritizer.privacy import load_key
from prioritizer.queues import build_queue
from prioritizer.synthetic import PROFILES, generate, read_truth
from prioritizer.tables import (
    TableFolder,
    check_frames,
    latest_versions,
    open_tables,
    read_stamped,
    write_stamped,
)

# The share of waiting reports that an office is taken to have the hours for.
CAPACITY_SHARE = 0.2
_FAR_FUTURE = pd.Timestamp("2262-01-01", tz="UTC")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Tables, what was known before each report, and the features.

    Attributes
    ----------
    folder : TableFolder
        Where the tables lie.
    tables : dict of str to polars.DataFrame
        The tables, those of `history` among them.
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`, in order of arrival.
    """

    folder: TableFolder
    tables: dict[str, pl.DataFrame]
    X: pd.DataFrame

    @property
    def arrivals(self) -> pd.Series:
        """Arrival of each report's latest version, index `report_id`."""
        latest = latest_versions(self.tables["reports"])
        columns = latest.select("report_id", "arrival_at").to_pandas()
        return columns.set_index("report_id")["arrival_at"]


def make_world(
    folder: Path, *, profile: str, reports: int, seed: int, overwrite: bool
) -> TableFolder:
    """Write an invented world and its truth to a folder."""
    if profile not in PROFILES:
        raise SettingsError(
            "there is no such profile",
            "--profile",
            f"choose one of: {', '.join(PROFILES)}",
        )
    _refuse_full(folder, overwrite=overwrite)
    return generate(PROFILES[profile], folder, reports=reports, seed=seed)


def read_documents(
    sources: Iterable[Path],
    folder: Path,
    *,
    key_file: Path,
    overwrite: bool,
    progress: Callable[[], None] = lambda: None,
) -> tuple[TableFolder, IngestResult]:
    """Turn documents into tables, naming those that cannot be read."""
    _refuse_full(folder, overwrite=overwrite)
    documents = list(find_documents(sources))
    return ingest(documents, folder, key=load_key(key_file), progress=progress)


def check_tables(folder: Path) -> dict[str, int]:
    """Return how many rows each table has, after checking all of them."""
    frames = open_tables(folder).read_all()
    check_frames(frames)
    return {name: frame.height for name, frame in frames.items()}


def prepare(folder: Path) -> Prepared:
    """Open tables, look back from each report, and compute its features."""
    opened = open_tables(folder)
    frames = opened.read_all()
    check_frames(frames)
    tables = {**frames, **look_back(frames)}
    return Prepared(opened, tables, compute_features(tables, CATALOGUE))


def train_model(
    folder: Path, out: Path, *, settings: TrainSettings | None = None
) -> TrainingRun:
    """Train on the past, measure on the newest reports, and store the model."""
    settings = settings or TrainSettings()
    prepared = prepare(folder)
    begins = newest_begins_at(prepared.arrivals, settings.test_share)
    labels = labels_as_of(prepared.tables["outcomes"], begins)
    split = split_by_time(prepared.arrivals, labels, settings)
    trained, booster = train(prepared.X, labels, split, CATALOGUE, settings)
    trained.facts["data_hash"] = prepared.folder.content_hash
    trained.facts["data"] = "synthetic" if prepared.folder.is_synthetic else "real"
    metrics = _metrics(prepared, trained, split.test)
    model = save_model(out, trained, booster, metrics)
    return TrainingRun(out, model, booster, settings, metrics)


def score_reports(
    folder: Path, model_folder: Path, out: Path, *, keep: int | None = None
) -> pd.DataFrame:
    """Score every report with its contributions, and write them to a file."""
    model = load_model(model_folder)
    prepared = prepare(folder)
    scores = model.score(prepared.X)
    kept = scores if keep is None else keep_largest(scores, keep)
    latest = latest_versions(prepared.tables["reports"])
    versions = latest.select("report_id", "version").to_pandas()
    frame = versions.join(kept, on="report_id")
    write_stamped(out, frame, _stamp(prepared, model.content_hash))
    return frame


def rank_reports(
    folder: Path,
    *,
    as_of: pd.Timestamp,
    model_folder: Path | None = None,
    scores_file: Path | None = None,
    since: pd.Timestamp | None = None,
    out: Path | None = None,
) -> pd.DataFrame:
    """Return the queue of all reports that arrived before a moment."""
    prepared = prepare(folder)
    X = prepared.X[_waiting(prepared.arrivals, since, as_of)]
    if model_folder is not None and scores_file is None:
        model = load_model(model_folder)
        features, scores, model_hash = (
            model.features,
            model.score(X),
            model.content_hash,
        )
    elif scores_file is not None and model_folder is None:
        found, model_hash = _read_scores(scores_file, prepared.folder.content_hash)
        features, scores = CATALOGUE, found.loc[X.index]
    else:
        raise SettingsError(
            "a queue needs either a model or scores",
            "--model and --scores",
            "give one of the two",
        )
    queue = build_queue(prepared.tables, X, scores, features, as_of=as_of)
    if out is not None:
        stamp = _stamp(prepared, model_hash)
        write_stamped(out, queue, {**stamp, "as_of": as_of.isoformat()})
    return queue


def count_reports(folder: Path) -> int:
    """Return how many reports the tables hold, each once."""
    return open_tables(folder).read("reports")["report_id"].n_unique()


def explain_report(queue_file: Path, report_id: int) -> tuple[pd.Series, list[Reason]]:
    """Return a report's row of a queue and every reason of its score."""
    queue, _ = read_stamped(
        queue_file,
        holds="a queue",
        command="prioritizer rank --out",
        column="urgent_because",
    )
    rows = queue[queue["report_id"] == report_id]
    if rows.empty:
        raise MissingInputError(
            "the report is not in the queue",
            str(queue_file),
            "check its number, or rank again with a later --as-of",
        )
    row = rows.iloc[0]
    return row, reasons_of_row(row)


def compare_with_arrival(folder: Path, queue: pd.DataFrame) -> pd.DataFrame:
    """Return precision at capacity of a queue and of arrival order.

    Every report that still waits counts, the urgent ones too, by the truth of
    a synthetic world. What has an outcome is left out of both orders: its
    place at the end of the queue would be compared with no place at all.
    """
    truth = read_truth(folder).to_pandas().set_index("report_id")["is_actionable"]
    rows = queue[~queue["has_outcome"]].set_index("report_id")
    orders = {
        "queue": -rows["position"].astype(float),
        "arrival order": -rows["arrival_at"].astype("int64").astype(float),
    }
    labels = truth.loc[rows.index].astype(float)
    return compare_orders(orders, labels, max(1, int(len(rows) * CAPACITY_SHARE)))


def _metrics(
    prepared: Prepared, model: ScoringModel, test: pd.Index
) -> dict[str, object]:
    """Measure on reports of the test window whose outcome came back since."""
    labels = labels_as_of(prepared.tables["outcomes"], _FAR_FUTURE)
    seen = labels[labels.index.isin(test)].astype(float)
    if seen.nunique() < 2:
        return {"test_reports_with_outcome": len(seen)}
    scores = model.score(prepared.X.loc[seen.index])
    orders = {
        "model": scores["raw"],
        "arrival_order": -prepared.arrivals.loc[seen.index]
        .astype("int64")
        .astype(float),
    }
    capacity = max(1, int(len(seen) * CAPACITY_SHARE))
    compared = compare_orders(orders, seen, capacity)
    return {
        "test_reports_with_outcome": len(seen),
        "test_actionable_share": round(float(seen.mean()), 4),
        "test_reports_at_capacity": capacity,
        **{
            f"{name}_precision_at_capacity": round(float(row["precision"]), 4)
            for name, row in compared.iterrows()
        },
    }


def _waiting(
    arrivals: pd.Series, since: pd.Timestamp | None, as_of: pd.Timestamp
) -> pd.Series[bool]:
    arrived = arrivals <= as_of
    return arrived if since is None else arrived & (arrivals >= since)


def _stamp(prepared: Prepared, model_hash: str) -> dict[str, str]:
    return {
        "model_hash": model_hash,
        "data_hash": prepared.folder.content_hash,
        "data": "synthetic" if prepared.folder.is_synthetic else "real",
    }


def _read_scores(path: Path, data_hash: str) -> tuple[pd.DataFrame, str]:
    """Return scores of these very tables, and the hash of the model that made them."""
    rows, stamp = read_stamped(
        path, holds="scores", command="prioritizer score", column="raw"
    )
    if stamp.get("data_hash") != data_hash:
        raise SettingsError(
            "the scores were made from other tables", str(path), "score these tables"
        )
    scores = rows.set_index("report_id")
    missing = [name for name in by_name() if f"c_{name}" not in scores.columns]
    if missing:
        raise SettingsError(
            f"the scores lack the contributions of {len(missing)} features",
            str(path),
            "score without --keep, so that every place can be explained",
        )
    return scores, stamp.get("model_hash", "")


def _refuse_full(folder: Path, *, overwrite: bool) -> None:
    if overwrite or not folder.exists():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise SettingsError(
            "the output folder is not empty",
            str(folder),
            "choose another folder, or add --overwrite",
        )
