"""Without extras: what the base install does, and what it says where an extra is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.brand import own_themes
from tests.data.report_rows import workbook

ROOT = Path(__file__).parents[2]
HOUSE = ["--templates", str(ROOT / "templates"), "--themes", own_themes()]
ORDERS = ["--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00Z", *HOUSE]


def test_the_base_install_sends_and_names_the_extra_that_is_missing(tmp_path: Path) -> None:
    report = str(ROOT / "docs/examples/amazon.com-unshipped.txt")
    page, book, key = tmp_path / "mail.html", tmp_path / "orders.xlsx", tmp_path / "key.pem"
    page.write_text("<!doctype html><p>Hello</p>", "utf-8")
    book.write_bytes(workbook({"Orders": [["order-id"]]}))
    key.write_text("-----BEGIN RSA PRIVATE KEY-----\n", "utf-8")
    key.chmod(0o600)
    send = [
        "--sender",
        "shop@fjord.example",
        "--transport",
        f"dir:{tmp_path / 'out'}",
        "--outbox",
        f"sqlite:///{tmp_path / 'x.db'}",
    ]
    base = [
        ["check", str(page)],
        ["render", "reply", "--language", "de", "--theme", "plain", "--out", str(tmp_path / "previews"), *HOUSE],
        ["plan", report, *ORDERS],
        ["send", report, *ORDERS, *send, "--limit", "1"],
        ["inbox", "--list", "--store", str(tmp_path / "none")],
    ]
    lacking = {
        "browser": ["check", str(page), "--browser"],
        "xlsx": ["plan", str(book), *ORDERS],
        "mjml": ["render", "reply:mjml", "--out", str(tmp_path / "p"), *HOUSE],
        "premailer": ["render", "reply", "--inliner", "premailer", "--out", str(tmp_path / "p"), *HOUSE],
        "inbox": ["inbox", "--port", "0", "--store", str(tmp_path / "store")],
        "preview": ["preview", *HOUSE],
        "lsp": ["lsp"],
        "postgres": ["status", "--outbox", "postgresql://127.0.0.1:1/none"],
        "dkim": ["FRANKING_DKIM_SELECTOR=s", f"FRANKING_DKIM_KEY_FILE={key}", "send", report, *ORDERS, *send],
    }
    asked = tmp_path / "commands.json"
    asked.write_text(json.dumps([*base, *lacking.values()]), "utf-8")
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("base_install.py")), str(asked)],
        cwd=tmp_path, env={**os.environ, "FRANKING_TRACEBACK": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    for command, (code, out, error) in zip(base, results, strict=False):
        assert code == 0, (command, out, error)
    for (extra, command), (code, out, error) in zip(lacking.items(), results[len(base) :], strict=True):
        assert code == 2, (command, out, error)
        assert f'pip install "franking[{extra}]"' in error, (command, error)
        assert len(error.splitlines()) == 1, (command, error)
