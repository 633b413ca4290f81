"""Headless Chromium as the judge: the same HTML, laid out in a message box of a given width, read back as facts."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

CHROMIUM = os.environ.get("FRANKING_CHROMIUM", "/usr/bin/chromium")
READ = """() => {
  const visibleText = node => /[^\\s\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u3164\\uffa0\\u2800]/.test(node.data);
  return [...document.querySelectorAll('*')].filter(e => !e.hasAttribute('data-frame')).map(e => {
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    const px = v => parseFloat(v) || 0, zoom = e.currentCSSZoom; // computed lengths are without zoom, boxes with it
    return {
      tag: e.localName, display: s.display, visible: s.visibility === 'visible',
      rendered: e.getClientRects().length > 0 || s.display === 'contents',
      left: r.left + scrollX, width: r.width, align: s.textAlign, direction: s.direction, size: px(s.fontSize),
      marginLeft: zoom * px(s.marginLeft), marginRight: zoom * px(s.marginRight), paddingLeft: zoom * px(s.paddingLeft), paddingRight: zoom * px(s.paddingRight),
      borderLeft: px(s.borderLeftWidth), borderRight: px(s.borderRightWidth), family: s.fontFamily, lineHeight: s.lineHeight,
      broken: e.localName === 'img' && (!e.naturalWidth || !e.getAttribute('src')),
      text: [...e.childNodes].some(n => n.nodeType === 3 && visibleText(n)),
    };
  });
}"""


# Ten by ten pixels, transparent.
PIXELS = "data:image/gif;base64,R0lGODlhCgAKAIAAAAAAAP///ywAAAAACgAKAAACCISPqcvtD2MrADs="


# What a message may leave behind in the page for the next one, as the colours of <body link>; anything like it counts.
OUTLIVES = re.compile(r"link|<script|<base|<meta(?![^>]*charset)|\son\w+\s*=|@property", re.IGNORECASE)


@dataclass
class Judge:
    """An open page of the browser."""

    page: Page
    used: bool = field(default=True, init=False)  # whether what is in the page may outlive its markup

    def read(self, html: str, width: int) -> list[dict[str, Any]]:
        """The facts of every element in document order, laid out in a box ``width`` CSS px wide."""
        self.lay_out(html, width)
        facts: list[dict[str, Any]] = self.page.evaluate(READ)
        return facts

    def lay_out(self, html: str, width: int) -> None:
        """Show a message in a box ``width`` CSS px wide."""
        self.page.set_viewport_size({"width": width, "height": 800})
        if self.used or self.page.url != "about:blank":
            self.page.goto("about:blank")  # most of the cost of a small message
        self.used = OUTLIVES.search(html) is not None
        # Images that the message names but does not bring along: the browser gets a picture, so that a declared size
        # is not replaced by the alt text's. A refresh would leave the page.
        html = re.sub(r"(?i)\bcid:[\w.@-]+", PIXELS, html)
        html = re.sub(r"(?i)http-equiv=(['\"]?)refresh", r"data-was=\1refresh", html)
        self.page.set_content(html, wait_until="load")
        self.page.evaluate(
            """() => { const s = document.createElement('style'); s.setAttribute('data-frame', '');
            s.textContent = ':where(body:not([leftmargin],[marginwidth])){margin-left:0} :where(body:not([rightmargin],[marginwidth])){margin-right:0} :where(body){margin-top:0;margin-bottom:0} ::-webkit-scrollbar{display:none}'; document.head.prepend(s); }"""
        )


def _answer(route: Route) -> None:
    """Nothing goes online: images are answered here, files are read, everything else is refused."""
    if route.request.url.startswith("file:"):
        route.continue_()
    elif route.request.resource_type == "image":
        route.fulfill(content_type="image/gif", body=base64.b64decode(PIXELS.partition(",")[2]))
    else:
        route.abort()


@contextmanager
def browser() -> Iterator[Judge]:
    """A fresh headless Chromium, offline."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"],
        )
        context = chromium.new_context(device_scale_factor=1)
        context.route("**/*", _answer)
        try:
            yield Judge(context.new_page())
        finally:
            chromium.close()
