"""The web view of a store, on 127.0.0.1 only. Messages are shown in sandboxed frames, and every view has its own address."""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from importlib import resources
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from franking.errors import ConfigurationError, install_hint
from franking.inbox.index import PAGE, Index
from franking.inbox.store import Letter, file_name

_HOSTS = ["127.0.0.1", "localhost"]
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# The content security policy of messages: no scripts, no forms, no resources but those in the message.
_MESSAGE = {
    **_SAFE,
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
_MOST_PARTS = 200  # of a shown message
_LONGEST = 1_000_000  # characters of a part that are shown
WIDTHS = (320, 360, 414, 600, 800, 0)  # CSS px of the message; 0 is as wide as the page
_WIDE = frozenset(map(str, WIDTHS))
_VIEWS = (("message", "Message"), ("findings", "Findings"), ("text", "Text"), ("source", "Source"), ("headers", "Headers"))


class Verdict(Protocol):
    """A verdict on a mail: ``permitted``, ``rejected`` or ``unread``. A finding is severity, rule, message, place and hint."""

    @property
    def word(self) -> str:
        """The verdict."""

    @property
    def findings(self) -> tuple[tuple[str, str, str, str, str], ...]:
        """The findings."""

    @property
    def note(self) -> str:
        """What is to be read with it."""


Judge = Callable[[Path], Verdict]


@dataclass(frozen=True, slots=True)
class _View:
    """What of a message is shown, as the address has it."""

    file: str
    base: str
    view: str
    width: int

    def __call__(self, **changed: object) -> str:
        """The address of another view of the message."""
        query = {"view": self.view, "width": self.width, **changed}
        kept = {name: value for name, value in query.items() if value and value != "message"}
        return f"{self.base}/{self.file}{'?' if kept else ''}{urlencode(kept)}"


def _load(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _html(letter: Letter) -> str:
    pictures: dict[str, str] = {}
    for part in letter.mail.walk():
        identity = str(part.get("Content-ID", "")).strip("<> ")
        content = part.get_payload(decode=True)
        if identity and isinstance(content, bytes) and part.get_content_maintype() == "image":
            data = base64.b64encode(content).decode("ascii")
            pictures[f"cid:{identity}"] = f"data:{part.get_content_type()};base64,{data}"
    html = letter.part("html")[:_LONGEST]
    if not pictures:
        return html
    names = "|".join(map(re.escape, sorted(pictures, key=len, reverse=True)))
    return re.sub(names, lambda match: pictures[match.group()], html)


def _shown(path: Path) -> dict[str, str]:
    """The shown parts of a message; an error text if it cannot be read."""
    try:
        data = path.read_bytes()
        headers = data.partition(b"\r\n\r\n")[0][:_LONGEST].decode("utf-8", "replace")
        if data.count(b"boundary=") > _MOST_PARTS:  # the parser matches each line against each of them
            raise RecursionError
        mail = message_from_bytes(data, policy=default_policy)
        assert isinstance(mail, EmailMessage)
        letter = Letter(path, "", "", "", "", len(data), mail)
        text, html = letter.part("plain")[:_LONGEST], _html(letter)
        source = letter.part("html")[:_LONGEST]
    except Exception as error:  # the parser raises various exceptions for hostile mails; the inbox continues
        what = "its parts are nested too deep" if isinstance(error, RecursionError) else type(error).__name__
        notice = f"This message cannot be shown ({what}). It is kept as {path.name}."
        return {"text": notice, "html": "", "source": notice, "headers": notice}
    return {"text": text, "html": html, "source": source, "headers": headers.replace("\r\n", "\n")}


def make_app(store: Path, judge: Judge | None = None) -> Any:
    """The Starlette application over a store; it can be mounted below a path. ``judge`` gives the verdict on a message.
    Raises ``ModuleNotFoundError`` without the extra."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    page = _page()
    index = Index(store)
    views = [one for one in _VIEWS if judge is not None or one[0] != "findings"]

    def find(request: Request) -> Path | None:
        name = request.path_params["name"]
        path = store / file_name(int(name)) if re.fullmatch(r"[0-9]{6,12}", name) else None
        return path if path is not None and path.is_file() else None

    def render(request: Request, number: int, path: Path | None) -> Response:
        heads, total = index.page(number)
        head = next((h for h in heads if path is not None and h.file == path.stem), None)
        parts = _shown(path) if head is not None and path is not None else {}
        known = {name for name, _ in views}
        asked, wide = request.query_params.get("view", ""), request.query_params.get("width", "")
        view = asked if asked in known else "message" if parts.get("html") or head is None else "text"
        at = _View(head.file if head else "", request.scope.get("root_path", ""), view, int(wide) if wide in _WIDE else 0)
        return HTMLResponse(
            page.render(
                heads=heads,
                total=total,
                number=number,
                pages=max(1, -(-total // PAGE)),
                head=head,
                views=views,
                at=at,
                base=at.base,
                view=view,
                width=at.width,
                widths=WIDTHS,
                text=parts.get(view, ""),
                verdict=judge(path) if judge is not None and path is not None and head is not None else None,
            ),
            200,
            _SAFE,
        )

    def listing(request: Request) -> Response:
        asked = request.query_params.get("page", "1")
        return render(request, int(asked) if re.fullmatch(r"[1-9][0-9]{0,8}", asked) else 1, None)

    def show(request: Request) -> Response:
        path = find(request)
        if path is None:
            return HTMLResponse("No such message", 404, _SAFE)
        return render(request, index.position(int(path.stem)), path)

    def body(request: Request) -> Response:
        path = find(request)
        if path is None:
            return HTMLResponse("No such message", 404, _MESSAGE)
        return HTMLResponse(_shown(path)["html"], 200, _MESSAGE)

    def eml(request: Request) -> Response:
        path = find(request)
        if path is None:
            return HTMLResponse("No such message", 404, _SAFE)
        name = {"Content-Disposition": f'attachment; filename="{path.name}"'}
        return Response(path.read_bytes(), 200, {**_SAFE, **name}, "message/rfc822")

    return Starlette(
        routes=[
            Route("/", listing),
            Route("/{name:str}", show),
            Route("/{name:str}/html", body),
            Route("/{name:str}/eml", eml),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],  # against DNS rebinding
    )


def _page() -> Template:
    environment = Environment(loader=FunctionLoader(_load), autoescape=True, undefined=StrictUndefined)
    style = Markup(_load("inbox.css"))  # noqa: S704 - a file of this package
    return environment.get_template("inbox.html.j2", globals={"style": style})


def serve_web(store: Path, port: int, say: Callable[[str], None], judge: Judge | None = None) -> None:
    """Serve until interrupted. Raises ``ConfigurationError`` if the extra is missing or the port is taken."""
    try:
        import uvicorn

        app = make_app(store, judge)
    except ModuleNotFoundError:
        raise ConfigurationError(
            f"the web view needs more: {install_hint('inbox')}; --no-web runs the inbox without it"
        ) from None
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError:
        raise ConfigurationError(f"port {port} on 127.0.0.1 cannot be opened for the web view; pass --web-port") from None
    with listening:
        say(f"web view: http://127.0.0.1:{listening.getsockname()[1]}")
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
