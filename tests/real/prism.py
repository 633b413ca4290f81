"""Stoplight Prism as a judge of requests and answers: a proxy in front of a server, on one document made of all models.

It knows nothing of the program. With ``--errors`` it answers 422 to a request that breaks the models and does not pass it on, and
500 to an answer that does.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.ports import free_port, wait_for
from tests.real.npm import WORK, install

MODELS = Path(__file__).parents[1] / "data" / "sp-api"
PACKAGE = "@stoplight/prism-cli@5.14.2"  # the last one that runs on Node 20
_START = 60.0  # seconds


def merged() -> dict[str, Any]:
    """One document of all models. Definitions carry their model's name; ``maxLength`` of an array is meant as ``maxItems``."""
    paths: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    for file in sorted(MODELS.glob("*.json")):
        prefix = f"{file.stem}."
        model = json.loads(file.read_text("utf-8"))
        paths |= {path: _turned(entry, prefix) for path, entry in model["paths"].items()}
        definitions |= {prefix + name: _turned(entry, prefix) for name, entry in model["definitions"].items()}
    for entry in paths.values():
        for operation in entry.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].setdefault("401", {})
                for response in operation["responses"].values():
                    response["description"] = ""
    return {"swagger": "2.0", "info": {"title": "all", "version": "1"}, "consumes": ["application/json"],
            "produces": ["application/json"], "paths": paths, "definitions": definitions}  # fmt: skip


def _turned(node: Any, prefix: str) -> Any:
    if isinstance(node, list):
        return [_turned(item, prefix) for item in node]
    if not isinstance(node, dict):
        return node
    made = {name: _turned(value, prefix) for name, value in node.items() if name != "x-amzn-api-sandbox"}
    if isinstance(made.get("$ref"), str):
        made["$ref"] = f"#/definitions/{prefix}{made['$ref'].rpartition('/')[2]}"
    if made.get("type") == "array":
        for length, items in (("minLength", "minItems"), ("maxLength", "maxItems")):
            if length in made:
                made[items] = made.pop(length)
    return made


@contextmanager
def judging(folder: Path, upstream: str) -> Iterator[str]:
    """The URL of a Prism in front of ``upstream``."""
    program = install(PACKAGE) / "@stoplight" / "prism-cli" / "dist" / "index.js"
    document = folder / "models.json"
    document.write_text(json.dumps(merged()), "utf-8")
    port = free_port()
    command = ["node", str(program), "proxy", str(document), upstream, "--host", "127.0.0.1", "--port", str(port), "--errors"]
    with (folder / "prism.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=WORK, stdout=log, stderr=log)
    try:
        try:
            wait_for(port, seconds=_START, alive=lambda: process.poll() is None)
        except RuntimeError:
            raise AssertionError((folder / "prism.log").read_text("utf-8")[-2000:]) from None
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
