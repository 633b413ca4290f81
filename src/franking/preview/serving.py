"""The live preview: a page on 127.0.0.1 that shows a message as its templates are edited. Nothing leaves the machine."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib import resources
from pathlib import PurePath
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from franking.dispatch import interrupted
from franking.errors import FrankingError
from franking.mail import Mailbox
from franking.preview.fix import Plan, apply, fixable, plan, undo
from franking.preview.live import Live
from franking.preview.mailboxes import Mailboxes
from franking.preview.remedies import remedies, remedy
from franking.preview.requests import SAFE as _SAFE
from franking.preview.requests import asked_of, choice_of
from franking.preview.session import problem
from franking.preview.single_send import send_test_message
from franking.preview.taking_in import TakingIn
from franking.preview.workbench import Workbench

_HOSTS = ["127.0.0.1", "localhost"]
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_PAGE = resources.files(__package__).joinpath("page")
# Whatever goes wrong with the designers' files is an answer that the page can show, not a bare status of 500.
_ANSWERED: tuple[type[Exception], ...] = (
    FrankingError, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, MemoryError
)  # fmt: skip


def _file(name: str) -> Callable[[Request], Response]:
    content, media_type = _PAGE.joinpath(name).read_bytes(), _TYPES[PurePath(name).suffix]
    return lambda _request: Response(content, media_type=media_type, headers=_SAFE)


class _Answers:
    """What the page asks for, and what it is answered. The keys of an answer are those that the page's script reads."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._session = live.session

    async def listing(self, _request: Request) -> Response:
        """All that can be shown, and the verdicts known so far."""
        live, session = self._live, self._session
        live.warm()
        choices = [[c.kind, c.theme, c.language, c.sample] for c in session.choices()]
        return JSONResponse({"titles": session.titles(), "choices": choices, "verdicts": live.verdicts,
                             "widths": session.policy.widths, "policy": session.policy.title,
                             "browser": live.judge_process.asks_browser}, headers=_SAFE)  # fmt: skip

    async def source(self, request: Request) -> Response:
        """The text of a template."""
        return JSONResponse({"text": self._session.source(request.query_params.get("file", ""))}, headers=_SAFE)

    async def events(self, _request: Request) -> Response:
        """What changes from now on."""
        return StreamingResponse(self._live.events.listen(), media_type="text/event-stream", headers=_SAFE)

    async def show(self, request: Request) -> Response:
        """A message, with its verdict."""
        value = await asked_of(request)
        data, width = value.get("data"), value.get("width")
        width = width if isinstance(width, int) and 200 <= width <= 1200 else None
        shown = await self._live.show(choice_of(value), data if isinstance(data, str) else None, width)
        return JSONResponse(shown, headers=_SAFE)

    async def thumbnail(self, request: Request) -> Response:
        """The HTML of a message, for a thumbnail."""
        value = await asked_of(request)
        await self._live.idle()
        return JSONResponse({"html": await asyncio.to_thread(self._session.thumbnail, choice_of(value))}, headers=_SAFE)

    async def search(self, request: Request) -> Response:
        """The names of the messages that contain the words, and how many messages are not read yet."""
        value = await asked_of(request)
        names, unread = await asyncio.to_thread(self._live.search, str(value.get("find", "")))
        return JSONResponse({"names": names, "unread": unread}, headers=_SAFE)

    async def decided(self, request: Request) -> Response:
        """The verdict with what a browser decides."""
        live, value = self._live, await asked_of(request)
        choice, data = choice_of(value), value.get("data")
        found = await live.judge_process.decided(choice, data if isinstance(data, str) else None)
        if found and data is None:
            live.verdicts[choice.name] = found["verdict"]
        return JSONResponse(found, headers=_SAFE)

    async def fixes(self, request: Request) -> Response:
        """Which of the rules can be fixed."""
        value = await asked_of(request)
        choice, rules = choice_of(value), value.get("rules")
        if not isinstance(rules, list):
            raise HTTPException(400, "expected rules")
        findings = [f for f in value.get("findings") or [] if isinstance(f, dict)]
        await self._live.idle()
        found = await asyncio.to_thread(fixable, self._session, choice, map(str, rules))
        others = await asyncio.to_thread(remedies, self._session, choice, findings)
        return JSONResponse({"rules": found, "remedies": others}, headers=_SAFE)

    async def diff(self, request: Request) -> Response:
        """What a fix would change."""
        value = await asked_of(request)
        found = await asyncio.to_thread(self._planned, value)
        return JSONResponse({"files": found.shown(), "digest": found.digest}, headers=_SAFE)

    async def fix(self, request: Request) -> Response:
        """Change the files as ``diff`` said."""
        value = await asked_of(request)
        files = await asyncio.to_thread(self._applied, value)
        self._live.changed(files)
        return JSONResponse({"files": files}, headers=_SAFE)

    async def undo(self, _request: Request) -> Response:
        """Take back the last fix."""
        await asked_of(_request)
        files = await asyncio.to_thread(undo, self._session)
        self._live.changed(files)
        return JSONResponse({"files": files}, headers=_SAFE)

    def _planned(self, value: dict[str, Any]) -> Plan:
        """The plan of a fix of a rule, or of the remedy for a finding."""
        finding = value.get("finding")
        if isinstance(finding, dict):
            return remedy(self._session, choice_of(value), finding, str(value.get("reason", "")))
        return plan(self._session, choice_of(value), str(value.get("rule", "")))

    def _applied(self, value: dict[str, Any]) -> list[str]:
        self._session.forget()
        return apply(self._session, self._planned(value), str(value.get("digest", "")))

    async def save(self, request: Request) -> Response:
        """Save the data of a sample."""
        value = await asked_of(request)
        await asyncio.to_thread(self._session.save_sample, choice_of(value), str(value.get("data", "")))
        return JSONResponse({}, headers=_SAFE)

    async def trial(self, request: Request) -> Response:
        """Send a message to an address of one's own."""
        value = await asked_of(request)
        sender, transport = self._live.trial()
        recipient = Mailbox(str(value.get("to", "")))
        outcome = await send_test_message(
            await asyncio.to_thread(self._session.outgoing, choice_of(value), sender, recipient.address), transport
        )
        return JSONResponse({"state": outcome.state.value, "detail": outcome.detail}, headers=_SAFE)


async def _refused(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": problem(error)}, 422, headers=_SAFE)


def make_app(live: Live) -> Starlette:
    """The Starlette application."""
    answers = _Answers(live)
    workbench = Workbench(live.session)
    changing = (
        answers.show,
        answers.thumbnail,
        answers.search,
        answers.decided,
        answers.fixes,
        answers.diff,
        answers.fix,
        answers.undo,
        answers.save,
        answers.trial,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = asyncio.create_task(live.watch(stop))
        live.judge()
        yield
        stop.set()
        await live.end()
        await asyncio.to_thread(workbench.inbox.end)
        await watching

    return Starlette(
        routes=[
            Route("/", _file("index.html")),
            *(Route(f"/{file.name}", _file(file.name)) for file in _PAGE.iterdir() if file.name.endswith((".js", ".css"))),
            Route("/api/list", answers.listing),
            Route("/api/source", answers.source),
            Route("/api/events", answers.events),
            *(Route(f"/api/{answer.__name__}", answer, methods=["POST"]) for answer in changing),
            *workbench.routes(),
            *Mailboxes(live).routes(),
            *TakingIn(live.session, live.importer).routes(),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],  # against DNS rebinding
        exception_handlers=dict.fromkeys(_ANSWERED, _refused),
        lifespan=lifespan,
    )


class _Server(uvicorn.Server):
    """Signals are the caller's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


def serve(live: Live, port: int, ready: Callable[[], None]) -> None:
    """Serve on 127.0.0.1 until SIGINT or SIGTERM. Raises ``FrankingError`` if the port is taken."""
    config = uvicorn.Config(
        make_app(live), host="127.0.0.1", port=port, log_level="error", lifespan="on", timeout_graceful_shutdown=2
    )
    server = _Server(config)

    def stop() -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # no traceback of a request that is given up
        live.events.end()
        server.should_exit = True

    async def run() -> None:
        with interrupted(stop):
            serving = asyncio.create_task(server.serve())
            while not server.started and not serving.done():
                await asyncio.sleep(0.02)
            if server.started:
                ready()
            await serving

    trial = socket.socket()
    try:
        if os.name == "posix":  # on Windows it would take the port from whoever has it
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(("127.0.0.1", port))
    except OSError as error:
        raise FrankingError(f"port {port} on 127.0.0.1 cannot be opened ({error.strerror}); pass --port") from None
    finally:
        trial.close()
    asyncio.run(run())
