"""The Jinja2 sandbox of templates: autoescaping, undefined names are errors, dates and prices by locale."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Literal, TypeVar

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations
from jinja2 import BaseLoader, BytecodeCache, Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, pass_context
from jinja2.bccache import Bucket
from jinja2.ext import Extension
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from markupsafe import Markup, escape

from franking.catalog import read_text
from franking.errors import TemplateError
from franking.model import Asset
from franking.rendering.isolation import Sandbox, isolating_filters
from franking.rendering.texts import translators

GLOBALS = frozenset(
    ["theme", "lang", "dir", "css", "title", "image", "locale", "gettext", "ngettext", "_", "pgettext", "npgettext"]
)


class Images:
    """The ``image()`` function of templates; records which registered images a message uses."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        self._assets = assets  # the theme's, by their names
        self.used: dict[str, Asset] = {}

    def __call__(self, name: str, width: int) -> Markup:
        """An ``<img>`` of a registered asset, ``width`` CSS px wide. Raises ``LookupError`` for an unknown name."""
        return _img(name, self._asset(name).alt, int(width))

    def source(self, name: str) -> Markup:
        """The ``src`` of a registered asset, for ``<mj-image>``. Raises ``LookupError`` for an unknown name."""
        self._asset(name)
        return Markup("cid:{}").format(name)

    def alt(self, name: str) -> Markup:
        """The text of a registered asset, for an attribute. Raises ``LookupError`` for an unknown name."""
        return escape(self._asset(name).alt)

    def _asset(self, name: str) -> Asset:
        if name not in self._assets:
            raise LookupError(f"image {name!r} is not registered; the theme has: {', '.join(self._assets) or 'none'}")
        asset = self.used[name] = self._assets[name]
        return asset


@lru_cache(maxsize=256)
def _img(cid: str, alt: str, width: int) -> Markup:
    return Markup('<img src="cid:{}" alt="{}" width="{}">').format(cid, alt, width)


class _Compiled(BytecodeCache):
    """A cache of compiled templates for the environments of all languages; the compiled code depends only on the source.
    They share the code itself: of all kinds in all themes and languages, copies would take 3 MB for each language."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}
        self._writing = threading.Lock()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the cached code of a bucket's source."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Cache compiled code; the oldest is removed if the cache is full."""
        with self._writing:
            self._code[(bucket.key, bucket.checksum)] = bucket.code
            if len(self._code) > _MOST_COMPILED:
                del self._code[next(iter(self._code))]


Made = TypeVar("Made", bound=Sandbox)
_LARGEST = 1 << 20  # bytes of a template
_MOST_COMPILED = 500  # templates
_FORMATTED = 4096  # values per locale
_compiled = {isolated: _Compiled() for isolated in (False, True)}  # isolated templates compile to other code


def make_environment(
    made: type[Made],
    loader: BaseLoader,
    translations: NullTranslations,
    locale: str,
    extensions: tuple[type[Extension], ...] = (),
    constants: Mapping[str, object] | None = None,
) -> Made:
    """An environment for one language and locale (a CLDR name such as ``de_DE``). ``constants`` are variables that are the
    same in all messages, for environments that use this."""
    isolated = text_direction(locale) == "rtl"
    environment = made(
        loader=loader,
        autoescape=lambda name: name is None or not name.endswith(".txt.j2"),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", *extensions],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        # Traced and fenced templates compile to other code.
        bytecode_cache=_compiled[isolated] if made is Sandbox and not extensions else None,
    )
    environment.isolating = isolated
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.clear()  # no range(), lipsum() or cycler(): templates do not compute
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # jinja2.ext.i18n's: {% trans %} hands over its values
    environment.globals.update(translators(translations, _put, isolated=isolated))
    environment.globals["_"] = environment.globals["gettext"]
    environment.filters.update({name: _unfolded(function) for name, function in _formats(locale).items()})
    for name in ("pprint", "random", "urlize", "xmlattr", "tojson"):
        environment.filters.pop(name, None)
    environment.install(translations, constants or {})
    if isolated:
        environment.filters.update(isolating_filters(environment.put))
    return environment


def _put(value: object) -> str:
    """Escape a value for HTML; undefined values raise an error."""
    return value if type(value) is Markup else escape(value)


def _unfolded(function: Callable[..., str]) -> Callable[..., str]:
    """A filter that Jinja2 does not apply while it compiles, because compiled templates are shared by all languages."""

    @pass_context
    def filtered(_context: Context, *given: object, **named: object) -> str:
        return function(*given, **named)

    return filtered


@cache
def _formats(locale: str) -> dict[str, Callable[..., str]]:
    """The filters that format prices, dates and numbers for a locale. Results are cached, because prices and days recur in
    a batch."""
    cldr = Locale.parse(locale)

    @lru_cache(maxsize=_FORMATTED)
    def money(value: Decimal, currency: str) -> str:
        return format_currency(value, currency, locale=cldr)

    @lru_cache(maxsize=_FORMATTED)
    def long(year: int, month: int, day: int, length: Literal["long", "full"]) -> str:
        return format_date(date(year, month, day), length, locale=cldr)

    def day(value: date | datetime) -> str:
        return long(value.year, value.month, value.day, "long")

    def weekday(value: date | datetime) -> str:
        return long(value.year, value.month, value.day, "full")

    def clock(value: datetime) -> str:
        return minute(value.hour, value.minute)

    @lru_cache(maxsize=_FORMATTED)
    def minute(hours: int, minutes: int) -> str:
        return format_time(time(hours, minutes), "short", locale=cldr)

    @lru_cache(maxsize=_FORMATTED)
    def number(value: int | Decimal) -> str:
        return format_decimal(value, locale=cldr)

    return {"money": money, "day": day, "weekday": weekday, "clock": clock, "number": number}


class _Files(FileSystemLoader):
    """Loads templates from folders; they must be UTF-8 and of limited size."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Like Jinja2's method. Raises ``TemplateError`` with file and line of invalid UTF-8."""
        for folder in self.searchpath:
            try:
                path = Path(folder, *split_template_path(template))
            except TemplateNotFound:
                break
            if not path.is_file():
                continue
            if path.stat().st_size > _LARGEST:
                raise TemplateError(f"{path}:1: larger than {_LARGEST >> 10} KB, which no template is")
            return read_text(path), str(path), lambda: True
        raise TemplateNotFound(template)


def make_loader(kind: Path, theme: Path, templates: Path) -> FileSystemLoader:
    """The loader of a kind's templates, the theme's layout, and ``_parts/…``. Jinja2 refuses paths outside the folders."""
    return _Files([kind, theme, templates])


@cache
def text_direction(locale: str) -> str:
    """The text direction of a locale: ``ltr`` or ``rtl``."""
    return Locale.parse(locale).text_direction
