"""Whether an external message has content. An empty file cannot be judged and must not be permitted.

*Content* is text that is neither white space nor zero-width, in the text part or in an element of the HTML part that is
rendered or hidden by style, and every element that shows or does something without text. Not content are comments,
``<title>``, ``<style>``, elements without text, and a mail's header fields and attachments.
"""

from __future__ import annotations

from franking.check.page import visible
from franking.check.rule_context import RuleContext
from franking.html.document import Element, Text

# Elements that show, request or run something without text.
_ACTIVE = frozenset(
    """img svg math picture video audio source object embed iframe frame frameset canvas applet input button select textarea
    form progress meter script base marquee""".split()
)
_SILENT = frozenset(["title", "style", "script", "template", "noscript", "noembed", "noframes"])


def lacking(context: RuleContext) -> str:
    """ "" if a message has content; else the problem, as the end of a sentence."""
    message = context.message
    if message.text is not None and visible(message.text):
        return ""
    if not any(map(_acts, context.elements)):
        if not _has_text(context):
            return "no content: there is no text and no image to be checked"
        if not any(page.runs or page.replaced for page in context.pages):
            return "nothing in it can be seen at any width"
    return ""


def _acts(element: Element) -> bool:
    attrs = element.attrs
    if element.tag in _ACTIVE or "background" in attrs or "url(" in attrs.get("style", "").lower():
        return True
    refresh = element.tag == "meta" and attrs.get("http-equiv", "").strip().lower() == "refresh"
    return refresh or (element.tag == "link" and "stylesheet" in attrs.get("rel", "").lower().split())


def _has_text(context: RuleContext) -> bool:
    return any(
        isinstance(child, Text) and visible(child.data)
        for element in context.elements
        if element.tag not in _SILENT
        for child in element.children
    )
