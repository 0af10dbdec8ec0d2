"""From the settings of an invented world to its tables, or to its documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from prioritizer.settings import load_world
from prioritizer.synthetic import World, generate, generate_documents
from prioritizer.tables import TableFolder, refuse_full


def make_world(
    folder: Path,
    *,
    world: World | str,
    reports: int,
    seed: int,
    overwrite: bool,
    progress: Callable[[int], None] = lambda done: None,
) -> TableFolder:
    """Write an invented world and its truth to a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write.
    world : World or str
        A world that `prioritizer.settings.load_world` read, or the name of a
        built-in one, such as ``"icac"``.
    reports : int
        How many reports, 1 or more.
    seed : int
        The seed, 0 or more; equal seeds give equal bytes.
    overwrite : bool
        Whether tables that are there may be replaced.
    progress : callable
        Called with the number of reports after each part.

    Returns
    -------
    TableFolder
        The tables.

    Raises
    ------
    SettingsError
        If the world or a number cannot be used, or the folder is not empty.
    """
    read = _read(world)
    refuse_full(folder, overwrite=overwrite)
    return generate(read, folder, reports=reports, seed=seed, progress=progress)


def make_documents(
    folder: Path,
    *,
    format: str,
    world: World | str,
    reports: int,
    seed: int,
    overwrite: bool,
    progress: Callable[[int], None] = lambda done: None,
) -> Path:
    """Write an invented world as documents, with its truth beside them.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write.
    format : str
        ``"json"`` as law enforcement receives it, or ``"xml"`` as providers send.
    world, reports, seed, overwrite, progress
        As for `make_world`: the same settings give the same reports.

    Returns
    -------
    pathlib.Path
        The folder in which the documents are, for `prioritizer ingest`.

    Raises
    ------
    SettingsError
        If a setting cannot be used, or the folder is not empty.
    """
    read = _read(world)
    refuse_full(folder, overwrite=overwrite)
    return generate_documents(
        read, folder, format=format, reports=reports, seed=seed, progress=progress
    )


def report_fidelity(folder: Path, *, world: World | str) -> tuple[Path, int, int]:
    """Compare an invented world with published figures, and write a page of it.

    Parameters
    ----------
    folder : pathlib.Path
        Tables of an invented world; the page is written into it.
    world : World or str
        What they were made from.

    Returns
    -------
    pathlib.Path
        The page.
    int
        How many figures are within their stated interval.
    int
        How many have one.
    """
    # Plots take a second to import, which no other verb needs.
    from prioritizer.evaluation.fidelity import measure_fidelity, write_fidelity

    fidelity = measure_fidelity(folder, _read(world))
    page, _ = write_fidelity(folder, fidelity)
    return page, fidelity.within, fidelity.judged


def _read(world: World | str) -> World:
    return load_world(world) if isinstance(world, str) else world
