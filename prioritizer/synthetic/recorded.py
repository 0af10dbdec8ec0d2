"""What was recorded of a report: addresses, devices and files, as plain arrays.

They are drawn before the truth, which depends on them, and written down after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prioritizer.seeds import Bools, Draws, Floats, Ints, Words
from prioritizer.synthetic.circumstances import Circumstances
from prioritizer.synthetic.moments import DAY_US, HOUR_US, SECOND_US
from prioritizer.synthetic.senders import Senders
from prioritizer.synthetic.world import World
from prioritizer.vocabulary.enums import EventName

EVENTS = (EventName.UPLOAD, EventName.LOGIN, EventName.REGISTRATION)
UPLOAD, LOGIN, REGISTRATION = range(len(EVENTS))
FRESH, COPY, VIRAL, REPEAT = 0, 1, 2, 3
_MOST_PER_REPORT = np.uint64(2048)
_MOST_LOGINS = 12
_REGISTRATION_HOURS, _REGISTRATION_SIGMA = 9000.0, 0.9
_OLDEST_HOURS = 15 * 8766.0
_LOGIN_FACTOR = 1.6  # log-ins are older than uploads; a guess
_OTHER_NETWORK_SHARE = 0.15  # of an actor's addresses are not from its own network
_CARRIER_GRADE_SHARE = 0.15  # of shared addresses stand in the carrier's own range
_FEW_FILES, _MANY_FILES = 1, 30


def child_number(number: Words, row: Ints, within: Ints) -> Words:
    """Return a number for each child row, from its report's and its place there."""
    return number[row] * _MOST_PER_REPORT + within.astype(np.uint64)


def within(counts: Ints) -> tuple[Ints, Ints]:
    """Return for each child row its report's place, and its own place in the report.

    Examples
    --------
    >>> within(np.array([2, 0, 1]))
    (array([0, 0, 2]), array([0, 1, 0]))
    """
    row = np.repeat(np.arange(len(counts)), counts)
    begins = np.cumsum(counts) - counts
    return row, np.arange(len(row)) - np.repeat(begins, counts)


@dataclass(frozen=True, slots=True)
class Addresses:
    """IP addresses as they were recorded, report by report.

    Attributes
    ----------
    row : ndarray of int64
        Place of the report.
    number : ndarray of uint64
        The row's own number.
    event : ndarray of int64
        `UPLOAD`, `LOGIN` or `REGISTRATION`.
    captured_us : ndarray of int64
    operator : ndarray of int64
        Whose network it is in.
    is_shared, is_carrier_grade, is_proxy, has_port, is_version_6 : ndarray of bool
    lasts_until_us : ndarray of int64
        Until when a request would name its subscriber; 0 for never.
    """

    row: Ints
    number: Words
    event: Ints
    captured_us: Ints
    operator: Ints
    is_shared: Bools
    is_carrier_grade: Bools
    is_proxy: Bools
    has_port: Bools
    is_version_6: Bools
    lasts_until_us: Ints

    @property
    def is_attributable(self) -> Bools:
        """Whether it leads to one subscriber: a shared address needs its port."""
        return ~self.is_proxy & (~self.is_shared | self.has_port)


def draw_addresses(
    world: World, senders: Senders, draws: Draws, case: Circumstances
) -> Addresses:
    """Draw the addresses of each report: at upload, at log-in, at registration."""
    counts = _address_counts(world, senders, draws, case)
    row, place = within(np.sum(list(counts.values()), axis=0))
    event = np.where(
        place < counts[UPLOAD][row],
        UPLOAD,
        np.where(place < (counts[UPLOAD] + counts[LOGIN])[row], LOGIN, REGISTRATION),
    )
    number = child_number(case.timeline.number, row, place)
    network = world.network
    medians = np.array([1.0, _LOGIN_FACTOR, 0.0]) * network.newest_age_hours
    medians[REGISTRATION] = _REGISTRATION_HOURS
    sigma = np.where(event == REGISTRATION, _REGISTRATION_SIGMA, network.age_sigma)
    age = draws.lognormal("address age", number, medians[event], sigma)
    age = np.minimum(age, _OLDEST_HOURS)
    captured = case.timeline.received_us[row] - (age * HOUR_US).astype(np.int64)
    operators = list(network.operators.values())
    elsewhere = draws.choice("network", number, [each.share for each in operators])
    operator = np.where(
        draws.chance("other network", number, _OTHER_NETWORK_SHARE),
        elsewhere,
        case.operator[row],
    )
    is_proxy = case.is_proxied[row]
    shared = np.array([each.is_shared for each in operators])[operator] & ~is_proxy
    has_port = draws.chance(
        "port", number, senders.of("port_share", case.origins.provider)[row]
    )
    is_6 = draws.chance("version 6", number, network.version_6_share) & ~shared
    kept = np.array([each.retention_days for each in operators])[operator]
    until = captured + (kept * DAY_US).astype(np.int64)
    names = draws.chance("names subscriber", number, network.success_share)
    led = ~is_proxy & (~shared | has_port) & names & (kept > 0)
    return Addresses(
        row=row,
        number=number,
        event=event,
        captured_us=captured // SECOND_US * SECOND_US,
        operator=operator,
        is_shared=shared,
        is_carrier_grade=shared
        & draws.chance("carrier grade", number, _CARRIER_GRADE_SHARE),
        is_proxy=is_proxy,
        has_port=has_port,
        is_version_6=is_6,
        lasts_until_us=np.where(led, until, 0),
    )


def _address_counts(
    world: World, senders: Senders, draws: Draws, case: Circumstances
) -> dict[int, Ints]:
    number, provider = case.timeline.number, case.origins.provider
    uploads = draws.chance(
        "upload", number, senders.of("upload_share", provider) * np.sqrt(case.network)
    )
    # Poisson by its quantile would be slow; a geometric count will do.
    mean = np.maximum(world.network.logins_mean * case.network, 1e-9)
    stays = mean / (1 + mean)
    logins = np.log(draws.uniform("log-ins", number)) / np.log(stays)
    registered = draws.chance(
        "registration", number, world.network.registration_share * case.network
    )
    return {
        UPLOAD: uploads.astype(np.int64),
        LOGIN: np.minimum(logins, _MOST_LOGINS).astype(np.int64),
        REGISTRATION: registered.astype(np.int64),
    }


@dataclass(frozen=True, slots=True)
class FileItems:
    """Files as they were reported, report by report.

    Attributes
    ----------
    row, place : ndarray of int64
        Place of the report, and of the file in it.
    number : ndarray of uint64
        The row's own number.
    origin : ndarray of int64
        `FRESH`, `COPY`, `VIRAL` or `REPEAT`.
    item : ndarray of uint64
        The file itself: equal items are exact copies.
    look : ndarray of uint64
        What it looks like: equal ones are near copies.
    """

    row: Ints
    place: Ints
    number: Words
    origin: Ints
    item: Words
    look: Words


# Items that belong to no report are numbered apart; others have a file's own number.
_OFFSET = {VIRAL: np.uint64(1 << 62), REPEAT: np.uint64(1 << 63)}
_POPULARITY = 2.0  # the most copied files are those of the first reports; a guess


def draw_files(
    world: World, senders: Senders, draws: Draws, case: Circumstances
) -> FileItems:
    """Draw how many files each report has, and which of them are copies."""
    counts = _file_counts(world, draws, case)
    row, place = within(counts)
    number = child_number(case.timeline.number, row, place)
    files = world.files
    spread = (np.log(np.clip(counts, _FEW_FILES, _MANY_FILES)) / np.log(_MANY_FILES))[
        row
    ]

    def share(single: float, many: float) -> Floats:
        return np.asarray(single + spread * (many - single))

    copied = share(files.copy_share_single, files.copy_share_many)
    is_copy = draws.chance("copy", number, copied) & ~case.origins.is_contact[row]
    is_viral = case.is_viral[row] & draws.chance(
        "viral file", number, files.viral_share
    )
    repeats = (case.timeline.ordinal[row] > 0) & draws.chance(
        "repeat", number, files.repeat_share
    )
    origin = np.select([is_viral, repeats, is_copy], [VIRAL, REPEAT, COPY], FRESH)
    item = np.select(
        [origin == VIRAL, origin == REPEAT, origin == COPY],
        [
            _OFFSET[VIRAL]
            + _popular(draws, number, files.viral_items, files.viral_exponent),
            _OFFSET[REPEAT] + _own_items(draws, case, row, number),
            _copied(draws, "copied", case, row, number, files.reports_a_copied_file),
        ],
        number,
    )
    near = share(files.near_copy_share_single, files.near_copy_share_many)
    varies = (origin == FRESH) & draws.chance("variant", number, near)
    look = _copied(draws, "varied", case, row, number, files.reports_a_varied_file)
    return FileItems(row, place, number, origin, item, np.where(varies, look, item))


def _file_counts(world: World, draws: Draws, case: Circumstances) -> Ints:
    number, files = case.timeline.number, world.files
    sigma = files.tail_sigma
    # Where files may be missing there are more if there are some: the mean holds.
    none_share = np.where(
        case.origins.is_contact | case.is_encrypted, files.none_share_contact, 0.0
    )
    mean = np.array(files.mean_count)[case.origins.year] / (1 - none_share)
    many = draws.lognormal("files", number, 1.0, sigma)
    # Rounding up adds about half; the mean of the lognormal is exp(sigma^2 / 2).
    scale = np.maximum(mean - _ROUNDED_UP, 0.1) / np.exp(sigma**2 / 2)
    count = np.minimum(np.ceil(many * scale), files.largest_count).astype(np.int64)
    return np.where(draws.chance("no file", number, none_share), 0, count)


_ROUNDED_UP = 0.47


def _popular(draws: Draws, number: Words, items: int, exponent: float) -> Words:
    """Return which of some items, the n-th about n^-exponent as likely as the first."""
    drawn = draws.uniform(f"item of {items}", number)
    power = 1.0 - exponent
    if abs(power) < 1e-6:
        place = np.exp(drawn * np.log(items))
    else:
        place = (1.0 + drawn * (items**power - 1.0)) ** (1.0 / power)
    return np.asarray(np.minimum(place, items), dtype=np.uint64)


def _copied(
    draws: Draws, name: str, case: Circumstances, row: Ints, number: Words, apart: int
) -> Words:
    """Return the first file of some report before each one's own.

    One report in `apart` is copied from. So the share of files that are unique
    does not depend on how large the world is.
    """
    own = case.timeline.number[row].astype(np.float64)
    of = (own * draws.uniform(name, number) ** _POPULARITY).astype(np.uint64)
    return of // np.uint64(apart) * np.uint64(apart) * _MOST_PER_REPORT


def _own_items(draws: Draws, case: Circumstances, row: Ints, number: Words) -> Words:
    """Return one of the few items that an actor sends again and again."""
    chosen = draws.whole("own item", number, 0, 8).astype(np.uint64)
    return case.timeline.cluster[row].astype(np.uint64) * np.uint64(8) + chosen


def share_of_rows(flags: Bools, row: Ints, reports: int) -> Floats:
    """Return the share of each report's child rows that have a flag; 0 for none."""
    total = np.bincount(row, minlength=reports)
    some = np.bincount(row, weights=flags, minlength=reports)
    return np.asarray(some / np.maximum(total, 1))
