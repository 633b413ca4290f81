"""Renders an order with a fence on either side of each value."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markupsafe import Markup

from franking.catalog import untranslated
from franking.model import Draft, Order
from franking.rendering import Renderer
from franking.rendering.engine import CONTROL, IMPORTANT, SUBJECT_LIMIT
from franking.rendering.environment import make_environment
from franking.rendering.values import Item
from franking.shape_cache.fences import FencedEnvironment, Unfenceable, has_fence

_STYLE = Markup("\ue010style\ue011")  # no template, and no value that is fenced, holds these characters


class FencedRenderer:
    """Renders as a ``Renderer`` does, fenced."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._environment = lru_cache(maxsize=32)(self._make)
        self._odd_style = has_fence(renderer.theme.css)

    def _make(self, language: str, locale: str) -> FencedEnvironment:
        plain = self._renderer
        translations, constants = plain.catalog.translations(language), plain.constants(language, locale)
        return make_environment(FencedEnvironment, plain.loader(), translations, locale, constants=constants)

    def render(self, order: Order, language: str, locale: str) -> tuple[Draft, str]:
        """The draft without its HTML, and the markup with each value between two fences (see ``fences``), MJML as it is and
        a sign for the theme's style sheet, which ``finish`` puts in. Raises ``Unfenceable`` if that cannot be done, for
        whatever reason: the ordinary rendering tells what is wrong with a template."""
        images = self._renderer.images()
        values = self._renderer.values(order, language, locale, images)
        if self._odd_style or _hold_fences(values):
            raise Unfenceable("private-use characters in a value")
        lost: list[str] = []
        noting = untranslated.set(lost)
        try:
            environment = self._environment(language, locale)
            environment.order_id = order.id
            subject, text = self._renderer.texts(environment, values, _STYLE)
        except Unfenceable:
            raise
        except Exception as error:
            raise Unfenceable(f"the fenced rendering failed ({type(error).__name__})") from None
        finally:
            untranslated.reset(noting)
        if not subject or len(subject) > SUBJECT_LIMIT or CONTROL.search(subject) or IMPORTANT.search(subject):
            raise Unfenceable("the subject is empty, too long, no text, or marked as important")
        return self._renderer.draft(order, language, locale, subject, "", images, lost), text

    def finish(self, text: str, locale: str) -> str:
        """The HTML of markup that ``render`` made, with or without its fences. Raises ``MjmlProblem``."""
        return self._renderer.html(text.replace(_STYLE, self._renderer.theme.css), locale)


def _hold_fences(values: dict[str, Any]) -> bool:
    """Whether a text of the order holds a fence, which a template could put out as markup."""
    texts: list[str] = []
    for value in values.values():
        if type(value) is str:
            texts.append(value)
        elif type(value) is list:
            texts += [text for item in value for text in ((item.title, item.sku) if type(item) is Item else (str(item),))]
    joined = "".join(texts)
    return not joined.isascii() and has_fence(joined)
