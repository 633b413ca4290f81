"""``franking run``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from franking.cli.options import (
    AllowPlain,
    AsOf,
    CaFile,
    Connections,
    Demo,
    Outbox,
    Rate,
    Seller,
    SenderAddress,
    Templates,
    TextOrJson,
    Themes,
    Transport,
)

if TYPE_CHECKING:
    from franking.config.campaigns import Campaign
    from franking.config.settings import Settings


def run(
    names: Annotated[
        list[str] | None, typer.Argument(help="Campaigns; all of the file by default.", metavar="[NAME]...")
    ] = None,
    file: Annotated[Path, typer.Option("--file", help="The campaigns.")] = Path("campaigns.toml"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is due; store and send nothing.")] = False,
    reschedule: Annotated[
        bool, typer.Option("--reschedule", help="Give scheduled messages the times that the campaigns have now.")
    ] = False,
    as_of: AsOf = None,
    sender: SenderAddress = None,
    transport: Transport = None,
    outbox: Outbox = None,
    rate: Rate = None,
    connections: Connections = None,
    demo: Demo = None,
    seller: Seller = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    templates: Templates = None,
    themes: Themes = None,
    format: TextOrJson = "text",
) -> None:
    """Run the campaigns of campaigns.toml: queue and send everything that is due. Made for cron; safe to run twice.

    Without names, messages of earlier runs that are due are sent as well. While another run is under way on the same outbox,
    this one does nothing and exits with 3."""
    from franking.cli.run import run_file
    from franking.config.running import RunOptions
    from franking.config.settings import load_settings

    flags = {
        "sender": sender,
        "transport": transport,
        "outbox": outbox,
        "rate": rate,
        "connections": connections,
        "demo": demo,
        "seller": seller,
        "allow_plain": allow_plain,
        "ca_file": ca_file,
        "templates": templates,
        "themes": themes,
    }

    def configure(campaign: Campaign) -> Settings:
        table = campaign.table
        return load_settings(**flags, theme=table.theme, channel=table.channel, policy=table.policy)

    options = RunOptions(dry_run, reschedule, as_of, not names)
    raise typer.Exit(run_file(file, names or [], load_settings(**flags), configure, options, format))
