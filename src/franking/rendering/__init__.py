"""Renders orders to messages: templates, inlining, and the text part."""

from franking.rendering.engine import Renderer, TemplateProblem
from franking.rendering.environment import text_direction
from franking.rendering.inline import InlinerName, inline, load_inliner
from franking.rendering.mjml_origins import MjmlOrigins
from franking.rendering.origins import Origins
from franking.rendering.text import plain_text
from franking.rendering.trace import TemplateMap

__all__ = [
    "InlinerName",
    "MjmlOrigins",
    "Origins",
    "Renderer",
    "TemplateMap",
    "TemplateProblem",
    "inline",
    "load_inliner",
    "plain_text",
    "text_direction",
]
