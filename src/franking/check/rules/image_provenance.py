"""Every image is a registered asset of the brand.

Pictures of the product, stock photos and whatever else is not the brand's own violate the rule. An image counts as
registered when the theme's ``theme.toml`` lists it under ``[[assets]]``, by its Content-ID or, for ``data:`` images, by the
sha256 of its bytes. Background images and inline drawings count as well. Without a theme (``franking check`` on a file) the
rule is off.

Permitted::

    <img src="cid:logo" alt="Northwind" width="160">

Rejected, line 1::

    <img src="https://m.media-amazon.com/images/I/lamp.jpg" alt="Your lamp" width="160">

To mend it: remove the image, or register the brand's own image in ``theme.toml``.
"""

import hashlib
import re
from collections.abc import Iterator

from franking.check.inspection import Inspection
from franking.check.rule import CheckRule
from franking.html.document import Element
from franking.html.images import image_bytes
from franking.model import Finding, Rule

RULE = Rule("image-provenance", "error", "image of the product, or unrelated to the brand", "look", "check", __doc__)
_HINT = "Remove it, or register the brand's own image under [[assets]] in theme.toml."
_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)


def check_message(inspection: Inspection) -> Iterator[Finding]:
    """Compare every image with the register."""
    assets = inspection.message.assets
    page = inspection.page
    if assets is None or page is None:
        return
    known = {f"cid:{asset.cid}" for asset in assets}
    digests = {asset.sha256 for asset in assets}
    for element in page.document.elements:
        if not page.frame.rendered[element.index]:
            continue
        if element.tag in ("svg", "video", "canvas") and not any(
            a.tag == "svg" for a in element.ancestors() if a is not element
        ):
            yield inspection.at_element(RULE, element, f"<{element.tag}> is no registered image", _HINT, measured=element.tag)
        for url in _urls(element):
            data = image_bytes(url, {})
            registered = url in known or (data is not None and hashlib.sha256(data).hexdigest() in digests)
            if not registered:
                yield inspection.at_element(RULE, element, f"The image {url[:60]} is not registered by the theme", _HINT,
                                            measured=url[:60])  # fmt: skip


def _urls(element: Element) -> list[str]:
    attrs = element.attrs
    found = [attrs["src"].strip()] if element.tag in ("img", "input") and attrs.get("src", "").strip() else []
    if attrs.get("background", "").strip():
        found.append(attrs["background"].strip())
    found += [candidate.split()[0] for candidate in attrs.get("srcset", "").split(", ") if candidate.split()]
    return found + [url.strip() for url in _URL.findall(attrs.get("style", ""))]


CHECK = CheckRule(rule=RULE, on_message=check_message)
