"""Options and arguments that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prioritizer.errors import SettingsError
from prioritizer.vocabulary.section import Section, sections_from_text

Tables = Annotated[
    Path,
    # What cannot be read gets our own message, with its fix.
    typer.Argument(help="A folder of tables.", show_default=False, readable=False),
]
Model = Annotated[Path, typer.Option(help="A model's folder.", show_default=False)]
Seed = Annotated[int, typer.Option(min=0, help="Same seed, same result.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]
TrustedKeys = Annotated[
    list[Path] | None,
    typer.Option(
        "--trusted-key",
        envvar="PRIORITIZER_TRUSTED_KEYS",
        show_default=False,
        help="Public key that must have signed the model; may be repeated. Without "
        "one any model is used, and who signed it is shown.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


def sections_option(text: str) -> tuple[Section, ...]:
    """Return the sections that a user named."""
    try:
        return sections_from_text(text)
    except SettingsError as odd:
        raise typer.BadParameter(odd.fix, param_hint="--sections") from None
