"""Renders an order with a fence on either side of each value."""

from __future__ import annotations

from functools import lru_cache
from html import unescape
from typing import Any

from markupsafe import Markup

from franking.catalog import untranslated
from franking.model import Draft, Order
from franking.rendering import Renderer
from franking.rendering.engine import CONTROL, IMPORTANT, SUBJECT_LIMIT
from franking.rendering.environment import make_environment, text_direction
from franking.rendering.values import Item
from franking.shape_cache.fences import OPEN, FencedEnvironment, Unfenceable, has_fence
from franking.shape_cache.placeholders import taken_apart
from franking.shape_cache.recorded_values import ORDER_ID
from franking.shape_cache.recordings import START, Filled, Recordings, Start, is_same

_STYLE = Markup("\ue010style\ue011")  # no template, and no value that is fenced, holds these characters
_COMPARED = 2  # uses of a recording that are compared with the usual rendering


class FencedRenderer:
    """Renders as a ``Renderer`` does, fenced, and records renderings from ``start`` on."""

    def __init__(self, renderer: Renderer, start: Start = START) -> None:
        self.recordings = lru_cache(maxsize=32)(self._make_recordings)
        self._renderer = renderer
        self._start = start
        self._environment = lru_cache(maxsize=32)(self._make)
        self._odd_style = has_fence(renderer.theme.css)
        self._names = tuple([variable.name for variable in renderer.kind.variables])

    def _make(self, language: str, locale: str) -> FencedEnvironment:
        plain = self._renderer
        translations, constants = plain.catalog.translations(language), plain.constants(language, locale)
        return make_environment(FencedEnvironment, plain.loader(), translations, locale, constants=constants)

    def _make_recordings(self, language: str, locale: str) -> Recordings | None:
        """The recordings of a language; None if its messages cannot be recorded."""
        if ORDER_ID not in self._names or text_direction(locale) == "rtl":  # there values get signs of direction
            return None
        return Recordings(self._renderer, self._names, language, locale, _STYLE, self._start)

    def render(self, order: Order, language: str, locale: str) -> tuple[Draft, Filled]:
        """The draft without its HTML; and its subject and markup, taken apart, MJML as it is and with a sign for the theme's
        style sheet, which ``finish`` puts in. Raises ``Unfenceable`` if that cannot be done, for whatever reason: the usual
        rendering reports what is wrong with a template."""
        renderer = self._renderer
        images = renderer.images()
        values = renderer.values(order, language, locale, images)
        recordings = self.recordings(language, locale)
        recording = recordings.find(values) if recordings is not None else None
        recorded = recording.filled(values) if recording is not None else None
        lost: list[str] = []
        if recording is not None and recorded is not None and recording.uses >= _COMPARED:
            filled = recorded
            images.used.update(recording.images)
        else:
            filled = self._usual(order, values, language, locale, lost)
            if recordings is not None and not lost:
                if recording is None:
                    recordings.learn(values, renderer.images(), filled)
                elif recorded is not None:
                    recording.uses += 1
                    recordings.failed = not (is_same(recorded, filled) and recording.images == images.used)
        subject = filled.subject
        if not subject or len(subject) > SUBJECT_LIMIT or CONTROL.search(subject) or IMPORTANT.search(subject):
            raise Unfenceable("the subject is empty, too long, no text, or marked as important")
        return renderer.draft(order, language, locale, subject, "", images, lost), filled

    def _usual(self, order: Order, values: dict[str, Any], language: str, locale: str, lost: list[str]) -> Filled:
        """The rendering by the templates. ``lost`` takes the texts that are not translated."""
        if self._odd_style or _hold_fences(values):
            raise Unfenceable("private-use characters in a value")
        noting = untranslated.set(lost)
        try:
            environment = self._environment(language, locale)
            environment.order_id = order.id
            subject, markup = self._renderer.texts(environment, values, _STYLE)
        except Unfenceable:
            raise
        except Exception as error:
            raise Unfenceable(f"the fenced rendering failed ({type(error).__name__})") from None
        finally:
            untranslated.reset(noting)
        statics, escaped = taken_apart(markup)
        return Filled(subject, statics, OPEN.join(statics), list(map(unescape, escaped)))

    def finish(self, text: str, locale: str) -> str:
        """The HTML of markup that ``render`` made, with its values and without fences. Raises ``MjmlProblem``."""
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
