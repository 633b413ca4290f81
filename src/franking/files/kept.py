"""What the program worked out about a text, in the cache on disk, as JSON.

An entry is named by a digest of its sort, of the text and of the program; another text or another program has another name.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from franking.files.disk_cache import disk_cache
from franking.package.identity import program

_LIMIT = 1 << 20  # bytes of an entry


def recalled(sort: str, text: str) -> Any:
    """What was kept about a text; None if nothing was, or if it cannot be used."""
    cache, name = disk_cache(), _entry(sort, text)
    content = cache.read(name, _LIMIT) if cache is not None and name else None
    try:
        return json.loads(content) if content is not None else None
    except ValueError:
        return None


def keep(sort: str, text: str, found: object) -> None:
    """Keep what was found in a text. It must not hold an order's data."""
    cache, name = disk_cache(), _entry(sort, text)
    if cache is not None and name:
        cache.write(name, json.dumps(found).encode())


def _entry(sort: str, text: str) -> str:
    """The name of an entry; "" if the program cannot be described. What stands before the hyphen is limited in number."""
    running = program()
    if running is None:
        return ""
    return f"{sort}-{hashlib.sha256(repr((running, sort, text)).encode('utf-8', 'surrogatepass')).hexdigest()}"
