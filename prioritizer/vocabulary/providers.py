"""Names of providers and services that may be shown; any other is only hashed.

A sender's name is open-ended text, so it is shown only when this list holds
it. Real names are those in NCMEC's public counts of reports by provider for
2023 to 2025; a name here is no statement about a company. Invented providers
are numbered.
"""

from __future__ import annotations

from prioritizer.vocabulary.enums import UNLISTED

_PUBLIC = """
Facebook; Instagram; WhatsApp; Google; Snapchat; Twitter; X; TikTok; Discord; Reddit;
Omegle; Microsoft; Imgur; Kik; Grindr; Amazon AI; Pinterest; OpenAI; X.AI; Dropbox;
MeetMe; Cash App
""".replace("\n", " ").split(";")

INVENTED_PROVIDERS = tuple(f"Provider {number:03d}" for number in range(1, 246))

PROVIDERS = (*(name.strip() for name in _PUBLIC), *INVENTED_PROVIDERS, UNLISTED)
