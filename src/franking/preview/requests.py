"""Requests of the page: JSON with a header that only the page can send."""

from __future__ import annotations

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from franking.preview.session import Choice

_LARGEST = 1_000_000  # limit of the request body in bytes
# Messages are shown in frames of this page, which inherit this: pictures are data, and nothing is loaded from anywhere.
SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


async def asked_of(request: Request, largest: int = _LARGEST) -> dict[str, Any]:
    """The JSON object of a POST. Forms and other origins cannot set the required header (Fetch, CORS). Raises
    ``HTTPException``: 403 without the header, 413 for more than ``largest`` bytes, 400 for anything but an object."""
    if request.headers.get("x-franking") != "preview":
        raise HTTPException(403, "only the preview's own page may request this")
    raw = await request.body()
    if len(raw) > largest:
        raise HTTPException(413, "too large")
    try:
        value = json.loads(raw)
    except ValueError:
        raise HTTPException(400, "expected JSON") from None
    if not isinstance(value, dict):
        raise HTTPException(400, "expected an object")
    return value


def choice_of(value: dict[str, Any]) -> Choice:
    """The requested message. Raises ``HTTPException`` (400) if a part of its name is missing."""
    names = [value.get(name) for name in ("kind", "theme", "language", "sample")]
    if not all(isinstance(name, str) for name in names):
        raise HTTPException(400, "expected kind, theme, language and sample")
    return Choice(*(str(name) for name in names))
