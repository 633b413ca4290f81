"""Messages with generated style sheets, and what a browser computes for them before and after inlining.

Nothing here is taken from the inlining code: the properties are the browser's own, values are drawn from a pool and asked of
``CSS.supports``, selectors and at-rules are put together from CSS's grammar. ``python -m tests.real.sheets 3000`` runs many.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

from franking.rendering.attributes import Unlike
from franking.rendering.inline import InlinerName, styled
from tests.real.judge import Judge, browser

WIDTHS = (360, 600)
INLINERS: tuple[InlinerName, ...] = ("css-inline", "premailer")
VALUES = """auto none normal inherit initial unset revert 0 1 2 3 0.5 10px 1em 2rem 50% 12pt 3ch 10vw calc(1px+1em) calc(100%_-_20px)
min(10px,5%) red #0a0 rgb(1_2_3) hsl(120_50%_50%) transparent currentcolor block inline flex grid table inline-block list-item contents
hidden visible collapse scroll left right center start end justify top bottom middle baseline bold 700 italic small-caps uppercase
lowercase capitalize underline overline_dotted_red solid dashed_2px_blue 1px_solid_red thin thick medium both fixed absolute relative
sticky static separate nowrap pre pre-wrap break-word break-all keep-all rtl ltr embed isolate square decimal lower-roman outside inside
url(x.png) url("y.png")_no-repeat linear-gradient(red,blue) 1px_2px 1px_2px_3px_4px 1fr_2fr 16/9 cover contain row column wrap
space-between stretch flex-start serif monospace "A_B",serif 14px/1.5_serif bold_12px_monospace rotate(3deg) translate(1px,2px)
blur(2px) opacity_1s ease 2s infinite 'x' "a'b" counter(c) attr(title) var(--a) var(--b,5px) var(--none) border-box content-box
text-bottom sub super larger smaller xx-large oldstyle-nums 0_0_5px_red inset_0_0_1px_#000 circle(50%) polygon(0_0,1px_1px,0_1px) all
pointer crosshair none_repeat 2_auto avoid always page horizontal-tb vertical-rl upright mixed hanging-punctuation under above
!bogus bogus 5bananas rgb(1) 10px10px""".split()
TAGS = "div p span a b i h1 h2 ul li table td th strong em center blockquote pre small font section u".split()
CLASSES = "a b c Dee e-f x1".split()
PSEUDO = """:first-child :last-child :only-child :first-of-type :last-of-type :nth-child(2n+1) :nth-child(2) :nth-last-child(2)
:nth-of-type(odd) :empty :root :hover :focus :active :visited :link :any-link :target :checked :disabled :enabled :lang(en) :dir(ltr)
:not(.a) :not(p,.b) :not(:hover) :is(p,.a,#one) :where(.a,div) :has(b) :has(>_span) :focus-within :placeholder-shown :defined :scope
:nth-child(1_of_.a) ::before ::after ::first-line ::first-letter ::selection ::marker :before :first-letter :nonsense ::-webkit-foo
[title] [title=t] [class~="a"] [id^=o] [align=CENTER] [href] [style] [data-k|="en"] [data-k="x"_i] [dir=ltr]""".split()
CONDITIONS = """@media_print @media_screen @media_all @media_(max-width:480px) @media_(min-width:500px) @media_only_screen_and_(max-width:400px)
@media_not_print @media_(prefers-color-scheme:dark) @media_(300px<width<=500px) @media_screen,print @supports_(display:grid)
@supports_not_(display:grid) @supports_selector(:has(a)) @layer_one @layer_two @layer @container_(min-width:100px) @scope_(.a)
@starting-style @media_bogus( @-moz-document_url() @unknown_x""".replace("bogus(", "bogus").split()
STATEMENTS = ["@layer two, one;", "@font-face{font-family:Q;src:url(q.woff)}", "@keyframes k{from{color:red}to{margin:3px}}",
              "@page{margin:1cm}", "@property --a{syntax:'*';inherits:false}", "@charset 'utf-8';", "<!--", "-->", "/* } */", "};", "x y;",
              "@import url(x.css);", "@namespace svg url(http://www.w3.org/2000/svg);"]  # fmt: skip
READ = """async ([documents, widths, declared]) => {
  const result = [], trial = document.createElement('p').style;
  for (const name of declared) trial.setProperty(name, 'inherit');
  const names = declared.length ? [...trial, ...declared, 'display', 'width', 'height', 'color', 'font-size'] : null;
  for (const html of documents) for (const width of widths) {
    const frame = document.createElement('iframe');
    frame.style.cssText = `width:${width}px;height:500px;border:0`;
    const loaded = new Promise(done => frame.addEventListener('load', done, {once: true}));
    frame.srcdoc = html;
    document.body.append(frame);
    await loaded;
    const inside = frame.contentDocument, styles = [];
    for (const element of inside.querySelectorAll('html, body, body *')) {
      if (element.localName === 'style') continue;
      for (const pseudo of ['', '::before']) {
        const computed = frame.contentWindow.getComputedStyle(element, pseudo), read = {};
        for (const name of names || computed) read[name] = computed.getPropertyValue(name).replace(/'/g, '"');
        styles.push([element.localName + pseudo, read]);
      }
    }
    result.push(styles);
    frame.remove();
  }
  const first = widths.length, found = [];
  for (let at = first; at < result.length; at++) {
    const before = result[at % first], after = result[at], width = widths[at % first], which = Math.floor(at / first);
    if (before.length !== after.length) { found.push([which, width, 'elements', before.length, after.length]); continue; }
    before.forEach(([name, one], number) => {
      for (const property in one) if (one[property] !== after[number][1][property])
        found.push([which, width, `${number} ${name} ${property}`, one[property], after[number][1][property]]);
    });
  }
  return found;
}"""
NAMES = """() => {
  const style = document.body.style, names = new Set(getComputedStyle(document.body));
  for (const name in style) if (typeof style[name] === 'string' && name !== 'cssText')
    names.add(name.replace(/[A-Z]/g, c => '-' + c.toLowerCase()).replace(/^webkit-/, '-webkit-'));
  return [...names].filter(name => CSS.supports(name, 'inherit'));
}"""
FITTING = "([names, values]) => names.map(name => [name, values.filter(value => CSS.supports(name, value))])"


@dataclass(frozen=True)
class Vocabulary:
    """What the browser knows: properties, each with the values of the pool that it takes."""

    values: dict[str, list[str]]

    @classmethod
    def of(cls, judge: Judge) -> Vocabulary:
        """Ask the browser."""
        judge.page.goto("about:blank")
        names = judge.page.evaluate(NAMES)
        pool = [value.replace("_", " ") for value in VALUES]
        return cls(dict(judge.page.evaluate(FITTING, [names, pool])))


class Generator:
    """One message from one seed."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self.random = random.Random(seed)
        self.vocabulary = vocabulary
        # A few properties a sheet, their shorthands and relatives, so that declarations meet.
        names = sorted(vocabulary.values)
        self.names = self.random.sample(names, 5)
        for name in list(self.names):
            stem = name.removeprefix("-webkit-").partition("-")[0]
            near = [n for n in names if n.removeprefix("-webkit-").startswith(stem)]
            self.names += self.random.sample(near, min(3, len(near)))
        self.names += self.random.sample(
            "color margin margin-left font font-size display padding border width background --a --b".split(), 3
        )
        if self.chance(0.03):
            self.names.append("all")

    def chance(self, share: float) -> bool:
        """True in a share of all cases."""
        return self.random.random() < share

    def declaration(self) -> str:
        """A declaration, valid ones mostly."""
        name = self.random.choice(self.names)
        fitting = self.vocabulary.values.get(name) or [v.replace("_", " ") for v in VALUES]
        pool = fitting if self.chance(0.9) else [v.replace("_", " ") for v in VALUES]
        name = name.upper() if self.chance(0.03) and not name.startswith("--") else name
        return f"{name}:{self.random.choice(pool)}{' !important' if self.chance(0.15) else ''}"

    def block(self) -> str:
        """Declarations, with hacks among them."""
        parts = [self.declaration() for _ in range(self.random.randint(1, 4))]
        if self.chance(0.06):
            parts.insert(
                0,
                self.random.choice(
                    ["*zoom:1", "color red", "mso-hide:all", ";", "/* c */", "&.a{color:blue}", "b{margin:1px}"]
                ),
            )
        return ";".join(parts)

    def compound(self) -> str:
        """A compound selector."""
        kind = self.random.random()
        base = (self.random.choice(TAGS) if kind < 0.45 else f".{self.random.choice(CLASSES)}" if kind < 0.8
                else self.random.choice(["#one", "#two", "*", "P", "body", "html"]))  # fmt: skip
        return base + (self.random.choice(PSEUDO).replace("_", " ") if self.chance(0.3) else "")

    def selector(self) -> str:
        """A selector list."""
        arms = []
        for _ in range(1 if self.chance(0.8) else 2):
            arm = self.compound()
            while self.chance(0.35):
                arm = f"{arm}{self.random.choice([' ', '>', '+', '~', ' > '])}{self.compound()}"
            arms.append(arm)
        return ",".join(arms)

    def rules(self, depth: int = 0) -> str:
        """Rules, plain and conditional."""
        parts = []
        for _ in range(self.random.randint(1, 7 if not depth else 3)):
            if depth < 2 and self.chance(0.18):
                parts.append(f"{self.random.choice(CONDITIONS).replace('_', ' ')}{{{self.rules(depth + 1)}}}")
            elif depth == 0 and self.chance(0.04):
                parts.append(self.random.choice(STATEMENTS))
            else:
                parts.append(f"{self.selector()}{{{self.block()}}}")
        return self.random.choice(["", "\n", " "]).join(parts)

    def sheet(self, place: str = "head") -> str:
        """A ``<style>`` element."""
        attributes = ""
        if self.chance(0.3):
            attributes = self.random.choice([" media=print", ' media="screen"', ' media="(max-width:480px)"', " media=all", ' media=""', ' type="text/css"',
                                             " type=text/plain", ' type="TEXT/CSS"', ' title="one"', ' title="two"', " disabled"])  # fmt: skip
        element = f"<style{attributes}>{self.rules()}</style>"
        if place == "body":
            around = self.random.choice(
                [
                    "{}",
                    "{}",
                    "<div>{}</div>",
                    "<svg>{}</svg>",
                    "<template>{}</template>",
                    "<noscript>{}</noscript>",
                    "<!--[if mso]>{}<![endif]-->",
                ]
            )
            return around.format(element)
        return element

    def attributes(self) -> str:
        """An element's attributes."""
        parts = []
        if self.chance(0.6):
            parts.append(f'class="{" ".join(self.random.sample(CLASSES, self.random.randint(1, 2)))}"')
        if self.chance(0.1):
            parts.append(f'id="{self.random.choice(["one", "two"])}"')
        if self.chance(0.25):
            block = ";".join(self.declaration() for _ in range(self.random.randint(1, 3)))
            parts.append('style="{}"'.format(block.replace('"', "&quot;")))
        if self.chance(0.2):
            parts.append(
                self.random.choice(['title="t"', 'align="center"', 'dir="ltr"', 'data-k="X"', 'data-k="en-GB"', "hidden"])
            )
        return "".join(f" {part}" for part in parts)

    def element(self, depth: int = 0) -> str:
        """An element with what is in it."""
        tag = self.random.choice(TAGS)
        if tag in ("table", "td", "th"):
            cells = "".join(f"<{c}{self.attributes()}>x</{c}>" for c in self.random.choices(["td", "th"], k=2))
            return f"<table{self.attributes()}><tbody><tr>{cells}</tr></tbody></table>"
        if tag in ("ul", "li"):
            return f"<ul{self.attributes()}><li{self.attributes()}>one</li><li{self.attributes()}>two <b>b</b></li></ul>"
        if tag in ("div", "section", "blockquote", "center") and depth < 3:
            return f"<{tag}{self.attributes()}>{''.join(self.element(depth + 1) for _ in range(self.random.randint(0, 3)))}</{tag}>"
        inner = (
            ""
            if tag in ("p", "h1", "h2", "pre", "a") or depth > 2 or self.chance(0.7)
            else f"<span{self.attributes()}>in</span>"
        )
        link = ' href="https://x.example/"' if tag == "a" else ""
        return f"<{tag}{link}{self.attributes()}>text {inner}</{tag}>"

    def message(self) -> str:
        """A whole message."""
        head = "".join(self.sheet() for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])))
        body = [self.element() for _ in range(self.random.randint(2, 5))]
        if self.chance(0.2):
            body.insert(self.random.randint(0, len(body)), self.sheet("body"))
        doctype = "" if self.chance(0.1) else "<!DOCTYPE html>"
        return f"{doctype}<html><head><title>t</title>{head}</head><body{self.attributes()}>{''.join(body)}</body></html>"


def differences(judge: Judge, html: str, refused: Counter[str], declared: list[str]) -> list[Any]:
    """Where the browser computes something else for an inlined message than for the message itself, for what the properties
    of ``declared`` set, or for everything where that is empty."""
    documents, names = [html], []
    for inliner in INLINERS:
        try:
            documents.append(styled(html, inliner))
            names.append(inliner)
        except Unlike:
            refused[inliner] += 1
    if not names:
        return []
    found: list[list[Any]] = judge.page.evaluate(READ, [documents, WIDTHS, declared])
    return [(names[which - 1], *rest) for which, *rest in found]


def one(judge: Judge, vocabulary: Vocabulary, seed: int, refused: Counter[str]) -> tuple[list[Any], str]:
    """The differences of a seed's message, and the message. Of every tenth, all that the browser computes is read."""
    generator = Generator(vocabulary, seed)
    html = generator.message()
    everything = seed % 10 == 0 or "all" in generator.names
    return differences(judge, html, refused, [] if everything else sorted({*generator.names, "zoom", "color", "margin"})), html


def main() -> int:
    """Run many and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--show", type=int, default=3)
    options = parser.parse_args()
    refused: Counter[str] = Counter()
    bad = 0
    with browser() as judge:
        vocabulary = Vocabulary.of(judge)
        for seed in range(options.first, options.first + options.number):
            found, html = one(judge, vocabulary, seed, refused)
            if found:
                bad += 1
                if bad <= options.show:
                    sys.stdout.write(f"seed {seed}: {found[:4]}\n  {html}\n")
                    for name in sorted({f[0] for f in found}):
                        sys.stdout.write(f"  {name}: {styled(html, name)}\n")
    sys.stdout.write(f"{options.number} sheets, {len(vocabulary.values)} properties: {bad} differ, refused {dict(refused)}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
