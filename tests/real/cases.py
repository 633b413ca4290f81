"""Small messages of each formatting context, drawn at random: the vocabulary of the frozen boxes.

Words are of letters that the fonts here do not kern, so that widths of text are exact.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from random import Random

LENGTHS = (*"0 4px 10px 17px 24px 33.5px 40px 60px 85px 120px 150px 210px 280px 350px 420px 700px 1em 2.5em 6em 3rem .5in 2cm 12pt 8pc 10vw "
           "min(40%,90px) max(15%,30px) clamp(20px,25%,120px) 3px)".split(), "calc(10% + 12px)", "calc(50% - 20px)")  # fmt: skip
PERCENTS = "5% 10% 12.5% 19% 25% 33% 40% 50% 66% 75% 90% 100% 120%".split()
WIDE = (*"60px 85px 120px 150px 210px 280px 350px 420px 700px 6em 10em 25% 33% 50% 75% 100% 120%".split(), "calc(50% - 20px)")
TEXTS = ("no", "on no noon", "noon on noon nun on noon on", "nnnnnnnnnnnnnnnn", "on " * 30, "o", "nun<br>noon on noon", "on&nbsp;no&nbsp;noon",
         "<b>no</b>on", "no <span>on</span> noon")  # fmt: skip


def _png(width: int, height: int) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\0" * ((width + 7) // 8)) * height
    data = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))  # fmt: skip
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


PICTURES = tuple(_png(*size) for size in ((10, 10), (64, 32), (240, 60), (500, 100), (30, 90)))


class Draw:
    """One case being drawn."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, *pool: str) -> str:
        """One of some values; a single argument is a list of words."""
        return self.random.choice(pool[0].split() if len(pool) == 1 else pool)

    def chance(self, share: float) -> bool:
        """True for a share of the draws."""
        return self.random.random() < share

    def length(self) -> str:
        """A length or percentage, of any size."""
        return self.random.choice(LENGTHS) if self.chance(0.7) else self.random.choice(PERCENTS)

    def small(self) -> str:
        """A length that leaves room."""
        return self.one("0 3px 8px 12px 20px 33px 5% 10% 1em .75em 9pt")

    def wide(self) -> str:
        """A width."""
        return self.random.choice(WIDE)

    def text(self) -> str:
        """Some words."""
        return self.random.choice(TEXTS)

    def picture(self, attributes: str = "", style: str = "") -> str:
        """An image whose file comes along."""
        return f'<img src="{self.random.choice(PICTURES)}" alt=x{attributes}{_style(style)}>'

    def some(self, pool: list[Callable[[], str]], most: int) -> str:
        """Some declarations."""
        chosen = [make() for make in self.random.sample(pool, min(len(pool), self.random.randint(0, most)))]
        for family in ("margin", "padding"):  # the sides of the box by one kind of names
            if any(one.startswith(f"{family}-inline") for one in chosen):
                chosen = [one for one in chosen if not one.startswith(family) or one.startswith(f"{family}-inline")]
        return ";".join(chosen)

    def box(self) -> list[Callable[[], str]]:
        """Declarations of the box model."""
        return [
            lambda: f"margin:0 {self.length()}", lambda: f"margin-left:{self.length()}", lambda: f"margin-right:{self.length()}",
            lambda: f"padding:{self.small()}", lambda: f"padding-left:{self.length()}", lambda: f"padding-right:{self.small()}",
            lambda: f"border:{self.one('1px', '5px', 'thin', 'thick', '2em')} {self.one('solid dashed none')}",
            lambda: f"border-left:{self.one('1px', '12px', 'medium')} solid", lambda: f"width:{self.wide()}",
            lambda: f"max-width:{self.wide()}", lambda: f"min-width:{self.wide()}",
            lambda: f"box-sizing:{self.one('border-box content-box')}", lambda: f"margin-inline:{self.small()} {self.length()}",
            lambda: f"padding-inline-start:{self.length()}",
            lambda: f"{self.one('letter-spacing:2px', 'letter-spacing:-.05em', 'word-spacing:6px', 'text-transform:uppercase', 'letter-spacing:.5em')}",
        ]  # fmt: skip

    def blocks(self) -> str:
        """Declarations of a block."""
        extra: list[Callable[[], str]] = [
            lambda: f"margin:0 {self.one('auto', 'auto 0 auto', '0 0 auto')}", lambda: "margin-left:auto", lambda: f"margin-left:-{self.one('5px 20px 8%')}",
            lambda: f"width:{self.one('min-content max-content fit-content auto stretch')}", lambda: f"direction:{self.one('rtl ltr')}",
            lambda: f"overflow:{self.one('hidden auto')}", lambda: f"position:relative;left:{self.one('10px -8px 10%')}",
            lambda: f"font-size:{self.one('12px 20px 80% 1.25em large')}", lambda: f"max-width:{self.one('none min-content fit-content')}",
            lambda: "position:relative;right:12px", lambda: f"min-width:{self.one('min-content', 'max-content', '0')}",
        ]  # fmt: skip
        return self.some([*self.box(), *extra], 4)


def _style(declarations: str) -> str:
    return f' style="{declarations}"' if declarations else ""


def _page(d: Draw, inner: str) -> str:
    body = d.random.choice(
        (
            "",
            "",
            "",
            " style=padding:10px",
            ' style="margin:0 8px"',
            " bgcolor=white",
            ' style="margin:auto;width:90%"',
            " leftmargin=20",
        )
    )
    return f"<!DOCTYPE html><body{body}>{inner}"


def block(random: Random) -> str:
    """Blocks in blocks."""
    d = Draw(random)

    def element(depth: int) -> str:
        tag = d.one("div div div p h2 blockquote section center ul dl fieldset form header main figure address hr")
        align = f" align={d.one('center right left justify')}" if tag in ("div", "p", "h2") and d.chance(0.2) else ""
        if tag == "hr":
            return f"<hr{d.one('', ' width=50%', ' width=100 align=left', ' size=4')}{_style(d.some(d.box(), 2))}>"
        if tag in ("p", "h2", "pre") or depth > 2 or d.chance(0.3):
            inner = d.text()
        else:
            inner = "".join(element(depth + 1) for _ in range(d.random.randint(1, 2)))
        return f"<{tag}{align}{_style(d.blocks())}>{inner}</{tag}>"

    return _page(d, element(0) + (element(1) if d.chance(0.4) else ""))


def inline(random: Random) -> str:
    """Inline-level boxes on lines."""
    d = Draw(random)
    block = d.some(
        [lambda: f"text-align:{d.one('center right left justify end')}", lambda: "white-space:nowrap", lambda: f"width:{d.wide()}",
         lambda: f"padding:{d.small()}", lambda: "direction:rtl", lambda: f"font-size:{d.one('0 10px 20px')}", lambda: f"text-indent:{d.small()}"],
        2)  # fmt: skip

    def atom(depth: int) -> str:
        display = d.one("inline-block inline-block inline-block inline-block inline-flex inline-table inline-grid")
        style = d.some(d.box(), 3) + f";vertical-align:{d.one('top middle baseline')}"
        inner = atom(1) if depth == 0 and d.chance(0.15) else d.text()
        inner = f"<div{_style(d.some(d.box(), 2))}>{inner}</div>" if d.chance(0.25) else inner
        return f'<span style="display:{display};{style}">{inner}</span>'

    pieces = []
    for _ in range(d.random.randint(1, 4)):
        kind = d.random.random()
        if kind < 0.5:
            pieces.append(atom(0))
        elif kind < 0.65:
            pieces.append(d.picture(d.one("", " width=40", " height=20", " width=100 hspace=10", " border=3")))
        elif kind < 0.8:
            pieces.append(d.text())
        elif kind < 0.9:
            pieces.append(f"<a{_style(d.some(d.box()[:8], 2))}>{atom(1) if d.chance(0.5) else d.text()}</a>")
        else:
            pieces.append("<br>")
    tag = d.one("div p center")
    return _page(d, f"<{tag}{_style(block)}>{d.one('', ' ').join(pieces)}</{tag}>")


def floats(random: Random) -> str:
    """Floats, what is beside them, and what clears them."""
    d = Draw(random)

    def floated() -> str:
        style = f"float:{d.one('left left right none')};{d.some(d.box(), 3)}"
        if d.chance(0.2):
            return d.picture(d.one("", " width=100", " align=left", " align=right width=80"), style if d.chance(0.5) else "")
        if d.chance(0.15):
            return f"<table align={d.one('left right')} {d.one('', 'width=150', 'width=50%')}{_style(d.some(d.box(), 1))}><tr><td>{d.text()}</table>"
        inner = f"<div{_style(d.some(d.box(), 2))}>{d.text()}</div>" if d.chance(0.4) else d.text()
        return f'<div style="{style}">{inner}</div>'

    def beside() -> str:
        kind = d.random.random()
        if kind < 0.5:
            return f"<p{_style(d.some(d.box(), 2))}>{d.text()}</p>"
        if kind < 0.7:
            return f'<div style="clear:{d.one("both left right")};{d.some(d.box(), 2)}">{d.text()}</div>'
        if kind < 0.85:
            return f'<div style="overflow:hidden;{d.some(d.box(), 2)}">{d.text()}</div>'
        return f"<table{d.one('', ' width=100%', ' width=120')}><tr><td>{d.text()}</table>"

    pieces = [floated() if d.chance(0.65) else beside() for _ in range(d.random.randint(1, 4))]
    outer = d.some([*d.box(), lambda: "overflow:auto", lambda: "direction:rtl"], 2)
    return _page(d, f"<div{_style(outer)}>{''.join(pieces)}</div>")


def table(random: Random, depth: int = 0, d: Draw | None = None) -> str:
    """Tables, laid out by their content and fixed."""
    d = d or Draw(random)
    attributes = d.one(
        "", "", ' width="100%"', " width=300", ' width="50%"', " width=80", ' width="90%" align=center', " align=center"
    )
    attributes += d.one("", "", " cellpadding=0", " cellpadding=8", " cellpadding=40")
    attributes += d.one("", "", " cellspacing=0", " cellspacing=6", " cellspacing=30")
    attributes += d.one("", "", "", " border=1", " border=0", " border=6")
    pool: list[Callable[[], str]] = [
        lambda: f"width:{d.wide()}", lambda: f"max-width:{d.wide()}", lambda: f"min-width:{d.wide()}", lambda: "margin:0 auto",
        lambda: f"margin-left:{d.length()}", lambda: f"padding:{d.small()}", lambda: f"border:{d.one('1px 4px 10px')} solid",
        lambda: "border-collapse:collapse", lambda: f"border-spacing:{d.one('0', '5px', '12px 2px')}", lambda: "table-layout:fixed",
        lambda: "box-sizing:content-box", lambda: "direction:rtl", lambda: f"display:{d.one('table inline-table')}",
    ]  # fmt: skip
    cell_pool: list[Callable[[], str]] = [
        lambda: f"width:{d.wide()}", lambda: f"padding:{d.small()}", lambda: f"padding-left:{d.length()}", lambda: f"min-width:{d.wide()}",
        lambda: f"max-width:{d.wide()}", lambda: f"border:{d.one('1px 5px')} solid", lambda: "white-space:nowrap", lambda: "text-align:center",
        lambda: f"box-sizing:{d.one('border-box content-box')}",
    ]  # fmt: skip

    def content() -> str:
        kind = d.random.random()
        if kind < 0.55:
            return d.text()
        if kind < 0.7:
            return f"<div{_style(d.some(d.box(), 2))}>{d.text()}</div>"
        if kind < 0.8:
            return d.picture(d.one("", " width=50", ' width="100%"', ' width="50%"', " width=200"))
        if kind < 0.9 and depth == 0:
            return table(d.random, 1, d)
        return d.one("", "&nbsp;", "<p>no</p><p>noon on</p>")

    columns, rows = d.random.randint(1, 3), ""
    for _ in range(d.random.randint(1, 2)):
        cells, left = "", columns
        while left > 0:
            span = d.random.randint(1, left) if d.chance(0.2) else 1
            own = f" colspan={span}" if span > 1 else ""
            own += d.random.choice(
                (
                    "",
                    "",
                    "",
                    " width=60",
                    ' width="25%"',
                    ' width="50%"',
                    " width=200",
                    " nowrap",
                    ' width="100%"',
                    " width=1",
                    ' width="*"',
                )
            )
            own += " rowspan=2" if d.chance(0.06) else ""
            tag = "th" if d.chance(0.12) else "td"
            cells += f"<{tag}{own}{_style(d.some(cell_pool, 2))}>{content()}</{tag}>"
            left -= span
        rows += f"<tr{d.one('', '', '', ' align=right')}>{cells}</tr>"
    first = d.one(
        "",
        "",
        "",
        "",
        "",
        f"<col width=80><col{_style(f'width:{d.wide()}')}>",
        "<caption>noon on noon</caption>",
        "<colgroup span=2 width=90></colgroup>",
    )
    inner = f"<table{attributes}{_style(d.some(pool, 2))}>{first}{rows}</table>"
    if depth:
        return inner
    wrap = d.random.random()
    inner = (
        f"<center>{inner}</center>"
        if wrap < 0.1
        else f"<div{_style(d.some(d.box(), 2))}>{inner}</div>"
        if wrap < 0.3
        else inner
    )
    return _page(d, inner)


def flex(random: Random) -> str:
    """Flex containers."""
    d = Draw(random)
    container = d.some(
        [lambda: f"justify-content:{d.one('center flex-end space-between space-around space-evenly flex-start')}", lambda: "flex-wrap:wrap",
         lambda: f"flex-direction:{d.one('row column row-reverse column-reverse')}", lambda: f"align-items:{d.one('center flex-start flex-end stretch baseline')}",
         lambda: f"gap:{d.one('0', '10px', '5% 20px', '1em')}", lambda: f"width:{d.wide()}", lambda: f"padding:{d.small()}", lambda: "direction:rtl",
         lambda: "flex-flow:row wrap", lambda: f"margin:0 {d.one('auto', '10px', '10%')}", lambda: f"column-gap:{d.small()}"],
        3)  # fmt: skip

    def item() -> str:
        kind = d.random.random()
        if kind < 0.1:
            return d.text().partition("<")[0] or "no"
        style = d.some(
            [*d.box(), lambda: f"flex:{d.one('1', '2', '0 0 90px', '1 1 50%', 'none', 'auto', '1 0 0', '0 1 auto', 'initial', '3 1 120px')}",
             lambda: f"flex-grow:{d.one('1 2 .3 0')}", lambda: f"flex-shrink:{d.one('0 1 3')}", lambda: f"flex-basis:{d.one('0 80px 40% 100% auto 200px')}",
             lambda: f"align-self:{d.one('center flex-start flex-end stretch')}", lambda: "margin-left:auto", lambda: "margin:auto",
             lambda: f"order:{d.one('1 -1')}"],
            3)  # fmt: skip
        if kind < 0.2:
            return d.picture(d.one("", " width=100", " width=400"), style)
        if kind < 0.28:
            return f"<table{d.one('', ' width=100%', ' width=150')}{_style(style)}><tr><td>{d.text()}</table>"
        inner = f"<p{_style(d.some(d.box(), 1))}>{d.text()}</p>" if d.chance(0.3) else d.text()
        return f"<div{_style(style)}>{inner}</div>"

    display = d.one("flex flex flex flex inline-flex")
    items = "".join(item() for _ in range(d.random.randint(1, 4)))
    return _page(d, f'<div style="display:{display};{container}">{items}</div>')


def grid(random: Random) -> str:
    """Grid containers."""
    d = Draw(random)
    tracks = d.one("1fr 1fr", "1fr 2fr", "100px 1fr", "30% 70%", "repeat(3,1fr)", "repeat(2,80px)", "auto 1fr", "auto auto", "1fr", "minmax(80px,1fr) 100px",
                   "repeat(auto-fit,minmax(100px,1fr))", "repeat(auto-fill,90px)", "min-content 1fr", "max-content auto", "fit-content(90px) 1fr",
                   "25% 1fr 25%", ".5fr .2fr", "minmax(0,1fr) minmax(0,1fr)", "120px", "calc(50% - 10px) 1fr", "2em auto 4em", "none")  # fmt: skip
    container = d.some(
        [lambda: f"gap:{d.one('0', '10px', '4% 20px', '1em')}", lambda: f"justify-items:{d.one('center start end stretch')}", lambda: f"width:{d.wide()}",
         lambda: f"justify-content:{d.one('center start end space-between space-around stretch')}", lambda: f"padding:{d.small()}", lambda: "direction:rtl",
         lambda: f"grid-auto-flow:{d.one('row', 'column', 'row dense')}", lambda: f"grid-auto-columns:{d.one('60px', '1fr', 'auto')}",
         lambda: f"margin:0 {d.one('auto', '10px')}", lambda: f"place-items:{d.one('center', 'start end')}"],
        2)  # fmt: skip

    def item() -> str:
        kind = d.random.random()
        if kind < 0.08:
            return d.text().partition("<")[0] or "no"
        style = d.some(
            [*d.box(), lambda: f"grid-column:{d.one('1', '2', 'span 2', '1 / 3', '1 / -1', '2 / span 1', '-2')}", lambda: f"justify-self:{d.one('center start end stretch')}",
             lambda: "margin:auto", lambda: f"grid-area:{d.one('1 / 1', '1 / 2 / 2 / 3', '2 / 1')}", lambda: f"grid-row:{d.one('1', '2', 'span 2')}",
             lambda: "margin-left:auto", lambda: "min-width:0"],
            2)  # fmt: skip
        if kind < 0.18:
            return d.picture(d.one("", " width=100", ' width="100%"'), style)
        return f"<div{_style(style)}>{d.text()}</div>"

    display = d.one("grid grid grid grid inline-grid")
    items = "".join(item() for _ in range(d.random.randint(1, 4)))
    return _page(d, f'<div style="display:{display};grid-template-columns:{tracks};{container}">{items}</div>')


def replaced(random: Random) -> str:
    """Images and other replaced elements with sizes of all kinds."""
    d = Draw(random)
    attributes = d.one("", "", "", " width=100", ' width="50%"', " height=40", " width=300 height=20", ' height="50%"', " width=0", " width=560", ' width="100%"', " hspace=12",
                       " border=4", " align=middle", " width=abc")  # fmt: skip
    style = d.some(
        [*d.box(), lambda: f"height:{d.one('20px', '80px', 'auto', '2em', '50%', '200px')}", lambda: f"max-height:{d.one('20px', '50px', 'none', '3em')}",
         lambda: f"min-height:{d.one('0', '100px', '150px')}", lambda: f"width:{d.one('auto', '100%', 'min-content', 'max-content', 'fit-content', 'stretch')}",
         lambda: "display:block", lambda: "display:block;margin:0 auto", lambda: "max-width:100%", lambda: "max-width:100%;height:auto",
         lambda: f"aspect-ratio:{d.one('2', '16/9', 'auto 1/2', '1')}", lambda: f"object-fit:{d.one('cover contain')}", lambda: f"float:{d.one('left right')}"],
        3)  # fmt: skip
    kind = d.random.random()
    if kind < 0.85:
        inner = d.picture(attributes, style)
    elif kind < 0.93:
        inner = f"<svg{d.one('', ' width=120', ' viewBox=&quot;0 0 40 20&quot;', ' width=50 height=90', ' height=30 viewBox=&quot;0 0 100 50&quot;')}{_style(style)}></svg>".replace(
            "&quot;", '"'
        )
    else:
        inner = f"<video{d.one('', ' width=200', ' height=50')}{_style(style)}></video>"
    around = d.one(
        "bare", "div", "div", "cell", "narrow cell", "link", "inline-block", "float", "center", "flex", "percent cell"
    )
    if around == "div":
        inner = f"<div{_style(d.blocks())}>{inner}</div>"
    elif around == "cell":
        inner = f"<table{d.one('', ' width=100%', ' width=200')}><tr><td>{inner}</td><td>{d.text()}</td></tr></table>"
    elif around == "narrow cell":
        inner = f"<table{d.one('', ' cellpadding=0')}><tr><td{d.one('', ' width=100', ' style=padding:0')}>{inner}</td></tr></table>"
    elif around == "percent cell":
        inner = f'<table width="100%"><tr><td width="{d.one("30% 60% 100%")}">{inner}</td><td>{d.text()}</td></tr></table>'
    elif around == "link":
        inner = f"<p><a href=#>{inner}</a></p>"
    elif around == "center":
        inner = f"<center>{inner}</center>"
    elif around != "bare":
        where = "float:left" if around == "float" else f"display:{around}"
        inner = f'<div style="{where};{d.some(d.box(), 1)}">{inner}</div>'
    return _page(d, inner)


def lists(random: Random) -> str:
    """Lists, positioned boxes, and boxes without a context of their own."""
    d = Draw(random)

    def one(depth: int = 0) -> str:
        kind = d.random.random()
        if kind < 0.35:
            tag = d.one("ul ol menu")
            items = "".join(
                f"<li{_style(d.some(d.box(), 2))}>{one(1) if depth == 0 and d.chance(0.2) else d.text()}</li>"
                for _ in range(d.random.randint(1, 3))
            )
            return f"<{tag}{d.one('', ' type=square', ' style=list-style:none', ' style=padding:0;margin:0', ' style=list-style-position:inside')}{_style(d.some(d.box(), 2)) if d.chance(0.3) else ''}>{items}</{tag}>"
        if kind < 0.45:
            return f"<dl{_style(d.some(d.box(), 2))}><dt>{d.text()}</dt><dd{_style(d.some(d.box(), 2))}>{d.text()}</dd></dl>"
        if kind < 0.85:
            position = d.one("absolute absolute relative relative sticky fixed static")
            style = d.some(
                [*d.box(), lambda: f"left:{d.length()}", lambda: f"right:{d.length()}", lambda: f"inset:0 {d.small()}", lambda: "left:50%",
                 lambda: f"top:{d.small()}", lambda: "margin:0 auto", lambda: f"inset-inline-start:{d.small()}"],
                3)  # fmt: skip
            inner = f"<div{_style(d.some(d.box(), 2))}>{d.text()}</div>" if d.chance(0.4) else d.text()
            return f'<div style="position:{position};{style}">{inner}</div>'
        display = d.one("contents list-item flow-root block inline-block none table table-cell table-row run-in")
        return f'<div style="display:{display};{d.some(d.box(), 2)}"><div{_style(d.some(d.box(), 1))}>{d.text()}</div></div>'

    outer = d.some([*d.box(), lambda: "position:relative", lambda: "direction:rtl"], 2)
    return _page(d, f"<div{_style(outer)}>{one()}{one() if d.chance(0.5) else ''}</div>")


CONTEXTS: dict[str, Callable[[Random], str]] = {
    "block": block, "inline": inline, "float": floats, "table": table, "flex": flex, "grid": grid, "replaced": replaced, "list": lists,
}  # fmt: skip
