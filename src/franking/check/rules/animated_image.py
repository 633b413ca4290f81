"""Images are not animated.

The bytes of the file decide, if the message contains them: GIF with more than one frame, APNG, animated WebP. A remote
``.gif`` or ``.apng`` cannot be decided and is reported as undecided.

Permitted::

    <img src="https://m.media-amazon.com/logo.png" alt="Northwind" width="160">

Rejected, line 1::

    <img src="https://m.media-amazon.com/logo.gif" alt="Northwind" width="160">

To fix it: use a still image, PNG or JPEG.
"""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.html.images import image_bytes
from franking.model import Finding, Rule

RULE = Rule("animated-image", "error", "animated GIF, APNG or WebP", "links", "check", __doc__)
_HINT = "Use a still image: PNG or JPEG."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Look at every image's bytes, or at its name if they are elsewhere."""
    if context.page is None:
        return
    for element in context.having("src"):
        if element.tag not in ("img", "source") or not element.attrs["src"]:
            continue
        src = element.attrs["src"]
        data = image_bytes(src, context.message.files)
        if data is not None:
            if animated(data):
                yield context.at_element(RULE, element, "The image is animated", _HINT, attribute="src")
        elif urlsplit(src.strip()).path.lower().endswith((".gif", ".apng")):
            finding = context.at_element(
                RULE, element, "Whether this remote file is animated cannot be decided here", _HINT, attribute="src"
            )
            yield replace(finding, undecided=True)


def animated(data: bytes) -> bool:
    """Whether image bytes hold more than one frame (GIF89a, section 20; APNG's acTL chunk; WebP's ANIM chunk)."""
    if data.startswith(b"GIF8"):
        return _gif_frames(data) > 1
    if data.startswith(b"\x89PNG"):
        end = data.find(b"IDAT")
        return b"acTL" in data[: end if end >= 0 else len(data)]
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP" and b"ANIM" in data[12:64]


def _gif_frames(data: bytes) -> int:
    if len(data) < 13:
        return 0
    position = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    frames = 0
    while position < len(data):
        block = data[position]
        if block == 0x2C and position + 9 < len(data):  # image descriptor, local colour table, LZW size, sub-blocks
            frames += 1
            packed = data[position + 9]
            position = _skip(data, position + 11 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0))
        elif block == 0x21:
            position = _skip(data, position + 2)
        else:
            break
    return frames


def _skip(data: bytes, position: int) -> int:
    """The place behind a chain of sub-blocks."""
    while position < len(data) and data[position]:
        position += data[position] + 1
    return position + 1


CHECK = CheckRule(rule=RULE, on_message=check_message)
