"""Random style sheets with layers, nesting, conditions, custom properties and CSS-wide keywords, which set one padding."""

from __future__ import annotations

from random import Random

_SELECTORS = """p|.a|#x|div p|.b .a|p.a|*|div > p|p:first-child|:is(p,.a)|:where(#x)|p:not(.b)|div:has(.a)|p:nth-child(2 of .a)|
[class=A i]|section|p:nth-last-child(1)|p ~ p|:not(#x)|div *""".replace("\n", "").split("|")
_NESTED = "&|& p|&.a|.a|> p|p|& + p|:is(&, .a)|&:first-child|.b &|& > .a|[id=x]&|:not(&)|&[class~=a]".split("|")
_LAYERS = ["one", "two", "three", "one.in", "two.in", "", "One", "one . two"]
_STATEMENTS = ["one,two", "two,one", "three", "one.in, two", "three, one", "a b", ""]
_MEDIA = """(400px <= width < 700px)|screen and (min-width:500px)|(width<400px)|not all and (width > 500px)|(max-width:400px), print|
(360px=width)|(700px > width >= 600px)""".replace("\n", "").split("|")
_SUPPORTS = """selector(p > a)|(display:flex)|not (display:flex)|selector(p:bogus)|not selector(a,b)|(color:bogus)|
(display:grid) and (not (display:foo))""".replace("\n", "").split("|")
_REGISTERED = [
    "", "", "@property --k{syntax:'*';inherits:false;initial-value:11px}", "@property --m{syntax:'*';inherits:false}",
    "@property --k{syntax:'*';inherits:true;initial-value:5px}",
]  # fmt: skip


def _declaration(rng: Random) -> str:
    drawn = rng.random()
    if drawn < 0.12:
        return rng.choice(["--k:7px;", "--k:initial;", "--k:inherit;", "--k:unset;", "--m:9px;", "--m:revert;"])
    if drawn < 0.22:
        return rng.choice(["padding-left:var(--k);", "padding-left:var(--m,3px);", "padding-left:var(--k,2px)!important;"])
    words = ["revert-layer", "revert", "initial", "inherit", "unset"]
    value = f"{rng.randint(1, 60)}px" if rng.random() < 0.85 else rng.choice(words)
    return f"padding-left:{value}{'!important' if rng.random() < 0.2 else ''};"


def _block(rng: Random, depth: int) -> str:
    found = []
    for _ in range(rng.randint(1, 3)):
        drawn = rng.random()
        if drawn < 0.6 or depth > 2:
            found.append(_declaration(rng))
            continue
        around = (
            rng.choice(_NESTED)
            if drawn < 0.85
            else "@media (width > 400px)"
            if drawn < 0.92
            else f"@layer {rng.choice(_LAYERS)}"
        )
        found.append(f"{around}{{{_block(rng, depth + 1)}}}")
    return "".join(found)


def _rule(rng: Random, depth: int = 0) -> str:
    drawn = rng.random()
    if drawn < 0.5 or depth > 2:
        return f"{rng.choice(_SELECTORS)}{{{_block(rng, 0)}}}"
    if drawn < 0.57:
        return f"@layer {rng.choice(_STATEMENTS)};"
    around = f"@layer {rng.choice(_LAYERS)}"
    if drawn > 0.95:
        around = "@starting-style"
    elif drawn > 0.88:
        around = f"@supports {rng.choice(_SUPPORTS)}"
    elif drawn > 0.8:
        around = f"@media {rng.choice(_MEDIA)}"
    return f"{around}{{{''.join(_rule(rng, depth + 1) for _ in range(rng.randint(1, 2)))}}}"


def message(rng: Random) -> str:
    """A message with a style sheet, and named elements that it styles."""

    def style() -> str:
        return f' style="{_declaration(rng)}"' if rng.random() < 0.1 else ""

    imported = f"@import 'x.css' layer({rng.choice(['two', 'three', 'one.in'])});" if rng.random() < 0.15 else ""
    css = imported + rng.choice(_REGISTERED) + "".join(_rule(rng) for _ in range(rng.randint(1, 6)))
    return (
        f"<!DOCTYPE html><style>{css}</style><section class=b><div data-n=d class={rng.choice('ab')}{style()}>"
        f"<p data-n=p1 class=a id=x{style()}>x</p><p data-n=p2 class='a b'{style()}>x</p><p data-n=p3>x</p></div>"
        "<p data-n=p4 class=A>y</p></section>"
    )
