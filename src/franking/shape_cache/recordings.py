"""Renderings that need not be done again: where the messages of a recording differ is known.

The first message with an *outline* (the types of its values, the number of its items, values that the templates look into) is
rendered as usual. When a second one comes, a rendering of it is recorded, with values that note what the templates do with
them (``recorded_values``). The texts of all further messages are put between the templates' texts. A recording is compared
with the usual rendering when it is made and at its first uses; after one difference no recording is used any more.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from html import unescape
from typing import NamedTuple

from markupsafe import Markup, escape

from franking.model import Asset
from franking.rendering import Renderer
from franking.rendering.environment import Images, make_environment
from franking.shape_cache.fences import CLOSE, OPEN
from franking.shape_cache.placeholders import taken_apart
from franking.shape_cache.recorded_values import (
    BEGIN,
    END,
    ORDER_ID,
    THE_ORDER_ID,
    WRITTEN,
    Expression,
    Recorded,
    Recorder,
    Unrecordable,
    Values,
    outline,
)
from franking.shape_cache.recording_environment import RecordingEnvironment

_MOST = 128  # recordings of a language, some 30 KB each
_MOST_MET = 4096  # outlines
_MOST_PINS = 64
_LONGEST = 100_000  # characters of a message's values
_BLANKS = re.compile(r"\s+")
Key = tuple[object, ...]


class Start(NamedTuple):
    """Which message is the first to be recorded: of its language (templates are then compiled again), and of its outline."""

    messages: int
    alike: int


START = Start(messages=250, alike=2)  # by then renderings have cost what a recording would have saved, some 20 ms


class Filled(NamedTuple):
    """The subject and the markup of one message: texts of the templates, and between them the values."""

    subject: str
    statics: list[str]
    joined: str  # the texts, with a fence between each two
    values: list[str]

    @property
    def is_uncut(self) -> bool:
        """Whether all fences are in pairs."""
        return self.joined.count(OPEN) == len(self.values) and CLOSE not in self.joined

    def text(self) -> str:
        """The markup with its values, without fences."""
        between = zip(map(escape, self.values), self.statics[1:], strict=True)
        return "".join([self.statics[0], *[part for pair in between for part in pair]])


class Recording:
    """The renderings of all messages with one outline."""

    def __init__(
        self, expressions: Sequence[Expression], subject: Sequence[str | Expression], markup: str, images: Mapping[str, Asset]
    ) -> None:
        self.images = images
        self.uses = 0
        self._of = [expression.of for expression in expressions]
        numbers = {expression.key: number for number, expression in enumerate(expressions)}
        self._subject = [part if isinstance(part, str) else numbers[part.key] for part in subject]
        self._statics, values = taken_apart(markup)
        self._joined = OPEN.join(self._statics)
        if self._joined.count(OPEN) != len(values) or CLOSE in self._joined:
            raise Unrecordable("the template cuts a value's text")
        self._values = [_number(value) if value.startswith(BEGIN) else unescape(value) for value in values]

    def filled(self, values: Values) -> Filled | None:
        """The rendering of an order; None if it must be rendered as usual."""
        texts: list[str] = []
        try:
            found = [of(values) for of in self._of]
        except Exception:  # a format that does not take a value: the usual rendering says so
            return None
        for value in found:
            if type(value) is not str:
                if type(value) not in WRITTEN:
                    return None
                value = str(value)
            texts.append(value)
        subject = "".join([part if type(part) is str else texts[part] for part in self._subject])  # type: ignore[index]
        if sum(map(len, texts)) > _LONGEST or _BLANKS.sub(" ", subject).strip() != subject:
            return None
        between = [part if type(part) is str else texts[part] for part in self._values]  # type: ignore[index]
        return Filled(subject, self._statics, self._joined, between)


class Recordings:
    """The recordings of one kind in one theme and language. Not for messages from right to left."""

    def __init__(
        self, renderer: Renderer, names: Sequence[str], language: str, locale: str, style: Markup, start: Start
    ) -> None:
        self.failed = False  # whether a recording was not as the usual rendering
        self._renderer = renderer
        self._names = names
        self._language = language
        self._locale = locale
        self._style = style
        self._start = start
        self._pins: dict[tuple[object, ...], Callable[[Values], object]] = {}
        self._met: dict[Key, int] = {}
        self._messages = 0
        self._known: OrderedDict[Key, Recording | None] = OrderedDict()

    @cached_property
    def _environment(self) -> RecordingEnvironment:
        renderer = self._renderer
        return make_environment(
            RecordingEnvironment, renderer.loader(), renderer.catalog.translations(self._language), self._locale,
            constants=renderer.constants(self._language, self._locale),
        )  # fmt: skip

    def _key(self, values: Values) -> Key | None:
        """What tells the messages of a recording from others; None for one that cannot be recorded."""
        try:
            return outline(values, self._names), *[of(values) for of in self._pins.values()]
        except Exception:  # besides ``Unrecordable``: a format that does not take a value of this message
            return None

    def find(self, values: Values) -> Recording | None:
        """The recording of an order's message."""
        if self.failed or not self._known:
            return None
        key = self._key(values)
        found = self._known.get(key) if key is not None else None
        if found is not None and key is not None:
            self._known.move_to_end(key)
        return found

    def learn(self, values: Values, images: Images, usual: Filled) -> None:
        """Record the rendering of a message if others like it were met before. ``images`` are a message's own, unused;
        ``usual`` is the rendering by the templates."""
        self._messages += 1
        if self.failed or self._messages < self._start.messages:
            return
        key = self._key(values)
        if key is None or key in self._known:
            return
        if len(self._met) >= _MOST_MET:
            self._met.clear()
        self._met[key] = self._met.get(key, 0) + 1
        if self._met[key] < self._start.alike:
            return
        recorder = Recorder(values)
        recording = self._made(recorder, images, usual)
        if recording is not None and not recorder.pins.keys() <= self._pins.keys():
            self._pins.update(recorder.pins)
            self._met.clear()
            self._known.clear()
            self.failed = len(self._pins) > _MOST_PINS
            key = self._key(values)
        if key is not None:
            self._known[key] = recording
        if len(self._known) > _MOST:
            self._known.popitem(last=False)

    def _made(self, recorder: Recorder, images: Images, usual: Filled) -> Recording | None:
        """The recording of a message; None if there can be none."""
        try:
            recording = self._recorded(recorder, images)
        except Exception:  # whatever a template does that recorded values do not take
            return None
        filled = recording.filled(recorder.values)
        return recording if filled is not None and is_same(filled, usual) else None

    def _recorded(self, recorder: Recorder, images: Images) -> Recording:
        environment, renderer = self._environment, self._renderer
        variables = recorder.variables(self._names)
        variables.update(renderer.constants(self._language, self._locale), image=images)
        with environment.rendering:
            environment.begin()
            environment.order_id = recorder.values[ORDER_ID]
            recorder.is_plain = True
            subject = _BLANKS.sub(" ", environment.get_template("subject.txt.j2").render(**variables)).strip()
            recorder.is_plain = False
            parts = _parts(subject, recorder.expressions)
            template = environment.get_template(renderer.kind.message_file)
            markup = template.render(**variables, title=_title(recorder, parts), css=self._style)
        return Recording(recorder.expressions, parts, markup, images.used)


def is_same(one: Filled, other: Filled) -> bool:
    """Whether two renderings give the same message."""
    return one.subject == other.subject and one.text() == other.text()


def _number(marker: str) -> int:
    return int(marker.removeprefix(BEGIN).removesuffix(END))


def _parts(text: str, expressions: Sequence[Expression]) -> list[str | Expression]:
    """The texts of a rendering, and the expressions between them."""
    statics, markers = taken_apart(text)
    if any(OPEN in static or CLOSE in static for static in statics):
        raise Unrecordable("the template cuts a value's text")
    between = [expressions[_number(marker)] for marker in markers]
    found: list[str | Expression] = [statics[0]]
    for expression, static in zip(between, statics[1:], strict=True):
        found += (expression, static)
    return found


def _title(recorder: Recorder, parts: Sequence[str | Expression]) -> Recorded | str:
    """The subject as a variable of the message: like any value, it is fenced as a whole unless it has the order's ID."""

    def subject(values: Values) -> str:
        return "".join([part if isinstance(part, str) else str(part.of(values)) for part in parts])

    if len(parts) == 1:
        return subject(recorder.values)
    whole = Expression(("subject",), subject)
    has_id = any(not isinstance(part, str) and part.key == THE_ORDER_ID.key for part in parts)
    return Recorded(recorder, whole, subject(recorder.values), parts if has_id else (whole,))
