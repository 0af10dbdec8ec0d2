"""The sections of the scale: their weights, and why.

No source gives numbers. Weights and points are this project's own judgement of two
texts, and stand here so that anyone may differ and say where:

- the statute, 18 U.S.C. 2258A(b)(1) to (5), which says what a provider's report may
  hold: who it is, when and how with the zone, where, the depictions, and the complete
  communication;
- Stanford Internet Observatory, How to Fix the Online Child Exploitation Reporting
  System (2024), p. 76, which says what makes a report actionable: the user with the
  place and above all the upload address, the victim with the place, the file or the
  chat, and the time with what it means.
"""

from __future__ import annotations

from prioritizer.features.completeness import items
from prioritizer.features.completeness.scale import Scale, ScaleSection, check_scale

SCALE: Scale = check_scale(
    (
        ScaleSection(
            "identity",
            5,
            "2258A(b)(1), self-reported identity, which may be made up",
            items.IDENTITY,
        ),
        ScaleSection(
            "contact", 10, "2258A(b)(1) names the e-mail address first", items.CONTACT
        ),
        ScaleSection(
            "account",
            10,
            "2258A(b)(1), other identifying information; legal process asks by it",
            items.ACCOUNT,
        ),
        ScaleSection(
            "network",
            20,
            "2258A(b)(1) and (3) name the IP address; Stanford: above all at upload",
            items.NETWORK,
        ),
        ScaleSection(
            "time",
            10,
            "2258A(b)(2), when and how, with the zone; Stanford: and what it means",
            items.TIME,
        ),
        ScaleSection(
            "location",
            10,
            "2258A(b)(3), a place, or at least a postal code; Stanford too",
            items.LOCATION,
        ),
        ScaleSection(
            "file",
            15,
            "2258A(b)(4), the depictions; Stanford: a hash alone is not enough",
            items.FILE,
        ),
        ScaleSection(
            "narrative",
            10,
            "2258A(b)(5), the complete communication; Stanford: the file or the chat",
            items.NARRATIVE,
        ),
        ScaleSection(
            "victim",
            10,
            "the statute does not name victims; Stanford does, with the place",
            items.VICTIM,
        ),
    )
)
