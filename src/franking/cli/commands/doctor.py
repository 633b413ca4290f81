"""``franking doctor``."""

from __future__ import annotations

from franking.cli.options import (
    AllowPlain,
    CaFile,
    Inliner,
    Outbox,
    PolicyName,
    Seller,
    SenderAddress,
    Templates,
    TextOrJson,
    Theme,
    Themes,
    Transport,
)


def doctor(
    sender: SenderAddress = None,
    transport: Transport = None,
    outbox: Outbox = None,
    allow_plain: AllowPlain = None,
    ca_file: CaFile = None,
    seller: Seller = None,
    theme: Theme = None,
    inliner: Inliner = None,
    policy: PolicyName = None,
    templates: Templates = None,
    themes: Themes = None,
    format: TextOrJson = "text",
) -> None:
    """Check configuration, templates, translations, ledger and transport, and print how to fix problems.
    Exit code 2 if one fails."""
    from franking.cli.doctor import show_state
    from franking.config.settings import load_settings

    settings = load_settings(
        sender=sender,
        transport=transport,
        outbox=outbox,
        allow_plain=allow_plain,
        ca_file=ca_file,
        seller=seller,
        theme=theme,
        inliner=inliner,
        policy=policy,
        templates=templates,
        themes=themes,
    )
    show_state(settings, format)
