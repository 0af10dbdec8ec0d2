"""The commands of the registry: which models there are, and which one is champion."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritizer.cli.options import AsJson, TrustedKeys

if TYPE_CHECKING:
    import pandas as pd

# A text and no path: "//" in an address of a server would become "/".
Database = Annotated[
    str,
    typer.Option(
        help="MLflow's SQLite file, or postgresql+psycopg://user@host/database; a "
        "password goes to PGPASSWORD or PGPASSFILE.",
        show_default=False,
    ),
]
_SHOWN = (
    "run aliases average_precision floor evidence_verified data promoted_by".split()
)


def promote(
    model: Annotated[
        str,
        typer.Argument(
            help="A version's number, its run's id, or challenger or previous_champion."
        ),
    ],
    database: Database,
    by: Annotated[str, typer.Option(help="Who decides; it is kept.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it is kept.")],
    margin: Annotated[
        float,
        typer.Option(
            min=0.0, max=0.5, help="By how much its average precision may be lower."
        ),
    ] = 0.005,
    trusted_key: TrustedKeys = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Overrule the comparison with the champion; it is kept."
        ),
    ] = False,
) -> None:
    """Make a model champion, if all rules hold; going back to one is the same.

    Example: prioritizer models promote challenger --database demo/mlflow.db
    --by "Ann Lee" --reason "more found in the same hours"
    """
    import pandas as pd

    from prioritizer import tracking
    from prioritizer.cli import output

    done = tracking.promote(
        tracking.as_database(database),
        model,
        by=by,
        reason=reason,
        at=pd.Timestamp(datetime.now(UTC)),
        rules=tracking.PromotionRules(margin=margin, verify=_signed(trusted_key)),
        force=force,
    )
    before = done.previous_champion
    instead = f" in place of version {before}" if before else ""
    output.say(f"Version {done.version} is champion now{instead}.")
    if done.forced:
        output.say(f"Overruled, and written down: {done.forced}")


def _signed(keys: Sequence[Path] | None) -> Callable[[Path], object] | None:
    """Return what refuses a model that none of these keys signed; None for no key."""
    if not keys:
        return None
    from prioritizer.model import load_model, load_public_key

    trusted = [load_public_key(path) for path in keys]
    return lambda folder: load_model(folder, trusted=trusted)


def runs(database: Database, as_json: AsJson = False) -> None:
    """List the registered models, newest first, and what each rests on.

    Example: prioritizer models runs --database demo/mlflow.db
    """
    from prioritizer import tracking
    from prioritizer.cli import output

    listed = tracking.list_models(tracking.as_database(database))
    if as_json:
        typer.echo(_as_json(listed.reset_index()))
    elif listed.empty:
        output.say("No model is registered yet: train one with --database.")
    else:
        output.say(listed[_SHOWN].to_string(na_rep="", float_format="%.4f"))


def champion(
    database: Database,
    out: Annotated[
        Path | None,
        typer.Option(help="A new folder for the champion, as --model takes it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which model is champion and who decided it; with --out, fetch it.

    Example: prioritizer models champion --database demo/mlflow.db --out models/champion
    """
    from prioritizer import tracking
    from prioritizer.cli import output

    place = tracking.as_database(database)
    run = tracking.champion_run(place)
    if out is not None:
        tracking.champion_folder(place, out)
    listed = tracking.list_models(place)
    # A run is registered once.
    found = listed[listed["run_id"] == run].reset_index()
    history = tracking.list_promotions(place)
    if as_json:
        said = {"champion": _rows(found)[0], "promotions": _rows(history)}
        typer.echo(json.dumps(said, indent=1))
        return
    output.pairs({name: each for name, each in _rows(found)[0].items() if each != ""})
    output.say("Promotions, oldest first:")
    for row in history.to_dict(orient="records"):
        overruled = f" (overruled: {row['forced']})" if row["forced"] else ""
        output.say(
            f"  {row['at']}  version {row['version']}  {row['by']}: {row['reason']}"
            f"{overruled}"
        )
    if out is not None:
        output.say(f"The champion is in {out}")


def _as_json(frame: pd.DataFrame) -> str:
    return json.dumps(_rows(frame), indent=1)


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows in which what is not known is null and not NaN."""
    known = frame.astype(object).where(frame.notna(), None)
    return [
        {str(name): value for name, value in row.items()}
        for row in known.to_dict(orient="records")
    ]
