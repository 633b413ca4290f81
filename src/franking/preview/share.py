"""One message as one file for a colleague: it opens offline, in any browser, without Franking."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from franking.errors import FrankingError
from franking.preview.session import Choice


def share_page(shown: Mapping[str, Any], choice: Choice, title: str, policy: str, made: datetime) -> str:
    """A page with the message at the policy's widths, its subject, verdict, findings and text part. ``shown`` is the answer of
    ``PreviewSession.show``. Images are data URLs; the page loads nothing and allows the messages no script.

    Raises ``FrankingError`` if the message could not be made.
    """
    if "error" in shown:
        raise FrankingError(f"{choice.name} cannot be made: {shown['error']['message']}")
    environment = Environment(loader=FunctionLoader(_load), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    script = _load("share_frames.js").strip()
    return environment.get_template("share.html.j2").render(
        shown=shown, choice=choice, title=title, policy=policy, made=made, style=Markup(_load("share.css")),  # noqa: S704 - a file of this package
        script=Markup(script), script_digest=_digest(script), findings=[_row(f) for f in shown["findings"]],  # noqa: S704 - as above
    )  # fmt: skip


def _row(finding: Mapping[str, Any]) -> dict[str, str]:
    template = finding["template"]
    return {
        "rule": finding["rule"], "severity": finding["severity"], "message": finding["message"], "hint": finding["hint"],
        "at": f"at {finding['width']} px" if finding["width"] else "",
        "file": f"{template['file']}:{template['line']}" if template else "",
    }  # fmt: skip


def file_name(choice: Choice, suffix: str) -> str:
    """A file name for a message: ``order_confirmation-plain-en-plain.html``. It contains only letters, digits, ``-``, ``_``
    and ``.``."""
    parts: Sequence[str] = (choice.kind, choice.theme, choice.language, choice.sample)
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in "-".join(parts))[:120] + suffix


def _digest(script: str) -> str:
    """The source expression of an inline script (Content Security Policy, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _load(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
