"""Renders orders to messages: templates, inlining, and the text part."""

from typing import TYPE_CHECKING

from franking.package.names import attach

if TYPE_CHECKING:
    from franking.rendering.engine import Renderer as Renderer
    from franking.rendering.engine import TemplateProblem as TemplateProblem
    from franking.rendering.environment import text_direction as text_direction
    from franking.rendering.inline import InlinerName as InlinerName
    from franking.rendering.inline import load_inliner as load_inliner
    from franking.rendering.mjml_origins import MjmlOrigins as MjmlOrigins
    from franking.rendering.origins import Origins as Origins
    from franking.rendering.text import plain_text as plain_text
    from franking.rendering.trace import TemplateMap as TemplateMap
else:  # loaded as they are asked for: ``plan`` compiles templates, and inlines nothing
    __getattr__, __dir__, __all__ = attach(__name__, {
        "franking.rendering.engine": "Renderer TemplateProblem",
        "franking.rendering.environment": "text_direction",
        "franking.rendering.inline": "InlinerName load_inliner",
        "franking.rendering.mjml_origins": "MjmlOrigins",
        "franking.rendering.origins": "Origins",
        "franking.rendering.text": "plain_text",
        "franking.rendering.trace": "TemplateMap",
    })  # fmt: skip
