"""Write tests/data/sp-api from Amazon's public models: ``python -m tests.data.make_models FOLDER``.

Descriptions, examples and response headers are left out, except the usage plan of each operation and the static sandbox cases.
Each path and each definition is one line.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "sp-api"
_DROPPED = ("description", "summary", "title", "tags", "example", "examples", "x-example", "x-docgen-enum-table-extension")
_PLAN = re.compile(r"\|\s*\d+(?:\.\d+)?\s*\|\s*\d+\s*\|")


def compact(node: Any) -> Any:
    """A node of a model without its texts. Sandbox cases are data, and the names of properties are no keywords."""
    if isinstance(node, list):
        return [compact(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {}
    for name, value in node.items():
        if name == "x-amzn-api-sandbox":
            kept[name] = value
        elif name in ("properties", "responses") and isinstance(value, dict):
            kept[name] = {key: compact(item) for key, item in value.items()}
        elif name not in _DROPPED and not (name == "headers" and "description" in node):
            kept[name] = compact(value)
    if "operationId" in node and (plan := _PLAN.search(node.get("description", ""))):
        kept["description"] = plan[0]
    return kept


def _lines(entries: dict[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(name)}:{json.dumps(compact(entry), ensure_ascii=False, separators=(',', ':'))}"
        for name, entry in entries.items()
    )


def main() -> None:
    for file in sorted(Path(sys.argv[1]).glob("*.json")):
        model = json.loads(file.read_text("utf-8"))
        info = {"title": model["info"]["title"], "version": model["info"]["version"], "license": model["info"]["license"]}
        text = f'{{"swagger":"2.0","info":{json.dumps(info)},\n"paths":{{\n{_lines(model["paths"])}\n}},\n"definitions":{{\n{_lines(model["definitions"])}\n}}}}\n'
        (FOLDER / file.name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
