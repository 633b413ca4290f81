"""Render an order into a draft. Errors name the template's file and line and hold no order data."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from franking.catalog import Catalog, untranslated
from franking.model import Draft, FrankingError, Kind, Order, Theme
from franking.render.declared import check_variables
from franking.render.environment import Images, make_environment, make_loader, text_direction
from franking.render.mjml import MjmlProblem, to_html
from franking.render.trace import LineMarks, TemplateMap, read_marks
from franking.render.values import PROVIDED, detail, vocabulary

SUBJECT_LIMIT = 200
_LEFT_TO_RIGHT = "\u200e"


class TemplateProblem(FrankingError):
    """A template that cannot be rendered for an order."""


class Renderer:
    """Renders one kind in one theme. Its variables are checked once, when it is made."""

    def __init__(self, catalog: Catalog, kind: Kind, theme: Theme) -> None:
        self.catalog = catalog
        self.kind = kind
        self.theme = theme
        self._environment = lru_cache(maxsize=32)(self._make)
        check_variables(kind, self._environment("en", "en_US"))

    def _make(self, language: str, locale: str, traced: bool = False) -> ImmutableSandboxedEnvironment:
        loader = make_loader(Path(self.kind.path), Path(self.theme.path), self.catalog.templates)
        return make_environment(loader, self.catalog.translations(language), locale, (LineMarks,) if traced else ())

    def render(self, order: Order, language: str, locale: str) -> Draft:
        """The draft of an order's message in a language. Raises ``TemplateProblem`` naming template file and line."""
        environment = self._environment(language, locale)
        images = Images(self.theme)
        values = self._values(order, language, locale, images)
        lost: list[str] = []
        noting = untranslated.set(lost)
        try:
            subject = environment.get_template("subject.txt.j2").render(**values)
            subject = re.sub(r"\s+", " ", subject).strip()
            html = environment.get_template(self.kind.message_file).render(
                **values,
                title=subject,
                css=Markup(self.theme.css),  # noqa: S704 - the theme's own style sheet
            )
            if self.kind.markup == "mjml":
                html = to_html(html, text_direction(locale))
        except MjmlProblem as error:
            raise self._mjml_problem(error, order, subject, language, locale) from None
        except Exception as error:
            raise self._problem(error, environment) from None
        finally:
            untranslated.reset(noting)
        if not subject or len(subject) > SUBJECT_LIMIT:
            found = f"{len(subject)} characters" if subject else "an empty subject"
            raise TemplateProblem(f"{Path(self.kind.path) / 'subject.txt.j2'}:1: found {found}, expected 1 to {SUBJECT_LIMIT}")
        return Draft(
            self.kind.name,
            self.theme.name,
            locale,
            language,
            order.id,
            subject,
            html,
            images.used,
            order.marketplace,
            self.kind.allowed_links,
            self.theme.assets,
            self.kind.allowed_phones,
            self.kind.allowed_attachments,
            vocabulary(order, self.theme),
            order.files,
            tuple(dict.fromkeys(lost)),
        )

    def _values(self, order: Order, language: str, locale: str, images: Images) -> dict[str, Any]:
        values: dict[str, Any] = {
            v.name: detail(order, v.name) if v.given else PROVIDED[v.name](order) for v in self.kind.variables
        }
        if text_direction(locale) == "rtl":
            # Without a mark, digits behind Arabic letters change the order of their groups (Unicode UAX 9, rule W2).
            values |= {n: f"{_LEFT_TO_RIGHT}{values[n]}" for n in ("order_id", "tracking_number") if values.get(n)}
        return values | {
            "theme": self.theme,
            "lang": language,
            "dir": text_direction(locale),
            "image": images,
            "locale": locale,
        }

    def _mjml_problem(self, error: MjmlProblem, order: Order, subject: str, language: str, locale: str) -> TemplateProblem:
        """The error with the template's line, which a traced rendering knows."""
        traced = self._traced(order, subject, language, locale)
        lines = traced.text.split("\n")
        place = traced.at(sum(len(line) + 1 for line in lines[: error.line - 1]) + len(lines[error.line - 1]) // 2)
        where = f"{place.file}:{place.line}" if place is not None else f"{Path(self.kind.path) / self.kind.message_file}:1"
        return TemplateProblem(f"{where}: {error}")

    def trace(self, order: Order, draft: Draft, language: str, locale: str) -> TemplateMap | None:
        """Where the draft's HTML came from; None where a traced rendering differs from the draft."""
        if self.kind.markup != "html":
            return None  # what MJML made of a line stands elsewhere
        try:
            traced = self._traced(order, draft.subject, language, locale)
        except Exception:  # the draft rendered, so this is the tracing's fault and costs the template lines only
            return None
        return traced if traced.text == draft.html else None

    def _traced(self, order: Order, subject: str, language: str, locale: str) -> TemplateMap:
        """The rendered template, before MJML, with the place that each piece came from."""
        template = self._environment(language, locale, True).get_template(self.kind.message_file)
        values = self._values(order, language, locale, Images(self.theme))
        css = Markup(self.theme.css)  # noqa: S704 - the theme's own style sheet
        return read_marks(template.render(**values, title=subject, css=css))

    def _problem(self, error: Exception, environment: ImmutableSandboxedEnvironment) -> TemplateProblem:
        if isinstance(error, FrankingError):
            return TemplateProblem(str(error))
        if isinstance(error, TemplateSyntaxError):
            return TemplateProblem(f"{error.filename or error.name}:{error.lineno}: {error.message}")
        file, line = "", 0
        trace = error.__traceback__
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name.endswith(".j2"):
                file, line = name, trace.tb_lineno
            trace = trace.tb_next
        where = f"{file}:{line}" if file else f"{self.kind.path}"
        # Other errors may quote order data in their text, so only their type is told.
        told = isinstance(error, UndefinedError | SecurityError | TemplateError | LookupError)
        what = str(error.args[0] if error.args else error) if told else f"{type(error).__name__} in this expression"
        return TemplateProblem(f"{where}: {what}")
