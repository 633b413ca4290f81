"""Checks of configuration, templates, translations, sender, ledger and transport (``franking doctor``)."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from franking.batch.pipeline import Pipeline
from franking.catalog import SOURCE_LANGUAGE, Catalog
from franking.catalog.example_brand import example_brand
from franking.catalog.extract import coverage
from franking.catalog.kinds import NAME
from franking.config.brand import sender_carries
from franking.config.ledgers import existing_ledger
from franking.config.sender import configured_signer
from franking.config.settings import CONFIG_FILE, Settings, init_hint
from franking.config.transport import configured_transport, limits
from franking.dispatch import Unreachable
from franking.errors import FrankingError
from franking.files.disk_cache import choose, disk_cache
from franking.html.pictures import reader
from franking.mail import Mailbox
from franking.model.counted import counted
from franking.outbox.engines import file_of, parsed
from franking.policy import load as load_policy


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: ``ok``, ``warning`` or ``problem``, what was found, and what to do."""

    state: Literal["ok", "warning", "problem"]
    what: str
    seen: str
    hint: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Run every check. Raises no error; errors become findings."""
    for look in (_project, _configuration, _cache, _designs, _translations, _sender, _ledger, _transport):
        yield from _careful(look, settings)


def _careful(look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    """The findings of one check; an error ends the check and becomes a finding."""
    try:
        yield from look(settings)
    except FrankingError as error:
        yield Finding("problem", look.__name__.strip("_"), str(error))


def _project(settings: Settings) -> Iterator[Finding]:
    if init_hint(settings):
        yield Finding(
            "problem",
            "project",
            "this folder holds no franking.toml and no templates",
            "Run `franking init`, or run franking in the folder of your project.",
        )


def _configuration(settings: Settings) -> Iterator[Finding]:
    limits(settings, settings.seller, "")  # raises for an unreadable rate
    where = str(CONFIG_FILE) if CONFIG_FILE.is_file() else f"no {CONFIG_FILE}, defaults and environment"
    policy = load_policy(settings.policy).title
    yield Finding("ok", "configuration", f"{where}; seller account {settings.seller}, policy {policy}")


def _cache(settings: Settings) -> Iterator[Finding]:
    choose(settings.cache)
    cache = disk_cache()
    if cache is None:
        yield Finding("ok", "cache", "none; small batches take about twice the processor time")
        return
    state = cache.state()
    if state:
        yield Finding(
            "warning", "cache", f"{cache.folder} is not used: {state}", "Set cache to a folder of your own, or to off."
        )
    else:
        yield Finding("ok", "cache", f"{cache.folder}; deleting it costs time only")


def _designs(settings: Settings) -> Iterator[Finding]:
    catalog = Catalog(settings.templates, settings.themes)
    policy = load_policy(settings.policy)
    broken = 0
    themes = catalog.theme_names()
    for name in catalog.kinds():
        for theme in themes:
            try:
                Pipeline(catalog, catalog.kind(name), catalog.theme(theme), policy, settings.inliner)
            except FrankingError as error:
                broken += 1
                yield Finding("problem", f"kind {name} in theme {theme}", str(error))
                break
    if not broken:
        yield Finding(
            "ok", "templates", f"{counted(len(catalog.kinds()), 'kind')} in {counted(len(themes), 'theme')} can be used"
        )
    yield from _brands(settings, catalog)
    if reader():
        yield Finding("ok", "logos", f"their pixels are read for websites, by {reader()}")
    elif importlib.util.find_spec("pytesseract") is not None:
        yield Finding(
            "warning",
            "logos",
            "their pixels are not read: Tesseract is not found",
            "Install it (Debian: apt-get install tesseract-ocr).",
        )
    if settings.theme not in themes:
        shown = repr(settings.theme) if NAME.fullmatch(settings.theme) else "a name that no theme can have"
        yield Finding("problem", "theme", f"{shown} is set and does not exist", f"Set one of: {', '.join(themes)}.")


def _brands(settings: Settings, catalog: Catalog) -> Iterator[Finding]:
    """The example's brand: a problem in the configured theme, a warning elsewhere."""
    own = "Put in your own; send refuses the example's (franking explain brand)."
    for place in sender_carries(settings):
        yield Finding("problem", "brand", place, own)
    reported: set[str] = set()
    for name in sorted(catalog.theme_names(), key=lambda name: name != settings.theme):
        for kind in catalog.kinds():
            for place in map(str, example_brand(catalog.theme(name), catalog.templates / kind, catalog.templates)):
                if place not in reported:
                    yield Finding("problem" if name == settings.theme else "warning", "brand", place, own)
                reported.add(place)


def _translations(settings: Settings) -> Iterator[Finding]:
    covered, problems = coverage(settings.templates, settings.themes)
    for problem in problems:
        yield Finding("problem", "catalogue", str(problem), "Messages in this language are rejected until this is fixed.")
    for c in covered:
        if c.missing:
            yield Finding(
                "warning",
                f"language {c.language}",
                counted(len(c.missing), f"of {c.texts} texts is", f"of {c.texts} texts are") + " not translated",
                "send refuses messages that need them; franking i18n lists them.",
            )
    whole = [SOURCE_LANGUAGE, *(c.language for c in covered if not c.missing)]
    yield Finding("ok", "translations", f"complete: {', '.join(whole)}")


def _sender(settings: Settings) -> Iterator[Finding]:
    if not settings.sender:
        yield Finding("problem", "sender", "none is set", f"Set sender in {CONFIG_FILE} to an address of the seller account.")
        return
    mailbox = Mailbox.parse(settings.sender)
    yield Finding("ok", "sender", f"at {mailbox.domain}")
    signer = configured_signer(settings, mailbox)
    if signer is None:
        return
    where = f"{signer.selector}._domainkey.{signer.domain}"
    try:
        known = signer.published()
    except FrankingError as error:
        yield Finding("warning", "signature", str(error), f"Receivers look for the key at {where}.")
        return
    if known:
        yield Finding("ok", "signature", f"DKIM, by the key at {where}")
    else:
        yield Finding(
            "problem",
            "signature",
            f"the key at {where} is missing or another one",
            "Publish the public half of the key there, as a TXT record.",
        )


def _ledger(settings: Settings) -> Iterator[Finding]:
    ledger = existing_ledger(settings)
    file = file_of(parsed(settings.outbox))
    if ledger is None and file is not None:
        folder = file.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            yield Finding("problem", "ledger", f"none can be made in {folder}", "Make the folder, and make it writable.")
        else:
            yield Finding("ok", "ledger", f"none yet at {settings.outbox}; franking send makes it")
        return
    assert ledger is not None
    if file is not None and not os.access(file, os.W_OK):
        yield Finding("problem", "ledger", f"{file} may only be read", "make the file and its folder writable")
        return
    counts = ledger.counts()
    states = ", ".join(f"{number} {state.value}" for state, number in counts.items() if number) or "empty"
    yield Finding("ok", "ledger", states)
    if ledger.shared:
        yield Finding("ok", "workers", "the ledger is PostgreSQL: franking worker sends what send queues")
    ledger.close()


def _transport(settings: Settings) -> Iterator[Finding]:
    transport = configured_transport(settings)

    async def connect() -> str:
        connection = await transport.connect()
        abilities = getattr(connection, "abilities", None)
        await connection.close()
        if abilities is None:
            return "connected"
        size = f"messages up to {abilities.size / 1e6:.1f} MB" if abilities.size else "no size limit named"
        return f"connected, secured and logged in as configured; {size}"

    try:
        yield Finding("ok", "transport", f"{transport.url}: {asyncio.run(connect())}")
    except Unreachable as error:
        yield Finding("problem", "transport", str(error), "Check host, port and firewall, and whether the server runs.")
