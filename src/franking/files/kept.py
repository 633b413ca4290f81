"""What the program found out about a text, in the cache on disk, as JSON.

The name of an entry contains a digest of its sort, of the text and of the program.
"""

from __future__ import annotations

import hashlib
import json

from franking.files.disk_cache import disk_cache
from franking.package.identity import program

_LIMIT = 1 << 20  # bytes of an entry


def recalled(sort: str, text: str) -> object:
    """The entry about a text, as JSON has it; None if there is none, or if it cannot be used. The caller checks its type."""
    cache, name = disk_cache(), _entry(sort, text)
    content = cache.read(name, _LIMIT) if cache is not None and name else None
    try:
        found: object = json.loads(content) if content is not None else None
    except ValueError:
        return None
    return found


def keep(sort: str, text: str, found: object) -> None:
    """Keep what was found in a text. It must not contain an order's data."""
    cache, name = disk_cache(), _entry(sort, text)
    if cache is not None and name:
        cache.write(name, json.dumps(found).encode())


def _entry(sort: str, text: str) -> str:
    """The name of an entry; "" if the program cannot be described. The cache limits the number of entries by the
    part before the hyphen."""
    running = program()
    if running is None:
        return ""
    return f"{sort}-{hashlib.sha256(repr((running, sort, text)).encode('utf-8', 'surrogatepass')).hexdigest()}"
