"""``franking resume``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import Outbox, Seller, TextOrJson


def resume(
    kind: Annotated[str | None, typer.Option(help="Messages of this kind may be sent again.")] = None,
    account: Annotated[bool, typer.Option("--account", help="The account may send again.")] = False,
    outbox: Outbox = None,
    seller: Seller = None,
    format: TextOrJson = "text",
) -> None:
    """Lift a stop that a notice of the marketplace caused; without options, list the stops. Exit code 1 if there is no
    such stop."""
    from franking.cli.upkeep import resume as lift
    from franking.config.settings import load_settings
    from franking.errors import InputError

    if kind is not None and account:
        raise InputError("expected either --kind (the stop of a kind) or --account (the stop of the account), found both")
    raise typer.Exit(lift(load_settings(outbox=outbox, seller=seller), kind, account, format))
