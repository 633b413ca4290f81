"""The types of the protocol for problems, fixes, completions and definitions."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lsprotocol import types

from franking.lsp.completion import Proposal
from franking.lsp.fixes import Fix
from franking.lsp.positions import Positions
from franking.lsp.problems import Problem

_SEVERITY = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}
_SORTS = {
    "variable": types.CompletionItemKind.Variable,
    "macro": types.CompletionItemKind.Function,
    "function": types.CompletionItemKind.Function,
    "field": types.CompletionItemKind.Field,
    "file": types.CompletionItemKind.File,
    "keyword": types.CompletionItemKind.Keyword,
}


def diagnostic(problem: Problem, positions: Positions) -> types.Diagnostic:
    """A problem as a diagnostic; its code is the rule's slug."""
    where, severity = positions.line(problem.line, problem.words), _SEVERITY[problem.severity]
    return types.Diagnostic(where, problem.text, severity, problem.rule or None, source="franking")


def completion(proposals: Iterable[Proposal], where: types.Range) -> types.CompletionList:
    """Completions that replace a range."""
    return types.CompletionList(
        False,
        [
            types.CompletionItem(
                proposal.label,
                kind=_SORTS[proposal.sort],
                detail=proposal.about or None,
                text_edit=types.TextEdit(where, proposal.insert or proposal.label),
            )
            for proposal in proposals
        ],
    )


def action(
    fix: Fix,
    diagnostics: list[types.Diagnostic],
    positions: Callable[[str], Positions],
    documents: Mapping[Path, tuple[str, int | None]],
    *,
    versioned: bool,
) -> types.CodeAction:
    """A fix as a code action. ``documents`` has the URI and the version (None: not open) of each file; with ``versioned``
    the client accepts edits of versioned documents, so that a fix of an older text is refused."""
    edits = {path: _edits(before, after, positions(before)) for path, before, after in fix.changes}
    if versioned:
        edit = types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(*documents[path]), list(changed))
                for path, changed in edits.items()
            ]
        )
    else:
        edit = types.WorkspaceEdit(changes={documents[path][0]: changed for path, changed in edits.items()})
    return types.CodeAction(
        fix.title, types.CodeActionKind.QuickFix, diagnostics, is_preferred=fix.preferred or None, edit=edit
    )


def _edits(before: str, after: str, positions: Positions) -> list[types.TextEdit]:
    """The changed lines. A line ending stays with its line, so a file keeps its own line endings."""
    old, new = before.split("\n"), after.split("\n")
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line) + 1)
    found: list[types.TextEdit] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        text = "".join(f"{line}\n" for line in new[c:d])
        start, end = starts[a], starts[b]
        if b == len(old):  # the last line has no line ending
            end = len(before)
            text = text.removesuffix("\n")
            if (a and a == b) or c == d:  # append after, or remove, the last line ending
                start = max(0, start - 1)
                text = f"\n{text}" if c != d else ""
        found.append(types.TextEdit(positions.range(start, end), text))
    return found
