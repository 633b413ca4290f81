"""``python -m franking.policy.words``: write ``index.json``, the entries of the lists with their pieces, one a line."""

import json
import sys
from collections.abc import Iterator

from franking.policy.words.pieces import index


def _line(entry: str, found: list[str]) -> str:
    return f"  {json.dumps(entry, ensure_ascii=False)}: {json.dumps(found, ensure_ascii=False)}"


def _lists() -> Iterator[str]:
    for name, entries in index().items():
        yield f' "{name}": {{\n' + ",\n".join(_line(*item) for item in entries.items()) + "\n }"


sys.stdout.write("{\n" + ",\n".join(_lists()) + "\n}\n")
