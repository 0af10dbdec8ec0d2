"""The child rows that say from which addresses and where: captures and locations."""

from __future__ import annotations

import numpy as np
import polars as pl

from prioritizer.seeds import stream
from prioritizer.synthetic.latent import STATE_WEIGHTS, Bools, Ints, Latent
from prioritizer.synthetic.records import keys, raw_frame, where
from prioritizer.synthetic.strings import (
    ipv4_addresses,
    ipv6_addresses,
    shared_addresses,
)
from prioritizer.vocabulary import CAPTURES, LOCATIONS
from prioritizer.vocabulary.enums import (
    CaptureOf,
    CaptureType,
    EventName,
    LocationSource,
    NetworkType,
    Role,
)

_HOUR_US = 3_600_000_000
_SHARED_ADDRESSES = 400


def capture_records(latent: Latent, seed: int) -> list[pl.DataFrame]:
    """Return the raw rows of `captures`: uploads, log-ins, registrations."""
    random = stream(seed, "captures")

    def events(
        rows: Ints, event: EventName, age_hours: np.ndarray, port: Bools
    ) -> pl.DataFrame:
        moment = latent.arrival_us[rows] - (age_hours * _HOUR_US).astype(np.int64)
        proxy = random.random(len(rows))
        return raw_frame(
            CAPTURES,
            {
                **keys(rows),
                "person_no": np.ones(len(rows), dtype=np.int32),
                "capture_of": [CaptureOf.PERSON] * len(rows),
                "capture_type": [CaptureType.IP_ADDRESS] * len(rows),
                "event_name": [event] * len(rows),
                "captured_at": moment // 1_000_000 * 1_000_000,
                "captured_offset_minutes": np.zeros(len(rows), dtype=np.int32),
                "is_possible_proxy": where(proxy < 0.4, proxy < 0.05),
                "port": where(port, random.integers(1024, 65536, len(rows))),
                "capture_key": _addresses(latent, rows, random),
            },
            len(rows),
        )

    (uploads,) = np.nonzero(latent.has_upload)
    logins = np.repeat(
        np.arange(len(latent)), random.poisson(1.6 * latent.completeness)
    )
    (signed_up,) = np.nonzero(random.random(len(latent)) < 0.3 * latent.completeness)
    return [
        events(
            uploads,
            EventName.UPLOAD,
            latent.ip_age_hours[uploads],
            latent.has_port[uploads],
        ),
        events(
            logins,
            EventName.LOGIN,
            random.lognormal(np.log(90.0), 1.4, len(logins)),
            latent.has_port[logins],
        ),
        events(
            signed_up,
            EventName.REGISTRATION,
            random.lognormal(np.log(9000.0), 1.0, len(signed_up)),
            np.zeros(len(signed_up), dtype=bool),
        ),
    ]


def _addresses(latent: Latent, rows: Ints, random: np.random.Generator) -> list[str]:
    account = latent.account[rows]
    shared = shared_addresses(random.integers(0, _SHARED_ADDRESSES, len(rows)))
    version_6 = ipv6_addresses(account)
    # An account keeps a handful of addresses over time.
    version_4 = ipv4_addresses(account * 4 + random.integers(0, 4, len(rows)))
    is_6 = (account % 5 == 0).tolist()
    return [
        hidden if cgnat else long if six else short
        for cgnat, six, hidden, long, short in zip(
            latent.is_cgnat[rows].tolist(),
            is_6,
            shared,
            version_6,
            version_4,
            strict=True,
        )
    ]


def location_records(
    latent: Latent, has_address: Bools, seed: int
) -> list[pl.DataFrame]:
    """Return the raw rows of `locations`: look-ups, estimates, addresses."""
    size = len(latent)
    random = stream(seed, "locations")
    # Some look-ups point elsewhere: a proxy, a moved address, an old database.
    elsewhere = random.choice(list(STATE_WEIGHTS), size)
    looked_up = np.where(random.random(size) < 0.12, elsewhere, latent.state)

    def said(
        which: Bools, source: LocationSource, state: np.ndarray, **more: object
    ) -> pl.DataFrame:
        (rows,) = np.nonzero(which)
        return raw_frame(
            LOCATIONS,
            {
                **keys(rows),
                "location_source": [source] * len(rows),
                "role": [Role.REPORTED_USER] * len(rows),
                "country": latent.country[rows],
                "us_state": where(latent.is_us[rows], state[rows]),
                **{name: np.asarray(value)[rows] for name, value in more.items()},
            },
            len(rows),
        )

    types = np.array(
        [NetworkType.RESIDENTIAL, NetworkType.CELLULAR, NetworkType.HOSTING]
    )
    network = random.choice(types, size, p=[0.6, 0.3, 0.1])
    sure = np.ones(size, dtype=bool)
    estimated = random.random(size) < 0.5 * latent.completeness
    return [
        said(
            latent.has_upload,
            LocationSource.GEO_LOOKUP,
            looked_up,
            has_city=sure,
            has_network_name=sure,
            network_type=network,
        ),
        said(
            estimated,
            LocationSource.ESP_ESTIMATE,
            latent.state,
            has_city=random.random(size) < 0.7,
        ),
        said(
            has_address,
            LocationSource.ADDRESS,
            latent.state,
            has_city=sure,
            has_postal_code=sure,
        ),
    ]
