"""Published figures of what becomes of reports: designation, urgency, work, worth."""

from __future__ import annotations

from collections.abc import Iterator

from prioritizer.evaluation.fidelity.figure import (
    BKA,
    BLOG25,
    BOTH,
    BY_SENDER,
    CT22,
    CT23,
    CYBERTIP24,
    CYBERTIP25,
    FEDPOL,
    ICAC,
    NATIONAL,
    NOBODY,
    SIO24,
    Measure,
    Published,
    share_tolerance,
)

_ENOUGH = 300_000  # reports, below which the largest actor says nothing
_PARTS_OF_RARE = 0.15
_POINTS_OF_GUESS = 0.03
# CT23, p. 9 for the definitions: shares of 2020 to 2023, here in whole per cent, ...
_INFORMATIONAL_OF_ALL = (0.54, 0.37, 0.51, 0.50)
# ... and here as counts of what task forces received.
_INFORMATIONAL_OF_FORCES = (
    11_835 / 285_454,
    11_900 / 407_073,
    400_715 / 892_370,
    238_271 / 908_762,
)
_CAUSES = {"no nexus": 0.35, "no location": 0.40, "non-malicious": 0.25}
_MARKED = {2022: 49_000 / 32_059_029, 2023: 63_892 / 36_210_368}
_MARKED_2024 = 50 * 366 / 20_512_803  # about 50 a day
_GENERATED = {
    2023: (4_700 / 36_210_368, CYBERTIP24),
    2024: (67_000 / 20_512_803, CYBERTIP24),
    2025: (1_500_000 / 21_351_493, f"{CYBERTIP25}; {BLOG25}"),
}
_FED_BACK = 312_343 / 908_762  # CT23: of what task forces received in 2023


def _designations() -> Iterator[Published]:
    group = "Designation"
    by_profile = {NATIONAL: _INFORMATIONAL_OF_ALL, ICAC: _INFORMATIONAL_OF_FORCES}
    for profile, shares in by_profile.items():
        is_rounded = profile == NATIONAL
        for year, share in zip((2020, 2021, 2022, 2023), shares, strict=True):
            yield Published(
                group,
                f"informational, {year}",
                Measure.INFORMATIONAL,
                CT22 if year == 2020 else CT23,
                value=share,
                tolerance=share_tolerance(share, is_rounded=is_rounded),
                years=(year,),
                profiles=(profile,),
                note="Published in whole per cent." if is_rounded else "",
            )
    for cause, share in _CAUSES.items():
        yield Published(
            group,
            f"{cause}, of the informational",
            Measure.CAUSE,
            f"{CT23}, p. 9, for the three causes; their split: {NOBODY}",
            value=share,
            tolerance=_POINTS_OF_GUESS,
            of=cause,
            profiles=BOTH,
            is_guess=True,
            note="Three points, since the split is a guess.",
        )


def _urgency() -> Iterator[Published]:
    group = "Urgency"
    for year, share in {**_MARKED, 2024: _MARKED_2024}.items():
        yield Published(
            group,
            f"marked urgent by NCMEC, {year}",
            Measure.PRIORITY_ONE,
            "NCMEC, about 50 a day in 2024, as quoted"
            if share == _MARKED_2024
            else f"NCMEC, urgent reports of {year}, as quoted",
            value=share,
            years=(year,),
        )
    yield Published(
        group,
        "urgent in truth",
        Measure.URGENT,
        f"{NOBODY}; 5.6 % of US reports of 2023 if all that were marked were there",
        band=(0.01, 0.05),
        profiles=(ICAC,),
        is_guess=True,
    )
    yield Published(
        group,
        "no signal, of the urgent in truth",
        Measure.SILENT,
        f"{NOBODY}; that there are such reports: {SIO24}, p. 5",
        profiles=BOTH,
        is_guess=True,
        note="Neither escalated, nor marked by NCMEC, nor flagged by an analyst.",
    )


def _generated() -> Iterator[Published]:
    for year, (share, source) in _GENERATED.items():
        yield Published(
            "Generative AI",
            f"about generated material, {year}",
            Measure.GENERATED,
            source,
            value=share,
            years=(year,),
        )
    yield Published(
        "Generative AI",
        "sender of findings in training data, 2025",
        Measure.SENDER,
        BY_SENDER,
        value=0.052,
        of="ai_findings",
        years=(2025,),
    )


def _addresses() -> Iterator[Published]:
    group = "Addresses"
    # "Over 80 %" says less than what a month gives, and "over 90 %" less than 97 %.
    for days, ends in {14: (0.80, 0.90), 30: (0.90, 0.97)}.items():
        yield Published(
            group,
            f"asked for within {days} days",
            Measure.ASKED_WITHIN,
            BKA,
            band=ends,
            of=str(days),
            profiles=BOTH,
            is_guess=True,
            note=f"Published as over {ends[0]:.0%}, which the band reads as up to "
            f"{ends[1]:.0%}. Of reports with an address that leads to one subscriber.",
        )
    yield Published(
        group,
        "still lead to a subscriber",
        Measure.IDENTIFIED,
        BKA,
        value=0.41,
        tolerance=share_tolerance(0.41, is_rounded=True),
        profiles=BOTH,
        note="Published in whole per cent.",
    )


def _work() -> Iterator[Published]:
    group = "Work and outcome"
    yield Published(
        group,
        "outcome came back, of the worked",
        Measure.TOLD,
        f"{CT23}: 312,343 answers from task forces",
        value=_FED_BACK,
        profiles=(ICAC,),
        note="Published of all that task forces received. Later arrivals than half a "
        "year before the world ends are left out: theirs may still come.",
    )
    yield Published(
        group,
        "arrests, of the worked referrals",
        Measure.ARRESTS,
        f"OJJDP, task forces in 2023 (1.6 % of referrals); {SIO24} (5 to 8 %)",
        band=(0.016, 0.08),
        profiles=(ICAC,),
        is_guess=True,
    )
    for profile, ends, source in (
        (NATIONAL, (0.07, 0.20), f"{FEDPOL}: tips that became reports to cantons"),
        (ICAC, (0.25, 0.35), "OJJDP, task forces in 2023: 28 % of referrals"),
    ):
        yield Published(
            group,
            "worth action at arrival",
            Measure.ACTION,
            source,
            band=ends,
            profiles=(profile,),
            is_guess=True,
            note="Published of cases opened, which include what others began.",
        )
    yield Published(
        group,
        "worth action at arrival, as the world is set",
        Measure.ACTION_AS_SET,
        "the world's own `truth.action_share`",
        profiles=BOTH,
        is_guess=True,
        note="Shows that the levels were solved as set, and nothing of the field.",
    )


def _worth() -> Iterator[Published]:
    group = "Worth"
    yield Published(
        group,
        "correlation of completeness and probability of action",
        Measure.CORRELATION,
        f"{NOBODY}; two things by design ({SIO24}, p. 80)",
        band=(0.0, 0.5),
        unit="",
        profiles=BOTH,
        is_guess=True,
    )
    yield Published(
        group,
        "probability of action, complete viral copies over sparse contact",
        Measure.VIRAL_OVER_SPARSE,
        f"{NOBODY}; officers see the former too much ({SIO24}, p. 80)",
        band=(0.0, 0.8),
        unit="times",
        profiles=BOTH,
        is_guess=True,
        note="Clearly below one: what is complete may sink and what is sparse matter.",
    )
    yield Published(
        group,
        "reports of the largest actor",
        Measure.LARGEST,
        f"Belgian unit, over 500 on one person, in {SIO24}",
        band=(500.0, 2000.0),
        unit="reports",
        profiles=BOTH,
        is_guess=True,
        note="The upper end keeps one actor from outweighing a week of a task force.",
        least_reports=_ENOUGH,
    )


HANDLING: tuple[Published, ...] = (
    *_designations(),
    *_urgency(),
    *_generated(),
    *_addresses(),
    *_work(),
    *_worth(),
)
"""The figures of what becomes of reports."""
