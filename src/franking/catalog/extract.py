"""``make i18n``: the texts of templates, parts and themes into the languages' gettext catalogues, and what is missing there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog as Messages
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po
from jinja2 import Environment, TemplateSyntaxError

from franking.catalog.translations import SOURCE_LANGUAGE, read_catalogue
from franking.errors import FrankingError


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the texts a language has."""

    language: str
    texts: int
    translated: int
    missing: tuple[str, ...]


def extract(templates: Path, themes: Path) -> Messages:
    """All translatable texts with the files and lines they stand in. Raises ``FrankingError`` for a broken template."""
    for root in (templates, themes):
        for template in sorted(root.rglob("*.j2")):
            _parsed(template)
    found = Messages(charset="utf-8", fuzzy=False)
    for root in (templates, themes):
        for file, line, message, comments, context in extract_from_dir(
            root, method_map=[("**.j2", "jinja2")], options_map={"**.j2": {"trimmed": "true", "silent": "false"}},
            directory_filter=lambda _folder: True,
        ):  # fmt: skip
            found.add(message, None, [(f"{root.name}/{file}", line)], auto_comments=comments, context=context)
    for path, about in _abouts(themes):
        found.add(about, None, [(f"{themes.name}/{path}", 1)])
    return found


def _parsed(path: Path) -> None:
    try:
        Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text("utf-8"))
    except TemplateSyntaxError as error:
        raise FrankingError(f"{path}:{error.lineno}: {error.message}") from None
    except UnicodeDecodeError:
        raise FrankingError(f"{path}: not UTF-8") from None


def _abouts(themes: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(themes.glob("*/theme.toml")):
        about = tomllib.loads(path.read_text("utf-8")).get("brand", {}).get("about", "")
        if about:
            yield f"{path.parent.name}/theme.toml", about


def update(templates: Path, themes: Path, *, language: str = "") -> list[Coverage]:
    """Bring every catalogue (and a new ``language``) up to date; the coverage of each.

    Raises ``FrankingError`` for a catalogue that is no gettext.
    """
    folder = templates / "locales"
    folder.mkdir(exist_ok=True)
    if language and language != SOURCE_LANGUAGE:
        (folder / f"{language}.po").touch()
    found: list[Coverage] = []
    for path, known in _merged(templates, themes):
        with path.open("wb") as file:
            file.write(_header(known).encode())
            write_po(file, known, width=0, sort_by_file=True, include_lineno=False, omit_header=True)
        found.append(_covered(path.stem, known))
    return found


def coverage(templates: Path, themes: Path) -> list[Coverage]:
    """How much of the present texts each language has; nothing is written. Raises as ``update``."""
    return [_covered(path.stem, known) for path, known in _merged(templates, themes)]


def _merged(templates: Path, themes: Path) -> Iterator[tuple[Path, Messages]]:
    """Each catalogue with the present texts: new ones untranslated, obsolete ones gone."""
    source = extract(templates, themes)
    for path in sorted((templates / "locales").glob("*.po")):
        known = read_catalogue(path, path.stem)
        known.update(source, no_fuzzy_matching=True, update_header_comment=False)
        known.obsolete.clear()
        known.fuzzy = False
        yield path, known


def _covered(language: str, known: Messages) -> Coverage:
    missing = [m.id if isinstance(m.id, str) else m.id[0] for m in known if m.id and (not _whole(m.string) or m.fuzzy)]
    texts = sum(1 for m in known if m.id)
    return Coverage(language, texts, texts - len(missing), tuple(missing))


def _header(messages: Messages) -> str:
    """The catalogue's header, of what never changes by itself: nothing to commit where nothing was translated."""
    language = str(messages.locale_identifier)
    name = messages.locale.english_name if messages.locale is not None else language
    lines = [
        f"Language: {language}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit", f"Plural-Forms: {messages.plural_forms}",
    ]  # fmt: skip
    quoted = "".join(f'"{line}\\n"\n' for line in lines)
    return f'# {name} texts of the templates, the parts and the themes.\nmsgid ""\nmsgstr ""\n{quoted}\n'


def _whole(translation: object) -> bool:
    return all(translation) if isinstance(translation, (tuple, list)) else bool(translation)
