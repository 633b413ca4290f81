"""Small messages with flex and grid containers, drawn at random, for the frozen boxes."""

from __future__ import annotations

from random import Random

from tests.real.draw import Draw, page, styled


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
            return f"<table{d.one('', ' width=100%', ' width=150')}{styled(style)}><tr><td>{d.text()}</table>"
        inner = f"<p{styled(d.some(d.box(), 1))}>{d.text()}</p>" if d.chance(0.3) else d.text()
        return f"<div{styled(style)}>{inner}</div>"

    display = d.one("flex flex flex flex inline-flex")
    items = "".join(item() for _ in range(d.random.randint(1, 4)))
    return page(d, f'<div style="display:{display};{container}">{items}</div>')


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
        return f"<div{styled(style)}>{d.text()}</div>"

    display = d.one("grid grid grid grid inline-grid")
    items = "".join(item() for _ in range(d.random.randint(1, 4)))
    return page(d, f'<div style="display:{display};grid-template-columns:{tracks};{container}">{items}</div>')
