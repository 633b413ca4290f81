"""Writes ``caniemail.json`` from caniemail's published data: ``python -m franking.mailbox.renew PACKAGE`` (``make clients``).

PACKAGE is the unpacked npm package ``caniemail``, which has the data of https://www.caniemail.com in
``data/caniemail.json``. Kept are the features of HTML and CSS, the newest result of each of our clients, and the notes that
these results refer to.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from franking.mailbox.clients import CLIENTS

_TARGET = Path(__file__).with_name("caniemail.json")
_NUMBER = re.compile(r"#(\d+)")


def compact(data: dict[str, Any], package: str) -> dict[str, Any]:
    """The part of caniemail's data that is used here. ``package`` names the package and its version."""
    features: dict[str, Any] = {}
    for entry in data["data"]:
        if entry["category"] not in ("html", "css"):
            continue
        results: dict[str, str] = {}
        for client in CLIENTS:
            if client.data is None:
                continue
            versions = entry["stats"].get(client.data[0], {}).get(client.data[1], {})
            if versions:
                results[client.name] = list(versions.values())[-1].replace(" ", "")
        used = {number for result in results.values() for number in _NUMBER.findall(result)}
        notes = {n: text for n, text in (entry["notes_by_num"] or {}).items() if n in used}
        features[entry["slug"]] = {"title": entry["title"], "results": results, "notes": notes}
    return {
        "source": "https://www.caniemail.com",
        "license": "MIT, Copyright (c) 2019 HTeuMeuLeu; the text is in caniemail.LICENSE",
        "package": package,
        "updated": data["last_update_date"][:10],
        "features": features,
    }


def main(package: str) -> None:
    """Write the file."""
    folder = Path(package)
    described = json.loads((folder / "package.json").read_text("utf-8"))
    data = json.loads((folder / "data" / "caniemail.json").read_text("utf-8"))
    made = compact(data, f"{described['name']} {described['version']}")
    features = made.pop("features")
    lines = ",\n".join(f"    {json.dumps(slug)}: {json.dumps(value, ensure_ascii=False)}" for slug, value in features.items())
    head = json.dumps(made, ensure_ascii=False, indent=2).removesuffix("\n}")
    _TARGET.write_text(f'{head},\n  "features": {{\n{lines}\n  }}\n}}\n', "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
