"""What the page's editor asks for, and what takes a message out of the page: files, share file, ``.eml``, inbox."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from franking.catalog import parse_sample
from franking.errors import TemplateError
from franking.inbox.web import make_app as inbox_app
from franking.preview.embedded import EmbeddedInbox
from franking.preview.files import Conflict, DesignFiles, OpenFile
from franking.preview.requests import SAFE, asked_of, choice_of
from franking.preview.sample_lines import with_line
from franking.preview.session import PREVIEW_SENDER, PreviewSession, problem
from franking.preview.share import file_name, share_page

_LARGEST = 8_000_000  # bytes of a request that writes a file: JSON escapes a byte as up to six


class Workbench:
    """The answers. The keys of an answer are those that the page's scripts read."""

    def __init__(self, session: PreviewSession) -> None:
        self._session = session
        self._files = DesignFiles(session.catalog)
        self.inbox = EmbeddedInbox(session)

    def routes(self) -> list[BaseRoute]:
        """The routes, the inbox's page below ``/inbox`` among them."""
        changing = (self.write, self.eml, self.share, self.deliver)
        return [
            Route("/api/files", self.files),
            Route("/api/file", self.file),
            *(Route(f"/api/{answer.__name__}", answer, methods=["POST"]) for answer in changing),
            Mount("/inbox", inbox_app(self.inbox.store, self.inbox.judge)),
        ]

    async def files(self, _request: Request) -> Response:
        """The names of all files that can be edited."""
        return JSONResponse({"files": await asyncio.to_thread(self._files.names)}, headers=SAFE)

    async def file(self, request: Request) -> Response:
        """A file by its name, or by the path that a finding has."""
        name = request.query_params.get("name", "")
        return JSONResponse(_shown(await asyncio.to_thread(self._files.read, name)), headers=SAFE)

    async def write(self, request: Request) -> Response:
        """Write a file over the version that the page has read. Answers 409 with the file's present state otherwise."""
        value = await asked_of(request, _LARGEST)
        name, text, version = (value.get(key) for key in ("name", "text", "version"))
        if not isinstance(name, str) or not isinstance(text, str) or not isinstance(version, str):
            raise HTTPException(400, "expected name, text and version")
        try:
            written = await asyncio.to_thread(self._write, name, text, version)
        except Conflict as conflict:
            return JSONResponse({"error": problem(conflict), "found": _shown(conflict.found)}, 409, headers=SAFE)
        return JSONResponse(_shown(written), headers=SAFE)

    def _write(self, name: str, text: str, version: str) -> OpenFile:
        path = self._files.find(name)
        if path.suffix == ".json" and path.parent.name == "samples":
            _check_sample(text, str(path))
        return self._files.write(name, text, version)

    async def eml(self, request: Request) -> Response:
        """The message as it would be sent, from the preview's sender to the sample's buyer."""
        value = await asked_of(request)
        choice = choice_of(value)
        outgoing = await asyncio.to_thread(self._session.outgoing, choice, PREVIEW_SENDER, "", _data(value))
        return _download(outgoing.content, "message/rfc822", file_name(choice, ".eml"))

    async def share(self, request: Request) -> Response:
        """The message as one HTML file."""
        value = await asked_of(request)
        choice = choice_of(value)
        page = await asyncio.to_thread(self._shared, value)
        return _download(page.encode(), "text/html", file_name(choice, ".html"))

    def _shared(self, value: dict[str, Any]) -> str:
        choice = choice_of(value)
        shown = self._session.show(choice, _data(value))
        title = self._session.titles().get(choice.kind, choice.kind)
        return share_page(shown, choice, title, self._session.policy.title, datetime.now(UTC))

    async def deliver(self, request: Request) -> Response:
        """Send the message to the preview's inbox; ``page`` is where it is shown."""
        value = await asked_of(request)
        sent = await self.inbox.send(choice_of(value), _data(value))
        return JSONResponse({"page": f"inbox/{sent['number']}", "detail": sent["detail"]}, headers=SAFE)


def _check_sample(text: str, file: str) -> None:
    """Raises ``TemplateError`` with the line for a text that is no sample."""
    try:
        parse_sample(text, file)
    except TemplateError as error:
        located = with_line(text, problem(error))
        raise TemplateError(f"{located['file']}:{located['line']}: {located['message']}") from None


def _data(value: dict[str, Any]) -> str | None:
    data = value.get("data")
    return data if isinstance(data, str) else None


def _shown(file: OpenFile) -> dict[str, str]:
    return {"name": file.name, "path": str(file.path), "text": file.text, "version": file.version}


def _download(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={**SAFE, "Content-Disposition": f'attachment; filename="{name}"'})
