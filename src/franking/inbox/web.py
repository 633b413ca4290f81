"""The web view of a store, on 127.0.0.1 only. Messages are shown in sandboxed frames."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from franking.errors import FrankingError
from franking.inbox.store import Letter, read_letter, stored

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"


def _load(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _html(letter: Letter) -> str:
    html = letter.part("html")
    for part in letter.mail.walk():
        identity = str(part.get("Content-ID", "")).strip("<> ")
        content = part.get_payload(decode=True)
        if identity and isinstance(content, bytes):
            html = html.replace(
                f"cid:{identity}", f"data:{part.get_content_type()};base64,{base64.b64encode(content).decode('ascii')}"
            )
    return html


def make_app(store: Path) -> Any:
    """The Starlette application over a store."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    page = Environment(loader=FunctionLoader(_load), autoescape=True, undefined=StrictUndefined).get_template("inbox.html.j2")
    headers = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

    def find(request: Request) -> Letter | None:
        name = request.path_params.get("name", "")
        path = store / f"{name}.eml"
        return read_letter(path) if re.fullmatch(r"\d{6}", name) and path.is_file() else None

    def show(request: Request) -> Response:
        letter = find(request)
        if letter is None and request.path_params.get("name"):
            return HTMLResponse("No such message", 404, headers)
        letters = list(stored(store))[::-1]
        current = next((x for x in letters if letter is not None and x.file == letter.file), None)
        return HTMLResponse(page.render(letters=letters, letter=current), 200, headers)

    def body(request: Request) -> Response:
        letter = find(request)
        return HTMLResponse(_html(letter) if letter else "No such message", 200 if letter else 404, headers)

    return Starlette(routes=[Route("/", show), Route("/{name:str}", show), Route("/{name:str}/html", body)])


def serve_web(store: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted. Raises ``FrankingError`` where the extra is missing or the port is taken."""
    try:
        import uvicorn

        app = make_app(store)
    except ModuleNotFoundError:
        raise FrankingError("the web view needs pip install 'franking[preview]'; --no-web runs the inbox without it") from None
    say(f"web view: http://127.0.0.1:{port}")
    try:
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
    except SystemExit:
        raise FrankingError(f"port {port} on 127.0.0.1 cannot be opened for the web view; pass --web-port") from None
