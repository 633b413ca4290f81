"""A headless Chromium that lays out messages and measures them. It has no network access and runs no script of a message:
requests are answered here or refused. The time per message is limited."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
from collections.abc import Coroutine, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from franking.browser.facts import Facts
from franking.browser.find import installed_browser
from franking.errors import ConfigurationError, FrankingError, install_hint
from franking.html.visible import INVISIBLE

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Playwright, Route

SECONDS = 10.0  # per message, for all widths
_START_SECONDS = 30.0
_END_SECONDS = 5.0
_HEIGHT = 800  # CSS px
_ADDRESS = "http://message.invalid/"  # never resolved: RFC 6761, section 6.4
# Requests for style sheets are allowed by the policy and refused here, to notice messages that need one.
_POLICY = "default-src 'none'; img-src data: http: https:; style-src 'unsafe-inline' data: http: https:"
_CID = re.compile(r"(?i)\bcid:([^\s\"'<>)]+)")
# Images that are not in the message are laid out as narrow and as wide as possible.
_PICTURES = tuple(
    f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'/>" for width, height in ((1, 4000), (4000, 1))
)
# Makes an element's own text transparent, not that of its children, without a change of layout.
_BLANK = """index => {
  const one = document.querySelectorAll('*')[index], name = '-webkit-text-fill-color';
  const all = [...(one?.children ?? [])].filter(e => e.style).map(e => [e, getComputedStyle(e).webkitTextFillColor]);
  if (one?.style) all.push([one, 'transparent']);
  for (const [e] of all) e.setAttribute('data-franking-style', e.getAttribute('style') ?? '');
  for (const [e, color] of all) e.style.setProperty(name, color, 'important');
}"""
_RESTORE = """() => {
  for (const e of document.querySelectorAll('[data-franking-style]')) {
    const style = e.getAttribute('data-franking-style');
    if (style) e.setAttribute('style', style); else e.removeAttribute('style');
    e.removeAttribute('data-franking-style');
  }
}"""
_T = TypeVar("_T")


class NoAnswer(FrankingError):
    """The browser crashed or took too long. It is restarted for the next message."""


class Session:
    """A browser that is started on first use. A context manager; not thread-safe.

    Raises ``ConfigurationError`` if Playwright or a browser is missing.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        try:
            from playwright.async_api import async_playwright
        except ModuleNotFoundError:
            raise ConfigurationError(f"--browser needs Playwright: {install_hint('browser')}") from None
        self._playwright = async_playwright
        self._program = installed_browser()
        self._seconds = seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self._has_run = False
        self.name = "Chromium"  # includes the version once it runs

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()
        if self._loop is not None:
            self._loop.close()
            self._loop = None

    def read(
        self, html: str, widths: Sequence[int], pictures: Mapping[str, bytes], texts: Sequence[int] = ()
    ) -> list[tuple[Facts, ...]]:
        """The facts of a message at each width: two per width if images are missing, with the images as narrow and as wide
        as possible. ``pictures`` are image bytes by URL; ``texts`` are elements whose own text is tested for visible
        pixels. Raises ``NoAnswer``, and ``ConfigurationError`` if the browser does not start."""
        if self._browser is None or not self._browser.is_connected():
            self._again()
        from playwright.async_api import Error

        try:
            return self._wait(self._read(_with_pictures(html, pictures), widths, texts), self._seconds)
        except TimeoutError:
            self._end()
            raise NoAnswer(f"no answer within {self._seconds:g} s") from None
        except Error:
            self._end()
            raise NoAnswer("it crashed") from None

    def _wait(self, work: Coroutine[Any, Any, _T], seconds: float) -> _T:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(asyncio.wait_for(work, seconds))

    def _again(self) -> None:
        """Start the browser, or restart it after it ended."""
        try:
            self.start()
        except ConfigurationError:
            if self._has_run:
                raise NoAnswer("it does not start again") from None
            raise

    def start(self) -> None:
        """Start the browser. Raises ``ConfigurationError`` if that fails."""
        from playwright.async_api import Error

        self._end()
        try:
            self._wait(self._launch(), _START_SECONDS)
        except (Error, TimeoutError, OSError):
            self._end()
            raise ConfigurationError(
                f"{self._program} does not start as a headless browser; expected a Chromium that runs here"
            ) from None
        assert self._browser is not None
        self._has_run = True
        self.name = f"Chromium {self._browser.version.partition('.')[0]}"

    async def _launch(self) -> None:
        self._driver = await self._playwright().start()
        self._browser = await self._driver.chromium.launch(
            executable_path=self._program,
            chromium_sandbox=not hasattr(os, "geteuid") or os.geteuid() != 0,  # as root it does not start with a sandbox
            args=[
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--disable-background-networking",
                "--no-first-run",
                "--disable-sync",
                "--disable-gpu",
                "--dns-prefetch-disable",
            ],
        )

    async def _read(self, html: str, widths: Sequence[int], texts: Sequence[int]) -> list[tuple[Facts, ...]]:
        assert self._browser is not None
        context = await self._browser.new_context(
            java_script_enabled=False, offline=True, service_workers="block", accept_downloads=False, device_scale_factor=1
        )
        try:
            page = await context.new_page()
            shown = _Shown(page, html, texts)
            await context.route("**/*", shown.answer)
            found: list[tuple[Facts, ...]] = []
            for width in widths:
                facts = [await shown.read(width, _PICTURES[0])]
                if shown.pictures_asked:
                    facts.append(await shown.read(width, _PICTURES[1]))
                found.append(tuple(facts))
            return found
        finally:
            await context.close()

    def _end(self) -> None:
        browser, driver = self._browser, self._driver
        self._browser = self._driver = None
        for one in (browser.close() if browser is not None else None, driver.stop() if driver is not None else None):
            if one is not None:
                with contextlib.suppress(Exception):  # it has ended already
                    self._wait(one, _END_SECONDS)


class _Shown:
    """A message in a page, and the responses to its requests."""

    def __init__(self, page: Page, html: str, texts: Sequence[int]) -> None:
        self._page = page
        self._texts = texts
        self._html = html.encode("utf-8", "replace")
        self._picture = ""
        self._open = False  # the next request is for the message itself
        self._lacking = False
        self.pictures_asked = False  # for an image that is not in the message

    async def read(self, width: int, picture: str) -> Facts:
        """The facts at a width, with ``picture`` (SVG) for each missing image."""
        self._picture, self._open, self._lacking = picture, True, False
        await self._page.set_viewport_size({"width": width, "height": _HEIGHT})
        await self._page.goto(_ADDRESS, wait_until="load", timeout=0)
        traceless = await self._traceless() if self._texts else frozenset()
        found = await self._page.evaluate(_reader(), {"invisible": INVISIBLE})
        return Facts.of(width, found, lacking=self._lacking, traceless=traceless)

    async def _traceless(self) -> frozenset[int]:
        """The elements that look the same with and without their own text."""
        before = await self._picture_of_all()
        found: set[int] = set()
        for index in self._texts:
            await self._page.evaluate(_BLANK, index)
            if await self._picture_of_all() == before:
                found.add(index)
            await self._page.evaluate(_RESTORE)
        return frozenset(found)

    async def _picture_of_all(self) -> bytes:
        return await self._page.screenshot(full_page=True, animations="disabled", caret="hide", timeout=0)

    async def answer(self, route: Route) -> None:
        """Respond with the message and its images; refuse other requests."""
        request = route.request
        if self._open and request.is_navigation_request() and request.url == _ADDRESS:
            self._open = False
            await route.fulfill(
                body=self._html,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
            )
        elif request.resource_type == "image":
            self.pictures_asked = True
            await route.fulfill(body=self._picture, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
        else:
            self._lacking |= request.resource_type == "stylesheet"
            await route.abort("aborted")  # navigation of the page: refused


@cache
def _reader() -> str:
    return files("franking.browser").joinpath("read.js").read_text("utf-8")


def _with_pictures(html: str, pictures: Mapping[str, bytes]) -> str:
    """The message with its images embedded; other images get a URL that is answered here."""

    def placed(match: re.Match[str]) -> str:
        content = pictures.get(f"cid:{match[1]}")
        if content is None:
            return f"{_ADDRESS}missing/{match[1]}"
        return f"data:{_media_type(content)};base64,{base64.b64encode(content).decode('ascii')}"

    return _CID.sub(placed, html) if "cid:" in html.lower() else html


def _media_type(content: bytes) -> str:
    return "image/svg+xml" if content.lstrip()[:1] == b"<" else "image/png"  # browsers detect other formats
