"""The mail programs that the preview can show a message in: their defaults, and what each does in dark mode.

Sources, by program:

* Gmail: https://www.caniemail.com/clients/gmail/ and https://github.com/hteumeuleu/email-bugs (issues 21, 56 and 90); the
  web page's own style sheet sets ``small/1.5 Arial,Helvetica,sans-serif`` and #222. The web page keeps a message's colours
  in dark mode; the apps invert the lightness in CIELAB, on Android only that of light backgrounds and dark text
  (https://www.mailviewr.com/blog/apple-mail-dark-mode-preview).
* Apple Mail: it never changes a colour; it follows ``color-scheme`` and ``prefers-color-scheme``. A message that declares
  neither stays on white (https://www.kevinmandeville.com/blog/how-macos-mojave-dark-mode-for-apple-mail-impacts-email-design).
* Outlook.com: it darkens each background that a message declares and adjusts the text to it, on #333
  (https://www.hteumeuleu.com/2019/dealing-with-outlook-com-s-dark-mode/); it keeps ``prefers-color-scheme`` (caniemail).
* Outlook for Windows: Word lays the message out
  (https://www.hteumeuleu.com/2020/making-sense-of-outlooks-rendering-engine/); dark mode inverts every colour.
* Yahoo Mail: the web page keeps a message's colours in dark mode.
* The marketplace's message page: Amazon does not document it. Its public pages set Amazon Ember, Arial at 14 px on white and
  links in #007185; they have no dark mode.

Where a vendor documents no default font or colour, the values are those that its program is seen to use, and may change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# ``keeps``: the message stays as it is. ``honours``: as its ``color-scheme`` asks. ``partial``: light backgrounds and dark text
# are inverted. ``full``: every colour is inverted.
DarkMode = Literal["keeps", "honours", "partial", "full"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours that a mail program gives a message: canvas, text and links (CSS colours)."""

    canvas: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Client:
    """A mail program. ``data`` is its family and platform in caniemail's data, if it is there. ``size`` is in CSS px,
    ``sheet_limit`` the most characters that its style elements may have together."""

    name: str
    title: str
    data: tuple[str, str] | None
    font: str
    size: int
    line_height: str
    light: Palette
    dark: Palette
    dark_mode: DarkMode
    about: str
    word: bool = False
    sheet_limit: int | None = None

    def palette(self, dark: bool) -> Palette:
        """Its colours in light or dark mode."""
        return self.dark if dark else self.light


_WHITE = Palette("#ffffff", "#222222", "#1155cc")
CLIENTS: tuple[Client, ...] = (
    Client(
        "gmail", "Gmail", ("gmail", "desktop-webmail"), "Arial, Helvetica, sans-serif", 13, "1.5", _WHITE, _WHITE, "keeps",
        "The web page. Dark mode leaves the message as it is. Style elements over 16 KB together are dropped, and each one "
        "with an at-rule inside an at-rule.", sheet_limit=16 * 1024,
    ),
    Client(
        "gmail-android", "Gmail on Android", ("gmail", "android"), "Roboto, sans-serif", 16, "normal",
        _WHITE, Palette("#1f1f1f", "#e3e3e3", "#8ab4f8"), "partial",
        "The app. Dark mode inverts light backgrounds and dark text. With an account of another provider it also drops style "
        "elements.", sheet_limit=16 * 1024,
    ),
    Client(
        "gmail-ios", "Gmail on iPhone", ("gmail", "ios"), "Helvetica, Arial, sans-serif", 16, "normal",
        _WHITE, Palette("#1f1f1f", "#e3e3e3", "#8ab4f8"), "full",
        "The app. Dark mode inverts every colour. With an account of another provider it also drops style elements.",
        sheet_limit=16 * 1024,
    ),
    Client(
        "apple-mail", "Apple Mail", ("apple-mail", "macos"), "Helvetica, Arial, sans-serif", 13, "normal",
        Palette("#ffffff", "#000000", "#0068da"), Palette("#1e1e1e", "#ffffff", "#419cff"), "honours",
        "It supports nearly everything. Dark mode follows the message's color-scheme and prefers-color-scheme; a message "
        "without them stays light.",
    ),
    Client(
        "outlook-com", "Outlook.com", ("outlook", "outlook-com"), "'Segoe UI', Arial, sans-serif", 15, "normal",
        Palette("#ffffff", "#242424", "#0f6cbd"), Palette("#333333", "#ffffff", "#62abf5"), "partial",
        "The web page, and the new Outlook for Windows. Dark mode darkens light backgrounds and lightens dark text; "
        "prefers-color-scheme is honoured, color-scheme is not.",
    ),
    Client(
        "outlook-windows", "Outlook for Windows", ("outlook", "windows"), "'Times New Roman', Times, serif", 16, "normal",
        Palette("#ffffff", "#000000", "#0563c1"), Palette("#262626", "#ffffff", "#7fb5e6"), "full",
        "The desktop program, which lays messages out with Word: no media queries, padding in table cells only, no rounded "
        "corners. Dark mode inverts every colour.", word=True,
    ),
    Client(
        "yahoo", "Yahoo Mail", ("yahoo", "desktop-webmail"), "'Helvetica Neue', Helvetica, Arial, sans-serif", 13, "normal",
        Palette("#ffffff", "#1d2228", "#0f69ff"), Palette("#ffffff", "#1d2228", "#0f69ff"), "keeps",
        "The web page. Dark mode leaves the message as it is.",
    ),
    Client(
        "marketplace", "Marketplace message page", None, "'Amazon Ember', Arial, sans-serif", 14, "20px",
        Palette("#ffffff", "#0f1111", "#007185"), Palette("#ffffff", "#0f1111", "#007185"), "keeps",
        "The page on which a buyer reads messages on the marketplace itself. It is not documented what it drops: shown are its "
        "font and colours. It has no dark mode.",
    ),
)  # fmt: skip


def client(name: str) -> Client:
    """The client with a name. Raises ``LookupError`` if there is none."""
    return next((c for c in CLIENTS if c.name == name), None) or _unknown(name)


def _unknown(name: str) -> Client:
    raise LookupError(f"no such mail program: {name[:40]!r}; known are {', '.join(c.name for c in CLIENTS)}")
