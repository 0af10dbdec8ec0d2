"""Write down the identifiers of people and files: what reports can be linked by."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from prioritizer.seeds import Bools, Draws, Ints
from prioritizer.synthetic.circumstances import US
from prioritizer.synthetic.drawing import Drawn
from prioritizer.synthetic.file_rows import has_second_hash
from prioritizer.synthetic.person_rows import Persons, stated_of
from prioritizer.synthetic.records import coded, keys, number_within, raw_frame, where
from prioritizer.synthetic.strings import Names, file_hashes, telephones
from prioritizer.synthetic.world import World
from prioritizer.vocabulary import IDENTIFIERS
from prioritizer.vocabulary.enums import ContactType, FileHashType, IdentifierKind

_SAME_EMAIL_SHARE = 0.5  # of second accounts; a guess
_SAME_NAME_SHARE = 0.4
_STATES_VERIFIED_SHARE = 0.7
# In the order in which a reader finds them: those of a person, then those of a file.
_KINDS = (
    IdentifierKind.EMAIL,
    IdentifierKind.PHONE,
    IdentifierKind.SCREEN_NAME,
    IdentifierKind.DISPLAY_NAME,
    IdentifierKind.ESP_USER_ID,
    IdentifierKind.PROFILE_URL,
    IdentifierKind.FILE_HASH,
)
_EMAIL, _PHONE, _SCREEN, _DISPLAY, _USER, _PROFILE, _HASH = range(len(_KINDS))
_MD5, _LOOK = range(2)
_MOST_OF = 1 << 16  # people or files in one report
_HASH_TYPES = (FileHashType.MD5, FileHashType.PDQ)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Identifiers of one kind.

    Attributes
    ----------
    kind : int
        Place among the kinds.
    row, of : ndarray of int64
        Place of the report, and number of the person or file in it.
    texts : polars.Series
    states, is_verified : ndarray of bool
        Whether it is said that it is verified, and what.
    hash_type : ndarray of int64
        Place among the hash types.
    """

    kind: int
    row: Ints
    of: Ints
    texts: pl.Series
    states: Bools
    is_verified: Bools
    hash_type: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def identifier_rows(
    world: World, draws: Draws, drawn: Drawn, persons: Persons
) -> pl.DataFrame:
    """Return the raw table `identifiers`, in the order in which a reader finds it."""
    some = [*_of_people(world, draws, drawn, persons), _of_files(world, draws, drawn)]
    kind = np.concatenate([np.full(len(each.row), each.kind) for each in some])
    row, of, states, verified = (
        np.concatenate([getattr(each, name) for each in some])
        for name in ("row", "of", "states", "is_verified")
    )
    is_file = kind == _HASH
    hash_type = np.zeros_like(kind)
    hash_type[is_file] = some[-1].hash_type
    # One number to sort by: report, person or file, which one, kind, type of hash.
    order = np.argsort(
        (((row * 2 + is_file) * _MOST_OF + of) * len(_KINDS) + kind) * 2 + hash_type,
        kind="stable",
    )
    texts = pl.concat([each.texts for each in some])
    row, of, kind, is_file, verified = (
        each[order] for each in (row, of, kind, is_file, verified)
    )
    return raw_frame(
        IDENTIFIERS,
        {
            **keys(drawn.circumstances.timeline.report_id[row]),
            "identifier_no": number_within(row),
            "person_no": where(~is_file, of),
            "file_no": where(is_file, of),
            "identifier_kind": coded(_KINDS, kind),
            "identifier_key": texts.gather(order),
            "is_verified": where(states[order], verified),
            "contact_type": coded([ContactType.MOBILE], 0 * kind, kind == _PHONE),
            "file_hash_type": coded(_HASH_TYPES, hash_type[order], is_file),
        },
        len(row),
    )


def _of_people(
    world: World, draws: Draws, drawn: Drawn, persons: Persons
) -> list[_Rows]:
    case, said = drawn.circumstances, drawn.account
    account, row = persons.account, persons.row
    is_second = persons.is_main & (case.origins.account[row] == 1)
    actor = account - is_second  # the first account of the same actor

    def shared(name: str, share: float) -> Ints:
        same = draws.chance(name, actor.astype(np.uint64), share)
        return np.where(is_second & same, actor, account)

    stated, names = stated_of(draws, drawn, persons), Names()
    mail = shared("same email", _SAME_EMAIL_SHARE)
    screen = shared("same screen name", _SAME_NAME_SHARE)
    states = tuple(world.places.state_weights)
    # Abroad there is one list of numbers for all actors, at home one a state.
    at_home = case.nation[row] == US
    line = np.where(at_home, case.timeline.line[row], case.timeline.cluster[row])
    issued = np.where(at_home, case.state[row], len(states))
    silent = np.zeros(len(row), dtype=bool)
    says = draws.chance("states verified", persons.number, _STATES_VERIFIED_SHARE)

    def rows(
        kind: int, which: Bools, texts: pl.Series, verified: Bools | None = None
    ) -> _Rows:
        is_verified = silent if verified is None else verified[row]
        states = silent if verified is None else says | is_verified
        return _Rows(
            kind,
            row[which],
            persons.person_no[which],
            texts,
            states[which],
            is_verified[which],
        )

    email, phone, user = stated["email"], stated["phone"], stated["user"]
    named, shown, paged = stated["screen"], stated["display"], stated["profile"]
    telephone = telephones(line[phone], states, issued[phone])
    users = "user " + pl.Series(account[user]).cast(pl.String)
    return [
        rows(_EMAIL, email, names.emails(mail[email]), said.is_email_verified),
        rows(_PHONE, phone, telephone, said.is_phone_verified),
        rows(_SCREEN, named, names.screen_names(screen[named])),
        rows(_DISPLAY, shown, names.screen_names(account[shown])),
        rows(_USER, user, users),
        rows(_PROFILE, paged, names.profiles(account[paged])),
    ]


def _of_files(world: World, draws: Draws, drawn: Drawn) -> _Rows:
    """Return the hashes of files; the second one is one that near copies share."""
    files = drawn.files
    (second,) = np.nonzero(has_second_hash(world, draws, drawn))
    what = np.concatenate([files.item, files.look[second]])
    hash_type = np.repeat([_MD5, _LOOK], [len(files.item), len(second)])
    # An item and its look may have one number; their hashes must differ.
    what = what ^ (hash_type.astype(np.uint64) << np.uint64(60))
    return _Rows(
        _HASH,
        np.concatenate([files.row, files.row[second]]),
        np.concatenate([files.place, files.place[second]]) + 1,
        file_hashes(draws.words("hash 1", what), draws.words("hash 2", what)),
        np.zeros(len(what), dtype=bool),
        np.zeros(len(what), dtype=bool),
        hash_type,
    )
