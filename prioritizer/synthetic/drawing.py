"""Draw some reports whole: what is the case, what was recorded, what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from prioritizer.seeds import Bools, Draws
from prioritizer.synthetic.circumstances import Circumstances, draw_circumstances
from prioritizer.synthetic.recorded import (
    Addresses,
    FileItems,
    draw_addresses,
    draw_files,
    share_of_rows,
)
from prioritizer.synthetic.senders import Senders
from prioritizer.synthetic.statements import (
    AccountStatements,
    FileStatements,
    draw_account_statements,
    draw_file_statements,
)
from prioritizer.synthetic.timeline import Timeline
from prioritizer.synthetic.world import World
from prioritizer.synthetic.worth import Worth, weigh


@dataclass(frozen=True, slots=True)
class Drawn:
    """Some reports, before anything is written down."""

    circumstances: Circumstances
    addresses: Addresses
    files: FileItems
    account: AccountStatements
    stated: FileStatements
    worth: Worth
    prior_stated_share: float

    def __len__(self) -> int:
        return len(self.circumstances)

    def says(self, of_files: Bools) -> Bools:
        """Return which reports have a file of which something is said."""
        return share_of_rows(of_files, self.files.row, len(self)) > 0


def draw_reports(
    world: World, senders: Senders, draws: Draws, timeline: Timeline
) -> Drawn:
    """Draw the reports of a timeline; each comes out alike in whatever company."""
    case = draw_circumstances(world, senders, draws, timeline)
    addresses = draw_addresses(world, senders, draws, case)
    files = draw_files(world, senders, draws, case)
    account = draw_account_statements(world, draws, case)
    stated = draw_file_statements(world, senders, draws, case, files)
    worth = weigh(world, draws, case, addresses, files, account, stated)
    prior = world.people.prior_stated_share
    return Drawn(case, addresses, files, account, stated, worth, prior)
