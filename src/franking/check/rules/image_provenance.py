"""Every image is a registered asset of the brand.

Images of the product, stock photos and all others that are not the brand's own violate the rule. An image counts as
registered when the theme's ``theme.toml`` lists it under ``[[assets]]``, by its Content-ID or, for ``data:`` images, by
the sha256 of its bytes. Every way to ask for an image counts: ``srcset``, ``<picture>``, ``<input type=image>``,
``poster``, ``background``, SVG, icons and preloads, and all CSS (``url()``, ``image-set()``, ``cross-fade()``, custom
properties), at every width; inline drawings as well. Without a theme (``franking check`` on a file) the rule is off.

Permitted::

    <img src="cid:logo" alt="Northwind" width="160">

Rejected, line 1::

    <img src="https://m.media-amazon.com/images/I/lamp.jpg" alt="Your lamp" width="160">

To fix it: remove the image, or register the brand's own image in ``theme.toml``.
"""

from collections.abc import Iterator

from franking.check.picture_urls import picture_urls
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.html.images import image_bytes
from franking.model import Finding, Rule

RULE = Rule("image-provenance", "error", "image of the product, or unrelated to the brand", "look", "check", __doc__)
_HINT = "Remove it, or register the brand's own image under [[assets]] in theme.toml."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Compare every image with the register, whichever element, attribute or style asks for it, at any width."""
    assets, document, page = context.message.assets, context.document, context.page
    if assets is None or document is None or page is None:
        return
    import hashlib  # loads OpenSSL, which most checks do without

    known = {f"cid:{asset.cid}" for asset in assets}
    digests = {asset.sha256 for asset in assets}
    for element in document.elements:
        if (
            element.tag in ("svg", "video", "canvas")
            and page.frame.rendered[element.index]
            and not any(a.tag == "svg" for a in element.ancestors() if a is not element)
        ):
            yield context.at_element(RULE, element, f"<{element.tag}> is no registered image", _HINT, measured=element.tag)
    for element, url in picture_urls(document):
        data = image_bytes(url, {})
        registered = url in known or (data is not None and hashlib.sha256(data).hexdigest() in digests)
        if not registered:
            yield context.at_element(
                RULE, element, f"The image {url[:60]} is not registered by the theme", _HINT, measured=url[:60]
            )


CHECK = CheckRule(rule=RULE, on_message=check_message)
