"""The requests and notifications that the server handles, and the server's life over stdin and stdout.

Every handler returns to the event loop at once or waits for the worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types

from franking.errors import ConfigurationError
from franking.lsp.answers import completion
from franking.lsp.completion import proposals
from franking.lsp.definitions import definitions
from franking.lsp.hover import name_page, rule_pages
from franking.lsp.positions import Positions
from franking.lsp.server import OURS, Server, path_of
from franking.lsp.sources import Sources

_WATCHED = "**/*.{j2,css,toml,po,json,png,jpg,jpeg,gif,webp}"


async def _initialized(server: Server, _params: types.InitializedParams) -> None:
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace is not None else None
    if watching is not None and watching.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_WATCHED)])
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("franking-files", method, options)
        await server.client_register_capability_async(types.RegistrationParams([registration]))


async def _opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    server.look_again(params.text_document.uri)
    server.edited(params.text_document.uri, 0)


async def _changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    server.edited(params.text_document.uri)


async def _closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    server.closed(params.text_document.uri)


async def _files_changed(server: Server, _params: Any) -> None:
    server.everything()


async def _actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    only = params.context.only
    if only is not None and not any(kind in ("", "quickfix") for kind in only):
        return []
    return await server.fixes(path_of(params.text_document.uri), params.range)


async def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    found = _at(server, params.text_document.uri, params.position)
    if found is None:
        return None
    sources, path, text, positions, offset = found
    checked, problems = server.shown(path)
    here = [p for p in problems if positions.line(p.line).start.line == params.position.line]
    policy = checked.checks.session.policy if checked is not None and checked.checks is not None else None
    pages = [page for page in (name_page(sources, path, text, offset), rule_pages(here, policy)) if page]
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(pages))) if pages else None


async def _complete(server: Server, params: types.CompletionParams) -> types.CompletionList | None:
    found = _at(server, params.text_document.uri, params.position)
    if found is None:
        return None
    sources, path, text, positions, offset = found
    start, listed = proposals(sources, path, text, offset)
    return completion(listed, positions.range(start, offset))


async def _define(server: Server, params: types.DefinitionParams) -> list[types.Location] | None:
    found = _at(server, params.text_document.uri, params.position)
    if found is None:
        return None
    sources, path, text, _, offset = found
    return [
        types.Location(server.uri(file), server.positions(sources.text(file)).range(start, end))
        for file, start, end in definitions(sources, path, text, offset)
    ]


def _at(server: Server, uri: str, position: types.Position) -> tuple[Sources, Path, str, Positions, int] | None:
    """The files, the document and the offset of a request; None outside a project."""
    path = path_of(uri)
    sources = server.sources(path)
    if sources is None or not path.name.endswith(OURS):
        return None
    text = server.workspace.get_text_document(uri).source
    positions = server.positions(text)
    return sources, path, text, positions, positions.offset(position)


_Handler = Callable[[Server, Any], Awaitable[Any]]
_HANDLERS: tuple[tuple[str, _Handler, Any], ...] = (
    (types.INITIALIZED, _initialized, None),
    (types.TEXT_DOCUMENT_DID_OPEN, _opened, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _files_changed, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, _closed, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _files_changed, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _files_changed, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, _actions, types.CodeActionOptions([types.CodeActionKind.QuickFix])),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, _complete, types.CompletionOptions(trigger_characters=[".", "|", '"', "'"])),
    (types.TEXT_DOCUMENT_DEFINITION, _define, None),
)


def make_server() -> Server:
    """A server with all its handlers."""
    server = Server()
    for method, handler, options in _HANDLERS:
        server.feature(method, options)(_guarded(server, handler))
    return server


def _guarded(server: Server, handler: _Handler) -> Callable[[Any], Awaitable[Any]]:
    """The handler of a server; an exception is reported, and the answer is empty then."""

    async def guarded(params: Any) -> Any:
        try:
            return await handler(server, params)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            server.report(error)
            return None

    return guarded


def serve() -> None:
    """Serve one editor over stdin and stdout until it ends the connection. Whatever else writes to stdout goes to stderr.

    Raises ``ConfigurationError`` at a terminal and for streams that are no files of the system.
    """
    numbers: tuple[int, ...] = ()
    with contextlib.suppress(OSError, ValueError):
        numbers = sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno()
    if not numbers or sys.stdin.isatty():
        raise ConfigurationError("lsp: stdin and stdout are no pipes; an editor starts this command (docs/editors.md)")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="franking lsp: %(message)s")
    for name in ("pygls", "asyncio"):  # their messages contain documents
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    sys.stdout.flush()
    protocol = os.fdopen(os.dup(numbers[1]), "wb")
    os.dup2(numbers[2], numbers[1])
    server = make_server()

    def ended(number: int, _frame: object) -> None:
        server.worker.clean()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)  # the thread that reads stdin cannot be interrupted

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ended)
    try:
        server.start_io(sys.stdin.buffer, protocol)
    finally:
        server.worker.close()
