"""Generate a folder of tables, and beside them the truth."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.privacy import PUBLIC_KEY, protect
from prioritizer.synthetic.children import child_records
from prioritizer.synthetic.latent import draw_latent
from prioritizer.synthetic.outcomes import draw_outcomes, truth_frame
from prioritizer.synthetic.records import report_records
from prioritizer.synthetic.strings import Strings
from prioritizer.synthetic.world import World
from prioritizer.tables import TableFolder, write_tables

_TRUTH = Path("truth") / "part-00000.parquet"


def generate(world: World, folder: Path, *, reports: int, seed: int) -> TableFolder:
    """Write a world of `reports` reports as tables, and its truth beside them.

    Parameters
    ----------
    world : World
        Rates and shares.
    folder : pathlib.Path
        Where to write.
    reports : int
        How many reports, 1 or more.
    seed : int
        The seed, 0 or more; equal seeds give equal bytes.

    Returns
    -------
    TableFolder
        The tables.

    Raises
    ------
    SettingsError
        If the world, the number or the seed cannot be used.
    """
    if reports < 1 or seed < 0:
        raise SettingsError(
            "reports must be 1 or more and seed 0 or more",
            "--reports and --seed",
            "choose other numbers",
        )
    world.check()
    latent = draw_latent(world, reports, seed)
    raw = {
        "reports": report_records(latent, seed),
        **child_records(
            latent,
            Strings(seed),
            files_per_report=world.files_per_report,
            seed=seed,
        ),
    }
    frames = protect(raw, PUBLIC_KEY, invented=True)
    frames["outcomes"] = draw_outcomes(latent, world, seed)
    tables = write_tables(folder, [frames], origin="synthetic")
    (folder / _TRUTH).parent.mkdir(exist_ok=True)
    truth_frame(latent).write_parquet(folder / _TRUTH)
    return tables


def read_truth(folder: Path) -> pl.DataFrame:
    """Return the answer key of a synthetic folder.

    Raises
    ------
    MissingInputError
        If the folder has none, as real reports never do.
    """
    path = folder / _TRUTH
    if not path.is_file():
        raise MissingInputError(
            "these tables have no answer key",
            str(path),
            "use tables made by `prioritizer generate`",
        )
    return pl.read_parquet(path)
