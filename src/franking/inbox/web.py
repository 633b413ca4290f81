"""The web view of a store, on 127.0.0.1 only. Messages are shown in sandboxed frames."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from franking.errors import ConfigurationError, install_hint
from franking.inbox.index import PAGE, Index
from franking.inbox.store import Letter, file_name

_HOSTS = ["127.0.0.1", "localhost"]
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
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
        if data.count(b"boundary=") > _MOST_PARTS:  # the parser matches each line against each of them
            raise RecursionError
        mail = message_from_bytes(data, policy=default_policy)
        assert isinstance(mail, EmailMessage)
        letter = Letter(path, "", "", "", "", len(data), mail)
        text, html = letter.part("plain")[:_LONGEST], _html(letter)
    except Exception as error:  # the parser raises various exceptions for hostile mails; the inbox continues
        what = "its parts are nested too deep" if isinstance(error, RecursionError) else type(error).__name__
        return {"text": f"This message cannot be shown ({what}). It is kept as {path.name}.", "html": ""}
    return {"text": text, "html": html}


def make_app(store: Path) -> Any:
    """The Starlette application over a store. Raises ``ModuleNotFoundError`` without the extra."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    page = Environment(loader=FunctionLoader(_load), autoescape=True, undefined=StrictUndefined).get_template("inbox.html.j2")
    index = Index(store)

    def find(request: Request) -> Path | None:
        name = request.path_params["name"]
        path = store / file_name(int(name)) if re.fullmatch(r"[0-9]{6,12}", name) else None
        return path if path is not None and path.is_file() else None

    def render(number: int, path: Path | None) -> Response:
        heads, total = index.page(number)
        head = next((h for h in heads if path is not None and h.file == path.stem), None)
        return HTMLResponse(
            page.render(
                heads=heads,
                total=total,
                number=number,
                pages=max(1, -(-total // PAGE)),
                head=head,
                text=_shown(path)["text"] if path is not None else "",
            ),
            200,
            _SAFE,
        )

    def listing(request: Request) -> Response:
        asked = request.query_params.get("page", "1")
        return render(int(asked) if re.fullmatch(r"[1-9][0-9]{0,8}", asked) else 1, None)

    def show(request: Request) -> Response:
        path = find(request)
        if path is None:
            return HTMLResponse("No such message", 404, _SAFE)
        return render(index.position(int(path.stem)), path)

    def body(request: Request) -> Response:
        path = find(request)
        if path is None:
            return HTMLResponse("No such message", 404, _MESSAGE)
        return HTMLResponse(_shown(path)["html"], 200, _MESSAGE)

    return Starlette(
        routes=[Route("/", listing), Route("/{name:str}", show), Route("/{name:str}/html", body)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],  # against DNS rebinding
    )


def serve_web(store: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted. Raises ``ConfigurationError`` if the extra is missing or the port is taken."""
    try:
        import uvicorn

        app = make_app(store)
    except ModuleNotFoundError:
        raise ConfigurationError(
            f"the web view needs more: {install_hint('inbox')}; --no-web runs the inbox without it"
        ) from None
    say(f"web view: http://127.0.0.1:{port}")
    try:
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
    except SystemExit:
        raise ConfigurationError(f"port {port} on 127.0.0.1 cannot be opened for the web view; pass --web-port") from None
