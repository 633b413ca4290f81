"""``franking init``: the questions, and the next steps that it prints."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import typer

from franking.cli.terminal import out, say
from franking.errors import FrankingError, InputError, install_hint
from franking.project.brand import Brand, brand_name, sender_mailbox, transport_url
from franking.project.folder import EXAMPLE_SERVER

_ADDRESS = "shop@your-brand.example"


def asked(name: str | None, sender: str | None, logo: Path | None, transport: str | None = None) -> Brand:
    """The brand from the options. At a terminal, asks for what is missing, again after an unusable answer.

    Raises ``FrankingError`` for unusable options, and for a missing name or sender if there is no terminal.
    """
    asking = name is None or sender is None
    name = _given(name, "brand", "The brand's name, as buyers see it", '"Your brand"', brand_name)
    sender = _given(sender, "sender", "Address registered with the seller account", _ADDRESS, partial(sender_mailbox, name))
    if transport is None and asking and sys.stdin.isatty():
        transport = _ask(f"Mail server, such as {EXAMPLE_SERVER} (Enter: set it later)", transport_url, "")
    return Brand(name, sender, logo, transport_url(transport or ""))


def _given(value: str | None, option: str, question: str, example: str, checked: Callable[[str], str]) -> str:
    if value is None and sys.stdin.isatty():
        return _ask(question, checked)
    if value is None or not value.strip():
        raise InputError(f"init: no --{option} is given; expected for example --{option} {example}")
    return checked(value.strip())


def _ask(question: str, checked: Callable[[str], str], default: str | None = None) -> str:
    while True:
        try:
            return checked(str(typer.prompt(question, default=default, show_default=False, err=True)).strip())
        except FrankingError as error:
            say(str(error))


def print_next_steps(folder: Path, brand: Brand) -> None:
    """Print what was created, and the commands to try next."""
    out(f"{folder}: templates, themes, franking.toml, campaigns.toml, sample reports and a Makefile")
    if brand.logo is None:
        out("themes: plain; with --logo FILE there are three more, which show a logo")
    out("next:")
    if folder != Path():
        out(f"  cd {folder}")
    out("  make plan         who of a sample report would be written to")
    out("  make try          their messages as files, in build/outbox")
    out(f"  franking preview  the designs, live; needs: {install_hint('preview')}")
    out("  franking doctor   what is ready to send, what is not, and what to do")
    out("without make: the Makefile shows the commands; with uvx: make FRANKING='uvx franking' plan")
    if not brand.transport:
        out("to send: set transport in franking.toml")
