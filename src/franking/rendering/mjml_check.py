"""Validates MJML: components, their parents, their attributes and the values of these. The converter accepts nearly
anything and drops or misplaces what it does not understand, and names no place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from franking.errors import TemplateError
from franking.package.near import near
from franking.rendering.mjml_table import EVERYWHERE, GROUPS, Component, components, expected, fits, types_of

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)-->|<!\[CDATA\[.*?\]\]>|<(?P<closing>/?)(?P<name>[A-Za-z][\w:-]*)"
    r"(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>|<",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_OPAQUE = frozenset(["mj-style", "mj-raw"])  # whose content is copied as it is
_ONCE = frozenset(["mj-head", "mj-body"])
_UNSUPPORTED = {
    "mj-include": 'files are included with Jinja: {% include "_parts/file.mjml.j2" %}',
    "mj-html-attributes": "the converter does not support it: write the attributes into the HTML of <mj-text> or <mj-raw>",
}


class MjmlProblem(TemplateError):
    """Invalid MJML, in the rendered text from offset ``start`` to ``end``; ``line`` is the line of ``start``, from 1.
    ``value`` is where an invalid value stands, which may be data of an order."""

    def __init__(self, text: str, start: int, message: str, end: int = -1, value: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.start = start
        self.end = max(start, end)
        self.line = text.count("\n", 0, start) + 1
        self.value = value


@dataclass(slots=True)
class _Open:
    name: str
    start: int
    component: Component | None  # None: an HTML element, or a group in <mj-attributes>
    html: bool  # its content is HTML


@dataclass(slots=True)
class _Classes:
    given: set[str] = field(default_factory=set)
    used: list[tuple[str, int, int]] = field(default_factory=list)


def check(text: str) -> None:
    """Raise ``MjmlProblem`` for the first thing in a document that is not valid."""
    open_: list[_Open] = []
    seen: dict[str, int] = {}
    classes = _Classes()
    position = 0
    while True:
        token = _TOKEN.search(text, position)
        end = token.start() if token is not None else len(text)
        _stray(text, position, end, open_)
        if token is None:
            break
        position = token.end()
        name = token["name"]
        if name is None:
            _other(text, token, open_)
        elif token["closing"]:
            _close(text, token, name, open_)
        else:
            position = _opened(text, token, name, open_, seen, classes)
    if open_:
        raise MjmlProblem(text, open_[-1].start, f"MJML: <{open_[-1].name}> is not closed")
    if "mjml" not in seen:
        raise MjmlProblem(text, 0, "MJML: expected <mjml>")
    if "mj-body" not in seen:
        raise MjmlProblem(text, seen["mjml"], "MJML: <mjml> has no <mj-body>")
    for name, start, end in classes.used:
        if name not in classes.given:
            raise MjmlProblem(text, start, f'MJML: mj-class "{name}" has no <mj-class name="{name}"> in <mj-attributes>', end)


def _stray(text: str, start: int, end: int, open_: list[_Open]) -> None:
    """Refuse text outside of the components that contain HTML, because it is lost or shown elsewhere."""
    if (open_ and open_[-1].html) or text[start:end].isspace() or start == end:
        return
    at = start + len(text[start:end]) - len(text[start:end].lstrip())
    if not open_:
        message = "MJML: expected <mjml>" if start == 0 else "MJML: found text behind </mjml>"
    else:
        message = f"MJML: found text in <{open_[-1].name}>; write it into <mj-text>"
    raise MjmlProblem(text, at, message, end)


def _other(text: str, token: re.Match[str], open_: list[_Open]) -> None:
    comment = token["comment"]
    if comment is None and token[0] == "<":
        raise MjmlProblem(text, token.start(), "MJML: found < where no tag begins; write &lt;, or close the tag's quotes")
    if comment is not None and "--" in comment:
        raise MjmlProblem(text, token.start(), "MJML: found -- inside a comment, which ends it")
    if comment is not None and comment.startswith("[if") and not (open_ and open_[-1].html):
        raise MjmlProblem(text, token.start(), "MJML: write conditional comments into <mj-raw>", token.end())
    if comment is None and not (open_ and open_[-1].html):
        raise MjmlProblem(text, token.start(), "MJML: found <![CDATA[, expected a component")


def _close(text: str, token: re.Match[str], name: str, open_: list[_Open]) -> None:
    if not open_ or open_[-1].name != name:
        inner = "nothing is open"
        if open_:
            inner = f"<{open_[-1].name}> of line {text.count(chr(10), 0, open_[-1].start) + 1} is open"
        raise MjmlProblem(text, token.start(), f"MJML: found </{name}>, and {inner}", token.end())
    open_.pop()


def _opened(text: str, token: re.Match[str], name: str, open_: list[_Open], seen: dict[str, int], classes: _Classes) -> int:
    """Check a start tag; returns where to read on."""
    start, end, rest = token.start(), token.end(), token["rest"]
    parent = open_[-1] if open_ else None
    ours = name == "mjml" or name.startswith("mj-")
    component = _component(text, token, name, parent) if ours else None
    if not ours and (parent is None or not parent.html):
        _html_out_of_place(text, token, name, parent)
    if name in seen and (name in _ONCE or name == "mjml"):
        line = text.count("\n", 0, seen[name]) + 1
        raise MjmlProblem(text, start, f"MJML: a second <{name}>; the first is in line {line}", end)
    seen.setdefault(name, start)
    if ours:
        _attributes(text, token, name, classes, inside=parent.name if parent is not None else "")
    if rest.endswith("/") or (not ours and name.lower() in _VOID):
        return end
    opened = _Open(name, start, component, not ours or (component is not None and component.html))
    if name in _OPAQUE and (parent is None or parent.name != "mj-attributes"):
        closing = text.find(f"</{name}", end)
        if closing < 0:
            raise MjmlProblem(text, start, f"MJML: <{name}> is not closed", end)
        end = closing
    open_.append(opened)
    return end


def _component(text: str, token: re.Match[str], name: str, parent: _Open | None) -> Component | None:
    table = components()
    within = parent.name if parent is not None else ""
    problem = ""
    if name in _UNSUPPORTED:
        problem = f"MJML: <{name}>: {_UNSUPPORTED[name]}"
    elif name not in table and name not in GROUPS:
        problem = f"MJML knows no <{name}>{_near(name, table)}"
    elif parent is None:
        problem = "" if name == "mjml" else f"MJML: found <{name}>, expected <mjml> first"
    elif within == "mj-attributes":
        pass  # any component
    elif name in GROUPS:
        problem = f"MJML: found <{name}> in <{within}>; it belongs in <mj-attributes>"
    elif parent.html:
        problem = f"MJML: found <{name}> in <{within}>, which contains HTML only"
    elif parent.component is None or name not in parent.component.children:
        homes = sorted(f"<{c.name}>" for c in table.values() if name in c.children)
        problem = f"MJML: found <{name}> in <{within}>; it belongs in {' or '.join(homes)}"
    if problem:
        raise MjmlProblem(text, token.start(), problem, token.end())
    return table.get(name)


def _html_out_of_place(text: str, token: re.Match[str], name: str, parent: _Open | None) -> None:
    if parent is None:
        raise MjmlProblem(text, token.start(), f"MJML: found <{name}>, expected <mjml> first", token.end())
    raise MjmlProblem(
        text, token.start(),
        f"MJML: found <{name}> in <{parent.name}>; HTML belongs in <mj-text>, <mj-table>, <mj-button> or <mj-raw>", token.end(),
    )  # fmt: skip


def _attributes(text: str, token: re.Match[str], name: str, classes: _Classes, inside: str) -> None:
    begin = token.start("rest")
    given: set[str] = set()
    for match in _ATTRIBUTE.finditer(token["rest"].rstrip("/")):
        attribute, start, end = match[1], begin + match.start(), begin + match.end()
        written = match[2] or ""
        if match[2] is not None and written[0] not in "\"'":
            raise MjmlProblem(text, start, f"MJML: {attribute} of <{name}>: expected quotes around the value", end)
        value = unescape(written[1:-1])
        if attribute in given:
            raise MjmlProblem(text, start, f"MJML: <{name}> has two attributes {attribute}", end)
        given.add(attribute)
        problem = _fault(name, attribute, value)
        if problem:
            shown = (begin + match.start(2) + 1, begin + match.end(2) - 1) if problem.startswith(attribute) and value else None
            raise MjmlProblem(text, start, f"MJML: {problem}", end, shown)
        if attribute == "mj-class":
            classes.used += [(one, start, end) for one in value.split()]
        elif attribute == "name" and name == "mj-class" and inside == "mj-attributes":
            classes.given.add(value)
    if name == "mj-class" and "name" not in given:
        raise MjmlProblem(text, token.start(), "MJML: <mj-class> has no name", token.end())


@lru_cache(maxsize=4096)
def _fault(name: str, attribute: str, value: str) -> str:
    """What is wrong with an attribute; a message that begins with the attribute's name is about its value."""
    component = components().get(name)
    if component is None:  # <mj-all> or <mj-class>
        kinds = types_of(attribute)
        if not kinds and attribute not in EVERYWHERE and attribute != "name":
            return f"no component has an attribute {attribute}{_near(attribute, _all_attributes())}"
        if kinds and not any(fits(attribute, kind, value) for kind in kinds):
            return f"{attribute} of <{name}>: expected {' or '.join(sorted(expected(attribute, k) for k in kinds))}"
        return ""
    if attribute in EVERYWHERE:
        return ""
    kind = component.attributes.get(attribute)
    if kind is None:
        return f"<{name}> has no attribute {attribute}{_near(attribute, component.attributes)}"
    if attribute in component.ignored:
        return f"<{name}>: the converter ignores the attribute {attribute}; remove it"
    if not fits(attribute, kind, value):
        return f"{attribute} of <{name}>: expected {expected(attribute, kind)}"
    return ""


def _all_attributes() -> set[str]:
    return {attribute for component in components().values() for attribute in component.attributes}


def fault(name: str, attribute: str, value: str) -> str:
    """What is wrong with an attribute that is given for all components of a name; "" if nothing is."""
    if name not in GROUPS and name not in components():
        return f"MJML knows no <{name}>{_near(name, components())}"
    return _fault(name, attribute, value)


def _near(name: str, known: Iterable[str]) -> str:
    return near(name, known, "")
