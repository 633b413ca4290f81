"""The live preview: a page on 127.0.0.1 that shows a message while its templates are edited. No data leaves the machine."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib import resources
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from watchfiles import awatch

from franking.dispatch import interrupted
from franking.errors import FrankingError
from franking.mail import Mailbox, Sender
from franking.preview.events import EventStream
from franking.preview.fix import apply, fixable, plan
from franking.preview.judging import Judge
from franking.preview.requests import asked_of, choice_of
from franking.preview.session import Choice, PreviewSession, problem
from franking.preview.single_send import send_test_message

_HOSTS = ["127.0.0.1", "localhost"]
_TYPES = {
    "index.html": "text/html",
    "live.js": "text/javascript",
    "panels.js": "text/javascript",
    "view.js": "text/javascript",
    "fixing.js": "text/javascript",
    "live.css": "text/css",
}
# The content security policy; message frames inherit it. Images are data URLs, and no external resource is loaded.
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_STEP = 20  # milliseconds between polls of the file system


# Errors in the designers' files are responses that the page can show, not a status 500.
_ANSWERED: tuple[type[Exception], ...] = (
    FrankingError, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, MemoryError
)  # fmt: skip


class Live:
    """The application's state: the preview session, the open pages, and the known verdicts.

    ``trial`` makes a sender and a transport for test messages; it raises ``FrankingError`` if none is configured. With
    ``browser``, the installed browser decides undecided findings, in the judging process.
    """

    def __init__(self, session: PreviewSession, trial: Callable[[], tuple[Sender, Any]], *, browser: bool = False) -> None:
        self.session = session
        self.trial = trial
        self.events = EventStream()
        self.verdicts: dict[str, str] = {}
        self.looked_at: Choice | None = None
        self.judge_process = Judge(session, browser=browser)
        self._judging: asyncio.Task[None] | None = None
        self._showing = 0  # messages that pages wait for
        self._shown = asyncio.Event()  # no page waits for its message

    async def watch(self, stop: asyncio.Event) -> None:
        """Notify the pages of every change in the designers' folders."""
        folders = (self.session.catalog.templates, self.session.catalog.themes)
        async for changes in awatch(*folders, stop_event=stop, debounce=60, step=_STEP):
            self.changed(sorted({path for _, path in changes}))

    def changed(self, files: list[str]) -> None:
        """Read all files again and notify the pages."""
        self.session.forget()
        self.verdicts = {}
        if self.events.heard:
            self._shown.clear()  # the pages request their messages again; those come first
        self.events.tell({"changed": files})
        self.judge()

    async def show(self, choice: Choice, data: str | None, width: int | None) -> dict[str, Any]:
        """A request of a page. Background checks pause during it."""
        self.looked_at = choice
        self._showing += 1
        self._shown.clear()
        try:
            shown = await asyncio.to_thread(self.session.show, choice, data, width)
        finally:
            self._showing -= 1
            if not self._showing:
                self._shown.set()
        if data is None:
            self.verdicts[choice.name] = shown["verdict"]
        return shown

    def judge(self) -> None:
        """Start computing all verdicts in a separate process."""
        if self._judging is not None:
            self._judging.cancel()
        self._judging = asyncio.get_running_loop().create_task(self._judge())

    async def idle(self) -> None:
        """Wait until no page waits for its message."""
        await self._shown.wait()

    async def _judge(self) -> None:
        await self._shown.wait()  # the visible page comes first
        try:
            left = list(self.session.choices())
        except (FrankingError, OSError):  # the page's list shows the reason
            return
        await self.judge_process.forget()
        while left:
            left.sort(key=self._far, reverse=True)
            choice = left.pop()
            await self._shown.wait()
            verdict = self.verdicts.get(choice.name) or await self.judge_process.verdict(choice)
            self.verdicts[choice.name] = verdict
            self.events.tell({"verdict": [choice.name, verdict]})

    def _far(self, choice: Choice) -> tuple[bool, bool]:
        """The order of messages: first the language and theme that the page shows."""
        now = self.looked_at
        return (now is not None and choice.language != now.language, now is not None and choice.theme != now.theme)

    async def end(self) -> None:
        """Stop the background checks."""
        if self._judging is not None:
            self._judging.cancel()
            with suppress(asyncio.CancelledError):
                await self._judging
        await self.judge_process.end()


def make_app(live: Live) -> Starlette:
    """The Starlette application."""
    session = live.session

    def file(name: str) -> Callable[[Request], Response]:
        content = resources.files(__package__).joinpath("page", name).read_bytes()
        return lambda _request: Response(content, media_type=_TYPES[name], headers=_SAFE)

    async def listing(_request: Request) -> Response:
        choices = [[c.kind, c.theme, c.language, c.sample] for c in session.choices()]
        return JSONResponse({"titles": session.titles(), "choices": choices, "verdicts": live.verdicts,
                             "widths": session.policy.widths, "policy": session.policy.title,
                             "browser": live.judge_process.asks_browser}, headers=_SAFE)  # fmt: skip

    async def show(request: Request) -> Response:
        value = await asked_of(request)
        data, width = value.get("data"), value.get("width")
        width = width if isinstance(width, int) and 200 <= width <= 1200 else None
        shown = await live.show(choice_of(value), data if isinstance(data, str) else None, width)
        return JSONResponse(shown, headers=_SAFE)

    async def source(request: Request) -> Response:
        return JSONResponse({"text": session.source(request.query_params.get("file", ""))}, headers=_SAFE)

    async def fixes(request: Request) -> Response:
        value = await asked_of(request)
        choice, rules = choice_of(value), value.get("rules")
        if not isinstance(rules, list):
            raise HTTPException(400, "expected rules")
        await live.idle()
        return JSONResponse({"rules": await asyncio.to_thread(fixable, session, choice, map(str, rules))}, headers=_SAFE)

    async def decided(request: Request) -> Response:
        value = await asked_of(request)
        choice, data = choice_of(value), value.get("data")
        found = await live.judge_process.decided(choice, data if isinstance(data, str) else None)
        if found and data is None:
            live.verdicts[choice.name] = found["verdict"]
        return JSONResponse(found, headers=_SAFE)

    async def diff(request: Request) -> Response:
        value = await asked_of(request)
        found = await asyncio.to_thread(plan, session, choice_of(value), str(value.get("rule", "")))
        return JSONResponse({"files": found.shown(), "digest": found.digest}, headers=_SAFE)

    async def fix(request: Request) -> Response:
        value = await asked_of(request)
        rule, digest = str(value.get("rule", "")), str(value.get("digest", ""))
        files = await asyncio.to_thread(apply, session, choice_of(value), rule, digest)
        live.changed(files)
        return JSONResponse({"files": files}, headers=_SAFE)

    async def save(request: Request) -> Response:
        value = await asked_of(request)
        await asyncio.to_thread(session.save_sample, choice_of(value), str(value.get("data", "")))
        return JSONResponse({}, headers=_SAFE)

    async def trial(request: Request) -> Response:
        value = await asked_of(request)
        sender, transport = live.trial()
        recipient = Mailbox(str(value.get("to", "")))
        outcome = await send_test_message(
            await asyncio.to_thread(session.outgoing, choice_of(value), sender, recipient.address), transport
        )
        return JSONResponse({"state": outcome.state.value, "detail": outcome.detail}, headers=_SAFE)

    async def events(_request: Request) -> Response:
        return StreamingResponse(live.events.listen(), media_type="text/event-stream", headers=_SAFE)

    async def refused(_request: Request, error: Exception) -> Response:
        return JSONResponse({"error": problem(error)}, 422, headers=_SAFE)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = asyncio.create_task(live.watch(stop))
        live.judge()
        yield
        stop.set()
        await live.end()
        await watching

    return Starlette(
        routes=[
            Route("/", file("index.html")),
            *(Route(f"/{name}", file(name)) for name in _TYPES if name != "index.html"),
            Route("/api/list", listing),
            Route("/api/source", source),
            Route("/api/events", events),
            *(Route(f"/api/{asked.__name__}", asked, methods=["POST"])
              for asked in (show, decided, fixes, diff, fix, save, trial)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],  # against DNS rebinding
        exception_handlers=dict.fromkeys(_ANSWERED, refused),
        lifespan=lifespan,
    )  # fmt: skip


class _Server(uvicorn.Server):
    """A server that leaves signals to the caller."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no signal handlers."""
        yield


def serve(live: Live, port: int, ready: Callable[[], None]) -> None:
    """Serve on 127.0.0.1 until SIGINT or SIGTERM. Raises ``FrankingError`` if the port is taken."""
    config = uvicorn.Config(
        make_app(live), host="127.0.0.1", port=port, log_level="error", lifespan="on", timeout_graceful_shutdown=2
    )
    server = _Server(config)

    def stop() -> None:
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

    probe = socket.socket()
    try:
        if os.name == "posix":  # on Windows this option would take over a used port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    except OSError as error:
        raise FrankingError(f"port {port} on 127.0.0.1 cannot be opened ({error.strerror}); pass --port") from None
    finally:
        probe.close()
    asyncio.run(run())
