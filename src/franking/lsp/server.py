"""The protocol: which request is answered by what. Every handler returns to the event loop at once or waits for the worker."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.exceptions import FeatureRequestError, JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer

from franking.lsp.answers import action, diagnostic
from franking.lsp.fixes import Fix, fixes
from franking.lsp.positions import Positions
from franking.lsp.problems import Problem
from franking.lsp.projects import Project, read_project, root_of
from franking.lsp.sources import Sources
from franking.lsp.worker import DEBOUNCE, Checked, Open, Worker
from franking.package.version import __version__

OURS = (".html.j2", ".mjml.j2", ".txt.j2", "theme.css", "kind.toml", "theme.toml", ".po")
_CERTAIN = (".mjml.j2", "theme.css", "kind.toml", ".html.j2")  # without a project, these get the hint at ``init``
_MOST_FIXES = 8  # problems of a code action request
_log = logging.getLogger("franking.lsp")


class Server(LanguageServer):
    """The language server of one editor."""

    def __init__(self) -> None:
        super().__init__("franking", __version__)
        self.worker = Worker(self._show, self.report)
        self._edited: list[str] = []  # URIs of open documents, the last edited first
        self._roots: dict[Path, Path | None] = {}  # by folder, for open documents
        self._hinted: set[Path] = set()
        self._reported: set[str] = set()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Report an error outside the handlers, without its text, which may contain a document."""
        if source is FeatureRequestError:
            return  # the answer has it
        if isinstance(error, JsonRpcException | PyglsError):
            _log.error("a message of the editor cannot be read: %s", type(error).__name__)
        else:
            self.report(error)

    def report(self, error: Exception) -> None:
        """Report a bug on stderr and, once for each place, in the editor. Texts of exceptions are left out, because they may
        contain personal data."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
        message = f"{type(error).__name__} at {place}: a bug in Franking"
        _log.error("%s", message)
        if os.environ.get("FRANKING_TRACEBACK"):
            _log.error("%s", "".join(traceback.format_exception(error)))
        if message not in self._reported:
            self._reported.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"franking lsp: {message}"))

    def edited(self, uri: str, delay: float = DEBOUNCE) -> None:
        """A document was opened or changed: check its project."""
        if uri in self._edited:
            self._edited.remove(uri)
        self._edited.insert(0, uri)
        root = self.root(path_of(uri))
        if root is not None:
            self.worker.schedule(root, self.documents(root), delay)
        elif (path := path_of(uri)).name.endswith(_CERTAIN) and path.parent not in self._hinted:
            self._hinted.add(path.parent)
            self.window_show_message(
                types.ShowMessageParams(
                    types.MessageType.Info, f"{path.parent} is in no Franking project: run `franking init` to create one"
                )
            )

    def closed(self, uri: str) -> None:
        """A document was closed."""
        if uri in self._edited:
            self._edited.remove(uri)
        root = self.root(path_of(uri))
        if root is not None:
            self.worker.schedule(root, self.documents(root), 0)

    def everything(self, delay: float = DEBOUNCE) -> None:
        """Files have changed on disk: check every project of open documents."""
        self._roots.clear()
        for root in {root for uri in self._edited if (root := self.root(path_of(uri))) is not None}:
            self.worker.schedule(root, self.documents(root), delay)

    def look_again(self, uri: str) -> None:
        """Look for the project of a document again."""
        self._roots.pop(path_of(uri).parent, None)

    def root(self, path: Path) -> Path | None:
        """The project's folder of a file."""
        if path.parent not in self._roots:
            self._roots[path.parent] = root_of(path)
        return self._roots[path.parent]

    def documents(self, root: Path) -> Open:
        """The open documents of a project that matter."""
        texts: dict[Path, str] = {}
        versions: dict[Path, int | None] = {}
        for uri in self._edited:
            path = path_of(uri)
            if path.name.endswith((*OURS, ".json")) and self.root(path) == root:
                document = self.workspace.text_documents.get(uri) or self.workspace.get_text_document(uri)
                texts[path], versions[path] = document.source, document.version
        return Open(texts, versions)

    def uri(self, path: Path) -> str:
        """The URI of a file: for an open document as the editor writes it."""
        return next((uri for uri in self._edited if path_of(uri) == path), None) or uris.from_fs_path(str(path)) or ""

    def positions(self, text: str) -> Positions:
        """The positions of a text, in the client's encoding."""
        return Positions(text, self.workspace.position_codec)

    def sources(self, path: Path) -> Sources | None:
        """The files of the project that a file belongs to; None without a usable project."""
        root = self.root(path)
        if root is None:
            return None
        checked = self.worker.projects.get(root)
        project: Project | None = checked.project if checked is not None else None
        if project is None:
            try:
                project = read_project(root)
            except Exception:  # the check reports it
                project = Project(root, root / "templates", root / "themes", "plain", "amazon", "css-inline")
        return Sources(project, self.documents(root).texts)

    def _show(self, checked: Checked, problems: Mapping[Path, list[Problem]]) -> None:
        """Publish what differs from what is shown."""
        for file in {*checked.shown, *problems}:
            found = problems.get(file, [])
            text = checked.open.texts.get(file)
            if text is None:
                text = Sources(_NOWHERE, {}).text(file)
            positions = self.positions(text)
            listed = [diagnostic(problem, positions) for problem in found]
            if checked.published.get(file, []) == listed:
                continue
            checked.published[file] = listed
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(self.uri(file), listed, checked.open.versions.get(file))
            )
        checked.shown = {file: found for file, found in problems.items() if found}

    def shown(self, path: Path) -> tuple[Checked | None, list[Problem]]:
        """The project of a file, and the problems that the editor shows in the file."""
        root = self.root(path)
        checked = self.worker.projects.get(root) if root is not None else None
        return checked, checked.shown.get(path, []) if checked is not None else []

    async def fixes(self, path: Path, wanted: types.Range) -> list[types.CodeAction]:
        """The fixes of the problems in a range."""
        checked, _ = self.shown(path)
        if checked is None:
            return []
        await checked.ready.wait()
        checks, documents = checked.checks, checked.open
        text = documents.texts.get(path)
        if checks is None or text is None:
            return []
        positions = self.positions(text)
        shown = [(problem, diagnostic(problem, positions)) for problem in checked.shown.get(path, [])]
        near = [(p, d) for p, d in shown if d.range.start.line <= wanted.end.line and wanted.start.line <= d.range.end.line]
        found: list[types.CodeAction] = []
        offered: set[tuple[tuple[Path, str, str], ...]] = set()
        sources = Sources(checks.project, documents.texts)
        for problem, shown_as in near[:_MOST_FIXES]:
            for fix in await self._fixes(checked, sources, problem):
                if checked.open is not documents:
                    return []  # edited since; the editor asks again
                if fix.changes not in offered:
                    offered.add(fix.changes)
                    found.append(self._action(checked, fix, shown_as))
        return found

    async def _fixes(self, checked: Checked, sources: Sources, problem: Problem) -> list[Fix]:
        assert checked.checks is not None
        key = checked.checks.generation, problem
        if key not in checked.fixes:
            checked.fixes = {known: kept for known, kept in checked.fixes.items() if known[0] == key[0]}
            checked.fixes[key] = await self.worker.run(fixes, checked.checks, sources, [problem])
        return checked.fixes[key]

    def _action(self, checked: Checked, fix: Fix, shown_as: types.Diagnostic) -> types.CodeAction:
        capabilities = self.client_capabilities.workspace
        edit = capabilities.workspace_edit if capabilities is not None else None
        documents = {path: (self.uri(path), checked.open.versions.get(path)) for path, _, _ in fix.changes}
        versioned = edit is not None and bool(edit.document_changes)
        return action(fix, [shown_as], self.positions, documents, versioned=versioned)


_NOWHERE = Project(Path(), Path(), Path(), "", "", "css-inline")


def path_of(uri: str) -> Path:
    """The file of a URI; a name that no project has for other schemes."""
    return Path(uris.to_fs_path(uri) or "/untitled/document")
