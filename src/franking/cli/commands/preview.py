"""``franking preview``."""

from __future__ import annotations

from typing import Annotated

import typer

from franking.cli.options import AllowPlain, Browser, CaFile, Inliner, PolicyName, SenderAddress, Templates, Themes, Transport


def preview(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 8000,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    browser: Browser = False,
    sender: SenderAddress = None,
    transport: Transport = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    inliner: Inliner = None,
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
) -> None:
    """Show messages while you edit their templates, with every finding marked on the message (extra: preview)."""
    from franking.cli.preview import live_preview
    from franking.config.settings import load_settings

    settings = load_settings(
        sender=sender,
        transport=transport,
        allow_plain=allow_plain,
        ca_file=ca_file,
        inliner=inliner,
        policy=policy,
        templates=templates,
        themes=themes,
    )
    live_preview(settings, port, show=show, browser=browser)
