"""The commands that look after models: list, verify, keys, sign, promote."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prioritizer.cli.options import AsJson
from prioritizer.cli.promote import champion, promote, runs
from prioritizer.errors import SettingsError

if TYPE_CHECKING:
    from prioritizer.model.listing import Listed
    from prioritizer.model.verifying import Verification

models = typer.Typer(
    help="List, verify, sign and promote models.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_PASSPHRASE = "PRIORITIZER_PASSPHRASE"  # noqa: S105  # the name of the variable
_Stored = Annotated[Path, typer.Argument(help="A model's folder.", show_default=False)]


models.command()(promote)
models.command()(runs)
models.command()(champion)


@models.command("list")
def list_models(
    folder: Annotated[Path, typer.Argument(help="A folder of models.")] = Path(
        "models"
    ),
    as_json: AsJson = False,
) -> None:
    """List the models in a folder: what each learned from, and who signed it.

    Example: prioritizer models list models/
    """
    from prioritizer.cli import output
    from prioritizer.model.listing import models_in

    found = models_in(folder)
    if as_json:
        typer.echo(json.dumps([each.facts() for each in found], indent=1))
        return
    if not found:
        output.say(f"There is no model in {folder}.")
    for each in found:
        _say_listed(each)


def _say_listed(model: Listed) -> None:
    from prioritizer.cli import output

    output.pairs({name: value for name, value in model.facts().items() if value})
    output.say()


@models.command()
def verify(
    model: _Stored,
    trusted: Annotated[
        list[Path] | None,
        typer.Option(
            "--trusted",
            "--trusted-key",
            envvar="PRIORITIZER_TRUSTED_KEYS",
            show_default=False,
            help="Public key that must have signed it; may be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at a model from all sides; 1 if anything is wrong with it.

    Its files are compared with the manifest and that with its signature, its trees
    are checked before LightGBM reads them, and the tables that score with the trees.

    Example: prioritizer models verify models/demo --trusted keys/office.public.pem
    """
    from prioritizer.model import load_public_key, verify_model

    keys = [load_public_key(path) for path in trusted or ()]
    found = verify_model(model, trusted=keys or None)
    if as_json:
        typer.echo(json.dumps(_facts(found), indent=1))
    else:
        _say(found)
    if found.problems:
        raise typer.Exit(1)


@models.command()
def keys(
    out: Annotated[
        Path,
        typer.Option(help="Folder and name, such as keys/office.", show_default=False),
    ],
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Ask for a passphrase of the private key.")
    ] = False,
) -> None:
    """Make a pair of keys: one signs models, the other checks who signed.

    The private key is encrypted with the passphrase in PRIORITIZER_PASSPHRASE if
    there is one. Nothing that is there is replaced.

    Example: prioritizer models keys --out keys/office --encrypt
    """
    from prioritizer.cli import output
    from prioritizer.model.key_files import make_keys

    if not out.name:
        raise typer.BadParameter("name the keys as well", param_hint="--out")
    private, public = (
        out.with_name(f"{out.name}.{word}.pem") for word in ("private", "public")
    )
    passphrase = os.environ.get(_PASSPHRASE)
    if passphrase is None and encrypt:
        passphrase = _typed(confirm=True)
        if passphrase is None:
            raise SettingsError(
                "nobody is there to type a passphrase",
                "--encrypt",
                f"set {_PASSPHRASE}",
            )
    digits = make_keys(private, public, passphrase=passphrase)
    output.say(f"Keys {digits}")
    output.say(f"  {private}  signs; keep it to yourself, and a copy of it")
    output.say(f"  {public}  checks; give it to whoever uses the models")


@models.command()
def sign(
    model: _Stored,
    key: Annotated[Path, typer.Option(help="The private key.", show_default=False)],
) -> None:
    """Verify a model and sign it; a model with anything wrong is not signed.

    Example: prioritizer models sign models/demo --key keys/office.private.pem
    """
    from prioritizer.model import sign_model
    from prioritizer.model.key_files import load_private_key

    _say(sign_model(model, load_private_key(key, _passphrase)))


def _passphrase() -> str | None:
    return os.environ.get(_PASSPHRASE) or _typed(confirm=False)


def _typed(*, confirm: bool) -> str | None:
    """Ask whoever sits at the terminal; None if nobody does."""
    if not sys.stdin.isatty():
        return None
    ask: Callable[..., str] = typer.prompt
    return ask("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)


def _facts(found: Verification) -> dict[str, object]:
    return {
        "problems": list(found.problems),
        "signature": found.signature,
        "model_hash": found.content_hash,
        "trees": found.trees,
        "rows_compared": found.rows,
        "every_cell_compared": found.every_cell,
        "largest_difference": found.difference,
    }


def _say(found: Verification) -> None:
    from prioritizer.cli import output

    rows: dict[str, object] = {"hash": found.content_hash, "trees": found.trees}
    if found.difference is not None:
        cells = "every cell" if found.every_cell else "a part of the cells"
        rows["tables and trees"] = (
            f"differ by {found.difference:.1e} at most: {found.rows:,} rows, "
            f"{cells} and each threshold hit exactly"
        )
    output.pairs({**rows, "signature": found.signature})
    _say_problems(found.problems)


def _say_problems(problems: Sequence[str]) -> None:
    from prioritizer.cli import output

    for problem in problems:
        output.say(f"WRONG: {problem}")
    if not problems:
        output.say("The model is as it was written.")
