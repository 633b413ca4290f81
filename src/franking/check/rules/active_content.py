"""A message contains nothing that acts by itself.

Scripts, forms, frames, embedded objects, ``on…`` handlers, ``javascript:`` links, ``<meta http-equiv=refresh>``,
``<base>`` and external style sheets violate the rule.

Permitted::

    <style>p { margin: 8px 0 }</style> <p>Your order is on its way.</p>

Rejected, line 1::

    <link rel="stylesheet" href="https://www.amazon.com/mail.css"> <p>Your order is on its way.</p>

To fix it: remove it; styles go into the template's own style sheet.
"""

import re
from collections.abc import Iterator

import tinycss2

from franking.check.edits import Edit, delete, drop_attribute
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.css.sheets import component_values, offset_of, style_css, style_offset
from franking.html.document import Element
from franking.model import Finding, Rule

RULE = Rule(
    "active-content", "error", "script, form, frame, object, handler, or external style sheet", "links", "check", __doc__
)
_ELEMENTS = {
    "script": "a script",
    "form": "a form",
    "iframe": "a frame",
    "frame": "a frame",
    "frameset": "frames",
    "embed": "an embedded object",
    "object": "an embedded object",
    "applet": "an applet",
    "portal": "a frame",
    "base": "a base URL for all links",
}
_TAGS = frozenset([*_ELEMENTS, "meta", "link", "style"])
_SCRIPT_URL = re.compile(r"(?:javascript|vbscript|livescript):", re.IGNORECASE)
_URLS = frozenset(["href", "src", "action", "formaction", "xlink:href"])
_HEAD = 12  # characters, which decide; a data: URL has many more
_CONTROLS = re.compile(r"[\x00-\x20]")
_MAY_IMPORT = re.compile(r"import|\\", re.IGNORECASE)  # as it is, or with escapes
_HINT = "Remove it: a permitted message contains only text, images and https links."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Look at every element and attribute, rendered or not."""
    if context.document is None:
        return
    acting = frozenset(n for n in context.by_attribute if n in _URLS or (n.startswith("on") and len(n) > 2))
    for element in context.among(_TAGS, acting):
        tag = element.tag
        what = _ELEMENTS.get(tag) or (_by_attributes(element) if tag in ("meta", "link") else None)
        if what is not None:
            yield context.at_element(RULE, element, f"<{element.tag}> is {what}", _HINT, measured=element.tag)
        for name, value in () if acting.isdisjoint(element.attrs) else element.attrs.items():
            if name.startswith("on") and len(name) > 2:
                yield context.at_element(RULE, element, f"{name} is a script handler", _HINT, attribute=name, measured=name)
            elif name in _URLS and _runs_script(value):
                yield context.at_element(RULE, element, f"{name} runs a script", _HINT, attribute=name, measured=name)
        if element.tag == "style":
            yield from _imports(context, element)


def _runs_script(url: str) -> bool:
    """Whether a URL is a script, cleaned as in the URL Standard, section 4.4."""
    if _CONTROLS.search(url, 0, _HEAD) is not None:
        url = _CONTROLS.sub("", url)
    return _SCRIPT_URL.match(url) is not None


def _by_attributes(element: Element) -> str | None:
    if element.tag == "meta" and element.attrs.get("http-equiv", "").strip().lower() == "refresh":
        return "a refresh"
    if element.tag == "link":
        relations = element.attrs.get("rel", "").lower().split()
        if "stylesheet" in relations:
            return "an external style sheet"
    return None


def _imports(context: RuleContext, element: Element) -> Iterator[Finding]:
    css = style_css(element)
    if _MAY_IMPORT.search(css) is None or context.document is None:
        return
    for rule in tinycss2.parse_stylesheet(component_values(css), skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            place = context.document.place(offset_of(css, style_offset(element), rule.source_line, rule.source_column))
            yield Finding(
                RULE.slug,
                RULE.severity,
                "@import loads an external style sheet",
                _HINT,
                place.line,
                place.column,
                element.path,
                None,
                "@import",
            )


def fix(context: RuleContext) -> Iterator[Edit]:
    """Take out what does nothing in a mail: scripts, handlers, refreshes, external style sheets. Forms, frames and base
    URLs hold something that a person has to decide on."""
    document = context.document
    if document is None:
        return
    for element in document.elements:
        if element.tag == "script" or _by_attributes(element) is not None:
            yield from delete(document, element, f"<{element.tag}> removed")
            continue
        for name in element.attrs:
            if name.startswith("on") and len(name) > 2:
                yield from drop_attribute(document, element, name)
        if element.tag == "style":
            css, base = style_css(element), style_offset(element)
            for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True) if "@" in css else ():
                if rule.type == "at-rule" and rule.lower_at_keyword == "import":
                    start = offset_of(css, base, rule.source_line, rule.source_column)
                    length = len("@import") + len(tinycss2.serialize(rule.prelude))
                    if document.source[start : start + 7].lower() == "@import":
                        end = start + length + (document.source[start + length : start + length + 1] == ";")
                        yield Edit(start, end, "", "@import removed")


CHECK = CheckRule(rule=RULE, on_message=check_message, fix=fix)
