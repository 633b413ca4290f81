"""One-click fix: mend what a rule found, in the template or style sheet that it came from, where that is certain.

The draft (styles still in its style sheet) is mended as ``check --fix`` does; each changed line is looked up in the file
that it was rendered from. The change is kept only if the message, rendered again, is the mended draft byte for byte.
"""

from __future__ import annotations

import contextlib
import difflib
from dataclasses import replace
from pathlib import Path

from franking.check import as_message
from franking.check.mend import mend
from franking.errors import FrankingError
from franking.model import Draft, Inlined
from franking.preview.studio import Choice, Studio

_UNCERTAIN = "it cannot be mended in the templates with certainty; please change it by hand"


def fix(studio: Studio, choice: Choice, rule: str) -> list[str]:
    """Mend a rule's findings on a message in the files it is made of; those files.

    Raises ``FrankingError`` where nothing can be mended, or not with certainty; the files are as before then.
    """
    inlined = studio.compose(choice)
    draft = inlined.draft
    message = replace(as_message(Inlined(draft, draft.html, inlined.text)), text=None, subject=None)
    mended = mend(message, studio.policy, select=[rule])
    if mended.html == draft.html:
        raise FrankingError(f"{rule}: {_UNCERTAIN}")
    before: dict[Path, str] = {}
    try:
        for old, new, path, line in _changed_lines(studio, choice, draft, mended.html):
            path = studio.within(str(path))
            text = path.read_text("utf-8")
            before.setdefault(path, text)
            path.write_text(_with_line(text, line, old, new, rule), "utf-8")
        studio.forget()
        if studio.compose(choice).draft.html != mended.html:
            raise FrankingError(f"{rule}: {_UNCERTAIN}")
    except (FrankingError, OSError) as error:
        for path, text in before.items():
            with contextlib.suppress(OSError):
                path.write_text(text, "utf-8")
        studio.forget()
        if isinstance(error, OSError):
            raise FrankingError(f"{rule}: a template cannot be written: {error.strerror}") from None
        raise
    return [str(path) for path in before]


def _changed_lines(studio: Studio, choice: Choice, draft: Draft, mended: str) -> list[tuple[str, str, Path, int]]:
    """Each changed line of the draft: as it was, as it shall be, and the file and line that it came from. Last ones first,
    so that taking a line out moves none that is still to be changed."""
    old, new = draft.html.split("\n"), mended.split("\n")
    pipeline = studio.pipeline(choice.kind, choice.theme)
    traced = pipeline.traced(studio.order(choice), draft)
    css = pipeline.theme.css
    css_start = draft.html.find(css) if css else -1
    css_line = draft.html.count("\n", 0, css_start) if css_start >= 0 else -1
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line) + 1)
    found: list[tuple[str, str, Path, int]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if tag == "insert" or (tag == "replace" and b - a != d - c):
            raise FrankingError(_UNCERTAIN)
        for offset in range(b - a):
            number = a + offset
            after = new[c + offset] if tag == "replace" else ""
            if css_line >= 0 and css_line <= number < css_line + css.count("\n") + 1:
                found.append((old[number], after, Path(pipeline.theme.path) / "theme.css", number - css_line + 1))
                continue
            differs = next((i for i, (x, y) in enumerate(zip(old[number], after, strict=False)) if x != y), 0)
            place = traced.at(starts[number] + differs) if traced is not None else None
            if place is None:
                raise FrankingError(_UNCERTAIN)
            found.append((old[number], after, Path(place.file), place.line))
    return sorted(set(found), key=lambda change: (str(change[2]), -change[3]))


def _with_line(text: str, number: int, old: str, new: str, rule: str) -> str:
    """The file with the change of a rendered line made in the line it came from."""
    lines = text.split("\n")
    source = lines[number - 1] if number <= len(lines) else ""
    start = len(_common(old, new))
    end = len(_common(old[start:][::-1], new[start:][::-1]))
    removed, inserted = old[start : len(old) - end], new[start : len(new) - end]
    # Enough of what stands before it that the place is the only one of its line.
    for context in range(start + 1):
        piece = old[start - context : start] + removed
        if piece and source.count(piece) == 1:
            at = source.index(piece) + context
            changed = source[:at] + inserted + source[at + len(removed) :]
            if not changed.strip() and source.strip() == old.strip():
                del lines[number - 1]
            else:
                lines[number - 1] = changed
            return "\n".join(lines)
    raise FrankingError(f"{rule}: {_UNCERTAIN}")


def _common(one: str, other: str) -> str:
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]
