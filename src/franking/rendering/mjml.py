"""Converts MJML to HTML (mrml, through mjml-python), with default attributes that satisfy the policy.

MJML's own defaults set a font, a colour and a line height, and centre sections. The defaults of ``mjml_defaults.toml`` and of
the theme come first in the head, so attributes of the message override them; the checker judges the result.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from franking.errors import ConfigurationError, install_hint
from franking.files.packaged import packaged_text
from franking.rendering.mjml_check import MjmlProblem as MjmlProblem
from franking.rendering.mjml_check import check

_HEAD = re.compile(r"<mj-head\b[^>]*>")
_ROOT = re.compile(r"<mjml\b[^>]*>")
_EMPTY_HEAD = re.compile(r"<mj-head\b([^>]*)/>")
_ALL = re.compile(r"<mj-all\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_NAME = re.compile(r"([\w-]+)\s*=")
_TAG = re.compile(r"<[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_VALUE = re.compile(r"<[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*\n(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_POSITION = re.compile(r" (?:in root template )?at position (\d+):(\d+)")
# Places for line breaks that do not change the layout: between parts of tables
# (https://www.w3.org/TR/CSS22/tables.html#anonymous-boxes), and in the head. mrml writes one line of many kilobytes.
_LINE_ENDS = re.compile(r"><(?=(?:t[dr]|/tr|/?tbody|/table|title|meta|style|/head)\b)")
PICTURE_WIDTH = 288  # CSS px: four fifths of the narrowest message
Attribute = tuple[str, str, str]  # component, attribute, value


@cache
def library() -> Callable[..., str]:
    """The converter. Raises ``ConfigurationError`` without the extra ``mjml``."""
    try:
        from mjml import mjml2html
    except ModuleNotFoundError:
        raise ConfigurationError(f"MJML templates need mjml-python: {install_hint('mjml')}") from None
    found: Callable[..., str] = mjml2html
    return found


@lru_cache(maxsize=64)
def defaults(direction: str, picture_width: int, own: tuple[Attribute, ...] = ()) -> Mapping[str, Mapping[str, str]]:
    """The attributes that components have where a message gives none (``mjml_defaults.toml``), overridden by ``own``, a
    theme's. ``direction`` is ltr or rtl, ``picture_width`` the width of an image without one, in CSS px."""
    values = {"start": "right" if direction == "rtl" else "left", "direction": direction, "picture_width": picture_width}
    packaged = tomllib.loads(packaged_text("franking.rendering", "mjml_defaults.toml"))
    found = {c: {n: str(v).format_map(values) for n, v in given.items()} for c, given in packaged.items()}
    for component, name, value in own:
        if component == "mj-all":  # a theme's value for all replaces those of single components
            for given in found.values():
                given.pop(name, None)
        found.setdefault(component, {})[name] = value
    return found


def to_html(text: str, direction: str, picture_width: int = PICTURE_WIDTH, own: tuple[Attribute, ...] = ()) -> str:
    """The HTML of an MJML document; see ``defaults`` for the other arguments. Raises ``MjmlProblem`` if the document is not
    valid, and ``ConfigurationError`` without the extra ``mjml``."""
    check(text)
    return convert(text, defaults(direction, picture_width, own))


def convert(text: str, given: Mapping[str, Mapping[str, str]]) -> str:
    """The HTML of a valid document whose components have the ``given`` attributes where it gives none. Raises
    ``MjmlProblem`` for what the converter cannot parse, and ``ConfigurationError`` without the extra ``mjml``."""
    function = library()
    completed, at, length = _with_defaults(_TAG.sub(_unbroken, text), given)
    try:
        return _LINE_ENDS.sub(">\n<", str(function(completed)))
    except ValueError as error:
        position = _POSITION.search(str(error))
        start = int(position[1]) if position is not None and completed.isascii() else 0
        start = start if start <= at else max(at, start - length)
        reason = _POSITION.sub("", str(error)).replace(" in root template", "")
        raise MjmlProblem(text, min(start, len(text)), f"MJML: the converter cannot read this: {reason}") from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a Rust panic, which is no ``Exception``
            raise MjmlProblem(text, 0, "MJML: its library fails on this document") from None
        raise


def _unbroken(tag: re.Match[str]) -> str:
    """A tag without line breaks in its values, for which mrml writes a backslash and an n."""
    if "\n" not in tag[0]:
        return tag[0]
    return _VALUE.sub(lambda value: value[0].replace("\n", " ").replace("\t", " "), tag[0])


def _with_defaults(text: str, given: Mapping[str, Mapping[str, str]]) -> tuple[str, int, int]:
    """The document with ``<mj-attributes>`` first in its head, and where they are and how long. A component's own attributes
    in the document override them. So does its ``<mj-all>``: MJML itself prefers an attribute of a component's name."""
    from xml.sax.saxutils import quoteattr  # loads urllib and http; most kinds are no MJML

    body = text.find("<mj-body")
    head_text = text[: body if body >= 0 else len(text)]
    for_all = {m[1] for tag in _ALL.finditer(head_text) for m in _NAME.finditer(tag[1])}
    tags = []
    for component, attributes in given.items():
        kept = {n: v for n, v in attributes.items() if n not in for_all or component == "mj-all"}
        tags.append(f"<{component}{''.join(f' {n}={quoteattr(v)}' for n, v in kept.items())} />" if kept else "")
    safe = f"<mj-attributes>{''.join(tags)}</mj-attributes>"
    text = _EMPTY_HEAD.sub(r"<mj-head\1></mj-head>", text, count=1)
    head, root = _HEAD.search(text), _ROOT.search(text)
    if head is not None:
        at, added = head.end(), safe
    else:
        at, added = root.end() if root is not None else 0, f"<mj-head>{safe}</mj-head>"
    return text[:at] + added + text[at:], at, len(added)
