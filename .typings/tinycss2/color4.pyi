from tinycss2.ast import Component

class Color:
    space: str
    coordinates: tuple[float | None, ...]
    alpha: float
    def __init__(self, space: str, coordinates: tuple[float | None, ...], alpha: float) -> None: ...

# "currentcolor", a colour, or None for what is no colour.
def parse_color(input: str | Component) -> str | Color | None: ...
