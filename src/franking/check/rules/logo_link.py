"""The logo leads nowhere and shows no website.

An image that the theme registers as ``logo`` must not be inside a link, and neither its alt or title text, nor its file's
name or description (EXIF, PNG texts, the text of an SVG), nor its pixels may show a URL or a domain. Pixels are read if
the extra ``ocr`` and Tesseract are installed. Without a theme, every image with "logo" in its alt text or file name
counts as one.

Permitted::

    <img src="cid:logo" alt="Northwind Traders" width="160">

Rejected, line 1::

    <a href="https://www.amazon.com/stores/northwind"><img src="cid:logo" alt="Logo of Northwind" width="160"></a>

To fix it: take the logo out of the link, and name the brand, not its website, in the alt text.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.html.document import Element
from franking.html.images import image_bytes
from franking.html.pictures import Unread, described, shown
from franking.model import Finding, Rule

RULE = Rule("logo-link", "error", "logo that links to or shows a website", "links", "check", __doc__)
_DOMAIN = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.-])(?:[\w-]+\.)+(?:com|net|org|shop|store|online|eu|info|biz|io|co|de|at|ch|fr|it|es|nl|be|se"
    r"|pl|tr|pt|jp|uk|us|ca|mx|br|in|au|sg|example)(?![\w.-]*\w)",
    re.IGNORECASE,
)
_LOGO = re.compile(r"(?<![^\W_])logo(?![^\W_])|ロゴ", re.IGNORECASE)


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Look at each logo's link, texts, file name and file."""
    page = context.page
    if page is None:
        return
    for element in page.document.elements:
        if element.tag == "img" and page.frame.rendered[element.index] and _is_logo(context, element):
            yield from _around(context, element)
            data = image_bytes(element.attrs.get("src", ""), context.message.files)
            if data is not None:
                yield from _inside(context, element, data)


def _around(context: RuleContext, logo: Element) -> Iterator[Finding]:
    """The logo's link, texts and file name."""
    if any(a.tag == "a" and "href" in a.attrs for a in logo.ancestors()):
        yield context.at_element(RULE, logo, "The logo is inside a link", "Remove the link around the logo.")
    for name in ("alt", "title"):
        if _DOMAIN.search(logo.attrs.get(name, "")):
            what = f"The logo's {name} text shows a website"
            yield context.at_element(RULE, logo, what, "Name the brand, not its website.", attribute=name)
    src = logo.attrs.get("src", "")
    file = "" if src.startswith("data:") else src.rsplit("/", 1)[-1].split("?")[0].removeprefix("cid:")
    if _DOMAIN.search(re.sub(r"\.(?:png|jpe?g|gif|webp|svg)$", "", file, flags=re.IGNORECASE)):
        yield context.at_element(RULE, logo, "The logo's file name shows a website", "Rename the file.", attribute="src")


def _inside(context: RuleContext, logo: Element, data: bytes) -> Iterator[Finding]:
    """The texts in the logo's file, and the words in its pixels."""

    def finding(what: str, hint: str) -> Finding:
        return context.at_element(RULE, logo, what, hint, attribute="src")

    if any(_DOMAIN.search(text) for text in described(data)):
        hint = "Save the image without it, or name the brand instead."
        yield finding("A text in the logo's file shows a website", hint)
    try:
        words = shown(data)
    except Unread as error:
        hint = "Check it again; on a busy machine, with fewer messages at once."
        yield replace(finding(f"The text in the logo's pixels could not be read: {error}", hint), undecided=True)
        return
    if _DOMAIN.search(words):
        yield finding("The logo's pixels show a website", "Use a logo with the brand's name only.")


def _is_logo(context: RuleContext, element: Element) -> bool:
    src = element.attrs.get("src", "").strip()
    assets = context.message.assets
    if assets is not None:
        return any(asset.purpose == "logo" and src == f"cid:{asset.cid}" for asset in assets)
    named = "" if src.startswith("data:") else src.removeprefix("cid:").rsplit("/", 1)[-1].split("?")[0].rsplit(".", 1)[0]
    return _LOGO.search(element.attrs.get("alt", "")) is not None or _LOGO.search(named.replace("_", " ")) is not None


CHECK = CheckRule(rule=RULE, on_message=check_message)
