"""Dark mode: how a mail program rewrites the colours of a message.

No mail program documents its arithmetic. What is published is that Gmail's apps invert the lightness in CIELAB, that
Outlook.com darkens backgrounds towards its canvas #333 and keeps text readable before them (sources in ``clients``), and which
of them leave dark backgrounds alone. Here the lightness L* of a colour is mapped linearly, so that white becomes the dark
canvas and black the dark text; hue and chroma (a*, b*) stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import tinycss2

from franking.css.srgb import Srgb, srgb
from franking.mailbox.clients import Client

Role = Literal["text", "background", "border"]
_MIDDLE = 50.0  # L* above which a colour counts as light
_WHITE = (0.95047, 1.0, 1.08883)  # D65
_BOUND = 6 / 29
_BACKGROUND = re.compile(r"background(-color|-image)?$")
_TEXT = re.compile(r"(color|-webkit-text-fill-color|text-decoration(-color)?|caret-color)$")
_BORDER = re.compile(r"(border|outline|column-rule)(-[a-z-]+)?$|box-shadow$")


def role_of(name: str) -> Role | None:
    """What a property colours; None if it has no colour."""
    if _BACKGROUND.match(name):
        return "background"
    if _TEXT.match(name):
        return "text"
    return "border" if _BORDER.match(name) and not name.endswith(("-radius", "-collapse", "-spacing", "-image")) else None


@dataclass(frozen=True, slots=True)
class Recoloring:
    """How a client in dark mode rewrites colours: ``canvas`` and ``text`` are the L* that white and black become."""

    canvas: float
    text: float
    partial: bool

    @classmethod
    def of(cls, client: Client) -> Recoloring:
        """That of a client whose dark mode is ``partial`` or ``full``."""
        return cls(lightness(_opaque(client.dark.canvas)), lightness(_opaque(client.dark.text)), client.dark_mode == "partial")

    def value(self, value: str, role: Role) -> str:
        """A CSS value with each of its colours rewritten."""
        tokens = tinycss2.parse_component_value_list(value)
        return "".join(self._token(token, role) for token in tokens)

    def _token(self, token: Any, role: Role) -> str:
        text = str(token.serialize())
        if token.type in ("ident", "hash") or (token.type == "function" and "gradient" not in token.lower_name):
            return self.color(text, role)
        if token.type == "function":
            return f"{token.name}({''.join(self._token(part, role) for part in token.arguments)})"
        return text

    def color(self, written: str, role: Role) -> str:
        """A colour as this dark mode shows it; what is no colour of its own stays."""
        color = srgb(written)
        if not isinstance(color, Srgb) or color.alpha == 0:
            return written
        before = lightness(color)
        if self.partial and ((role == "text") == (before > _MIDDLE)):
            return written  # light text and dark backgrounds stay
        after = self.canvas + (100.0 - before) * (self.text - self.canvas) / 100.0
        red, green, blue = (round(255 * part) for part in with_lightness(color, after)[:3])
        return f"rgba({red}, {green}, {blue}, {color.alpha:g})" if color.alpha < 1 else f"#{red:02x}{green:02x}{blue:02x}"


def _opaque(written: str) -> Srgb:
    color = srgb(written)
    assert isinstance(color, Srgb), written
    return color


@lru_cache(maxsize=256)
def lightness(color: Srgb) -> float:
    """L* of a colour without its alpha, from 0 to 100 (CIE 1976)."""
    return _lab(color)[0]


def with_lightness(color: Srgb, target: float) -> Srgb:
    """The colour with another L*, clipped to sRGB."""
    _, a, b = _lab(color)
    y = (target + 16) / 116
    x, z = y + a / 500, y - b / 200
    linear = [w * (t**3 if t > _BOUND else 3 * _BOUND**2 * (t - 4 / 29)) for w, t in zip(_WHITE, (x, y, z), strict=True)]
    red = 3.2404542 * linear[0] - 1.5371385 * linear[1] - 0.4985314 * linear[2]
    green = -0.9692660 * linear[0] + 1.8760108 * linear[1] + 0.0415560 * linear[2]
    blue = 0.0556434 * linear[0] - 0.2040259 * linear[1] + 1.0572252 * linear[2]
    return Srgb(_encoded(red), _encoded(green), _encoded(blue), color.alpha)


def _lab(color: Srgb) -> tuple[float, float, float]:
    red, green, blue = (_decoded(part) for part in color[:3])
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / _WHITE[0]
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / _WHITE[2]
    fx, fy, fz = (t ** (1 / 3) if t > _BOUND**3 else t / (3 * _BOUND**2) + 4 / 29 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _decoded(part: float) -> float:
    """Linear light of an sRGB component (IEC 61966-2-1)."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(linear: float) -> float:
    linear = min(1.0, max(0.0, linear))
    return linear * 12.92 if linear <= 0.0031308 else float(1.055 * linear ** (1 / 2.4) - 0.055)
