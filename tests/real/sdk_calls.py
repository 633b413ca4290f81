"""Amazon's own client (``amzn-sp-api``) making the calls that its stdin describes, each once: a program of its own, so that
nothing of it is loaded beside the tests.

``python sdk_calls.py FOLDER URL``: the folder that it is installed in, and where it sends to. A line of stdin is JSON with
``operation``, ``path``, ``query`` (texts) and ``body``; a line of stdout says ``done``, or what went wrong. Lists and bodies become
what the client's own types say, so that a name or a type that it does not know is lost or refused.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from typing import Any

sys.path.insert(0, sys.argv[1])

MODULES = (
    "messaging_v1.messaging_api", "solicitations_v1.solicitations_api", "uploads_v2020_11_01.uploads_api", "tokens_v2021_03_01.tokens_api",
    "feeds_v2021_06_30.feeds_api", "reports_v2021_06_30.reports_api", "orders_v2026_01_01.search_orders_api", "orders_v0.orders_v0_api",
)  # fmt: skip


def snake(name: str) -> str:
    """As the generator of the client turns names: ``contentMD5`` is ``content_md5``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def methods(client: Any) -> dict[str, tuple[Any, Any]]:
    """The methods by their names, each with its object."""
    found: dict[str, tuple[Any, Any]] = {}
    for module in MODULES:
        content: dict[str, Any] = vars(importlib.import_module(f"spapi.api.{module}"))
        for name, kind in content.items():
            if inspect.isclass(kind) and name.endswith("Api"):
                make: Any = kind
                api = make(client)
                found |= {m: (api, getattr(api, m)) for m in dir(kind) if not m.startswith("_")}
    return found


def made(client: Any, api: Any, method: Any, call: Any) -> None:
    types = {name: kind for kind, name in re.findall(r":param (\S+) (\w+):", method.__doc__)}
    given: dict[str, Any] = {snake(name): value for name, value in call["path"].items()}
    for name, value in call["query"].items():
        kind = types[snake(name)]
        given[snake(name)] = value.split(",") if kind.startswith("List[") else int(value) if kind == "int" else value
    if call["body"] is not None:
        name = "payload" if "payload" in types else "body"
        client.api_models_module = api.api_models_module
        given[name] = client._ApiClient__deserialize(call["body"], types[name])
    method(**given, _preload_content=False)


def main() -> None:
    spapi = importlib.import_module("spapi")
    config = spapi.SPAPIConfig(client_id="a", client_secret="b", refresh_token="c", region="NA")
    client = spapi.SPAPIClient(config, oauth_endpoint=f"{sys.argv[2]}/auth/o2/token", endpoint=sys.argv[2]).api_client
    known = methods(client)
    for line in sys.stdin:
        call = json.loads(line)
        try:
            api, method = known[snake(call["operation"])]
            made(client, api, method, call)
            told = "done"
        except Exception as error:  # whatever it is, the test shows it
            told = f"{type(error).__name__}: {error}"
        sys.stdout.write(told.replace("\n", " ") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
