"""``python -m franking.sandbox FOLDER``: the facts of the public API models in a folder, as the sandbox ships them.

Kept are paths, methods, parameters, limits of bodies, statuses, usage plans and the static sandbox cases; no descriptions.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

_PLAN = re.compile(r"\|\s*(\d+(?:\.\d+)?)\s*\|\s*(\d+)\s*\|")
_KEPT = ("type", "minLength", "maxLength", "minItems", "maxItems", "enum", "pattern", "format", "required")
_METHODS = ("get", "post", "put", "delete", "patch")


def schema_of(schema: Any, definitions: Any, depth: int = 0) -> dict[str, Any]:
    """What limits a value, with references resolved. ``maxLength`` of an array is meant as ``maxItems``."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if depth > 12:
        return {}
    found: dict[str, Any] = {name: schema[name] for name in _KEPT if name in schema}
    if found.get("type") == "array":
        for length, items in (("minLength", "minItems"), ("maxLength", "maxItems")):
            if length in found:
                found[items] = found.pop(length)
        found["items"] = schema_of(schema.get("items", {}), definitions, depth + 1)
    if "properties" in schema:
        found["properties"] = {k: schema_of(v, definitions, depth + 1) for k, v in schema["properties"].items()}
    return found


def operations_of(model: Any) -> list[dict[str, Any]]:
    """The operations of one model."""
    definitions = model.get("definitions", {})
    found = []
    for path, entry in model["paths"].items():
        for method in (name for name in _METHODS if name in entry):
            operation = entry[method]
            parameters = [*entry.get("parameters", []), *operation.get("parameters", [])]
            parameters = [model["parameters"][p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in parameters]
            body = next((p for p in parameters if p["in"] == "body"), None)
            plan = _PLAN.search(operation.get("description", ""))
            found.append(
                {
                    "name": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "rate": float(plan[1]) if plan else 1.0,
                    "burst": int(plan[2]) if plan else 1,
                    "query": {
                        p["name"]: {"required": p.get("required", False), **schema_of(p, definitions)}
                        for p in parameters
                        if p["in"] == "query"
                    },
                    "body": schema_of(body["schema"], definitions) if body is not None else None,
                    "success": min(int(status) for status in operation["responses"] if status.isdecimal()),
                    "cases": [
                        {
                            "status": int(status),
                            "given": {n: v["value"] for n, v in case["request"].get("parameters", {}).items()},
                            "answer": case.get("response"),
                        }
                        for status, response in operation["responses"].items()
                        for case in (response.get("x-amzn-api-sandbox") or {}).get("static", [])
                    ],
                }
            )
    return found


def main() -> None:
    """Write the facts to stdout."""
    found: list[dict[str, Any]] = []
    for file in sorted(Path(sys.argv[1]).glob("*.json")):
        found += operations_of(json.loads(file.read_text("utf-8")))
    json.dump(found, sys.stdout, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
