"""Renders an order to a draft. Errors name the template file and line and contain no order data."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, TemplateSyntaxError
from markupsafe import Markup

from franking.catalog import Catalog, untranslated
from franking.catalog.toml import line_of
from franking.errors import FrankingError, TemplateError
from franking.model import Draft, Kind, Order, Theme
from franking.rendering.declared import check_variables, circle
from franking.rendering.environment import Images, make_environment, make_loader, text_direction
from franking.rendering.in_words import in_words
from franking.rendering.isolation import Sandbox
from franking.rendering.mjml import PICTURE_WIDTH, MjmlProblem, convert, defaults, library
from franking.rendering.mjml_check import check, fault
from franking.rendering.trace import LineMarks, TemplateMap, read_marks
from franking.rendering.values import PROVIDED, detail, facts, names, vocabulary, words_of

if TYPE_CHECKING:
    from franking.rendering.marking import MarkingSandbox
    from franking.rendering.mjml_origins import MjmlOrigins
    from franking.rendering.origins import Origins

SUBJECT_LIMIT = 200
_LEFT_TO_RIGHT = "\u200e"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
SHORT_TEXT = "message.txt.j2"
_BLANKS = re.compile(r"\s+")
IMPORTANT = re.compile(r"[\[［【〔「]\s*important\s*[\]］】〕」]", re.IGNORECASE)


class TemplateProblem(TemplateError):
    """A template that cannot be rendered for an order."""


class Renderer:
    """Renders one kind in one theme. Its variables are checked once, when it is made. ``picture_width`` is the width of an
    MJML image that declares none, in CSS px."""

    def __init__(self, catalog: Catalog, kind: Kind, theme: Theme, picture_width: int = PICTURE_WIDTH) -> None:
        self.catalog = catalog
        self.kind = kind
        self.theme = theme
        self.constants = lru_cache(maxsize=32)(self._of_language)
        self._environment = lru_cache(maxsize=32)(self._make)
        self._marking = lru_cache(maxsize=32)(self._make_marking)
        self._assets = {asset.cid: asset for asset in theme.assets}
        self._own_words = words_of(theme)
        self._picture_width = picture_width
        check_variables(kind, self._environment("en", "en_US"))
        if kind.markup == "mjml":
            library()  # a missing extra raises once, not for each message
            _check_defaults(theme)

    def _make(self, language: str, locale: str, traced: bool = False) -> Sandbox:
        translations = self.catalog.translations(language)
        extensions = (LineMarks,) if traced else ()
        return make_environment(Sandbox, self.loader(), translations, locale, extensions)

    def _make_marking(self, language: str, locale: str) -> MarkingSandbox:
        from franking.rendering.marking import MarkingSandbox

        return make_environment(MarkingSandbox, self.loader(), self.catalog.translations(language), locale)

    def images(self) -> Images:
        """The ``image()`` function of one message."""
        return Images(self._assets)

    def loader(self) -> BaseLoader:
        """The loader of the kind's templates."""
        return make_loader(Path(self.kind.path), Path(self.theme.path), self.catalog.templates)

    def render(self, order: Order, language: str, locale: str) -> Draft:
        """The draft of an order's message in a language. Raises ``TemplateProblem`` with template file and line."""
        environment = self._environment(language, locale)
        images = self.images()
        lost: list[str] = []
        noting = untranslated.set(lost)
        try:
            css = Markup(self.theme.css)  # noqa: S704 - the theme's own style sheet
            subject, text = self.texts(environment, self.values(order, language, locale, images), css)
            if self.kind.markup == "mjml":
                check(text)
            html = self.html(text, locale)
        except MjmlProblem as error:
            raise self._mjml_problem(error, order, subject, language, locale) from None
        except Exception as error:
            raise self._problem(error, environment) from None
        finally:
            untranslated.reset(noting)
        if IMPORTANT.search(subject) is not None:
            raise TemplateProblem(
                f"{Path(self.kind.path) / 'subject.txt.j2'}:1: found [Important]; it no longer overrides an opt-out, and "
                "its misuse led to restrictions: remove it"
            )
        if not subject or len(subject) > SUBJECT_LIMIT:
            found = f"{len(subject)} characters" if subject else "an empty subject"
            raise TemplateProblem(f"{Path(self.kind.path) / 'subject.txt.j2'}:1: found {found}, expected 1 to {SUBJECT_LIMIT}")
        control = CONTROL.search(subject)
        if control is not None:
            where = f"{Path(self.kind.path) / 'subject.txt.j2'}:1"
            raise TemplateProblem(f"{where}: found the control character U+{ord(control[0]):04X}, expected text")
        return self.draft(order, language, locale, subject, html, images, lost)

    def short_text(self, order: Order, language: str, locale: str) -> tuple[TemplateMap, tuple[str, ...]] | None:
        """The kind's short text (``message.txt.j2``) with its template lines, and the untranslated texts; None if the kind
        has none. Raises ``TemplateProblem`` naming template file and line."""
        if not (Path(self.kind.path) / SHORT_TEXT).is_file():
            return None
        environment = self._environment(language, locale, True)
        lost: list[str] = []
        noting = untranslated.set(lost)
        try:
            with environment.rendering:
                environment.begin()
                values = self.values(order, language, locale, self.images())
                marked = environment.get_template(SHORT_TEXT).render(**values)
        except Exception as error:
            raise self._problem(error, environment) from None
        finally:
            untranslated.reset(noting)
        return read_marks(marked), tuple(dict.fromkeys(lost))

    def html(self, text: str, locale: str) -> str:
        """The HTML of rendered markup, which is valid or has placeholders for its values. Raises ``MjmlProblem``."""
        if self.kind.markup != "mjml":
            return text
        return convert(text, defaults(text_direction(locale), self._picture_width, self.theme.mjml))

    def texts(self, environment: Sandbox, values: dict[str, Any], css: Markup) -> tuple[str, str]:
        """The subject, and the markup in the kind's language."""
        with environment.rendering:
            environment.begin()
            subject = _subject(environment, values)
            return subject, environment.get_template(self.kind.message_file).render(**values, title=subject, css=css)

    def draft(
        self, order: Order, language: str, locale: str, subject: str, html: str, images: Images, lost: list[str]
    ) -> Draft:
        """The draft; ``lost`` are the untranslated texts."""
        thread = order.thread
        if thread is not None:
            subject = thread.subject
        return Draft(
            self.kind.name, self.theme.name, locale, language, order.id, subject, html, images.used, order.marketplace,
            self.kind.allowed_links, self.theme.assets, self.kind.allowed_phones, self.kind.allowed_attachments,
            vocabulary(order, self._own_words), order.files, tuple(dict.fromkeys(lost)), facts(order), names(order), thread,
            self._own_words,
        )  # fmt: skip

    def values(self, order: Order, language: str, locale: str, images: Images) -> dict[str, Any]:
        """The variables of an order's message."""
        values: dict[str, Any] = {
            v.name: detail(order, v.name) if v.given else PROVIDED[v.name](order) for v in self.kind.variables
        }
        if text_direction(locale) == "rtl":
            # Without a mark, digits after Arabic letters change the order of their groups (Unicode UAX 9, rule W2).
            values |= {n: f"{_LEFT_TO_RIGHT}{values[n]}" for n in ("order_id", "tracking_number") if values.get(n)}
        values.update(self.constants(language, locale), image=images)
        return values

    def _of_language(self, language: str, locale: str) -> dict[str, Any]:
        """The variables that all messages of a language share."""
        return {"theme": self.theme, "lang": language, "dir": text_direction(locale), "locale": locale}

    def _mjml_problem(self, error: MjmlProblem, order: Order, subject: str, language: str, locale: str) -> TemplateProblem:
        """The error with the line of the file that gives what is wrong, and the value if a template writes it."""
        origins = self._origins(order, subject, language, locale, self.kind.message_file, "")
        place, message = None, str(error)
        if origins is not None:
            place = origins.within(error.start, error.end)
            if error.value is not None:
                start, end = error.value
                if origins.marked.at(start)[1] is not None and origins.marked.first_within(start, end) is None:
                    message += f"; found {origins.marked.text[start:end][:40]!r}"
        where = f"{place.file}:{place.line}" if place is not None else f"{Path(self.kind.path) / self.kind.message_file}:1"
        return TemplateProblem(f"{where}: {message}")

    def origins(self, order: Order, draft: Draft, template: str, sample: str = "") -> Origins | None:
        """Where each character of a rendered template comes from: ``message.html.j2``, ``message.mjml.j2`` (before its
        conversion) or ``subject.txt.j2``. None if rendering with marks fails. ``sample`` is the file of the order's data."""
        subject = draft.subject if draft.thread is None else None
        return self._origins(order, subject, draft.language, draft.locale, template, sample)

    def _origins(
        self, order: Order, subject: str | None, language: str, locale: str, template: str, sample: str
    ) -> Origins | None:
        from franking.rendering.origins import Origins

        environment = self._marking(language, locale)
        try:
            title = subject if subject is not None else self._own_subject(order, language, locale)
            values = self.values(order, language, locale, self.images())
            css = Markup(self.theme.css)  # noqa: S704 - the theme's own style sheet
            with environment.rendering:
                environment.begin()
                environment.texts.clear()
                marked = environment.read(environment.get_template(template).render(**values, title=title, css=css))
        except Exception:  # the message was rendered, so only the lines are lost
            return None
        return Origins(marked, self.kind, self.theme, self.catalog, language, environment.trees, sample)

    def html_origins(self, order: Order, draft: Draft, sample: str = "") -> Origins | MjmlOrigins | None:
        """Where the draft's HTML comes from; None if rendering with marks gives another text."""
        found = self.origins(order, draft, self.kind.message_file, sample)
        if found is None:
            return None
        found = replace(found, subject=self.origins(order, draft, "subject.txt.j2", sample))
        if self.kind.markup == "mjml":
            from franking.rendering.mjml_origins import mjml_origins

            return mjml_origins(found, draft.html, lambda text: self.html(text, draft.locale))
        return found if found.marked.text == draft.html else None

    def _own_subject(self, order: Order, language: str, locale: str) -> str:
        """The subject that the template writes, if the message keeps another."""
        environment = self._environment(language, locale)
        with environment.rendering:
            environment.begin()
            return _subject(environment, self.values(order, language, locale, self.images()))

    def _traced(self, order: Order, subject: str, language: str, locale: str) -> TemplateMap:
        """The rendered template, before MJML, with the source of each piece."""
        environment = self._environment(language, locale, True)
        values = self.values(order, language, locale, self.images())
        css = Markup(self.theme.css)  # noqa: S704 - the theme's own style sheet
        with environment.rendering:
            environment.begin()
            return read_marks(environment.get_template(self.kind.message_file).render(**values, title=subject, css=css))

    def _problem(self, error: Exception, environment: Sandbox) -> TemplateProblem:
        if isinstance(error, FrankingError):
            return TemplateProblem(str(error))
        if isinstance(error, TemplateSyntaxError):
            return TemplateProblem(f"{error.filename or error.name}:{error.lineno}: {error.message}")
        if isinstance(error, RecursionError):
            with suppress(FrankingError):
                closing = circle(self.kind, environment)
                if closing is not None:
                    return TemplateProblem(closing)
        file, line = f"{Path(self.kind.path) / self.kind.message_file}", 1
        trace = error.__traceback__
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name.endswith(".j2"):
                file, line = name, trace.tb_lineno
            trace = trace.tb_next
        return TemplateProblem(f"{file}:{line}: {in_words(error)}")


def _check_defaults(theme: Theme) -> None:
    """Raise ``TemplateError`` for an attribute in ``[mjml]`` of the theme that MJML does not have."""
    path = Path(theme.path) / "theme.toml"
    for component, name, value in theme.mjml:
        problem = fault(component, name, value)
        if problem:
            raise TemplateError(f"{path}:{line_of(path, 'mjml', component, name)}: {problem}; found {value[:40]!r}")


def _subject(environment: Sandbox, values: dict[str, Any]) -> str:
    return _BLANKS.sub(" ", environment.get_template("subject.txt.j2").render(**values)).strip()
