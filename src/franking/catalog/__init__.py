"""Reads and validates the designers' folders: kinds, themes, samples and translations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from babel.support import NullTranslations

from franking.catalog.kinds import NAME, kind_names, markups, read_kind
from franking.catalog.samples import parse_sample, sample_order
from franking.catalog.themes import read_theme, theme_names
from franking.catalog.toml import read_text
from franking.catalog.translations import SOURCE_LANGUAGE, languages, load_translations, untranslated
from franking.errors import FrankingError
from franking.model import Kind, Theme

PARTS = "_parts"


@dataclass(frozen=True, slots=True)
class Catalog:
    """A templates and a themes folder."""

    templates: Path
    themes: Path

    def kinds(self) -> list[str]:
        """Names of all kinds."""
        return kind_names(self.templates)

    def variants(self) -> list[str]:
        """Names of all kinds, and ``NAME:mjml`` for those whose message exists in MJML besides HTML."""
        return [
            name if number == 0 else f"{name}:{markup}"
            for name in self.kinds()
            for number, markup in enumerate(markups(self.templates / name) or ["html"])
        ]

    def kind(self, name: str) -> Kind:
        """One kind by name, or one of its ``variants``. Raises ``FrankingError`` for an unknown name and for errors in its
        files."""
        name, _, markup = name.partition(":")
        if markup not in ("", "html", "mjml"):
            raise FrankingError(f"unknown markup {markup[:20]!r}; expected html or mjml")
        if not NAME.fullmatch(name) or name not in self.kinds():
            raise FrankingError(f"unknown kind {name[:40]!r}; expected one of: {', '.join(self.kinds())}")
        return read_kind(self.templates / name, cast("Literal['html', 'mjml'] | None", markup or None))

    def parts(self) -> Kind | None:
        """The page with every shared part (``_parts/kind.toml``), which is previewed like a kind and never sent."""
        return read_kind(self.templates / PARTS) if (self.templates / PARTS / "kind.toml").is_file() else None

    def previewed(self, name: str) -> Kind:
        """A kind, or the page of parts under its folder's name."""
        parts = self.parts() if name == PARTS else None
        return parts if parts is not None else self.kind(name)

    def theme_names(self) -> list[str]:
        """Names of all themes."""
        return theme_names(self.themes)

    def theme(self, name: str) -> Theme:
        """One theme by name. Raises ``FrankingError`` for an unknown name and for errors in its files."""
        if not NAME.fullmatch(name) or name not in self.theme_names():
            raise FrankingError(f"unknown theme {name[:40]!r}; expected one of: {', '.join(self.theme_names())}")
        return read_theme(self.themes / name)

    def languages(self) -> list[str]:
        """The languages of messages."""
        return languages(self.templates)

    def translations(self, language: str) -> NullTranslations:
        """The translations of a language."""
        return load_translations(self.templates, language)


__all__ = ["SOURCE_LANGUAGE", "Catalog", "markups", "parse_sample", "read_text", "sample_order", "untranslated"]
