"""The command that reads documents into tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritizer.cli.options import AsJson, Overwrite

if TYPE_CHECKING:
    from prioritizer.ingest import IngestResult

_KEY_FILE = Path("~/.config/prioritizer/identifier.key")


def ingest(
    sources: Annotated[
        list[Path],
        typer.Argument(help="Files, folders, archives; - for standard input."),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the tables; added to.")],
    key_file: Annotated[
        Path | None,
        typer.Option(
            envvar="PRIORITIZER_KEY_FILE",
            help=f"Key for hashing identifiers, made on first use; else {_KEY_FILE}.",
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            envvar="PRIORITIZER_KEY",
            hidden=True,
            show_default=False,
            help="The key itself, from the environment.",
        ),
    ] = None,
    network_database: Annotated[
        list[Path] | None,
        typer.Option(
            help="A .mmdb file that tells of networks, for documents from now on; "
            "may be repeated."
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one a core if left out.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Read law-enforcement JSON and submission XML into tables.

    What was given before is not added twice, and a run that was ended goes on where
    it was. The key may also stand in the environment, as PRIORITIZER_KEY.

    Example: prioritizer ingest inbox/ --out tables/
    """
    import sys

    from prioritizer import pipeline
    from prioritizer.cli import output

    search = pipeline.find_sources(sources, stdin=sys.stdin.buffer)
    if key is None and key_file is None:
        key_file = _KEY_FILE
    is_new_key = key is None and key_file and not key_file.expanduser().exists()
    identifier_key = pipeline.identifier_key(key, key_file, out)
    if is_new_key:
        output.note(
            f"A new key for identifiers was made: {key_file}. Keep a copy of it: "
            "without it, later reports do not link up with these."
        )
    try:
        with output.counter("documents") as progress:
            result = pipeline.read_documents(
                search,
                out,
                key=identifier_key,
                databases=network_database or (),
                workers=workers,
                overwrite=overwrite,
                progress=progress,
            )
    except KeyboardInterrupt:
        output.note("Ended before its time. The same command goes on where it was.")
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(json.dumps(result.as_dict(), indent=2))
    else:
        _say(result)
    account = result.account
    if account.given_now and account.rejected_now == account.given_now:
        raise typer.Exit(1)


def _say(result: IngestResult) -> None:
    from prioritizer.cli import output

    account = result.account
    counts = (
        f"{account.new_reports} new reports",
        f"{account.new_versions} further versions",
        f"{account.repeated_now} repeated",
        f"{account.known} given before",
        f"{account.rejected_now} rejected",
    )
    output.say(f"Documents given: {account.given_now}: {', '.join(counts)}")
    for name, what, where, fix in account.first_rejected:
        output.say(f"  rejected {name}: {what} ({where}); {fix}")
    more = account.rejected_now - len(account.first_rejected)
    if more > 0:
        output.say(f"  and {more} more")
    if account.rejected:
        output.say(
            "  Rejected documents are in no queue: somebody must look at them. All "
            f"{account.rejected}: {result.tables.path / 'rejected.csv'}"
        )
    for suffix, count in sorted(result.ignored.items()):
        output.say(f"  not looked at: {count} of kind {suffix}")
    for name, date in result.databases:
        output.say(f"  public addresses looked up in {name} of {date}")
    output.say(f"The tables are in {result.tables.path}")
