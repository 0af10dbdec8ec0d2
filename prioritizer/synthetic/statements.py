"""What the provider says of the account and the files, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prioritizer.seeds import Bools, Draws, Ints
from prioritizer.synthetic.circumstances import Circumstances
from prioritizer.synthetic.recorded import VIRAL, FileItems
from prioritizer.synthetic.senders import Senders
from prioritizer.synthetic.world import World

_PUBLIC_SHARE = 0.4  # of files for which it is stated; a guess
_SAID_VIRAL_SHARE = 0.35  # of files that are; a guess, like the next
_SAID_GENERATED_SHARE = 0.7
_CODES = 4  # the members of the industry's list of codes


@dataclass(frozen=True, slots=True)
class AccountStatements:
    """What is stated of the reported account; arrays of shape (n_reports,)."""

    has_email: Bools
    is_email_verified: Bools
    has_phone: Bools
    is_phone_verified: Bools
    has_name: Bools
    has_birth_date: Bools
    has_screen_name: Bools
    has_display_name: Bools
    has_profile: Bools
    has_address: Bools
    has_associated: Bools
    is_compromised: Bools

    @property
    def is_verified(self) -> Bools:
        """Whether an e-mail address or a telephone number is verified."""
        return self.is_email_verified | self.is_phone_verified

    @property
    def has_contact(self) -> Bools:
        """Whether an e-mail address or a telephone number is stated."""
        return self.has_email | self.has_phone


@dataclass(frozen=True, slots=True)
class FileStatements:
    """What is stated of each file; arrays of shape (n_files,).

    Attributes
    ----------
    states_viewed, is_viewed : ndarray of bool
        Whether it is stated, and what; together three states.
    code : ndarray of int64
        Place in the industry's list of codes, -1 for none.
    """

    states_viewed: Bools
    is_viewed: Bools
    code: Ints
    states_public: Bools
    is_public: Bools
    is_said_viral: Bools
    is_said_generated: Bools


def draw_account_statements(
    world: World, draws: Draws, case: Circumstances
) -> AccountStatements:
    """Draw what is stated of the reported account."""
    number, people = case.timeline.number, world.people
    # Who pads its fields fills in every one.
    told = np.where(case.is_padded, 1.0, case.contact)

    def stated(name: str, share: float) -> Bools:
        full = np.where(case.is_padded, 0.95, share)
        return draws.chance(name, number, full * told)

    has_email = stated("email", people.email_share)
    has_phone = stated("phone", people.phone_share)
    has_name = stated("name", people.name_share)
    verified = np.where(case.is_padded, 0.0, people.verified_share)
    alone = (case.victims == 0) & (case.recipients == 0) & ~case.is_bundle
    return AccountStatements(
        has_email=has_email,
        is_email_verified=has_email & draws.chance("email verified", number, verified),
        has_phone=has_phone,
        is_phone_verified=has_phone & draws.chance("phone verified", number, verified),
        has_name=has_name,
        has_birth_date=has_name & stated("birth date", people.birth_date_share * 2),
        has_screen_name=stated("screen name", people.screen_name_share),
        has_display_name=stated("display name", people.display_name_share),
        has_profile=stated("profile", people.profile_share),
        has_address=draws.chance(
            "address", number, world.places.address_stated_share * told * case.place
        ),
        has_associated=alone
        & draws.chance("associated", number, people.associated_account_share),
        is_compromised=draws.chance("compromised", number, people.compromised_share),
    )


def draw_file_statements(
    world: World, senders: Senders, draws: Draws, case: Circumstances, files: FileItems
) -> FileStatements:
    """Draw what is stated of each file."""
    provider = case.origins.provider[files.row]
    number = files.number
    # A provider states it for all files of a report, or for none.
    states = draws.chance(
        "states viewed",
        case.timeline.number,
        senders.of("viewed_stated_share", case.origins.provider),
    )[files.row]
    classifies = senders.of("classifies", provider).astype(bool)
    coded = classifies & draws.chance("coded", number, world.files.classified_share)
    return FileStatements(
        states_viewed=states,
        is_viewed=states
        & draws.chance("viewed", number, senders.of("viewed_share", provider)),
        code=np.where(coded, draws.whole("code", number, 0, _CODES), -1),
        states_public=draws.chance(
            "states public", number, world.files.public_stated_share
        ),
        is_public=draws.chance("public", number, _PUBLIC_SHARE),
        is_said_viral=(files.origin == VIRAL)
        & draws.chance("said viral", number, _SAID_VIRAL_SHARE),
        is_said_generated=case.is_generated[files.row]
        & draws.chance("said generated", number, _SAID_GENERATED_SHARE),
    )
