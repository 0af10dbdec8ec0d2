"""The whole road on invented reports, for somebody who sees it first."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from prioritizer import pipeline
from prioritizer.cli import output
from prioritizer.errors import MissingInputError
from prioritizer.queues import Lane
from prioritizer.settings import load_world
from prioritizer.tracking import champion_run, log_run
from prioritizer.vocabulary.advice import ADVICE, SYNTHETIC

_WORLD = "icac"
_SHOWN_LANES = [Lane.URGENT, Lane.STANDARD]


def run_demo(out: Path, *, reports: int, seed: int, top: int) -> None:
    """Generate, train, score, rank and evaluate, and say where everything is.

    Parameters
    ----------
    out : pathlib.Path
        The folder for everything; what an earlier demo left there is replaced.
    reports : int
        How many reports to invent.
    seed : int
        The seed.
    top : int
        How many rows of each lane to print.
    """
    places = {
        "tables": out / "tables",
        "model": out / "model",
        "runs (MLflow)": out / "mlflow.db",
        "scores": out / "scores.parquet",
        "queue": out / "queue.parquet",
        "figures": out / "figures.json",
    }
    as_of = pd.Timestamp(load_world(_WORLD).period.ends_at)
    with output.stages(5) as begin:
        begin(f"invent {reports:,} reports")
        pipeline.make_world(
            places["tables"],
            world=_WORLD,
            reports=reports,
            seed=seed,
            overwrite=True,
        )
        begin("train, calibrate, compile, log")
        run = pipeline.train_model(places["tables"], places["model"])
        log_run(places["runs (MLflow)"], run)
        begin("score every report, with reasons")
        pipeline.score_reports(places["tables"], places["model"], places["scores"])
        begin("rank the newest reports")
        ranking = pipeline.rank_reports(
            places["tables"],
            scores_file=places["scores"],
            as_of=as_of,
            since=pd.Timestamp(str(run.model.facts["test_begins_at"])),
            out=places["queue"],
        )
        begin("compare with arrival order")
        queue = ranking.queue
        compared = pipeline.compare_with_arrival(places["tables"], queue)
    places["figures"].write_text(
        json.dumps(compared["precision"].to_dict(), indent=1) + "\n", encoding="utf-8"
    )
    # The head of each lane, or a newcomer would see urgent reports only.
    heads = queue[queue["lane"].isin(_SHOWN_LANES)].groupby("lane").head(top)
    output.queue_head(heads)
    count = int((~queue["has_outcome"]).sum())
    waiting = f"{count:,} reports that arrived after the training window and wait"
    precision = compared["precision"].astype(float).to_dict()
    ours, theirs = precision["queue"], precision["arrival order"]
    output.say(
        f"Of the first fifth of {waiting}, {ours:.0%} are worth work; in order of "
        f"arrival it would be {theirs:.0%} ({ours / theirs:.2f} times as many)."
    )
    output.left_out(ranking)
    output.say(SYNTHETIC)
    output.say(ADVICE)
    output.say()
    output.pairs(dict(places))
    output.say(f"  champion run  {_champion(places['runs (MLflow)'])}")
    output.say(
        f"  next          prioritizer explain {queue['report_id'].iloc[0]} "
        f"--queue {places['queue']}"
    )


def _champion(database: Path) -> str:
    """Return the champion's run, or say why there is none."""
    try:
        return champion_run(database)
    except MissingInputError:
        return "none: the model did not beat every simple order"
