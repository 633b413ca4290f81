"""The components of MJML: which contain which, and their attributes with the types of the values (``mjml.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from franking.files.packaged import packaged_text

_NUMBER = r"(?:\d+\.?\d*|\.\d+)"
_RGB = re.compile(rf"rgba?\(\s*{_NUMBER}%?(?:\s*,\s*{_NUMBER}%?){{2,3}}\s*\)", re.IGNORECASE)
_HEX = re.compile(r"#(?:[0-9a-f]{3}){1,2}", re.IGNORECASE)
_UNITS = re.compile(r"unit(WithNegative)?\(([^)]*)\)(?:\{(\d),(\d)\})?")
# Values of CSS that leave the decision to the mailbox, which MJML's own types do not include.
_MAILBOX = {"line-height": frozenset(["normal", "inherit"]), "letter-spacing": frozenset(["normal", "inherit"])}
_CURRENT = "currentcolor"
# Attributes of components that MJML's packages do not list, because they are not components of the body.
_OTHERS = {"mjml": ("dir", "lang", "owa"), "mj-selector": ("path",), "mj-html-attribute": ("name",), "mj-class": ("name",)}
EVERYWHERE = frozenset(["css-class", "mj-class"])
GROUPS = frozenset(["mj-all", "mj-class"])  # in <mj-attributes>, beside the components


@dataclass(frozen=True, slots=True)
class Component:
    """A component: the components that it may contain, whether its content is HTML, its attributes by name with their types
    (in MJML's notation), and those that the converter ignores although MJML defines an effect."""

    name: str
    children: frozenset[str]
    html: bool
    attributes: Mapping[str, str]
    ignored: frozenset[str]


@cache
def components() -> Mapping[str, Component]:
    """All components by name."""
    data = json.loads(packaged_text("franking.rendering", "mjml.json"))
    found = {}
    for name, entry in data["components"].items():
        attributes = entry["attributes"] | dict.fromkeys(_OTHERS.get(name, ()), "string")
        found[name] = Component(name, frozenset(entry["children"]), entry["html"], attributes, frozenset(entry["ignored"]))
    return found


@cache
def _colors() -> frozenset[str]:
    return frozenset(json.loads(packaged_text("franking.rendering", "mjml.json"))["colors"].split())


@cache
def types_of(attribute: str) -> frozenset[str]:
    """The types that an attribute has in any component; empty if no component has it."""
    return frozenset(c.attributes[attribute] for c in components().values() if attribute in c.attributes)


@lru_cache(maxsize=4096)
def fits(attribute: str, kind: str, value: str) -> bool:
    """Whether a value is of a type, such as ``color``, ``unit(px,%){1,4}`` or ``enum(left,right)``."""
    if kind == "string":
        return True
    if kind == "boolean":
        return value.lower() in ("true", "false")
    if kind == "integer":
        return value.isascii() and value.isdigit()
    if kind == "color":
        known = value in _colors() or value.lower() == _CURRENT
        return known or _HEX.fullmatch(value) is not None or _RGB.fullmatch(value) is not None
    if kind.startswith("enum("):
        return value in kind[5:-1].split(",")
    return _fits_unit(attribute, kind, value)


def _fits_unit(attribute: str, kind: str, value: str) -> bool:
    match = _UNITS.fullmatch(kind)
    assert match is not None, kind
    units = match[2].split(",")
    if value in _MAILBOX.get(attribute, ()) or (value == "auto" and "auto" in units):
        return True
    sign = "-?" if match[1] else ""
    one = rf"(?:{sign}{_NUMBER}(?:{'|'.join(re.escape(u) for u in units if u != 'auto')})|0)"
    parts = value.split()
    least, most = (int(match[3]), int(match[4])) if match[3] else (1, 1)
    return least <= len(parts) <= most and all(re.fullmatch(one, part) for part in parts)


def expected(attribute: str, kind: str) -> str:
    """What a type permits, in words."""
    if kind == "boolean":
        return "true or false"
    if kind == "integer":
        return "a whole number"
    if kind == "color":
        return "a colour, such as #1a5276 or inherit"
    if kind.startswith("enum("):
        return " or ".join(f'"{v}"' for v in kind[5:-1].split(","))
    match = _UNITS.fullmatch(kind)
    assert match is not None, kind
    units = [u or "a bare number" for u in match[2].split(",")]
    own = [*units, *sorted(_MAILBOX.get(attribute, ()))]
    first = match[2].split(",")[0]
    if match[3]:
        return f"{match[3]} to {match[4]} lengths in {' or '.join(own)}, such as 12{first} 0"
    return f"a length in {' or '.join(own)}, such as 12{first}"
