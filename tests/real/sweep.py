"""``make sweep N=3000``: everything that the browser supports of CSS, the checker's verdicts against its own.

Four messages of five hold one declaration, of a property and a value that the browser takes (``CSS.supports``), on one box in one
of eleven contexts. The fifth holds one rule in a style sheet: behind a selector or in an at-rule that the browser takes. A *miss*
is a violation that the browser shows and the checker permits; *false* is the reverse.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from html import escape
from itertools import cycle

from tests.real.judge import PIXELS, Judge, browser
from tests.real.oracle import POLICY, Score, compare
from tests.real.vocabulary import SELECTORS, TAKEN, at_rules, properties, selectors, values

_WORDS = "Thank you very much for your order, which is on its way to you"
_IMAGE = f'<img src="{PIXELS}" alt="Us" width="200" height="40"'
CONTEXTS = {
    "block": f"<div><div @>{_WORDS}</div><p>More</p></div>",
    "text": f"<p>Hello</p><p @>{_WORDS} <b>soon</b><br>Thank you</p>",
    "inline": f"<p>{_WORDS} <span @>for you alone</span> and more</p>",
    "image": f"<p>Hello</p><div>{_IMAGE} @></div>",
    "flex item": f'<div style="display:flex"><div @>{_WORDS}</div><div>Two</div></div>',
    "grid item": f'<div style="display:grid;grid-template-columns:1fr 1fr"><div @>{_WORDS}</div><div>Two</div></div>',
    "cell": f'<table width="100%"><tr><td @>{_WORDS}</td><td>Two</td></tr></table><p>Hello</p>',
    "table": f"<table @><tr><td>{_WORDS}</td><td>Two</td></tr></table>",
    "flex container": f'<div style="display:flex" @><div>One</div><div>{_WORDS}</div>{_IMAGE}></div>',
    "grid container": f'<div style="display:grid" @><div>One</div><div>{_WORDS}</div></div>',
    "list": f"<ul @><li>One</li><li>{_WORDS}</li></ul>",
}

# What a rule in a style sheet does: each violates a rule on some of the boxes of PAGE.
BLOCKS = ("margin-left:45%", "text-align:center", "color:red", "font-size:31px", "line-height:2", "font-family:Arial", "width:25%;margin:auto",
          "display:none", "display:block;margin-left:30%", "padding-right:200px", "white-space:pre;margin:3em 0", "zoom:2")  # fmt: skip
PAGE = (
    f'<h1 class="a">Hello</h1><p id="b" lang="de">{_WORDS}, <b>soon</b> <a href="https://www.amazon.com/">orders</a></p>'
    f"<p></p><div><p>{_WORDS}</p><p>Two</p></div><ul><li>One</li><li>Two <i>three</i></li></ul>"
    f'<table width="100%"><tr><th>What</th><td align="left">One</td></tr></table><details open><summary>More</summary>Text</details>'
    f'<blockquote dir="ltr">Said</blockquote><p>Last<br>line</p><div>{_IMAGE}></div>'
)
FORMS = ("{0}", "p{0}", "a{0}", "li{0}", "*{0}", "div {0}", "{0} p", "{0} > *", "p:not({0})", ":is(h1, {0})", ":where({0})", "div:has({0})", "{0}, th",
         "p{0}::before", "p{0}:hover", "{0}:first-child", "ul {0} + li", "body {0} ~ p", "{0}::after")  # fmt: skip
PRELUDES = ("", " x", " --x", " (width)", " (width > 1px)", " (width < 400px)", " not (width > 1px)", " (display: grid)", " not (display: grid)", " (div)",
            " (p) to (b)", " screen", " print", " all and (min-width: 1px)", " style(--a: b)", " (min-width: 0)", " selector(p)", " --f()", ' "x"')  # fmt: skip


def sheet(judge: Judge, pool: tuple[list[str], list[str]], rng: random.Random) -> tuple[str, str]:
    """A message with one rule in a style sheet, behind a selector or in an at-rule of the pool; and what is in it."""
    block = rng.choice(BLOCKS)
    if rng.random() < 0.7:
        forms = [form.format(rng.choice(pool[0])) for form in rng.sample(FORMS, 6)]
        taken: list[str] = judge.page.evaluate(SELECTORS, forms)
        selector = rng.choice(taken or ["p"])
        generated = 'content:"Words of the sheet";' if "::" in selector else ""
        written = f"{selector}{{{generated}{block}}}"
    else:
        selector = rng.choice(("p", "td", "h1", "*", "p::before", "&", "li"))
        inner = f'{selector}{{content:"Words of the sheet";{block}}}'
        written = f"@{rng.choice(pool[1])}{rng.choice(PRELUDES)}{{{rng.choice((inner, inner, block))}}}"
        if rng.random() < 0.3:
            written = f"div{{{written}}}"
    return f"<!DOCTYPE html><html><head><style>{written}</style></head><body>{PAGE}</body></html>", written


def message(context: str, declaration: str) -> str:
    """A message with a declaration on the box of a context."""
    template = CONTEXTS[context]
    before, _, after = template.partition("@")
    if before.endswith('" '):  # the box has a style of its own
        before, _, own = before.rstrip().rpartition('style="')
        return f'<!DOCTYPE html><html><body>{before}style="{own[:-1]};{escape(declaration)}"{after}</body></html>'
    return f'<!DOCTYPE html><html><body>{before}style="{escape(declaration)}"{after}</body></html>'


def drawn(judge: Judge, name: str, rng: random.Random, number: int) -> list[str]:
    """Values of a property that the browser takes, those that every property takes left out."""
    pool = [v for v in values(name, rng) if v not in ("inherit", "initial", "unset", "revert", "revert-layer")]
    taken = judge.page.evaluate(TAKEN, [[name, value] for value in pool])
    fitting = [value for value, supported in zip(pool, taken, strict=True) if supported]
    return rng.sample(fitting, min(number, len(fitting)))


def run(
    number: int, start: int, only: tuple[str, ...] = ()
) -> tuple[Score, Counter[str], dict[tuple[str, int, str, bool], str]]:
    """Judge ``number`` messages at both widths; the names of the properties are gone through in turn."""
    rng = random.Random(start)
    score = Score()
    undecided: Counter[str] = Counter()
    why: dict[tuple[str, int, str, bool], str] = {}
    with browser() as judge:
        names = list(only) or properties(judge)
        rng.shuffle(names)
        pool = (selectors(judge), at_rules(judge))
        left = number
        for name in cycle(names):
            messages = []
            for value in drawn(judge, name, rng, 4):
                context = rng.choice(list(CONTEXTS))
                messages.append((message(context, f"{name}:{value}"), name, f"{name}: {value} on {context}"))
            if not only:
                html, written = sheet(judge, pool, rng)
                messages.append((html, written.split("{")[0], written))
            for html, what, whole in messages:
                known, doubts = len(score.disagreements), score.undecided
                for width in POLICY.widths:
                    compare(judge, html, width, score)
                undecided[what] += score.undecided - doubts
                for _, width, rule, ours, _ in score.disagreements[known:]:
                    why[html, width, rule, ours] = whole
                left -= 1
                if not left:
                    return score, undecided, why
    raise AssertionError("the browser supports no property")


def main() -> int:
    """Run from the command line; exit code 1 where the browser shows a violation that the checker permits."""
    parser = argparse.ArgumentParser()
    parser.add_argument("number", type=int, nargs="?", default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--property", action="append", default=[], help="look at this property only")
    parser.add_argument("--show", type=int, default=60)
    options = parser.parse_args()
    score, undecided, why = run(options.number, options.seed, tuple(options.property))
    missed = [one for one in score.disagreements if not one[3]]
    false = [one for one in score.disagreements if one[3]]
    sys.stdout.write(
        f"{options.number} messages, {score.verdicts} verdicts: {len(missed)} missed, {len(false)} false, "
        f"{score.undecided} undecided ({score.undecided / max(1, score.verdicts):.2%})\n"
    )
    for title, rows in (("missed", missed), ("false", false)):
        for html, width, rule, ours, theirs in rows[: options.show]:
            sys.stdout.write(f"  {title} {rule} at {width}: {why[html, width, rule, ours]} ({str(theirs)[:80]})\n")
    sys.stdout.write(f"  undecided most often: {', '.join(f'{n} {c}' for n, c in undecided.most_common(25) if c)}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
