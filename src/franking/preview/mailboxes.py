"""The message as mail programs show it, and what each of them drops, with the template line."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from franking.batch.pipeline import Pipeline
from franking.html.document import Document
from franking.mailbox.as_json import support_json
from franking.mailbox.clients import client
from franking.mailbox.notes import Use
from franking.mailbox.seen import seen
from franking.mailbox.support import lacks_of
from franking.mailbox.uses import uses
from franking.model import Inlined, Order
from franking.preview.build import standalone
from franking.preview.gallery_tables import programs
from franking.preview.live import Live
from franking.preview.requests import SAFE, asked_of, choice_of
from franking.preview.session import Choice, PreviewSession


def seen_in(session: PreviewSession, choice: Choice, data: str | None, name: str, *, dark: bool) -> dict[str, Any]:
    """The message as a client shows it. Raises ``LookupError`` for an unknown client, ``FrankingError`` if the message
    cannot be made."""
    program = client(name)
    shown = seen(standalone(session.compose(choice, data)), program, dark=dark)
    return {"client": program.name, "title": program.title, "about": program.about, "html": shown.html, "dark": shown.dark,
            "canvas": shown.palette.canvas}  # fmt: skip


def support_of(session: PreviewSession, choice: Choice, data: str | None = None) -> dict[str, Any]:
    """What clients drop of a message, with template lines. Raises ``FrankingError`` if the message cannot be made."""
    order, inlined = session.order(choice, data), session.compose(choice, data)
    return message_support(session.pipeline(choice.kind, choice.theme), order, inlined)


def message_support(pipeline: Pipeline, order: Order, inlined: Inlined, sample: str = "") -> dict[str, Any]:
    """As ``support_of``. The uses are those of the draft, whose characters lead back to the templates; a feature that the
    finished message does not use any more is left out, and one that only the inliner made has no line."""
    draft = Document(inlined.draft.html)
    finished = uses(Document(inlined.html))
    slugs = {use.slug for use in finished}
    drafted = [use for use in uses(draft, inlined=True) if use.slug in slugs]
    known = {use.slug for use in drafted}
    made = [use for use in finished if use.slug not in known]
    if not drafted and not made:
        return support_json([], lambda _: None)
    origins = pipeline.origins(order, inlined.draft, sample)
    own = {id(use) for use in drafted}

    def place(use: Use) -> dict[str, Any] | None:
        found = origins.within(use.offset, use.end) if origins is not None and id(use) in own else None
        if found is None:
            return None
        return {"file": found.file, "line": found.line, "snippet": found.snippet}

    return support_json(lacks_of([*drafted, *made]), place)


class Mailboxes:
    """What the page asks for: the mail programs, a message as one of them shows it, and what they drop of it."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def routes(self) -> list[Route]:
        """The routes of the application."""
        return [
            Route("/api/clients", self.clients),
            Route("/api/seen", self.seen, methods=["POST"]),
            Route("/api/support", self.support, methods=["POST"]),
        ]

    async def clients(self, _request: Request) -> Response:
        """All mail programs."""
        return JSONResponse({"clients": programs()}, headers=SAFE)

    async def seen(self, request: Request) -> Response:
        """The message as a mail program shows it."""
        value = await asked_of(request)
        data, dark = value.get("data"), value.get("dark") is True
        made = await asyncio.to_thread(
            lambda: seen_in(
                self._live.session,
                choice_of(value),
                data if isinstance(data, str) else None,
                str(value.get("client", "")),
                dark=dark,
            )
        )
        return JSONResponse(made, headers=SAFE)

    async def support(self, request: Request) -> Response:
        """What mail programs drop of the message."""
        value = await asked_of(request)
        data = value.get("data")
        await self._live.idle()
        found = await asyncio.to_thread(
            support_of, self._live.session, choice_of(value), data if isinstance(data, str) else None
        )
        return JSONResponse(found, headers=SAFE)
