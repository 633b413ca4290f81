"""Random flex containers, grids and justified blocks, whose widths hang on no font."""

from __future__ import annotations

from random import Random

_FLEX = """1|2|0 0 auto|1 1 auto|1 1 0|0 1 100px|1 1 50%|none|auto|initial|0.3|0.2 0.4 30px|1 1 content|2 3 200px|0 0 25%|1 1 min-content|
1 0 0%""".replace("\n", "").split("|")
_TRACKS = """1fr|2fr|auto|100px|50px|20%|min-content|max-content|minmax(50px,1fr)|minmax(0,1fr)|minmax(min-content,100px)|
minmax(100px,max-content)|fit-content(80px)|fit-content(30%)|minmax(auto,60px)|0.5fr|minmax(20px,auto)|minmax(max-content,1fr)""".replace(
    "\n", ""
).split("|")
_LINES = "auto|1|2|3|-1|-2|span 2|span 3|a|b|main|2 a|span a|-1 b|span 2 b|4|main-start|span 1|-4".split("|")
_CONTENT_ALIGNMENTS = (
    "center flex-end flex-start start end left right space-between space-around space-evenly stretch normal".split()
)
_SELF_ALIGNMENTS = "center start end left right stretch normal flex-start flex-end self-start self-end auto".split()


def _length(rng: Random) -> str:
    if rng.random() < 0.7:
        return rng.choice(["0", "20px", "50px", "100px", "150px", "250px", "400px"])
    return rng.choice(["10%", "25%", "50%", "100%", "calc(50% - 10px)"])


def _content(rng: Random, name: str) -> str:
    drawn = rng.random()
    if drawn < 0.3:
        return "".join(f'<i style="width:{rng.choice([10, 30, 60, 90])}px"></i>' for _ in range(rng.randint(1, 4)))
    if drawn < 0.6:
        return f'<div data-n="{name}c" style="width:{rng.choice(["40px", "120px", "300px", "50%"])}"></div>'
    if drawn < 0.75:
        return f'<img data-n="{name}c" src="@img" style="{rng.choice(["", "width:80px", "width:50%", "max-width:100%;width:200px"])}">'
    return ""


def _maybe(rng: Random, share: float, name: str, *values: str) -> list[str]:
    return [f"{name}:{rng.choice(values)}"] if rng.random() < share else []


def _box(rng: Random) -> list[str]:
    return [
        *_maybe(rng, 0.25, "margin", "0 5px", "0 auto", "0 0 0 auto", "0 10px", "0 5%"),
        *_maybe(rng, 0.15, "padding", "0 5px", "0 10px", "0 5%"),
        *_maybe(rng, 0.1, "border", "2px solid"),
        *_maybe(rng, 0.15, "box-sizing", "border-box"),
    ]


def _sizes(rng: Random) -> list[str]:
    return [
        *_maybe(rng, 0.4, "width", _length(rng), _length(rng), "fit-content"),
        *_maybe(rng, 0.2, "min-width", _length(rng), "min-content", "auto"),
        *_maybe(rng, 0.25, "max-width", _length(rng), "max-content", "none"),
    ]


def _item(rng: Random, name: str, styles: list[str]) -> str:
    if rng.random() < 0.08:
        styles = [*styles, rng.choice(["", "width:100px", "width:50%", "max-width:60px"])]
        return f'<img data-n="{name}" src="@img" style="{";".join(styles)}">'
    tag = rng.choice(["div", "div", "div", "span", "p"])
    return f'<{tag} data-n="{name}" style="{";".join(styles)}">{_content(rng, name) if tag != "p" else ""}</{tag}>'


def _flex_item(rng: Random, name: str) -> str:
    return _item(rng, name, [
        *_box(rng), *_sizes(rng),
        *_maybe(rng, 0.6, "flex", *_FLEX),
        *_maybe(rng, 0.15, "order", "1", "-1", "2", "0"),
        *_maybe(rng, 0.2, "align-self", "center", "flex-start", "flex-end", "stretch", "start", "end", "self-end", "auto"),
        *_maybe(rng, 0.1, "overflow", "hidden", "auto", "clip"),
        *_maybe(rng, 0.05, "position", "relative;left:7px"),
    ])  # fmt: skip


def flex(rng: Random) -> str:
    """A flex container with items."""
    styles = [
        f"display:{rng.choice(['flex', 'flex', 'flex', 'inline-flex'])}",
        f"flex-direction:{rng.choice(['row', 'row', 'row', 'row-reverse', 'column', 'column-reverse'])}",
        *_maybe(rng, 0.4, "flex-wrap", "wrap", "wrap", "wrap-reverse"),
        *_maybe(rng, 0.35, "gap", "10px", "5px 20px", "5%"),
        *_maybe(rng, 0.5, "justify-content", *_CONTENT_ALIGNMENTS, "safe center", "unsafe center", "safe flex-end"),
        *_maybe(
            rng, 0.3, "align-items", "center", "flex-end", "flex-start", "start", "end", "stretch", "self-end", "safe center"
        ),
        *_maybe(rng, 0.2, "align-content", "center", "flex-end", "flex-start", "start", "end", "stretch", "space-around"),
        *_maybe(rng, 0.15, "direction", "rtl"),
        *_maybe(rng, 0.2, "width", "200px", "300px", "80%", "fit-content"),
        *_maybe(rng, 0.1, "padding", "0 10px"),
    ]
    items = "".join(_flex_item(rng, f"i{number}") for number in range(rng.randint(1, 5)))
    return f'<div data-n="f" style="{";".join(styles)}">{items}</div>'


def _template(rng: Random) -> str:
    drawn = rng.random()
    if drawn < 0.15:
        return f"repeat({rng.choice([2, 3])},{rng.choice(_TRACKS)})"
    filling = rng.choice(["auto-fill", "auto-fit"])
    if drawn < 0.3:
        return f"repeat({filling},{rng.choice(['100px', 'minmax(80px,1fr)', 'minmax(120px,auto)', '25%', '60px 40px'])})"
    if drawn < 0.4:
        return f"{rng.choice(['50px', '20%'])} repeat({filling},{rng.choice(['100px', 'minmax(80px,1fr)'])}) {rng.choice(['', '30px'])}"
    parts = []
    for _ in range(rng.randint(1, 4)):
        if rng.random() < 0.25:
            parts.append(f"[{rng.choice(['a', 'b', 'c', 'main-start', 'main-end', 'a b'])}]")
        parts.append(rng.choice(_TRACKS))
    return " ".join(parts)


def _placed(rng: Random, share: float, name: str) -> list[str]:
    first, second = rng.choice(_LINES), rng.choice(_LINES)
    return _maybe(rng, share, name, first, f"{first} / {second}")


def _grid_item(rng: Random, name: str) -> str:
    return _item(rng, name, [
        *_box(rng), *(_sizes(rng) if rng.random() < 0.5 else []),
        *_placed(rng, 0.45, "grid-column"), *_placed(rng, 0.25, "grid-row"),
        *_maybe(rng, 0.12, "grid-area", "x", "y", "main", "1/2", "a", "z", "2/1/3/3", "auto"),
        *_maybe(rng, 0.2, "justify-self", *_SELF_ALIGNMENTS, "safe end"),
        *_maybe(rng, 0.1, "order", "1", "-1", "2", "0"),
        *_maybe(rng, 0.08, "overflow", "hidden", "auto", "clip"),
    ])  # fmt: skip


def grid(rng: Random) -> str:
    """A grid with items."""
    styles = [
        f"display:{rng.choice(['grid', 'grid', 'grid', 'inline-grid'])}",
        *_maybe(rng, 0.85, "grid-template-columns", _template(rng)),
        *_maybe(rng, 0.2, "grid-template-rows", "auto auto", "10px 10px 10px", "[a] 10px [b] 20px", "repeat(2,10px)"),
        *_maybe(rng, 0.25, "grid-template-areas", "'x y'", "'x x y' 'z . y'", "'main main' 'x y'", "'x' 'y'"),
        *_maybe(rng, 0.3, "grid-auto-flow", "row", "column", "dense", "column dense"),
        *_maybe(rng, 0.3, "grid-auto-columns", "50px", "1fr", "auto", "20px 40px", "min-content", "minmax(30px,1fr)"),
        *_maybe(rng, 0.4, "gap", "10px", "5px 20px", "5%"),
        *_maybe(rng, 0.35, "justify-content", *_CONTENT_ALIGNMENTS, "safe center"),
        *_maybe(rng, 0.25, "justify-items", *_SELF_ALIGNMENTS[:-1], "legacy", "safe center"),
        *_maybe(rng, 0.12, "direction", "rtl"),
        *_maybe(rng, 0.2, "width", "200px", "300px", "80%", "fit-content"),
        *_maybe(rng, 0.1, "max-width", "250px"),
        *_maybe(rng, 0.1, "padding", "0 10px"),
    ]
    items = "".join(_grid_item(rng, f"i{number}") for number in range(rng.randint(1, 6)))
    return f'<div data-n="f" style="{";".join(styles)}">{items}</div>'


def _justified_item(rng: Random, name: str, depth: int) -> str:
    styles = [
        *_box(rng), *(_sizes(rng) if rng.random() < 0.5 else []),
        *_maybe(rng, 0.5, "justify-self", *_SELF_ALIGNMENTS, "safe center", "safe end"),
        *_maybe(rng, 0.2, "justify-items", *_SELF_ALIGNMENTS[:-1], "safe center"),
        *_maybe(rng, 0.1, "direction", "rtl", "ltr"),
        *_maybe(rng, 0.1, "display", "flex", "grid", "inline-block", "table", "list-item"),
    ]  # fmt: skip
    inner = _content(rng, name)
    if not depth and rng.random() < 0.4:
        inner = "".join(_justified_item(rng, f"{name}{number}", 1) for number in range(rng.randint(1, 3)))
    return f'<div data-n="{name}" style="{";".join(styles)}">{inner}</div>'


def justified(rng: Random) -> str:
    """Blocks in a block container that ``justify-self`` and ``justify-items`` move."""
    styles = [
        *_maybe(rng, 0.5, "justify-items", *_SELF_ALIGNMENTS[:-1]),
        *_maybe(rng, 0.2, "direction", "rtl"),
        *_maybe(rng, 0.2, "width", "80%"),
        *_maybe(rng, 0.1, "text-align", "center"),
    ]
    tag = rng.choice(["div", "div", "center"])
    blocks = "".join(_justified_item(rng, f"i{number}", 0) for number in range(rng.randint(1, 4)))
    return f'<{tag} style="{";".join(styles)}">{blocks}</{tag}>'
