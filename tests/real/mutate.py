"""Mutations of real mails: a declaration, attribute, element or rule is changed, inserted, removed or moved.

Values are those that the installed browser takes (``CSS.supports``) out of the pool of ``vocabulary.py``, and now and then what it
does not take. Nothing of the checker is used; the mail is edited as text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.real.draw import LENGTHS, PICTURES, WIDE
from tests.real.judge import Judge
from tests.real.vocabulary import GARBAGE, TAKEN, properties, values

_TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\s+[^\s=>/\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*/?>")
_STYLE = re.compile(r"""(\sstyle\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)
_SHEET = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.IGNORECASE | re.DOTALL)
_RULE = re.compile(r"[^{}@;]+\{[^{}@]*\}")
_DECLARED = re.compile(r"([a-z-]+)\s*:\s*([^;\"'{}]+)", re.IGNORECASE)
_SOURCE = re.compile(r"""(<img\b[^>]*?\ssrc\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)
_CLASS = re.compile(r"""\sclass\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_APART = frozenset("html head body title style meta link script base".split())
_ATTRIBUTES = {
    "align": ("center", "left", "right", "justify", "middle", "char", "CENTER"), "width": ("100%", "50%", "600", "300", "40", "0", "90%", "bogus", "12.5%"),
    "height": ("10", "200", "50%"), "cellpadding": ("0", "10", "80", "5%"), "cellspacing": ("0", "4", "90"), "border": ("0", "1", "20"),
    "dir": ("rtl", "ltr", "auto"), "hidden": ("", "until-found"), "color": ("red", "#333"), "face": ("Arial",), "size": ("1", "+2", "7"), "bgcolor": ("red", "#fff"),
    "valign": ("top", "middle"), "nowrap": ("",), "colspan": ("2", "0", "3"), "rowspan": ("2",), "hspace": ("12", "90"), "background": ("x.png",),
    "text": ("#123456",), "link": ("red",), "leftmargin": ("90", "0"), "type": ("A", "square"), "start": ("3",), "class": ("x", "button"), "lang": ("de", "ar"),
    "noshade": ("",), "clear": ("all",), "span": ("2",), "rules": ("all",), "frame": ("box",), "inert": ("",), "popover": ("",), "title": ("x",), "tabindex": ("0",),
}  # fmt: skip
_WRAPPERS = ("center div section font span table-cell p blockquote b h1 h2 ul-li a pre small bdo main fieldset details button label figure "
             "article nav header footer address dl em code mark sub").split()  # fmt: skip
_SELECTORS = ("*", "td", "p", "a", "a:link", "table", "img", "body", "div > *", "td:first-child", "p:last-of-type", "tr:nth-child(2n)", "h1,h2", ":is(td,p)",
              ":where(div)", "td:not([align])", "a:hover", "p::first-line", "p::before", "body table td", "[class]", "a[href*='amazon']", "td + td", "tr ~ tr",
              "div p", ":root", "li::marker", "p:has(a)", "img:only-child", "table table", "p:empty", "td:lang(en)", "TD", "[align=center]", "b, strong")  # fmt: skip
_AT_RULES = ("@media screen", "@media (max-width:480px)", "@media (min-width:481px)", "@media print", "@media only screen and (max-width:600px)",
             "@media (prefers-color-scheme:dark)", "@media (width >= 500px)", "@supports (display:grid)", "@supports not (color:red)", "@layer a",
             "@media all and (min-width:0)", "@container (min-width:1px)", "@scope (table)", "@media tv", "@nonsense x", "@starting-style")  # fmt: skip


@dataclass
class Source:
    """A mail that is mutated, with what it holds."""

    name: str
    html: str
    declared: Counter[str] = field(default_factory=Counter)


def source(name: str, html: str) -> Source:
    """A mail whose images come along, so that their sizes are known, and the properties that it declares."""
    html = re.sub(r"(?i)<meta[^>]*refresh[^>]*>", "", html)
    pictures = Random(name)
    html = _SOURCE.sub(lambda m: f'{m[1]}"{pictures.choice(PICTURES)}"', html)
    found: Counter[str] = Counter()
    blocks = [m[2] for m in _STYLE.finditer(html)] + [m[2] for m in _SHEET.finditer(html)]
    for block in blocks:
        found.update(m[1].lower() for m in _DECLARED.finditer(block) if not m[1].startswith("mso-"))
    return Source(name, html, found)


class Mutator:
    """Draws mutations of some mails."""

    def __init__(self, judge: Judge, sources: list[Source]) -> None:
        self.judge = judge
        self.sources = sources
        self.all = properties(judge)
        usual: Counter[str] = Counter()
        for one in sources:
            usual.update(set(one.declared))
        self.usual = sorted(set(usual) & set(self.all))  # in the same order in each run
        self.weights = [usual[name] for name in self.usual]
        self._taken: dict[str, list[str]] = {}

    def value(self, name: str, random: Random) -> str:
        """A value for a property: mostly one that the browser takes."""
        if random.random() < 0.06:
            return random.choice(GARBAGE)
        if name in self._taken:
            known = self._taken[name]
        else:
            pool = list(dict.fromkeys([*values(name, Random(name)), *LENGTHS, *WIDE]))
            taken = self.judge.page.evaluate(TAKEN, [[name, one] for one in pool])
            known = self._taken[name] = [one for one, supported in zip(pool, taken, strict=True) if supported]
        plain = [one for one in known if "(" not in one]
        if plain and random.random() < 0.75:
            return random.choice(plain)
        return random.choice(known or ["inherit"])

    def property(self, random: Random) -> str:
        """A property: mostly one that mails declare, as often as they do."""
        if random.random() < 0.75:
            return random.choices(self.usual, self.weights)[0]
        return random.choice(self.all)

    def declaration(self, random: Random, name: str = "") -> tuple[str, str]:
        """A declaration, and what it is called in reports."""
        name = name or self.property(random)
        value = self.value(name, random)
        return f"{name}:{value}{' !important' if random.random() < 0.15 else ''}", f"{name}: {value}"

    def mutated(self, seed: int) -> tuple[Source, str, str]:
        """The mail, the mutated mail and what was done to it."""
        random = Random(seed)
        origin = random.choice(self.sources)
        kinds = [
            self._declaration,
            self._declaration,
            self._declaration,
            self._attribute,
            self._element,
            self._rule,
            self._rule,
        ]
        for _ in range(20):
            done = random.choice(kinds)(origin.html, random)
            if done is not None and done[0] != origin.html:
                return origin, *done
        return origin, origin.html, "nothing"

    def _tag(self, html: str, random: Random) -> re.Match[str] | None:
        start = html.lower().find("<body")
        tags = [m for m in _TAG.finditer(html, max(0, start)) if m[1].lower() not in _APART - {"body"}]
        return random.choice(tags) if tags else None

    def _declaration(self, html: str, random: Random) -> tuple[str, str] | None:
        tag = self._tag(html, random)
        if tag is None:
            return None
        style = _STYLE.search(tag[0])
        written = style[2][1:-1] if style else ""
        parts = [part for part in written.split(";") if part.strip()]
        act = random.choice(("change", "insert", "insert", "remove", "move"))
        if act == "insert" or not parts:
            text, what = self.declaration(random)
            parts.insert(random.randint(0, len(parts)), text)
            act = "insert"
        else:
            at = random.randrange(len(parts))
            name = parts[at].partition(":")[0].strip().lower()
            what = parts[at].strip()
            if act == "remove":
                del parts[at]
            elif act == "move":
                parts.append(parts.pop(at))
            else:
                text, what = self.declaration(random, name if name in self.all else "")
                parts[at] = text
        block = ";".join(parts).replace('"', "&quot;")
        new = _STYLE.sub("", tag[0], count=1)
        end = "/>" if new.endswith("/>") else ">"
        new = f'{new.removesuffix(end).rstrip()} style="{block}"{end}'
        return html[: tag.start()] + new + html[tag.end() :], f"{act} {what} on {tag[1]}"

    def _attribute(self, html: str, random: Random) -> tuple[str, str] | None:
        tag = self._tag(html, random)
        if tag is None:
            return None
        name = random.choice(list(_ATTRIBUTES))
        pattern = re.compile(rf"""\s{name}(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?(?=[\s/>])""", re.IGNORECASE)
        new = pattern.sub("", tag[0], count=1)
        what = f"remove attribute {name} on {tag[1]}"
        if new == tag[0] or random.random() < 0.7:
            value = random.choice(_ATTRIBUTES[name])
            new = f'<{tag[1]} {name}="{value}"{new[1 + len(tag[1]) :]}'
            what = f"attribute {name}={value} on {tag[1]}"
        return html[: tag.start()] + new + html[tag.end() :], what

    def _element(self, html: str, random: Random) -> tuple[str, str] | None:
        tag = self._tag(html, random)
        if tag is None or tag[1].lower() == "body":
            return None
        end = _end(html, tag)
        if end is None:
            return None
        whole, inner = html[tag.start() : end[1]], html[tag.end() : end[0]]
        act = random.choice(("unwrap", "remove", "wrap", "wrap", "double", "rename", "move"))
        if act == "unwrap":
            return html[: tag.start()] + inner + html[end[1] :], f"unwrap {tag[1]}"
        if act == "remove":
            return html[: tag.start()] + html[end[1] :], f"remove {tag[1]}"
        if act == "double":
            return html[: end[1]] + whole + html[end[1] :], f"double {tag[1]}"
        if act == "move":
            rest = html[: tag.start()] + html[end[1] :]
            other = self._tag(rest, random)
            at = other.start() if other is not None else len(rest)
            return rest[:at] + whole + rest[at:], f"move {tag[1]}"
        name = random.choice(_WRAPPERS)
        if act == "rename" and tag[1].lower() not in _VOID and "-" not in name:
            text = f"<{name}{tag[0][1 + len(tag[1]) :]}{inner}</{name}>"
        else:
            opening, closing = f"<{name}>", f"</{name}>"
            if "-" in name:
                opening, closing = ("<ul><li>", "</li></ul>") if name == "ul-li" else ("<table><tr><td>", "</td></tr></table>")
            text = f"{opening}{whole}{closing}"
        return html[: tag.start()] + text + html[end[1] :], f"{act} {tag[1]} {name}"

    def _rule(self, html: str, random: Random) -> tuple[str, str] | None:
        sheets = list(_SHEET.finditer(html))
        if not sheets:
            at = max(0, html.lower().find("</head>"))
            html = f"{html[:at]}<style></style>{html[at:]}"
            sheets = list(_SHEET.finditer(html))
        sheet = random.choice(sheets)
        css = sheet[2]
        rules = list(_RULE.finditer(css))
        act = random.choice(("insert", "insert", "remove", "move", "change", "condition"))
        if act == "insert" or not rules:
            classes = [f".{name}" for value in _CLASS.findall(html) for name in value.split()]
            selector = random.choice(classes) if classes and random.random() < 0.5 else random.choice(_SELECTORS)
            text, what = self.declaration(random)
            if "::before" in selector:
                text += ";content:'x y'"
            text = f"{selector}{{{text}}}"
            if random.random() < 0.2:
                condition = random.choice(_AT_RULES)
                text, what = f"{condition}{{{text}}}", f"{what} in {condition}"
            css = css + text if random.random() < 0.7 else text + css
            what = f"rule {selector} {{{what}}}"
        else:
            rule = random.choice(rules)
            before, after = css[: rule.start()], css[rule.end() :]
            what = f"{act} rule {rule[0].strip()[:60]}"
            if act == "remove":
                css = before + after
            elif act == "move":
                css = before + after + rule[0]
            elif act == "condition":
                condition = random.choice(_AT_RULES)
                css, what = f"{before}{condition}{{{rule[0]}}}{after}", f"{what} in {condition}"
            else:
                text, label = self.declaration(random)
                css = f"{before}{rule[0][:-1]};{text}}}{after}"
                what = f"rule {rule[0].partition('{')[0].strip()[:40]} {{{label}}}"
        return html[: sheet.start(2)] + css + html[sheet.end(2) :], what


def _end(html: str, tag: re.Match[str]) -> tuple[int, int] | None:
    """Where the end tag that belongs to a start tag stands; the start tag's own end for void elements."""
    name = tag[1].lower()
    if name in _VOID or tag[0].endswith("/>"):
        return tag.end(), tag.end()
    depth = 1
    for match in re.finditer(rf"<(/?){re.escape(name)}\b[^>]*>", html[tag.end() :], re.IGNORECASE):
        depth += -1 if match[1] else 1
        if not depth:
            return tag.end() + match.start(), tag.end() + match.end()
    return None
