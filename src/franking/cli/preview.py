"""``franking preview``."""

from __future__ import annotations

import webbrowser

from franking.catalog import Catalog
from franking.cli.terminal import say
from franking.config.importing import page_importer
from franking.config.sender import configured_sender
from franking.config.settings import Settings
from franking.config.transport import configured_transport
from franking.dispatch import Transport
from franking.errors import ConfigurationError, FrankingError, install_hint
from franking.files.disk_cache import choose
from franking.mail import Sender
from franking.policy import load as load_policy


def live_preview(settings: Settings, port: int, *, show: bool, browser: bool) -> None:
    """Serve until interrupted; ``show`` opens the page, with ``browser``, the installed browser decides undecided findings.
    Raises ``FrankingError`` without the extra, without a browser if one is asked for, or if the port is taken."""
    try:
        from franking.preview.live import Live
        from franking.preview.serving import serve
        from franking.preview.session import PreviewSession
    except ModuleNotFoundError as error:
        raise FrankingError(f"the live preview needs {error.name}: {install_hint('preview')}") from None
    if browser:
        from franking.browser.session import Session

        with Session() as session:
            session.start()  # raises before anything starts
    choose(settings.cache)
    catalog = Catalog(settings.templates, settings.themes)
    catalog.kinds()  # raises for missing folders before anything starts
    if not catalog.theme_names():
        raise ConfigurationError(f"{settings.themes}: no theme in this folder; franking new theme NAME makes one")

    def trial() -> tuple[Sender, Transport]:
        transport = configured_transport(settings)
        return configured_sender(settings), transport

    url = f"http://127.0.0.1:{port}"

    def ready() -> None:
        say(f"preview: {url} shows every change in {settings.templates} and {settings.themes} (Ctrl-C ends it)")
        if show:
            webbrowser.open(url)

    previewed = PreviewSession(catalog, load_policy(settings.policy), settings.inliner)
    serve(Live(previewed, trial, browser=browser, importer=page_importer(settings)), port, ready)
