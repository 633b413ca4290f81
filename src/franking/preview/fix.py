"""One-click fix: fixes findings in the template or style sheet that they come from, if that is certain.

The draft (before inlining) is fixed like with ``check --fix``, and each changed line is mapped to the file that it was
rendered from. A fix is offered only if the message, rendered again from a copy of the folders, equals the fixed draft byte
for byte. The designers' files are written after a person has seen the diff.
"""

from __future__ import annotations

import contextlib
import difflib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from franking.batch.causes import draft_message
from franking.catalog import Catalog
from franking.check.fix import fix_message
from franking.check.registry import check_rules
from franking.errors import FrankingError
from franking.model import Draft, Inlined
from franking.preview.plans import Plan as Plan
from franking.preview.session import Choice, PreviewSession

_UNCERTAIN = "it cannot be fixed in the templates with certainty; please change it by hand"
_CHANGED = "the files are not what the diff shows any more; please look at it again"


def fixable(session: PreviewSession, choice: Choice, rules: Iterable[str]) -> list[str]:
    """The rules whose findings on a message can be fixed, found by a dry run."""
    mending = {entry.rule.slug for entry in check_rules() if entry.fix is not None or entry.fix_page is not None}
    found: list[str] = []
    for rule in dict.fromkeys(rules):
        if rule in mending:
            with contextlib.suppress(FrankingError, OSError):
                plan(session, choice, rule)
                found.append(rule)
    return found


def plan(session: PreviewSession, choice: Choice, rule: str) -> Plan:
    """The changes that would fix a rule's findings on a message. Writes nothing to the designers' folders.

    Raises ``FrankingError`` if nothing can be fixed with certainty.
    """
    inlined = session.compose(choice)
    draft = inlined.draft
    fixed = fix_message(draft_message(inlined), session.policy, select=[rule])
    if fixed.html == draft.html:
        raise FrankingError(f"{rule}: {_UNCERTAIN}")
    before: dict[Path, str] = {}
    after: dict[Path, str] = {}
    done: set[tuple[Path, int]] = set()
    for old, new, path, line in _changed_lines(session, choice, draft, fixed.html):
        path = session.within(str(path))
        if path not in before:
            before[path] = after[path] = path.read_bytes().decode("utf-8")
        try:
            after[path] = _with_line(after[path], line, old, new, rule)
        except FrankingError:
            if (path, line) not in done:  # a line that is rendered several times is changed once
                raise
        done.add((path, line))
    if tried(session, choice, after).draft.html != fixed.html:
        raise FrankingError(f"{rule}: {_UNCERTAIN}")
    return Plan(tuple((path, before[path], after[path]) for path in before))


def apply(session: PreviewSession, chosen: Plan, digest: str) -> list[str]:
    """Write the plan with the digest that a person has seen; returns the files.

    Raises ``FrankingError`` if the files have changed or cannot be written; they are unchanged then.
    """
    if chosen.digest != digest:
        raise FrankingError(_CHANGED)
    _write(session, [(path, before, after) for path, before, after in chosen.changes])
    session.applied.append(chosen)
    return [str(path) for path, _, _ in chosen.changes]


def undo(session: PreviewSession) -> list[str]:
    """Take back the last plan that was applied; returns the files. Raises ``FrankingError`` if there is none, or if a file
    has changed since."""
    if not session.applied:
        raise FrankingError("nothing to undo")
    last = session.applied[-1]
    if any(path.read_bytes() != after.encode() for path, _, after in last.changes):
        raise FrankingError("a file has changed since the fix; it is left as it is")
    _write(session, [(path, after, before) for path, before, after in last.changes])
    session.applied.pop()
    return [str(path) for path, _, _ in last.changes]


def _write(session: PreviewSession, changes: list[tuple[Path, str, str]]) -> None:
    try:
        for path, _, text in changes:
            path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        for path, text, _ in changes:
            with contextlib.suppress(OSError):
                path.write_bytes(text.encode("utf-8"))
        raise FrankingError(f"a file cannot be written: {error.strerror}") from None
    finally:
        session.forget()


def tried(session: PreviewSession, choice: Choice, texts: dict[Path, str]) -> Inlined:
    """The message with changed files, made from a copy of the folders."""
    catalog = session.catalog
    with tempfile.TemporaryDirectory(prefix="franking-") as work:
        copies = {
            folder.resolve(): Path(work) / name
            for folder, name in ((catalog.templates, "templates"), (catalog.themes, "themes"))
        }
        for folder, copy in copies.items():
            shutil.copytree(folder, copy)
        for path, text in texts.items():
            home = next(folder for folder in copies if path.resolve().is_relative_to(folder))
            (copies[home] / path.resolve().relative_to(home)).write_bytes(text.encode("utf-8"))
        return PreviewSession(Catalog(*copies.values()), session.policy, session.inliner).compose(choice)


def _changed_lines(session: PreviewSession, choice: Choice, draft: Draft, fixed: str) -> list[tuple[str, str, Path, int]]:
    """Each changed line of the draft: old text, new text, source file and line. In reverse order, so removing a line does
    not move lines that are still to be changed."""
    old, new = draft.html.split("\n"), fixed.split("\n")
    origins = session.pipeline(choice.kind, choice.theme).origins(session.order(choice), draft)
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
            differs = next((i for i, (x, y) in enumerate(zip(old[number], after, strict=False)) if x != y), 0)
            place = origins.at(starts[number] + differs) if origins is not None else None
            if place is None:
                raise FrankingError(_UNCERTAIN)
            found.append((old[number], after, Path(place.file), place.line))
    return sorted(set(found), key=lambda change: (str(change[2]), -change[3]))


def _with_line(text: str, number: int, old: str, new: str, rule: str) -> str:
    """The file with the change of a rendered line applied to its source line."""
    lines = text.split("\n")
    source = lines[number - 1] if number <= len(lines) else ""
    start = len(_common(old, new))
    end = len(_common(old[start:][::-1], new[start:][::-1]))
    removed, inserted = old[start : len(old) - end], new[start : len(new) - end]
    # Enough preceding text that the position in the line is unique.
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
