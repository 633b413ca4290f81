"""The ``franking`` command. Each command imports its dependencies when it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.commands.adjust import adjust
from franking.cli.commands.bounces import bounces
from franking.cli.commands.cancel import cancel
from franking.cli.commands.check import check
from franking.cli.commands.doctor import doctor
from franking.cli.commands.erase import erase
from franking.cli.commands.evidence import evidence
from franking.cli.commands.explain import explain
from franking.cli.commands.feeds import feeds
from franking.cli.commands.fetch import fetch
from franking.cli.commands.i18n import i18n
from franking.cli.commands.import_ import import_
from franking.cli.commands.inbox import inbox
from franking.cli.commands.init import init
from franking.cli.commands.new import new
from franking.cli.commands.plan import plan
from franking.cli.commands.policy import app as policy
from franking.cli.commands.preview import preview
from franking.cli.commands.render import render
from franking.cli.commands.resolve import resolve
from franking.cli.commands.resume import resume
from franking.cli.commands.retry import retry
from franking.cli.commands.rules import rules
from franking.cli.commands.run import run
from franking.cli.commands.sandbox import sandbox
from franking.cli.commands.send import send
from franking.cli.commands.ship_confirm import ship_confirm
from franking.cli.commands.status import status
from franking.cli.commands.suppress import app as suppress
from franking.cli.commands.worker import worker
from franking.cli.groups import ByUser

app = typer.Typer(
    name="franking", cls=ByUser, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Send the order messages that a marketplace permits: render them, inline their styles, check them against every rule, "
    "and send what passes.",
)  # fmt: skip

app.add_typer(suppress, name="suppress")
app.add_typer(policy, name="policy")


def _version(wanted: bool) -> None:
    if wanted:
        from franking.package.version import __version__

        typer.echo(f"franking {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Every command explains itself with --help."""


for _command in (
    render,
    check,
    fetch,
    plan,
    send,
    run,
    rules,
    explain,
    inbox,
    sandbox,
    init,
    preview,
    new,
    i18n,
    doctor,
    status,
    resolve,
    retry,
    cancel,
    bounces,
    resume,
    evidence,
    adjust,
    ship_confirm,
    feeds,
    worker,
    erase,
):
    app.command()(_command)
app.command("import")(import_)
