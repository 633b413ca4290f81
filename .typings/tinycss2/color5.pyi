from collections.abc import Iterable

from tinycss2 import color4
from tinycss2.ast import Component

class Color(color4.Color): ...

def parse_color(input: str | Component, color_schemes: str | Iterable[str] | None = None) -> str | color4.Color | None: ...
