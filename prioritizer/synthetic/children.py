"""The child rows of the raw records: people, identifiers and files."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from prioritizer.seeds import stream
from prioritizer.synthetic.latent import Bools, Ints, Latent
from prioritizer.synthetic.network import capture_records, location_records
from prioritizer.synthetic.records import flags, keys, raw_frame, where
from prioritizer.synthetic.strings import (
    Strings,
    file_hashes,
)
from prioritizer.vocabulary import FILES, IDENTIFIERS, PEOPLE
from prioritizer.vocabulary.enums import (
    FileHashType,
    IdentifierKind,
    IndustryClassification,
    Role,
)

_VIRAL_ITEMS = 150
_MOST_FILES = 60


def child_records(
    latent: Latent, strings: Strings, *, files_per_report: float, seed: int
) -> dict[str, pl.DataFrame]:
    """Return the raw child tables of the reports of `latent`.

    Parameters
    ----------
    latent : Latent
        What is true of each report.
    strings : Strings
        Makes identifiers.
    files_per_report : float
        Mean number of files.
    seed : int
        The seed of the run.

    Returns
    -------
    dict of str to polars.DataFrame
        The tables people, identifiers, files, captures and locations.
    """
    has = _contacts(latent, seed)
    locations = location_records(latent, has["address"], seed)
    people = _people(latent, has, seed)
    files, hashes = _files(latent, files_per_report, seed)
    return {
        "people": people,
        "identifiers": _numbered(
            [*_account_identifiers(latent, has, strings), hashes], "identifier_no"
        ),
        "files": files,
        "captures": _numbered(capture_records(latent, seed), "capture_no"),
        "locations": _numbered(locations, "location_no"),
    }


def _numbered(frames: list[pl.DataFrame], number: str) -> pl.DataFrame:
    """Put a report's rows together and count them from one."""
    return pl.concat(frames).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("report_id").alias(number)
    )


def _contacts(latent: Latent, seed: int) -> dict[str, Bools]:
    """Draw which contact data the provider sends of the reported account."""
    random = stream(seed, "contacts")
    likely = {
        "email": 0.9,
        "phone": 0.45,
        "screen_name": 0.95,
        "name": 0.3,
        "address": 0.2,
    }
    has = {
        name: random.random(len(latent)) < share * latent.completeness
        for name, share in likely.items()
    }
    has["verified"] = random.random(len(latent)) < 0.5
    has["victim"] = random.random(len(latent)) < np.where(latent.is_contact, 0.55, 0.04)
    return has


def _people(latent: Latent, has: dict[str, Bools], seed: int) -> pl.DataFrame:
    size = len(latent)
    random = stream(seed, "people")
    users = raw_frame(
        PEOPLE,
        {
            **keys(np.arange(size)),
            "person_no": np.ones(size, dtype=np.int32),
            "role": [Role.REPORTED_USER] * size,
            "has_first_name": has["name"],
            "has_last_name": has["name"],
            "has_date_of_birth": has["name"] & (random.random(size) < 0.5),
            "email_count": has["email"].astype(np.int32),
            "phone_count": has["phone"].astype(np.int32),
            "address_count": has["address"].astype(np.int32),
            "has_esp_identifier": np.ones(size, dtype=bool),
            "screen_name_count": has["screen_name"].astype(np.int32),
            "profile_url_count": (random.random(size) < latent.completeness).astype(
                np.int32
            ),
            "is_compromised_account": flags(random.random(size) < 0.01),
            "is_permanently_disabled": flags(random.random(size) < 0.4),
        },
        size,
    )
    (which,) = np.nonzero(has["victim"])
    known_age = random.random(len(which)) < 0.6
    victims = raw_frame(
        PEOPLE,
        {
            **keys(which),
            "person_no": np.full(len(which), 2, dtype=np.int32),
            "role": [Role.VICTIM] * len(which),
            "has_first_name": random.random(len(which)) < 0.3,
            "age_years": where(known_age, random.integers(4, 18, len(which))),
            "screen_name_count": (random.random(len(which)) < 0.5).astype(np.int32),
        },
        len(which),
    )
    return pl.concat([users, victims])


def _account_identifiers(
    latent: Latent, has: dict[str, Bools], strings: Strings
) -> list[pl.DataFrame]:
    def of_kind(
        kind: IdentifierKind, which: Bools, make: Callable[[Ints], list[str]]
    ) -> pl.DataFrame:
        (rows,) = np.nonzero(which)
        verifiable = kind in (IdentifierKind.EMAIL, IdentifierKind.PHONE)
        verified = has["verified"][rows]
        return raw_frame(
            IDENTIFIERS,
            {
                **keys(rows),
                "person_no": np.ones(len(rows), dtype=np.int32),
                "identifier_kind": [kind] * len(rows),
                "identifier_key": make(rows),
                **({"is_verified": verified} if verifiable else {}),
            },
            len(rows),
        )

    account = latent.account
    everyone = np.ones(len(latent), dtype=bool)
    return [
        of_kind(
            IdentifierKind.ESP_USER_ID,
            everyone,
            lambda rows: [f"user {each}" for each in account[rows].tolist()],
        ),
        of_kind(
            IdentifierKind.SCREEN_NAME,
            has["screen_name"],
            lambda rows: strings.screen_names(account[rows]),
        ),
        of_kind(
            IdentifierKind.EMAIL,
            has["email"],
            lambda rows: strings.emails(account[rows]),
        ),
        of_kind(
            IdentifierKind.PHONE,
            has["phone"],
            lambda rows: strings.telephones(account[rows], latent.state[rows]),
        ),
    ]


def _files(
    latent: Latent, files_per_report: float, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the files, and the identifiers that are their hashes."""
    size = len(latent)
    random = stream(seed, "files")
    # A heavy tail: most reports hold one file, a few hold dozens.
    many = random.lognormal(np.log(files_per_report) - 0.5, 1.0, size)
    count = np.minimum(np.ceil(many), _MOST_FILES).astype(np.int64)
    count = np.where(latent.is_contact & (random.random(size) < 0.5), 0, count)
    rows = np.repeat(np.arange(size), count)
    file_no = (
        np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count) + 1
    ).astype(np.int32)
    viral = latent.is_viral[rows]
    popular = np.minimum(random.zipf(1.4, len(rows)), _VIRAL_ITEMS)
    number = np.where(viral, popular, 1_000_000 + np.arange(len(rows)))
    coded = random.random(len(rows)) < 0.3 * latent.completeness[rows]
    said = random.random(len(rows)) < 0.4
    classes = np.array(
        [
            IndustryClassification.A1,
            IndustryClassification.A2,
            IndustryClassification.B1,
            IndustryClassification.B2,
        ]
    )
    files = raw_frame(
        FILES,
        {
            **keys(rows),
            "file_no": file_no,
            "has_file_id": np.ones(len(rows), dtype=bool),
            "has_file_name": random.random(len(rows)) < 0.9,
            "viewed_by_esp": where(latent.states_viewed[rows], latent.is_viewed[rows]),
            "is_publicly_available": where(
                random.random(len(rows)) < 0.3, random.random(len(rows)) < 0.4
            ),
            "industry_classification": where(coded, random.choice(classes, len(rows))),
            "is_viral": flags(viral & said),
            "is_potential_meme": flags(viral & (random.random(len(rows)) < 0.1)),
            "is_generative_ai": flags(
                latent.is_ai[rows] & (random.random(len(rows)) < 0.7)
            ),
            "file_hash_count": np.ones(len(rows), dtype=np.int32),
        },
        len(rows),
    )
    hashes = raw_frame(
        IDENTIFIERS,
        {
            **keys(rows),
            "file_no": file_no,
            "identifier_kind": [IdentifierKind.FILE_HASH] * len(rows),
            "identifier_key": file_hashes(number),
            "file_hash_type": [FileHashType.MD5] * len(rows),
        },
        len(rows),
    )
    return files, hashes
