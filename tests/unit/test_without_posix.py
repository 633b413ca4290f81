"""The program where nothing of POSIX is at hand: every module loads, a batch is planned, sent, interrupted and ended, and orders
are fetched, an order adjusted by a feed, a template imported, a template edited, and the preview opened."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from franking.inbox import Inbox
from franking.outbox.lock import file_held
from tests.ports import free_port, wait_for
from tests.unit.editor import Editor
from tests.unit.fetching import account, lines, script_2026

RUNNER = [sys.executable, "-P", str(Path(__file__).with_name("without_posix.py"))]
BATCH = ("samples/amazon.com-unshipped.txt", "--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00Z")


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    inbox = Inbox(tmp_path / "inbox", 0)
    inbox.start()
    yield inbox
    inbox.stop()


def test_every_module_loads_and_a_batch_is_sent(tmp_path: Path, inbox: Inbox) -> None:
    def taken() -> list[str]:
        """The Message-IDs of what the server took."""
        return [str(message_from_bytes(file.read_bytes())["Message-ID"]) for file in (tmp_path / "inbox").glob("*.eml")]

    given = (
        "--brand",
        "Kiefer Nord",
        "--sender",
        "shop@kiefer-nord.example",
        "--transport",
        f"smtp+plain://127.0.0.1:{inbox.port}",
    )
    commands = [("--modules",), ("init", *given), ("plan", *BATCH)]
    words = [word for command in commands for word in ("--then", *command)][1:]
    done = subprocess.run([*RUNNER, *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "7 would get" in done.stdout

    sending = [*RUNNER, "send", *BATCH, "--rate", "1/s", "--connections", "1", "--format", "json"]
    with subprocess.Popen(sending, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 240
        while not taken() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        held = file_held(tmp_path / "franking.db")
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=240)
    assert held
    assert process.returncode == 3, error
    counts = json.loads(out)
    assert (counts["ambiguous"], counts["failed"]) == (0, 0)
    assert counts["sent"] == len(taken()) < 6
    again = subprocess.run([*RUNNER, "send", *BATCH], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert again.returncode == 1, again.stderr  # one of the samples is rejected
    assert len(taken()) == len(set(taken())) == 6
    assert not file_held(tmp_path / "franking.db")


ROOT = Path(__file__).parents[2]
KIND = "order_confirmation"
SECRETS = {"FRANKING_AMAZON_CLIENT_SECRET": "s", "FRANKING_AMAZON_REFRESH_TOKEN": "r", "FRANKING_AMAZON_MERCHANT_ID": "A2"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folders of one kind and one theme."""
    for name in (f"templates/{KIND}", "templates/_parts", "themes/plain"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_orders_are_fetched_adjusted_by_a_feed_and_templates_imported(project: Path) -> None:
    report = str(ROOT / "docs/examples/amazon.com-unshipped.txt")
    (project / "mail.hbs").write_text("<h1>Thank you, {{buyer_name}}</h1>\n<p>Order {{order_id}}</p>\n")
    with account(script_2026()) as server:
        (project / "franking.toml").write_text(
            f'amazon_endpoint = "{server.url}"\namazon_client_id = "app"\namazon_marketplaces = ["Amazon.de"]\n'
        )
        commands = [
            ("fetch", "--since", "10d", "--out", "orders.json"),
            ("adjust", "112-4471093-1120345", "--orders", report, "--reason", "NoInventory", "--submit", "--wait", "60"),
            ("feeds",),
            ("import", "mail.hbs", "--kind", "thanks", "--theme", "thanks", "--brand", "Kiefer Nord"),
        ]
        words = [word for command in commands for word in ("--then", *command)][1:]
        done = subprocess.run(
            [*RUNNER, *words],
            cwd=project,
            env={**os.environ, **SECRETS},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert server.state.called["createFeed"] == 1
    assert len(lines(project / "orders.json")) == 4
    assert "112-4471093-1120345" in done.stdout
    assert "buyer_name=buyer_name" in (project / "templates/thanks/message.html.j2").read_text("utf-8")


def test_the_preview_and_the_language_server_work(project: Path) -> None:
    port = free_port()
    options = ("preview", "--port", str(port), "--sender", "shop@kiefer-nord.example")
    with subprocess.Popen([*RUNNER, *options], cwd=project, stderr=subprocess.PIPE, text=True) as preview:
        editor = Editor(project, command=[*RUNNER, "lsp"])
        try:
            template = project / f"templates/{KIND}/message.html.j2"
            text = editor.open(template)
            editor.change(template, text.replace("<h1>", '<h1 style="text-align: center">'))
            editor.until(lambda: any(found["code"] == "text-align" for found in editor.diagnostics.get(template, [])))
            assert editor.end() == 0
        finally:
            editor.kill()
        wait_for(port, seconds=240, alive=lambda: preview.poll() is None)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/list", timeout=240) as answer:
            assert any(choice[0] == KIND for choice in json.loads(answer.read())["choices"])
        preview.send_signal(signal.SIGINT)
        _, errors = preview.communicate(timeout=240)
    assert "Traceback" not in errors, errors
