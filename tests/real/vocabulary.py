"""What the installed browser knows of CSS, and a wide pool of values for its properties.

Names come from the browser's own style objects, values from the grammars of the specifications (``specified.json``) and from
samples of every type and function written here. Nothing of the checker's code is used.
"""

from __future__ import annotations

import json
import mmap
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

from tests.real.judge import Judge

SPECIFIED = Path(__file__).parents[2] / "src" / "franking" / "css" / "specified.json"
NAMES = """() => {
  const style = document.documentElement.style, names = new Set(getComputedStyle(document.documentElement));
  for (const name in style) if (typeof style[name] === 'string' && !name.includes('-'))
    names.add(name.replace(/[A-Z]/g, c => '-' + c.toLowerCase()).replace(/^webkit-/, '-webkit-'));
  return [...names].filter(name => CSS.supports(name, 'inherit')).sort();
}"""
TAKEN_WORDS = "([name, words]) => words.filter(word => CSS.supports(name, word))"
TAKEN = "pairs => pairs.map(([name, value]) => CSS.supports(name, value))"
SAMPLES = {
    "length": ["0", "7px", "-3px", "2em", "1.5rem", "3ch", "4ex", "10vw", "5svi", "2lh", "1rlh", "30cqw", "1cm", "2Q", "1in", "9PX"],
    "percentage": ["0%", "12%", "150%", "-20%"],
    "length-percentage": ["0", "7px", "12%", "calc(10% + 3px)", "-4px", "200%"],
    "number": ["0", "1", "0.3", "-2", "1e2", "+.5"],
    "integer": ["0", "1", "3", "-2"],
    "angle": ["30deg", "0.25turn", "-1rad", "5grad"],
    "time": ["1s", "250ms"],
    "color": ["red", "#0a0", "#0a0b0c80", "rgb(1 2 3)", "rgba(1,2,3,.5)", "hsl(120 50% 50%)", "oklch(60% 0.1 200)", "transparent",
              "currentcolor", "CanvasText", "color-mix(in srgb, red, blue)", "color(display-p3 1 0 0)", "light-dark(red, blue)",
              "rgb(from red r g b)", "hwb(90 10% 10%)", "lab(50% 1 2)"],
    "image": ["url(x.png)", 'url("y.png")', "linear-gradient(red, blue)", "radial-gradient(circle, red, blue)",
              "conic-gradient(red, blue)", "repeating-linear-gradient(45deg, red 0 5px, blue 5px 9px)", "image-set('x.png' 1x)",
              "cross-fade(url(a.png), url(b.png), 50%)", "-webkit-gradient(linear, 0 0, 0 100%, from(red), to(blue))"],
    "url": ["url(x.png)"],
    "string": ['"A b"', "'x'", '""'],
    "ratio": ["16/9", "1 / 2", "2"],
    "flex": ["1fr", "2.5fr"],
    "resolution": ["2dppx"],
    "custom-ident": ["own-name", "Arial", "two"],
    "dashed-ident": ["--own"],
    "family-name": ["Arial", '"Open Sans"', "Segoe UI"],
    "alpha-value": ["0.4", "40%"],
}  # fmt: skip
MATHS = """calc(1px + 1em) calc(2 * 3) calc(50% - 10px) min(10px, 5%) max(1px, 2px) clamp(1px, 5%, 40px) round(200px, 7px)
round(up, 2.4, 1) mod(9px, 4px) rem(9px, 4px) abs(-4px) sign(-3) sin(30deg) sqrt(4) pow(2, 3) hypot(3px, 4px) log(8, 2) exp(1)
atan2(1, 2) calc(infinity * 1px) env(x, 50%) env(x) var(--none, 10px) var(--none) attr(width px, 12px) attr(title)
attr(data-x type(<length>), 3px) if(else: 10px) if(style(--a): 1px; else: 2px) calc-size(auto, size) calc-size(min-content, size * 2)
anchor(left) anchor-size(width) sibling-index() sibling-count() random(1px, 5px) progress(1px, 0px, 2px) inherit(--a)
calc(1px*sibling-index()) -webkit-calc(3px + 4px) fit-content(30px) minmax(10px, 1fr) repeat(2, 1fr) repeat(auto-fill, 40px)
translate(10px, 2px) translateX(50%) rotate(3deg) scale(2) matrix(1,0,0,1,5,5) skewX(10deg) perspective(9px) circle(50%)
polygon(0 0, 1px 1px, 0 1px) inset(3px) ellipse(1px 2px) path('M0 0L9 9') rect(1px 2px 3px 4px) rect(1px,2px,3px,4px) xywh(0 0 9px 9px)
shape(from 0 0, line to 9px 9px) blur(2px) drop-shadow(1px 1px red) opacity(.5) invert(1) counter(c) counters(c, '.') attr(alt)
symbols('*' '+') element(#x) leader(dotted) target-counter(#x, c) steps(3) cubic-bezier(0,0,1,1) linear(0, 1) scroll() view()
ray(30deg) dynamic-range-limit-mix(standard 50%, high 50%) palette-mix(in srgb, normal, dark) contrast-color(red) device-cmyk(0 1 1 0)
styleset(a) stylistic(a) swash(a) format(woff) snap-block(2px) url(#x) src('x.png') image(red) paint(x) superellipse(2)
stripes(red, blue) param(--x, 1) toggle(1px, 2px) first-valid(1px) random-item(auto, 1px) type(<length>) control-value() --mine(1px)""".splitlines()
GARBAGE = ["bogus", "5bananas", "1px bogus", "!x", "rgb(1)", "10px10px", "#12345", "calc(1px + )", "calc(1px + 1)", "min()", "nonsense(1px)",
           "url(a b)", "1px/2px", "1px, 2px", "red blue", "[x]", "[a] 1fr", "[a] 10px [b c]", "{x}", "(1px)", "a/b", "$5", "auto auto auto", "center center center",
           "50", "-1", "1px 2px 3px 4px 5px", ",", "/", "\\9", "10px\\9", "expression(1)", "inherit inherit", "initial 1px", "thin thin",
           "left right", "none none none", "U+26", "100 % ", "1 px", "block block", "Arial, ", "bold bold bold"]  # fmt: skip
WORDS = """auto none normal inherit initial unset revert revert-layer left right center start end justify both all block inline flex
grid table cell contents visible hidden collapse scroll clip fixed absolute relative sticky static nowrap wrap pre bold italic serif
monospace thin medium thick solid dashed row column stretch baseline space-between safe unsafe first last min-content max-content
fit-content stretch -webkit-fill-available -webkit-center -moz-fit-content text border-box content-box ltr rtl larger xx-small
horizontal-tb vertical-rl""".split()


@cache
def specified() -> dict[str, Any]:
    """What the specifications name."""
    found: dict[str, Any] = json.loads(SPECIFIED.read_text("utf-8"))
    return found


def properties(judge: Judge) -> list[str]:
    """Every property that the browser supports."""
    judge.page.set_content("<p>x")
    names: list[str] = judge.page.evaluate(NAMES)
    return names


@cache
def functions() -> tuple[list[str], list[str]]:
    """Calls of functions: samples, and each function of the specifications with arguments of several kinds."""
    calls = []
    for line in MATHS:
        depth, start = 0, 0
        for at, character in enumerate(f"{line} "):
            depth += (character == "(") - (character == ")")
            if character == " " and not depth:
                calls.append(line[start:at])
                start = at + 1
    others: list[str] = []
    for name in specified()["functions"]:
        bare = name.removesuffix("()")
        others += [
            f"{bare}()",
            f"{bare}(10px)",
            f"{bare}(50%)",
            f"{bare}(2)",
            f"{bare}(red, blue)",
            f"{bare}(x)",
            f"{bare}('x')",
        ]
    return calls, others


def single(name: str) -> list[str]:
    """Values of one component for a property: all that its grammar names, and samples of every type."""
    entries = specified()["properties"]
    entry = entries.get(name, {})
    inner = [entries.get(longhand, {}) for longhand in entry.get("longhands", ())]
    alias = entries.get(entry.get("alias", ""), {})
    found: list[str] = []
    for one in (entry, alias, *inner):
        found += one.get("keywords", [])
        for kind in one.get("types", []):
            found += SAMPLES.get(kind, [])
        found += [f"{function}({inside})" for function in one.get("functions", []) for inside in ("", "10px", "2", "x", "50%")]
    return list(dict.fromkeys(found))


def values(name: str, rng: random.Random, pairs: int = 60) -> list[str]:
    """Values for a property, valid and invalid: single ones, functions, garbage, and ``pairs`` random combinations."""
    own = single(name)
    common = [*WORDS, *(value for samples in SAMPLES.values() for value in samples)]
    calls, others = functions()
    found = [*own, *common, *calls, *rng.sample(others, 60), *GARBAGE]
    for _ in range(pairs):
        source = own if own and rng.random() < 0.8 else common
        parts = [rng.choice(source if rng.random() < 0.85 else common) for _ in range(rng.choice((2, 2, 2, 3, 4)))]
        found.append(rng.choice((" ", " ", " ", ", ", " / ")).join(parts))
    return list(dict.fromkeys(found))


_WORD = re.compile(rb"[a-z-][a-z0-9-]{1,40}(?=[\x00(])")
_ROW = re.compile(rb"(?:-?[a-z][a-z0-9-]{0,48}\x00){200,}")
_PROGRAMS = (Path("/usr/lib/chromium/chromium"), Path("/opt/google/chrome/chrome"))
SELECTORS = "names => names.filter(name => CSS.supports(`selector(${name})`))"
AT_RULES = """names => names.filter(name => ['', ' x', ' --x', ' (width)', ' (width > 1px)', ' --f()', ' "x"'].some(prelude =>
  ["{}", "{syntax:'*';inherits:false}", ";"].some(body => {
    const sheet = new CSSStyleSheet();
    try { sheet.replaceSync(`@${name}${prelude}${body}`); } catch { return false; }
    return sheet.cssRules.length > 0;
  })))"""
HANDMADE = """-webkit-any -webkit-any-link -webkit-autofill -webkit-full-screen -webkit-drag -internal-autofill-selected -moz-any
-webkit-scrollbar -webkit-scrollbar-thumb -webkit-input-placeholder -webkit-file-upload-button -webkit-details-marker -moz-selection
-ms-clear horizontal vertical start end increment decrement double-button single-button no-button corner-present window-inactive
nonsense bogus import charset media font-face keyframes -webkit-keyframes layer scope container supports starting-style function
-moz-document -ms-viewport viewport page property counter-style position-try view-transition font-palette-values mixin apply when
else font-feature-values namespace tailwind""".split()


@cache
def words() -> tuple[str, ...]:
    """Every word that may name something: those in the browser's own program, in the specifications, and some of no sense."""
    found = set(HANDMADE)
    for part in ("pseudo-classes", "pseudo-elements", "at-rules"):
        found.update(specified()[part])
    program = next((path for path in _PROGRAMS if path.exists()), None)
    if program is not None:
        with program.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found.update(match[0].decode("ascii") for match in _WORD.finditer(data))
    return tuple(sorted(found))


def keywords() -> list[str]:
    """The keywords of CSS in the browser's own program, which stand in a row; those of the specifications without one."""
    found = {word for entry in specified()["properties"].values() for word in entry.get("keywords", ())}
    program = next((path for path in _PROGRAMS if path.exists()), None)
    if program is not None:
        with program.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for row in _ROW.finditer(data):
                if b"\0xx-small\0" in row[0]:
                    found.update(row[0].decode("ascii").split("\0"))
    return sorted(found - {""})


def selectors(judge: Judge) -> list[str]:
    """Every pseudo-class and pseudo-element that the browser supports, with arguments where it wants some."""
    arguments = ("", "(p)", "(2)", "(x)", "(en)", "(*)", "(ltr)", "(1 of p)", "(up)")
    tried = [f"{colons}{word}{argument}" for colons in (":", "::") for word in words() for argument in arguments]
    taken: list[str] = judge.page.evaluate(SELECTORS, tried)
    return taken


def at_rules(judge: Judge) -> list[str]:
    """Every at-rule that the browser supports."""
    found: list[str] = judge.page.evaluate(AT_RULES, list(words()))
    return found
