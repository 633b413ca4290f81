"""The web view of a store, on 127.0.0.1 only. Messages are shown in sandboxed frames."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from franking.inbox.store import Letter, read_letter, stored
from franking.model import FrankingError

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Franking inbox</title>
<style>
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: #1d2529; background: #f3f5f6; }
header { background: #fff; border-bottom: 1px solid #dfe4e6; padding: 14px 24px; } h1 { font-size: 19px; margin: 0; }
main { display: grid; grid-template-columns: minmax(280px, 380px) 1fr; min-height: calc(100vh - 58px); }
nav { border-right: 1px solid #dfe4e6; background: #fff; overflow: auto; max-height: calc(100vh - 58px); }
nav a { display: block; padding: 11px 20px; border-bottom: 1px solid #edf0f1; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { background: #f6f8f9; } nav a[aria-current] { background: #e5eef6; }
nav small, dt { color: #5b676d; font-size: 13px; }
section { padding: 20px 24px; min-width: 0; } dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 14px; margin: 0 0 16px; }
dd { margin: 0; overflow-wrap: anywhere; } iframe { width: 100%; height: 62vh; border: 1px solid #dfe4e6; border-radius: 8px; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #fff; border: 1px solid #dfe4e6; border-radius: 8px; padding: 14px; font-size: 13px; }
@media (max-width: 760px) { main { grid-template-columns: 1fr; } nav { max-height: 40vh; border-right: 0; } }
</style></head><body>
<header><h1>Franking inbox · {{ letters|length }} messages</h1></header>
<main><nav aria-label="Messages">{% for l in letters %}<a href="/{{ l.file.stem }}"{% if l == letter %} aria-current="page"{% endif %}>{{ l.subject }}<br><small>{{ l.recipient }}</small></a>
{% else %}<p style="padding:0 20px">Nothing received yet.</p>{% endfor %}</nav>
<section>{% if letter %}<dl><dt>Subject</dt><dd>{{ letter.subject }}</dd><dt>From</dt><dd>{{ letter.sender }}</dd><dt>To</dt><dd>{{ letter.recipient }}</dd><dt>Date</dt><dd>{{ letter.date }}</dd></dl>
<iframe title="HTML part" sandbox="" src="/{{ letter.file.stem }}/html"></iframe><h2 style="font-size:15px">Text part</h2><pre>{{ letter.part("plain") }}</pre>
{% else %}<p>Choose a message.</p>{% endif %}</section></main></body></html>"""


def _html(letter: Letter) -> str:
    html = letter.part("html")
    for part in letter.mail.walk():
        identity = str(part.get("Content-ID", "")).strip("<> ")
        content = part.get_payload(decode=True)
        if identity and isinstance(content, bytes):
            html = html.replace(f"cid:{identity}", f"data:{part.get_content_type()};base64,{base64.b64encode(content).decode('ascii')}")
    return html


def make_app(store: Path) -> Any:
    """The Starlette application over a store."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    page = Environment(loader=FunctionLoader(lambda _name: _PAGE), autoescape=True, undefined=StrictUndefined).get_template("page")
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
