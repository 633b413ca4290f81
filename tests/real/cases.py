"""Small messages of each formatting context, drawn at random, for the frozen boxes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.real.draw import Draw, page, styled
from tests.real.item_cases import flex, grid


def block(random: Random) -> str:
    """Blocks in blocks."""
    d = Draw(random)

    def element(depth: int) -> str:
        tag = d.one("div div div p h2 blockquote section center ul dl fieldset form header main figure address hr")
        align = f" align={d.one('center right left justify')}" if tag in ("div", "p", "h2") and d.chance(0.2) else ""
        if tag == "hr":
            return f"<hr{d.one('', ' width=50%', ' width=100 align=left', ' size=4')}{styled(d.some(d.box(), 2))}>"
        if tag in ("p", "h2", "pre") or depth > 2 or d.chance(0.3):
            inner = d.text()
        else:
            inner = "".join(element(depth + 1) for _ in range(d.random.randint(1, 2)))
        return f"<{tag}{align}{styled(d.blocks())}>{inner}</{tag}>"

    return page(d, element(0) + (element(1) if d.chance(0.4) else ""))


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
        inner = f"<div{styled(d.some(d.box(), 2))}>{inner}</div>" if d.chance(0.25) else inner
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
            pieces.append(f"<a{styled(d.some(d.box()[:8], 2))}>{atom(1) if d.chance(0.5) else d.text()}</a>")
        else:
            pieces.append("<br>")
    tag = d.one("div p center")
    return page(d, f"<{tag}{styled(block)}>{d.one('', ' ').join(pieces)}</{tag}>")


def floats(random: Random) -> str:
    """Floats, what is beside them, and what clears them."""
    d = Draw(random)

    def floated() -> str:
        style = f"float:{d.one('left left right none')};{d.some(d.box(), 3)}"
        if d.chance(0.2):
            return d.picture(d.one("", " width=100", " align=left", " align=right width=80"), style if d.chance(0.5) else "")
        if d.chance(0.15):
            return f"<table align={d.one('left right')} {d.one('', 'width=150', 'width=50%')}{styled(d.some(d.box(), 1))}><tr><td>{d.text()}</table>"
        inner = f"<div{styled(d.some(d.box(), 2))}>{d.text()}</div>" if d.chance(0.4) else d.text()
        return f'<div style="{style}">{inner}</div>'

    def beside() -> str:
        kind = d.random.random()
        if kind < 0.5:
            return f"<p{styled(d.some(d.box(), 2))}>{d.text()}</p>"
        if kind < 0.7:
            return f'<div style="clear:{d.one("both left right")};{d.some(d.box(), 2)}">{d.text()}</div>'
        if kind < 0.85:
            return f'<div style="overflow:hidden;{d.some(d.box(), 2)}">{d.text()}</div>'
        return f"<table{d.one('', ' width=100%', ' width=120')}><tr><td>{d.text()}</table>"

    pieces = [floated() if d.chance(0.65) else beside() for _ in range(d.random.randint(1, 4))]
    outer = d.some([*d.box(), lambda: "overflow:auto", lambda: "direction:rtl"], 2)
    return page(d, f"<div{styled(outer)}>{''.join(pieces)}</div>")


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
            return f"<div{styled(d.some(d.box(), 2))}>{d.text()}</div>"
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
            cells += f"<{tag}{own}{styled(d.some(cell_pool, 2))}>{content()}</{tag}>"
            left -= span
        rows += f"<tr{d.one('', '', '', ' align=right')}>{cells}</tr>"
    first = d.one(
        "",
        "",
        "",
        "",
        "",
        f"<col width=80><col{styled(f'width:{d.wide()}')}>",
        "<caption>noon on noon</caption>",
        "<colgroup span=2 width=90></colgroup>",
    )
    inner = f"<table{attributes}{styled(d.some(pool, 2))}>{first}{rows}</table>"
    if depth:
        return inner
    wrap = d.random.random()
    inner = (
        f"<center>{inner}</center>"
        if wrap < 0.1
        else f"<div{styled(d.some(d.box(), 2))}>{inner}</div>"
        if wrap < 0.3
        else inner
    )
    return page(d, inner)


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
        inner = f"<svg{d.one('', ' width=120', ' viewBox=&quot;0 0 40 20&quot;', ' width=50 height=90', ' height=30 viewBox=&quot;0 0 100 50&quot;')}{styled(style)}></svg>".replace(
            "&quot;", '"'
        )
    else:
        inner = f"<video{d.one('', ' width=200', ' height=50')}{styled(style)}></video>"
    around = d.one(
        "bare", "div", "div", "cell", "narrow cell", "link", "inline-block", "float", "center", "flex", "percent cell"
    )
    if around == "div":
        inner = f"<div{styled(d.blocks())}>{inner}</div>"
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
    return page(d, inner)


def lists(random: Random) -> str:
    """Lists, positioned boxes, and boxes without a context of their own."""
    d = Draw(random)

    def one(depth: int = 0) -> str:
        kind = d.random.random()
        if kind < 0.35:
            tag = d.one("ul ol menu")
            items = "".join(
                f"<li{styled(d.some(d.box(), 2))}>{one(1) if depth == 0 and d.chance(0.2) else d.text()}</li>"
                for _ in range(d.random.randint(1, 3))
            )
            return f"<{tag}{d.one('', ' type=square', ' style=list-style:none', ' style=padding:0;margin:0', ' style=list-style-position:inside')}{styled(d.some(d.box(), 2)) if d.chance(0.3) else ''}>{items}</{tag}>"
        if kind < 0.45:
            return f"<dl{styled(d.some(d.box(), 2))}><dt>{d.text()}</dt><dd{styled(d.some(d.box(), 2))}>{d.text()}</dd></dl>"
        if kind < 0.85:
            position = d.one("absolute absolute relative relative sticky fixed static")
            style = d.some(
                [*d.box(), lambda: f"left:{d.length()}", lambda: f"right:{d.length()}", lambda: f"inset:0 {d.small()}", lambda: "left:50%",
                 lambda: f"top:{d.small()}", lambda: "margin:0 auto", lambda: f"inset-inline-start:{d.small()}"],
                3)  # fmt: skip
            inner = f"<div{styled(d.some(d.box(), 2))}>{d.text()}</div>" if d.chance(0.4) else d.text()
            return f'<div style="position:{position};{style}">{inner}</div>'
        display = d.one("contents list-item flow-root block inline-block none table table-cell table-row run-in")
        return f'<div style="display:{display};{d.some(d.box(), 2)}"><div{styled(d.some(d.box(), 1))}>{d.text()}</div></div>'

    outer = d.some([*d.box(), lambda: "position:relative", lambda: "direction:rtl"], 2)
    return page(d, f"<div{styled(outer)}>{one()}{one() if d.chance(0.5) else ''}</div>")


def shrunk(random: Random) -> str:
    """What is as wide as its content, with floats in it before, between and behind lines, blocks and tables."""
    d = Draw(random)
    size = d.random.randint

    def floated() -> str:
        side, margins = d.one("left right"), d.one("", 'style="margin:0 9px"')
        return d.one(
            f"<table align={side} {margins}><tr><td width={size(10, 120)}></td></tr></table>",
            f'<div style="float:{side};width:{size(10, 120)}px;height:9px"></div>',
            f"<img align={side} width={size(10, 120)} height=9>",
        )

    def plain() -> str:
        wide = size(10, 160)
        return d.one(
            f"<table{d.one('', ' width=100%', ' width=50%')}><tr><td width={wide}></td></tr></table>",
            f'<table style="margin:0 {size(0, 40)}px"><tr><td width={wide}></td></tr></table>',
            f'<div style="width:{wide}px;height:9px{d.one("", ";overflow:hidden", ";display:flex")}"></div>',
            f'<img width={wide} height=9 style="display:{d.one("block inline")}">',
            f'<span style="display:inline-block;width:{wide}px"></span>',
            "<br>",
        )

    inner = "".join(d.one("", "", " ") + (floated() if d.chance(0.45) else plain()) for _ in range(size(2, 5)))
    around = d.one(
        "<table><tr><td>{}</td></tr></table>", '<div style="float:left">{}</div>', '<div style="display:inline-block">{}</div>'
    )
    return f"<!DOCTYPE html><body>{around.format(inner)}"


CONTEXTS: dict[str, Callable[[Random], str]] = {
    "block": block, "inline": inline, "float": floats, "table": table, "flex": flex, "grid": grid, "replaced": replaced, "list": lists,
    "shrink": shrunk,
}  # fmt: skip
