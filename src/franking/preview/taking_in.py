"""The page takes in a file: it is imported as ``franking import`` does."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from franking.errors import InputError
from franking.preview.incoming import Importer, Incoming
from franking.preview.requests import SAFE, asked_of
from franking.preview.session import PreviewSession

_LARGEST = 2_000_000  # bytes of a request: a template of 1 MiB in Base64, with its names
_LONGEST_NAME = 120  # characters; four bytes each stay below what a file system takes
_TEXTS = ("kind", "theme", "dialect", "brand", "like")


class TakingIn:
    """The answer. Its keys are those that the page's script reads."""

    def __init__(self, session: PreviewSession, importer: Importer) -> None:
        self._session = session
        self._importer = importer
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[Route]:
        """The route."""
        return [Route("/api/import", self.take_in, methods=["POST"])]

    async def take_in(self, request: Request) -> Response:
        """Import a file, or say what the import would make of it."""
        try:
            value = await asked_of(request, _LARGEST)
        except HTTPException as error:
            if error.status_code == 413:
                raise InputError("the file is over 1 MB, expected a template") from None
            raise
        incoming = _incoming(value)
        async with self._one_at_a_time:
            found = await asyncio.to_thread(self._importer, incoming)
        if not incoming.dry_run:
            self._session.forget()  # the watcher tells the pages
        return JSONResponse(found, headers=SAFE)


def _incoming(value: dict[str, Any]) -> Incoming:
    """The request. Raises ``HTTPException`` (400) for anything that the page does not send, ``InputError`` for a name with
    folders."""
    name, content, *texts = (value.get(key, "") for key in ("name", "content", *_TEXTS))
    if not isinstance(name, str) or not isinstance(content, str) or not all(isinstance(text, str) for text in texts):
        raise HTTPException(400, "expected name, content and options as texts")
    try:
        data = base64.b64decode(content, validate=True)
    except ValueError:
        raise HTTPException(400, "expected the content in Base64") from None
    bare = name.isprintable() and not name.startswith(".") and not set(name) & set('/\\:*?"<>|')
    if not bare or not 0 < len(name) <= _LONGEST_NAME:
        raise InputError(f"found {name[:60]!r}, expected the name of a file without folders, up to {_LONGEST_NAME} letters")
    options = {key: text.strip() for key, text in zip(_TEXTS, texts, strict=True)}
    return Incoming(name, data, **options, replace=value.get("replace") is True, dry_run=value.get("dry_run") is not False)
