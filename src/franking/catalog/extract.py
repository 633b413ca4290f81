"""``make i18n``: extract the texts of templates, parts and themes into gettext catalogues, and report missing translations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog as Messages
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po
from jinja2 import Environment, TemplateSyntaxError

from franking.catalog.catalogue import Examined, Problem, examine
from franking.catalog.toml import line_of, read_toml
from franking.catalog.translations import SOURCE_LANGUAGE
from franking.catalog.wording import placeholders
from franking.errors import TemplateError

# The same options as for rendering; a percent sign in {% trans %} is part of a format.
_AS_RENDERED = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}


@dataclass(frozen=True, slots=True)
class Coverage:
    """The translation coverage of a language."""

    language: str
    texts: int
    translated: int
    missing: tuple[str, ...]


def extract(templates: Path, themes: Path) -> Messages:
    """All translatable texts with their files and lines. Raises ``TemplateError`` for a broken template, an invalid format
    and a missing folder."""
    for root in (templates, themes):
        if not root.is_dir():
            raise TemplateError(
                f"{root}: no such folder; create a project with `franking init`, run franking in the project folder, "
                f"or pass --{root.name}"
            )
        for template in sorted(root.rglob("*.j2")):
            _parsed(template)
    found = Messages(charset="utf-8", fuzzy=False)
    for root in (templates, themes):
        for file, line, message, comments, context in extract_from_dir(
            root,
            method_map=[("**.j2", "jinja2")],
            options_map={"**.j2": _AS_RENDERED},
            directory_filter=lambda _folder: True,
        ):
            _formats(root / file, line, *([message] if isinstance(message, str) else message))
            found.add(message, None, [(f"{root.name}/{file}", line)], auto_comments=comments, context=context)
    for path, about in _abouts(themes):
        _formats(path, line_of(path, "brand", "about"), about)
        found.add(about, None, [(f"{themes.name}/{path.parent.name}/{path.name}", 1)])
    return found


def _formats(path: Path, line: int, *texts: str) -> None:
    for text in texts:
        try:
            placeholders(text)
        except ValueError as error:
            raise TemplateError(f"{path}:{line}: a text to translate: {error}") from None


def _parsed(path: Path) -> None:
    try:
        Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text("utf-8"))
    except TemplateSyntaxError as error:
        raise TemplateError(f"{path}:{error.lineno}: {error.message}") from None
    except UnicodeDecodeError:
        raise TemplateError(f"{path}: not UTF-8") from None
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read: {error.strerror}") from None


def _abouts(themes: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(themes.glob("*/theme.toml")):
        brand = read_toml(path).get("brand", {})
        about = brand.get("about", "") if isinstance(brand, dict) else ""
        if about and isinstance(about, str):
            yield path, about


def update(templates: Path, themes: Path, *, language: str = "") -> list[Coverage]:
    """Update every catalogue, and create one for ``language``; returns the coverage of each.

    Raises ``TemplateError`` for an invalid catalogue; nothing is written then.
    """
    source = extract(templates, themes)
    merged = [(path, _merged(path, source)) for path in _catalogues(templates)]
    new = templates / "locales" / f"{language}.po"
    if language and language != SOURCE_LANGUAGE and not new.exists():
        merged.append((new, _brought_up_to_date(Messages(locale=language, fuzzy=False), source)))
    found: list[Coverage] = []
    for path, known in sorted(merged, key=lambda one: one[0]):
        try:
            path.parent.mkdir(exist_ok=True)
            with path.open("wb") as file:
                file.write(_header(known).encode())
                write_po(file, known, width=0, sort_by_file=True, include_lineno=False, omit_header=True, include_previous=True)
        except OSError as error:
            raise TemplateError(f"{path}: cannot be written: {error.strerror}") from None
        found.append(_covered(path.stem, known))
    return found


def coverage(templates: Path, themes: Path) -> tuple[list[Coverage], list[Problem | str]]:
    """The coverage of each language with a valid catalogue, and the problems of the other catalogues. Writes nothing.
    Raises ``TemplateError`` like ``extract``."""
    source = extract(templates, themes)
    found: list[Coverage] = []
    problems: list[Problem | str] = []
    for path in _catalogues(templates):
        try:
            examined = examine(path, path.stem)
        except TemplateError as error:
            problems.append(str(error))
            continue
        problems += examined.problems
        if not examined.problems:
            found.append(_covered(path.stem, _merged(path, source)))
    return found, problems


def _catalogues(templates: Path) -> list[Path]:
    return sorted(path for path in (templates / "locales").glob("*.po") if path.stem != SOURCE_LANGUAGE)


def _merged(path: Path, source: Messages) -> Messages:
    """A catalogue updated to the current texts: new ones are untranslated, obsolete ones removed."""
    examined = examine(path, path.stem)
    examined.demand()
    return _brought_up_to_date(_messages(path.stem, examined), source)


def _brought_up_to_date(known: Messages, source: Messages) -> Messages:
    previous = {(message.context, message.id): message.previous_id for message in known if message.fuzzy}
    known.update(source, no_fuzzy_matching=True, update_header_comment=False)
    for message in known:
        message.previous_id = previous.get((message.context, message.id), [])  # lost by Babel's update
    known.obsolete.clear()
    known.fuzzy = False
    return known


def _messages(language: str, examined: Examined) -> Messages:
    """The catalogue as a Babel catalogue, for merging and writing."""
    known = Messages(locale=language, fuzzy=False)
    plurals = examined.plurals
    known.mime_headers = [("Plural-Forms", f"nplurals={plurals.number}; plural={plurals.expression};")]
    for entry in examined.entries:
        texts = [text for _, text in entry.strings]
        text = (entry.id, entry.plural) if entry.plural is not None else entry.id
        known[text] = Message(
            text,
            texts[0] if isinstance(text, str) else tuple(texts),
            (),
            entry.flags,
            user_comments=entry.comments,
            previous_id=entry.previous,
            lineno=entry.line,
            context=entry.context,
        )
    return known


def _covered(language: str, known: Messages) -> Coverage:
    missing = [m.id if isinstance(m.id, str) else m.id[0] for m in known if m.id and (not _whole(m.string) or m.fuzzy)]
    texts = sum(1 for m in known if m.id)
    return Coverage(language, texts, texts - len(missing), tuple(missing))


def _header(messages: Messages) -> str:
    """The header without fields that change on each run, so an unchanged catalogue has no diff."""
    language = str(messages.locale_identifier)
    name = messages.locale.english_name if messages.locale is not None else language
    lines = [
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {messages.plural_forms}",
    ]
    quoted = "".join(f'"{line}\\n"\n' for line in lines)
    return f'# {name} texts of the templates, the parts and the themes.\nmsgid ""\nmsgstr ""\n{quoted}\n'


def _whole(translation: object) -> bool:
    return all(translation) if isinstance(translation, (tuple, list)) else bool(translation)
