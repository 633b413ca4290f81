"""Files that were valid once, in the cache on disk: loading the library that validates, and the forms, is a tenth of what a
``send`` of twenty orders costs.

An entry is named by a digest of the form, of the file's text and of the program.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from franking.catalog.toml import parse, read_text
from franking.files.disk_cache import disk_cache
from franking.package.identity import program

_LIMIT = 1 << 20  # bytes of an entry


def read_form(path: Path, form: str) -> dict[str, Any]:
    """A TOML file as a model of ``forms`` has it: plain values, with those that the file leaves out. Raises ``TemplateError``
    for the first invalid value."""
    text = read_text(path)
    kept = _kept(form, text)
    if kept is not None:
        return kept
    from franking.catalog import forms

    found: dict[str, Any] = parse(path, getattr(forms, form)).model_dump()
    keep(form, text, found)
    return found


def is_kept(form: str, text: str) -> bool:
    """Whether a text was valid before."""
    return _kept(form, text) is not None


def keep(form: str, text: str, found: dict[str, Any] | None = None) -> None:
    """Remember that a text is valid, and what was found in it."""
    cache, name = disk_cache(), _entry(form, text)
    if cache is not None and name:
        cache.write(name, json.dumps(found or {}).encode())


def _kept(form: str, text: str) -> dict[str, Any] | None:
    cache, name = disk_cache(), _entry(form, text)
    content = cache.read(name, _LIMIT) if cache is not None and name else None
    try:
        found = json.loads(content) if content is not None else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _entry(form: str, text: str) -> str:
    """The name of a text's entry; "" if the program cannot be described."""
    running = program()
    if running is None:
        return ""
    return f"forms-{hashlib.sha256(repr((running, form, text)).encode('utf-8', 'surrogatepass')).hexdigest()}"
