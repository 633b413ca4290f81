"""Orders into messages: templates, inlining, and the text part."""

from franking.render.engine import Renderer, TemplateProblem
from franking.render.environment import text_direction
from franking.render.inline import InlinerName, inline, load_inliner
from franking.render.text import plain_text
from franking.render.trace import TemplateMap

__all__ = [
    "InlinerName",
    "Renderer",
    "TemplateMap",
    "TemplateProblem",
    "inline",
    "load_inliner",
    "plain_text",
    "text_direction",
]
