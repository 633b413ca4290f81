"""Runs every command that opens an outbox, each on the same URL, and prints as JSON how each ended.

A program of its own, so that it can be started without the rights of root, or without a driver.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPORT = str(ROOT / "docs/examples/amazon.com-unshipped.txt")


def commands(folder: Path) -> dict[str, list[str]]:
    """By name; ``folder`` is for what they need besides."""
    from tests.brand import own_themes

    house = ["--templates", str(ROOT / "templates"), "--themes", own_themes()]
    orders = [REPORT, "--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00Z", *house]
    mail = folder / "mail.eml"
    mail.write_bytes(b"Subject: x\r\n\r\nhello\r\n")
    campaigns = folder / "campaigns.toml"
    campaigns.write_text(f'[a]\nsource = "{REPORT}"\nkind = "order_confirmation"\n')
    transport = ["--transport", f"dir:{folder / 'out'}"]
    return {
        "send": ["send", *orders, "--sender", "shop@fjord.example", *transport],
        "plan": ["plan", *orders],
        "run": ["run", "--file", str(campaigns), "--sender", "shop@fjord.example", *transport, *house],
        "status": ["status"],
        "retry": ["retry", *transport],
        "resolve": ["resolve"],
        "resolve --as": ["resolve", "--all", "--as", "sent"],
        "cancel": ["cancel", "--all"],
        "cancel --dry-run": ["cancel", "--all", "--dry-run"],
        "suppress list": ["suppress", "list"],
        "suppress add": ["suppress", "add", "b1@marketplace.amazon.de"],
        "bounces": ["bounces", str(mail)],
        "evidence": ["evidence", "302-1234567-0000001"],
        "resume": ["resume"],
        "feeds": ["feeds"],
        "erase": ["erase"],
        "worker": ["worker", *transport],
        "doctor": ["doctor", "--sender", "shop@fjord.example", *transport, *house],
    }


def ended(arguments: list[str]) -> tuple[int, str, str]:
    """Exit code, stdout, stderr, as the command's own entry point has it."""
    from franking.cli.entry import run

    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["franking", *arguments]
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            run()
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:
            traceback.print_exc()
            code = -1
    return code, out.getvalue(), err.getvalue()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    url, folder, without = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    for module in without:
        sys.modules[module] = None  # type: ignore[assignment]  # as if it were not installed
    results = {name: ended([*arguments, "--outbox", url]) for name, arguments in commands(folder).items()}
    sys.__stdout__.write(json.dumps(results))  # type: ignore[union-attr]
