"""What a check found, at the file and line that an editor shows it at. The only module that decides on that place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from franking.errors import FrankingError
from franking.lsp.mirror import Mirror
from franking.policy.reasons.template import RULE as TEMPLATE
from franking.policy.reasons.translation import RULE as TRANSLATION
from franking.preview.session import Choice

_QUOTED = re.compile(r"'([^'\n]{1,80})'")
_MORE = re.compile(r" \(\d+ more: franking doctor lists them\)$")


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding, or an error, whose ``rule`` is "". ``line`` is 1-based. ``choice`` is the first message that has it (None: it
    belongs to the file), ``others`` the number of further messages. ``words`` are names that the message quotes."""

    file: Path
    line: int
    severity: Literal["error", "warning"]
    rule: str
    message: str
    choice: Choice | None = None
    others: int = 0
    words: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The message, with the name of the rendered message and the number of others."""
        if self.choice is None or self.rule == TEMPLATE.slug:
            return self.message
        more = f" and {self.others} more" if self.others else ""
        return f"{self.message} [{self.choice.name}{more}]"


def of_finding(mirror: Mirror, choice: Choice, found: Mapping[str, Any]) -> Problem:
    """A finding (``report.finding_json``) of a rendered message. Without a template line it is put at the first line of the
    message's template, or of the catalogue if a translation is missing."""
    template = found["template"]
    if template is not None:
        file, line = mirror.original(Path(template["file"]).resolve()), int(template["line"])
    elif found["rule"] == TRANSLATION.slug:
        file, line = mirror.project.templates / "locales" / f"{choice.language}.po", 1
    else:
        file, line = message_file(mirror, choice), 1
    said = ". ".join(part.rstrip(".") for part in (str(found["message"]), str(found["hint"])) if part)
    severity: Literal["error", "warning"] = "error" if found["severity"] == "error" else "warning"
    return Problem(file, line, severity, str(found["rule"]), f"{mirror.original_text(said)}.", choice)


def of_error(mirror: Mirror, error: Exception, choice: Choice | None, file: Path) -> Problem:
    """An error at the place that it names, else at the first line of ``file``. Of exceptions that are no ``FrankingError``
    only the type is shown, because their text may contain anything."""
    if not isinstance(error, FrankingError):
        return Problem(file, 1, "error", TEMPLATE.slug, f"{type(error).__name__} while this message was made", choice)
    text = _MORE.sub("", str(error))
    place = mirror.place(text)
    file, line, what = place if place is not None else (file, 1, mirror.original_text(text))
    return Problem(file, line, "error", TEMPLATE.slug, what, choice, words=tuple(_QUOTED.findall(what)))


def message_file(mirror: Mirror, choice: Choice) -> Path:
    """The template of a message."""
    kind, _, markup = choice.kind.partition(":")
    folder = mirror.project.templates / kind
    names = [f"message.{markup}.j2"] if markup else ["message.html.j2", "message.mjml.j2"]
    return folder / next((name for name in names if (folder / name).is_file()), names[0])


def merged(found: Iterable[Problem]) -> dict[Path, list[Problem]]:
    """The problems by file, in the order of lines; those that several messages share are listed once."""
    first: dict[tuple[object, ...], Problem] = {}
    within: dict[tuple[object, ...], int] = {}
    for problem in found:
        at = problem.file, problem.line, problem.rule
        if problem.rule == TEMPLATE.slug:
            key: tuple[object, ...] = (*at, problem.message)
        else:  # measures differ between messages
            number = within[problem.choice, *at] = within.get((problem.choice, *at), -1) + 1
            key = (*at, number)
        known = first.get(key)
        if known is None:
            first[key] = problem
        else:
            severity: Literal["error", "warning"] = "error" if "error" in (known.severity, problem.severity) else "warning"
            first[key] = replace(known, others=known.others + 1, severity=severity)
    files: dict[Path, list[Problem]] = {}
    for problem in first.values():
        files.setdefault(problem.file, []).append(problem)
    return {file: sorted(problems, key=lambda p: (p.line, p.rule, p.message)) for file, problems in files.items()}
