"""Every image has a text that describes it.

A rendered image needs an ``alt`` text. Missing, empty, and file-name-like texts ("logo_v2.png", "IMG_1234") violate the
rule: mail programs show the alt text where images are off.

Permitted::

    <img src="cid:logo" alt="Northwind Traders" width="160">

Rejected, line 1::

    <img src="cid:logo" alt="logo_final.png" width="160">

To fix it: write what the image shows, as you would say it on the phone.
"""

import re
from collections.abc import Iterator

from franking.check.page import visible
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule

RULE = Rule("image-alt", "error", "image without alt text", "look", "check", __doc__)
_FILE = re.compile(
    r"\s*(?:(?:[\w.-]+[/\\])*[\w() .-]+\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|avif|ico|heic)(?:\?\S*)?"
    r"|(?:img|dsc|dscn|pict|pxl|image|photo|screenshot|scan|untitled)[_-]?\d{2,}[\w-]*|(?:https?:)?//\S+|cid:\S+)\s*",
    re.IGNORECASE,
)


_IMAGES = frozenset(["img", "input"])


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each rendered image without usable alt text."""
    page = context.page
    if page is None:
        return
    for element in context.among(_IMAGES, ()):
        if not page.frame.rendered[element.index]:
            continue
        image_button = element.tag == "input" and element.attrs.get("type", "").strip().lower() == "image"
        if element.tag != "img" and not image_button:
            continue
        alt = element.attrs.get("alt")
        if alt is None:
            problem = "The image has no alt text"
        elif not visible(alt):
            problem = "The image's alt text is empty"
        elif _FILE.fullmatch(alt):
            problem = f"The image's alt text is a file name: {alt.strip()[:40]}"
        else:
            continue
        yield context.at_element(
            RULE,
            element,
            problem,
            'Describe the image, for example alt="Northwind Traders".',
            attribute="alt" if alt is not None else "",
            measured=alt,
        )


CHECK = CheckRule(rule=RULE, on_message=check_message)
