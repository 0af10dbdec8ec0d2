"""Write down addresses, devices, and every statement of where."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from prioritizer.seeds import Bools, Draws, Ints
from prioritizer.synthetic.circumstances import ABROAD, UNKNOWN, US
from prioritizer.synthetic.drawing import Drawn
from prioritizer.synthetic.recorded import EVENTS, REGISTRATION
from prioritizer.synthetic.records import (
    Values,
    coded,
    keys,
    moments,
    number_within,
    raw_frame,
    three_states,
    where,
)
from prioritizer.synthetic.strings import (
    SLOTS,
    carrier_addresses,
    device_ids,
    home_addresses,
    proxy_addresses,
    shared_addresses,
    version_6_addresses,
)
from prioritizer.synthetic.world import World
from prioritizer.vocabulary import CAPTURES, LOCATIONS
from prioritizer.vocabulary.enums import (
    AddressType,
    CaptureOf,
    CaptureType,
    DeviceIdType,
    EventName,
    LocationSource,
    NetworkType,
    Role,
)

_PROXIES, _CARRIER = 3000, 6000
_SLOTS_OF_HOME = 5  # addresses that a home is given over time; the rest elsewhere
_DEVICES = (DeviceIdType.IMEI, DeviceIdType.IDFA)


def address_texts(world: World, draws: Draws, drawn: Drawn) -> pl.Series:
    """Return the text of each address; equal numbers give equal addresses."""
    seen, case = drawn.addresses, drawn.circumstances
    number, actor = seen.number, case.timeline.cluster[seen.row]
    is_own = seen.operator == case.operator[seen.row]
    slot = np.where(
        is_own,
        draws.whole("slot", number, 0, _SLOTS_OF_HOME),
        draws.whole("slot elsewhere", number, _SLOTS_OF_HOME, SLOTS),
    )
    shared = draws.whole("shared address", number, 0, world.network.shared_addresses)
    kind = np.select(
        [seen.is_proxy, seen.is_carrier_grade, seen.is_shared, seen.is_version_6],
        [0, 1, 2, 3],
        4,
    )
    makers: tuple[Callable[[Bools], pl.Series], ...] = (
        lambda of: proxy_addresses(draws.whole("proxy", number[of], 0, _PROXIES)),
        lambda of: carrier_addresses(draws.whole("carrier", number[of], 0, _CARRIER)),
        lambda of: shared_addresses(shared[of]),
        lambda of: version_6_addresses(actor[of], draws.words("interface", number[of])),
        lambda of: home_addresses(actor[of], slot[of]),
    )
    texts = pl.Series([""]).new_from_index(0, len(number))
    for place, make in enumerate(makers):
        of = kind == place
        texts = texts.scatter(np.flatnonzero(of), make(of))
    return texts


def capture_rows(
    world: World, draws: Draws, drawn: Drawn, texts: pl.Series
) -> pl.DataFrame:
    """Return the raw table `captures`: addresses, then devices, of each report."""
    seen, case = drawn.addresses, drawn.circumstances
    number, row = seen.number, seen.row
    states = draws.chance("states proxy", number, world.network.proxy_stated_share)
    addresses = raw_frame(
        CAPTURES,
        {
            **keys(case.timeline.report_id[row]),
            "capture_no": number_within(row),
            "person_no": 1,
            "capture_of": CaptureOf.PERSON,
            "capture_type": CaptureType.IP_ADDRESS,
            "event_name": coded(EVENTS, seen.event),
            "captured_at": moments(seen.captured_us),
            "captured_offset_minutes": 0,
            "is_possible_proxy": three_states(states, seen.is_proxy),
            "port": where(seen.has_port, draws.whole("port", number, 1024, 65536)),
            "capture_key": texts,
        },
        len(row),
    )
    (owners,) = np.nonzero(
        draws.chance(
            "device", case.timeline.number, world.network.device_share * case.network
        )
    )
    actor = case.timeline.cluster[owners]
    before = np.bincount(row, minlength=len(case))[owners]
    devices = raw_frame(
        CAPTURES,
        {
            **keys(case.timeline.report_id[owners]),
            "capture_no": before + 1,
            "person_no": 1,
            "capture_of": CaptureOf.PERSON,
            "capture_type": CaptureType.DEVICE_ID,
            "event_name": EventName.LOGIN,
            "device_id_type": coded(_DEVICES, actor % 2),
            "capture_key": device_ids(actor),
        },
        len(owners),
    )
    place = pl.Series("place", np.concatenate([row, owners]))
    both = pl.concat([addresses, devices]).with_columns(place)
    return both.sort("place", "capture_no").drop("place")


def location_rows(
    world: World, draws: Draws, drawn: Drawn, texts: pl.Series
) -> pl.DataFrame:
    """Return the raw table `locations`, in the order in which a reader finds them."""
    frames = [
        _stated(world, draws, drawn),
        _estimated(world, draws, drawn),
        _looked_up(world, draws, drawn, texts),
        _by_ncmec(world, drawn),
    ]
    ordered = pl.concat(frames).sort("place", "location_no", maintain_order=True)
    place = ordered["place"].to_numpy()
    number = pl.Series("location_no", number_within(place)).cast(pl.Int32)
    return ordered.drop("place").with_columns(number)


def _rows(
    drawn: Drawn, rows: Ints, order: int, source: LocationSource, **columns: Values
) -> pl.DataFrame:
    values: dict[str, Values] = {
        **keys(drawn.circumstances.timeline.report_id[rows]),
        "location_no": order,  # sorted by it, then counted
        "location_source": source,
        **columns,
    }
    frame = raw_frame(LOCATIONS, values, len(rows))
    return frame.with_columns(place=pl.Series(rows))


def _where(
    world: World,
    drawn: Drawn,
    rows: Ints,
    state: Ints,
    known: Bools | None = None,
) -> dict[str, Values]:
    """Return country and state of the actors of some reports, where they are known."""
    case = drawn.circumstances
    countries = (*world.places.country_weights, "US")
    is_us = case.nation[rows] == US
    country = np.where(is_us, len(countries) - 1, case.country[rows])
    is_known = np.ones(len(rows), dtype=bool) if known is None else known
    return {
        "country": coded(countries, country, is_known),
        "us_state": coded(tuple(world.places.state_weights), state, is_us & is_known),
    }


def _stated(world: World, draws: Draws, drawn: Drawn) -> pl.DataFrame:
    (rows,) = np.nonzero(drawn.account.has_address)
    case = drawn.circumstances
    number = case.timeline.number[rows]
    return _rows(
        drawn,
        rows,
        0,
        LocationSource.ADDRESS,
        person_no=1,
        **_where(world, drawn, rows, case.state[rows]),
        has_city=True,
        has_street=draws.chance("street", number, 0.8),
        has_postal_code=draws.chance("postal code", number, 0.85),
        address_type=coded(
            (AddressType.HOME, AddressType.BILLING),
            draws.chance("billing", number, 0.4).astype(np.int64),
        ),
    )


def _estimated(world: World, draws: Draws, drawn: Drawn) -> pl.DataFrame:
    case = drawn.circumstances
    share = world.places.estimate_share * case.place
    (rows,) = np.nonzero(
        draws.chance("estimate", case.timeline.number, share) & (case.nation != UNKNOWN)
    )
    number = case.timeline.number[rows]
    verified = draws.chance("estimate verified", number, 0.2)
    return _rows(
        drawn,
        rows,
        1,
        LocationSource.ESP_ESTIMATE,
        person_no=1,
        **_where(world, drawn, rows, case.state[rows]),
        has_city=draws.chance("estimated city", number, 0.7),
        is_verified=three_states(verified, verified),
        located_at=moments(
            case.incident_us[rows], draws.chance("estimate dated", number, 0.5)
        ),
    )


def _looked_up(
    world: World, draws: Draws, drawn: Drawn, texts: pl.Series
) -> pl.DataFrame:
    """Return NCMEC's look-ups of the first two addresses of each report."""
    case, seen = drawn.circumstances, drawn.addresses
    places = number_within(seen.row)
    (which,) = np.nonzero((places <= 2) & (seen.event != REGISTRATION))
    rows, number = seen.row[which], seen.number[which]
    weights = list(world.places.state_weights.values())
    other = draws.choice("looked up elsewhere", number, weights)
    astray = case.is_conflicting[rows] | seen.is_proxy[which]
    known = draws.chance("looked up", number, 0.93)
    state = np.where(astray, other, case.state[rows])
    kinds = [NetworkType(each.kind) for each in world.network.operators.values()]
    hosting = len(kinds)
    kind = np.where(seen.is_proxy[which], hosting, seen.operator[which])
    says = draws.chance("network type", number, 0.85)
    return _rows(
        drawn,
        rows,
        2,
        LocationSource.GEO_LOOKUP,
        role=Role.REPORTED_USER,
        **_where(world, drawn, rows, state, known),
        lookup_key=texts.gather(which),
        has_city=known & draws.chance("looked up city", number, 0.85),
        has_postal_code=known & draws.chance("looked up code", number, 0.6),
        has_coordinates=known,
        has_network_name=True,
        network_type=coded([*kinds, NetworkType.HOSTING], kind, says),
    )


def _by_ncmec(world: World, drawn: Drawn) -> pl.DataFrame:
    case = drawn.circumstances
    (rows,) = np.nonzero(case.nation == ABROAD)
    there = _where(world, drawn, rows, case.state[rows])
    return _rows(drawn, rows, 3, LocationSource.NCMEC, country=there["country"])
