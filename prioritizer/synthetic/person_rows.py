"""Write down the people of each report, and the identifiers that stand with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from prioritizer.seeds import Bools, Draws, Ints, Words
from prioritizer.synthetic.drawing import Drawn
from prioritizer.synthetic.moments import HOUR_US
from prioritizer.synthetic.recorded import child_number, within
from prioritizer.synthetic.records import (
    Values,
    coded,
    flags,
    keys,
    moments,
    raw_frame,
    where,
)
from prioritizer.synthetic.senders import Senders
from prioritizer.synthetic.world import World
from prioritizer.vocabulary import PEOPLE
from prioritizer.vocabulary.enums import (
    AccountRelation,
    Role,
)

_ROLES = (
    Role.REPORTED_USER,
    Role.VICTIM,
    Role.INTENDED_RECIPIENT,
    Role.ASSOCIATED_ACCOUNT,
)
_USER, _VICTIM, _RECIPIENT, _ASSOCIATED = range(4)
# Numbers of accounts that are not the actor's own: children of a report's number.
_OTHERS_FIRST = 1 << 60


@dataclass(frozen=True, slots=True)
class Persons:
    """The people of each report, in the order in which they are read.

    Attributes
    ----------
    row, person_no, role : ndarray of int64
        Place of the report, number in it from 1, place among the roles.
    number : ndarray of uint64
        The person's own number.
    is_main : ndarray of bool
        The reported account itself.
    account : ndarray of int64
        A number for the account, the same in all reports on it.
    """

    row: Ints
    person_no: Ints
    role: Ints
    number: Words
    is_main: Bools
    account: Ints


def list_persons(world: World, senders: Senders, drawn: Drawn) -> Persons:
    """Return who stands in each report: users, victims, recipients, accounts."""
    case = drawn.circumstances
    users = np.minimum(case.incidents, world.bundles.most_listed)
    victims, recipients = case.victims, case.recipients
    associated = drawn.account.has_associated.astype(np.int64)
    row, place = within(users + victims + recipients + associated)
    first_victim = users[row]
    first_recipient = first_victim + victims[row]
    first_associated = first_recipient + recipients[row]
    role = (
        (place >= first_victim).astype(np.int64)
        + (place >= first_recipient)
        + (place >= first_associated)
    )
    number = child_number(case.timeline.number, row, place)
    is_main = place == 0
    # Findings that flood in are about no account that anything else is about.
    is_own = is_main & ~senders.of("floods", case.origins.provider)[row].astype(bool)
    own = case.timeline.cluster[row] * 2 + case.origins.account[row]
    others = _OTHERS_FIRST + number.astype(np.int64) % _OTHERS_FIRST
    return Persons(row, place + 1, role, number, is_main, np.where(is_own, own, others))


def person_rows(
    senders: Senders, draws: Draws, drawn: Drawn, persons: Persons
) -> pl.DataFrame:
    """Return the raw table `people`."""
    case, said = drawn.circumstances, drawn.account
    row, number, main = persons.row, persons.number, persons.is_main
    stated = stated_of(draws, drawn, persons)
    victim = persons.role == _VICTIM
    closed = main & draws.chance("closed", number, 0.45)
    closed_us = case.timeline.received_us[row] - HOUR_US
    bio = main & draws.chance("bio", number, 0.25 * case.contact[row])
    age = case.victim_age[row]
    names_service = main & draws.chance("service", number, 0.2)
    columns: dict[str, Values] = {
        **keys(case.timeline.report_id[row]),
        "person_no": persons.person_no,
        "role": coded(_ROLES, persons.role),
        "owner_person_no": where(persons.role == _ASSOCIATED, np.ones(len(row), int)),
        "account_relation": coded(
            list(AccountRelation), persons.account % 6, persons.role == _ASSOCIATED
        ),
        "has_first_name": stated["name"],
        "has_last_name": main & said.has_name[row],
        "has_date_of_birth": main & said.has_birth_date[row],
        "age_years": where(victim & (age > 0), age),
        "email_count": stated["email"].astype(np.int32),
        "phone_count": stated["phone"].astype(np.int32),
        "address_count": (main & said.has_address[row]).astype(np.int32),
        "has_esp_identifier": stated["user"],
        "esp_service": coded(senders.names, case.origins.provider[row], names_service),
        "has_esp_service": names_service,
        "is_compromised_account": flags(main & said.is_compromised[row]),
        "screen_name_count": stated["screen"].astype(np.int32),
        "display_name_count": stated["display"].astype(np.int32),
        "profile_url_count": stated["profile"].astype(np.int32),
        "profile_bio_length": np.where(
            bio, draws.whole("bio length", number, 5, 150), 0
        ),
        "prior_report_ids": _prior(draws, drawn, persons),
        "are_all_emails_reported": flags(stated["email"] & (persons.account % 3 == 0)),
        "person_info_length": np.where(
            main & draws.chance("person info", number, 0.4 * case.narrative[row]),
            draws.whole("person info length", number, 15, 500),
            0,
        ),
        "is_permanently_disabled": flags(closed),
        "permanently_disabled_at": moments(closed_us, closed),
        "has_gender": main & draws.chance("gender", number, 0.15 * case.contact[row]),
        "has_school": victim & draws.chance("school", number, 0.06),
    }
    return raw_frame(PEOPLE, columns, len(row))


def stated_of(draws: Draws, drawn: Drawn, persons: Persons) -> dict[str, Bools]:
    """Return which persons have which identifiers, by the name of the kind."""
    said, row, main = drawn.account, persons.row, persons.is_main
    told = draws.chance(
        "other's account", persons.number, 0.2 + 0.6 * drawn.circumstances.contact[row]
    )
    other = ~main & told
    # A reader drops who is stated without anything being said.
    silent = ~other & (drawn.circumstances.victim_age[row] == 0)
    return {
        "email": main & said.has_email[row],
        "phone": main & said.has_phone[row],
        "name": (main & said.has_name[row])
        | ((other | silent) & (persons.role == _VICTIM)),
        "screen": (main & said.has_screen_name[row]) | other,
        "display": main & said.has_display_name[row],
        "user": main | (persons.role != _VICTIM),
        "profile": main & said.has_profile[row],
    }


def _prior(draws: Draws, drawn: Drawn, persons: Persons) -> pl.Series:
    """Return the actor's earlier reports where the provider lists them."""
    row, earlier = persons.row, drawn.circumstances.timeline.earlier_id
    lists = persons.is_main & draws.chance(
        "lists prior", persons.number, drawn.prior_stated_share
    )
    there = earlier[row] > 0
    counts = np.where(lists, there.sum(axis=1), 0)
    ids = pl.Series(earlier[row][there & lists[:, None]])
    frame = pl.DataFrame({"row": np.repeat(np.arange(len(row)), counts), "id": ids})
    listed = frame.group_by("row", maintain_order=True).agg("id")
    everyone = pl.DataFrame({"row": np.arange(len(row))})
    return everyone.join(listed, on="row", how="left", maintain_order="left")["id"]
