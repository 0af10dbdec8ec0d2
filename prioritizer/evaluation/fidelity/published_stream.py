"""Published figures of what comes in: volume, types, senders, places, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from prioritizer.evaluation.fidelity.figure import (
    BLOG25,
    BY_SENDER,
    CT22,
    CT23,
    CYBERTIP24,
    ICAC,
    NATIONAL,
    NOBODY,
    STATES23,
    Measure,
    Published,
    share_tolerance,
)
from prioritizer.vocabulary.enums import IncidentType

VOLUMES: Mapping[str, Mapping[int, int]] = MappingProxyType(
    {
        NATIONAL: MappingProxyType(
            {
                2019: 16_987_361,
                2020: 21_751_085,
                2021: 29_397_681,
                2022: 32_059_029,
                2023: 36_210_368,
                2024: 20_512_803,
                2025: 21_351_493,
            }
        ),
        ICAC: MappingProxyType(
            {2020: 285_454, 2021: 407_073, 2022: 892_370, 2023: 908_762}
        ),
    }
)
"""Published reports a year: all that NCMEC received; those made available to forces."""

COPIES_YEAR = 2023
"""The year of which the share of copies is published and measured."""

_PARTS_OF_VOLUME, _PARTS_OF_MEAN, _PARTS_OF_RATIO = 0.03, 0.05, 0.10
_PER_WEEK_2023 = 286.0  # 908,762 reports, 61 task forces
_FIRST_BY_SENDER = 2024  # from then on there is no report to Congress yet
_ENOUGH = 300_000  # reports, below which too few copies meet to be judged

# CT23: reports of 2021, 2022 and 2023.
_KINDS: dict[IncidentType, tuple[int, int, int]] = {
    IncidentType.CSAM: (29_309_106, 31_901_234, 35_925_098),
    IncidentType.ENTICEMENT: (44_155, 80_524, 186_819),
    IncidentType.UNSOLICITED: (5_177, 35_624, 45_746),
    IncidentType.MOLESTATION: (12_458, 12_906, 18_021),
    IncidentType.TRAFFICKING: (16_032, 18_336, 17_353),
    IncidentType.MISLEADING_WORDS: (5_825, 7_517, 8_446),
    IncidentType.MISLEADING_DOMAIN: (3_304, 1_948, 6_883),
    IncidentType.TOURISM: (1_624, 940, 2_002),
}
_KINDS_2024 = {IncidentType.ENTICEMENT: 546_000, IncidentType.TRAFFICKING: 26_900}
# BLOG25: the first half of 2025, and that of 2024.
_HALVES = {
    IncidentType.TRAFFICKING: (62_891, 5_976),
    IncidentType.ENTICEMENT: (518_720, 292_951),
}
# Senders by their key in a world, said by their place in 2023: shares of 2024, 2025.
_SENDERS: dict[str, tuple[str, float, float]] = {
    "feed": ("largest sender of 2023", 0.422, 0.232),
    "pictures": ("2nd sender of 2023", 0.163, 0.173),
    "mail_and_drive": ("3rd sender of 2023", 0.058, 0.069),
    "messenger": ("4th sender of 2023", 0.091, 0.111),
    "posts": ("5th sender of 2023", 0.034, 0.039),
    "vanishing": ("6th sender of 2023", 0.058, 0.036),
    "short_video": ("7th sender of 2023", 0.067, 0.171),
}
_TOP_2023 = {1: 0.496, 2: 0.81, 5: 0.91, 10: 0.97}
# CT23: shares of 2021, 2022 and 2023.
_NATIONS = {
    "US": (0.025, 0.060, 0.045),
    "abroad": (0.935, 0.899, 0.917),
    "unknown": (0.040, 0.041, 0.038),
}
_COUNTRIES = {
    "IN": 0.246,
    "PH": 0.076,
    "BD": 0.069,
    "ID": 0.053,
    "PK": 0.053,
    "SA": 0.023,
    "TR": 0.023,
    "DZ": 0.021,
}
_STATES = {"CA": 110_784, "TX": 110_385, "FL": 66_861, "NY": 63_987, "WY": 1_049}
_STATES_TOTAL = 910_349
# Files over the reports of providers, 2019 to 2025.
_FILES = (4.1, 3.05, 2.92, 2.78, 2.94, 3.1, 2.9)


def senders_seen_band(kept: float) -> tuple[float, float]:
    """Return how many of 2023's senders a sample of its reports should show.

    Of about 245 senders 88 sent at most 10 reports, 101 more at most 1,000, and 56
    more than that. The ends hold if all sent the least, or the most, of their class.

    Parameters
    ----------
    kept : float
        Which share of the year's reports the sample has.

    References
    ----------
    NCMEC, reports by electronic service provider, 2023.

    Examples
    --------
    >>> senders_seen_band(1.0)
    (245.0, 245.0)
    """
    classes = ((88, 1, 10), (101, 11, 1000), (56, 1001, 18_000_000))
    lost = 1 - kept
    least = sum(count * (1 - lost**low) for count, low, _ in classes)
    most = sum(count * (1 - lost**high) for count, _, high in classes)
    return float(least), float(most)


def _volume() -> Iterator[Published]:
    sources = {NATIONAL: f"{CT23}; {BY_SENDER}", ICAC: f"{CT22}; {CT23}"}
    for profile, volumes in VOLUMES.items():
        years = tuple(volumes)
        for year, reports in volumes.items():
            share = reports / sum(volumes.values())
            yield Published(
                "Volume",
                f"reports of {year}, of those of {years[0]} to {years[-1]}",
                Measure.YEAR,
                sources[profile],
                value=share,
                tolerance=_PARTS_OF_VOLUME * share,
                of=str(year),
                years=years,
                profiles=(profile,),
            )
    yield Published(
        "Volume",
        "reports a week and task force, 2023",
        Measure.PER_WEEK,
        f"{CT23}; 61 task forces",
        value=_PER_WEEK_2023,
        tolerance=_PARTS_OF_VOLUME * _PER_WEEK_2023,
        unit="reports",
        years=(2023,),
        profiles=(ICAC,),
        note="Scaled from the size generated to the world's full volume.",
    )


def _kinds() -> Iterator[Published]:
    for kind, counts in _KINDS.items():
        for year, count in zip((2021, 2022, 2023), counts, strict=True):
            yield _kind(kind, year, count, CT23)
    for kind, count in _KINDS_2024.items():
        yield _kind(kind, 2024, count, CYBERTIP24)
    for year in (2022, 2023, 2024, 2025):
        yield Published(
            "Incident types",
            f"{said_kind(IncidentType.ENTICEMENT)}, {year}",
            Measure.KIND,
            f"{NOBODY}: more than in the whole stream",
            band=(0.03, 0.08),
            of=IncidentType.ENTICEMENT,
            years=(year,),
            profiles=(ICAC,),
            is_guess=True,
        )
    for kind, (after, before) in _HALVES.items():
        ratio = after / before
        yield Published(
            "Incident types",
            f"{said_kind(kind)}, first half of 2025 over that of 2024",
            Measure.HALF_YEARS,
            BLOG25,
            value=ratio,
            tolerance=_PARTS_OF_RATIO * ratio,
            unit="times",
            of=kind,
            years=(2024, 2025),
            note="A tenth: a ratio adds up what two shares miss.",
        )


def _kind(kind: IncidentType, year: int, count: int, source: str) -> Published:
    return Published(
        "Incident types",
        f"{said_kind(kind)}, {year}",
        Measure.KIND,
        source,
        value=count / VOLUMES[NATIONAL][year],
        of=kind,
        years=(year,),
    )


def said_kind(kind: IncidentType) -> str:
    """Return the word for an incident type.

    Examples
    --------
    >>> said_kind(IncidentType.MISLEADING_WORDS)
    'misleading words'
    """
    return "CSAM" if kind is IncidentType.CSAM else kind.name.lower().replace("_", " ")


def _senders() -> Iterator[Published]:
    group = "Senders"
    for count, share in _TOP_2023.items():
        name = "largest sender" if count == 1 else f"{count} largest senders"
        yield Published(
            group,
            f"{name}, 2023",
            Measure.TOP_SENDERS,
            BY_SENDER,
            value=share,
            tolerance=share_tolerance(share, is_rounded=count > 1),
            of=str(count),
            years=(2023,),
            note="Published in whole per cent." if count > 1 else "",
        )
    for key, (name, *shares) in _SENDERS.items():
        for year, share in zip((2024, 2025), shares, strict=True):
            yield Published(
                group,
                f"{name}, {year}",
                Measure.SENDER,
                BY_SENDER,
                value=share,
                of=key,
                years=(year,),
            )
    yield Published(
        group,
        "senders of at least one report, 2023",
        Measure.SENDERS_SEEN,
        f"{BY_SENDER}; about 245 at full size",
        unit="senders",
        years=(2023,),
        is_guess=True,
        note="The band is what a sample of this size shows of 88 senders with 1 to 10 "
        "reports, 101 with up to 1,000 and 56 with more.",
    )


def _places() -> Iterator[Published]:
    for nation, shares in _NATIONS.items():
        for year, share in zip((2021, 2022, 2023), shares, strict=True):
            yield _place(nation, Measure.NATION, share, CT23, year)
    yield _place("abroad", Measure.NATION, 0.84, CYBERTIP24, 2024)
    for country, share in _COUNTRIES.items():
        yield _place(country, Measure.COUNTRY, share, CT23, 2023)
    for state, reports in _STATES.items():
        share = reports / _STATES_TOTAL
        yield _place(state, Measure.STATE, share, STATES23, 2023)


def _place(
    of: str, measure: Measure, share: float, source: str, year: int
) -> Published:
    is_rounded = year == 2024  # "84 %"
    return Published(
        "Places",
        f"{of}, {year}",
        measure,
        source,
        value=share,
        tolerance=share_tolerance(share, is_rounded=is_rounded),
        of=of,
        years=(year,),
        profiles=(ICAC if measure is Measure.STATE else NATIONAL,),
        note="Published in whole per cent." if is_rounded else "",
    )


def _files() -> Iterator[Published]:
    for profile in (NATIONAL, ICAC):
        for year, files in zip(VOLUMES[NATIONAL], _FILES, strict=True):
            yield Published(
                "Files",
                f"files a report, {year}",
                Measure.FILES,
                CT23 if year < _FIRST_BY_SENDER else f"{BY_SENDER}; files as quoted",
                value=files,
                tolerance=_PARTS_OF_MEAN * files,
                unit="files",
                years=(year,),
                profiles=(profile,),
                is_guess=profile == ICAC,
                note="" if profile == NATIONAL else "Published of the whole stream.",
            )
    for measure, share in {
        Measure.FRESH_FILES: 0.47,
        Measure.FRESH_LOOKS: 0.32,
        Measure.FRESH_FILE_REPORTS: 0.75,
        Measure.FRESH_LOOK_REPORTS: 0.62,
    }.items():
        yield Published(
            "Files",
            f"{measure}, {COPIES_YEAR}",
            measure,
            CT23,
            value=share,
            tolerance=share_tolerance(share, is_rounded=True),
            years=(COPIES_YEAR,),
            note="Published in whole per cent. A file is unique where it comes "
            "first. The more reports, the more copies meet: it moves with the size.",
            least_reports=_ENOUGH,
        )
    yield Published(
        "Files",
        "incidents a report, 2024",
        Measure.INCIDENTS,
        "NCMEC, CyberTipline data 2024: 29.2 M incidents in 20.5 M reports",
        value=29.2 / 20.5,
        tolerance=_PARTS_OF_VOLUME * 29.2 / 20.5,
        unit="incidents",
        years=(2024,),
    )


STREAM: tuple[Published, ...] = (
    *_volume(),
    *_kinds(),
    *_senders(),
    *_places(),
    *_files(),
)
"""The figures of what comes in."""
