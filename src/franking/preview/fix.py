"""One-click fix: fixes findings in the template or style sheet that they come from, if that is certain.

The draft (before inlining) is fixed like with ``check --fix``, and each changed line is mapped to the file that it was
rendered from. A fix is offered only if the message, rendered again from a copy of the folders, equals the fixed draft byte
for byte. The designers' files are written after a person has seen the diff.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from franking.batch.causes import draft_message
from franking.check.fix import fix_message
from franking.check.registry import check_rules
from franking.errors import FrankingError
from franking.html.document import Document, Text
from franking.model import Draft, Inlined
from franking.preview.fix_mjml import mjml_plan
from franking.preview.plans import Plan as Plan
from franking.preview.session import Choice, PreviewSession
from franking.preview.trial import copied

_UNCERTAIN = "it cannot be fixed in the templates with certainty; please change it by hand"
_CHANGED = "the files are not what the diff shows any more; please look at it again"


def fixable(session: PreviewSession, choice: Choice, rules: Iterable[str]) -> list[str]:
    """The rules whose findings on a message can be fixed, found by a dry run."""
    fixable = {entry.rule.slug for entry in check_rules() if entry.fix is not None or entry.fix_page is not None}
    found: list[str] = []
    for rule in dict.fromkeys(rules):
        if rule in fixable:
            with contextlib.suppress(FrankingError, OSError):
                plan(session, choice, rule)
                found.append(rule)
    return found


def plan(session: PreviewSession, choice: Choice, rule: str) -> Plan:
    """The changes that would fix a rule's findings on a message. Writes nothing to the designers' folders.

    Raises ``FrankingError`` if nothing can be fixed with certainty.
    """
    try:
        return _plan_of_draft(session, choice, rule)
    except FrankingError:
        if not session.pipeline(choice.kind, choice.theme).kind.markup == "mjml":
            raise
    found = mjml_plan(session, choice, rule)
    if found is None:
        raise FrankingError(f"{rule}: {_UNCERTAIN}")
    return found


def _plan_of_draft(session: PreviewSession, choice: Choice, rule: str) -> Plan:
    """The changes of the templates that change the draft as the rule's fix does."""
    inlined = session.compose(choice)
    draft = inlined.draft
    fixed = fix_message(draft_message(inlined), session.policy, select=[rule])
    if fixed.html == draft.html:
        raise FrankingError(f"{rule}: {_UNCERTAIN}")
    before: dict[Path, str] = {}
    after: dict[Path, str] = {}
    done: set[tuple[Path, int]] = set()
    for change in _changes(session, choice, draft, fixed.html):
        path = session.within(str(change.path))
        if path not in before:
            before[path] = after[path] = path.read_bytes().decode("utf-8")
        try:
            after[path] = change.applied(after[path], rule)
        except FrankingError:
            if (path, change.line) not in done:  # a line that is rendered several times is changed once
                raise
        done.add((path, change.line))
    if not _same(tried(session, choice, after).draft.html, fixed.html):
        raise FrankingError(f"{rule}: {_UNCERTAIN}")
    return Plan(tuple((path, before[path], after[path]) for path in before))


def _same(one: str, other: str) -> bool:
    """Whether two drafts are the same but for white space inside of tags."""
    if one == other:
        return True
    first, second = (
        [(e.tag, e.attrs, [c.data if isinstance(c, Text) else "" for c in e.children]) for e in Document(html).elements]
        for html in (one, other)
    )
    return first == second


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
    with copied(session) as (trial, copy_of):
        for path, text in texts.items():
            copy_of(path).write_bytes(text.encode("utf-8"))
        return trial.compose(choice)


@dataclass(frozen=True, slots=True)
class _Changed:
    """Lines of the draft before and after, and the file and line that the first difference comes from."""

    old: str
    new: str
    path: Path
    line: int

    def applied(self, text: str, rule: str) -> str:
        """The file with this change. Raises ``FrankingError`` if its place is not certain."""
        start = len(_common(self.old, self.new))
        end = len(_common(self.old[start:][::-1], self.new[start:][::-1]))
        removed, inserted = self.old[start : len(self.old) - end], self.new[start : len(self.new) - end]
        if "\n" not in self.old:
            found = replaced(text, self.line, self.old[:start], removed, inserted)
        else:
            found = replaced(text, self.line, self.old[:start], removed, inserted, removed.count("\n") + 1)
        if found is None and not inserted.strip() and removed.strip():
            # The white space before an attribute may be written elsewhere, as before a condition.
            found = replaced(text, self.line, "", removed.strip(), inserted.strip(), removed.count("\n") + 1)
        if found is None:
            raise FrankingError(f"{rule}: {_UNCERTAIN}")
        return found


def replaced(text: str, number: int, before: str, removed: str, inserted: str, length: int = 1) -> str | None:
    """The file with ``removed`` replaced in ``length`` lines from line ``number``; a line that becomes empty is removed.
    ``before`` is the rendered text before it, of which so much is used that the place is unique. None if it is not."""
    lines = text.split("\n")
    window = "\n".join(lines[number - 1 : number - 1 + length])
    for context in range(len(before) + 1):
        piece = before[len(before) - context :] + removed
        if piece and window.count(piece) == 1:
            at = window.index(piece) + context
            changed = window[:at] + inserted + window[at + len(removed) :]
            kept = [changed] if changed.strip() or not window.strip() else []
            return "\n".join([*lines[: number - 1], *kept, *lines[number - 1 + length :]])
    return None


def _changes(session: PreviewSession, choice: Choice, draft: Draft, fixed: str) -> list[_Changed]:
    """The changed lines of the draft. In reverse order, so removing a line does not move lines that are still to be changed."""
    old, new = draft.html.split("\n"), fixed.split("\n")
    origins = session.pipeline(choice.kind, choice.theme).origins(session.order(choice), draft)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line) + 1)
    found: set[_Changed] = set()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if tag == "insert":
            raise FrankingError(_UNCERTAIN)
        if b - a == d - c:
            pairs = [(a + n, old[a + n], new[c + n]) for n in range(b - a)]
        elif tag == "delete":
            pairs = [(n, old[n], "") for n in range(a, b)]
        else:  # a tag over several lines loses an attribute with the line break before it
            pairs = [(a, "\n".join(old[a:b]), "\n".join(new[c:d]))]
        for number, before, after in pairs:
            differs = len(_common(before, after))
            place = origins.at(starts[number] + differs) if origins is not None else None
            if place is None:
                raise FrankingError(_UNCERTAIN)
            found.add(_Changed(before, after, Path(place.file), place.line))
    return sorted(found, key=lambda change: (str(change.path), -change.line))


def _common(one: str, other: str) -> str:
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]
