"""The history of a folder of tables: kept beside them where that can be."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prioritizer.errors import SettingsError
from prioritizer.execution import Executor, ThreadExecutor
from prioritizer.history import History, bring_up_to_date
from prioritizer.tables import HISTORY, TableFolder, is_own, sole_writer

_LOG = logging.getLogger(__name__)


@contextmanager
def history_of(
    tables: TableFolder, executor: Executor | None = None
) -> Iterator[History]:
    """Bring the history of tables up to date, and give it.

    It is kept in a folder among the tables, so that the next run looks only at what
    is new. Where nothing can be written, or another run is at it, or the folder is
    not ours, it is made for this run alone.

    Parameters
    ----------
    tables : TableFolder
        The tables.
    executor : Executor or None
        Maps its steps; threads of this process if left out.

    Yields
    ------
    History
        To be read while the context is open.

    Raises
    ------
    TableError
        If a shard is missing or altered, or does not obey the vocabulary.
    """
    executor = executor or ThreadExecutor()
    with ExitStack() as stack:
        try:
            kept = tables.path / HISTORY
            _refuse_other(kept)
            kept.mkdir(exist_ok=True)
            # Held until it was read, for another run may find other tables there.
            stack.enter_context(sole_writer(kept))
            history = bring_up_to_date(tables, kept, executor)
        except (SettingsError, OSError):
            _LOG.warning("the history cannot be kept among the tables: it is made anew")
            place = stack.enter_context(TemporaryDirectory(prefix="history-"))
            history = bring_up_to_date(tables, Path(place), executor)
        yield history


def _refuse_other(kept: Path) -> None:
    if not is_own(kept):
        raise SettingsError(
            "the folder is not ours", str(kept), "remove it, and history is kept there"
        )
