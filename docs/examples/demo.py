"""``make demo``: previews, then three sample reports through check and real SMTP into the embedded inbox.

Everything runs as a user would run it: each step is the ``franking`` command, the inbox is a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRANKING = [str(Path(sys.executable).with_name("franking"))]
STORE, LEDGER, SCRIPT = Path("build/inbox"), Path("build/demo.db"), Path("build/sandbox.json")
BY_EMAIL = "302-4410982-1175338"  # the sandbox does not allow the API for this order
# The reports are of November 2026; a fixed clock keeps their orders as old as they were then.
CLOCK = "2026-11-24T12:00:00+00:00"
BATCHES = (
    (
        "order_confirmation",
        "amazon.com-unshipped.txt",
        ["--states", "docs/examples/amazon.com-all-orders.txt", "--theme", "brand"],
    ),
    ("order_confirmation", "amazon.co.jp-new-orders.txt", ["--theme", "plain"]),
    # By the marketplace's API where it allows them; the sandbox stands in for it.
    ("review_request", "amazon.de-fba-shipments.txt", ["--theme", "brand", "--channel", "auto"]),
    ("delivery_scheduling", "amazon.de-orders-api.json", ["--theme", "plain"]),
)
# Orders live, and an order that cannot be fulfilled, which is adjusted by a feed.
LIVE = (
    ["fetch", "--since", "2026-11-20T00:00:00Z", "--marketplace", "Amazon.de", "--out", "build/live-orders.json"],
    ["adjust", "112-4471093-1120345", "--orders", "docs/examples/amazon.com-unshipped.txt", "--reason", "NoInventory",
     "--submit", "--outbox", f"sqlite:///{LEDGER}"],
)  # fmt: skip


def say(text: str) -> None:
    """A heading between the steps."""
    sys.stdout.write(f"\n== {text}\n")
    sys.stdout.flush()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def wait_for(port: int, inbox: subprocess.Popen[bytes]) -> None:
    """Return when the inbox answers."""
    for _ in range(200):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        if inbox.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit("the inbox did not start")


def send(kind: str, report: str, options: list[str], port: int) -> dict[str, object]:
    """One batch, shown to the reader, then its counts."""
    command = [
        *FRANKING, "send", f"docs/examples/{report}", "--kind", kind, "--sender", "Fjord & Pine <shop@fjord-and-pine.example>",
        "--transport", f"smtp+plain://127.0.0.1:{port}", "--outbox", f"sqlite:///{LEDGER}", "--as-of", CLOCK, "--demo",
        *options,
    ]  # fmt: skip
    say("franking " + " ".join(command[1:5]))
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status not in (0, 1):  # 1: a message was rejected, which the sample report provokes
        raise SystemExit(f"franking send ended with {status}")
    # Once more: nothing may be sent twice, so every order is refused or rejected now.
    again = subprocess.run([*command, "--format", "json"], cwd=ROOT, check=False, capture_output=True)
    counts: dict[str, object] = json.loads(again.stdout)
    return counts


def main() -> None:
    """The demo; exits with 0 only when the inbox holds exactly the permitted orders' messages."""
    shutil.rmtree(ROOT / STORE, ignore_errors=True)
    shutil.rmtree(ROOT / "build/fetched", ignore_errors=True)
    for leftover in [*(ROOT / "build").glob("demo.db*"), *(ROOT / "build").glob("live-orders.json")]:
        leftover.unlink()
    say("franking render")
    subprocess.run([*FRANKING, "render"], cwd=ROOT, check=True)
    port, api = free_port(), free_port()
    live = json.loads((ROOT / "docs/examples/amazon.de-orders-api.json").read_text("utf-8"))["payload"]["Orders"]
    script: dict[str, object] = {
        "actions": {BY_EMAIL: []}, "orders": None, "orders_v0": [live],
        "items": {order["AmazonOrderId"]: [order.get("OrderItems", [])] for order in live},
    }  # fmt: skip
    (ROOT / SCRIPT).write_text(json.dumps(script), "utf-8")
    sandbox = subprocess.Popen(
        [*FRANKING, "sandbox", "--port", str(api), "--script", str(SCRIPT)], cwd=ROOT, stdout=subprocess.PIPE
    )
    os.environ |= {
        "FRANKING_AMAZON_ENDPOINT": f"http://127.0.0.1:{api}", "FRANKING_AMAZON_CLIENT_ID": "sandbox",
        "FRANKING_AMAZON_CLIENT_SECRET": "sandbox", "FRANKING_AMAZON_REFRESH_TOKEN": "sandbox",
        "FRANKING_AMAZON_MERCHANT_ID": "SANDBOX", "FRANKING_FETCHED": "build/fetched",
    }  # fmt: skip
    inbox = subprocess.Popen([*FRANKING, "inbox", "--store", str(STORE), "--port", str(port), "--no-web"], cwd=ROOT)
    try:
        wait_for(port, inbox)
        wait_for(api, sandbox)
        expected = 0
        for kind, report, options in BATCHES:
            counts = send(kind, report, options, port)
            refused = counts["refused"]
            assert isinstance(refused, dict)
            expected += int(refused.get("once-per-order", 0))
        for command in LIVE:
            say("franking " + " ".join(command))
            subprocess.run([*FRANKING, *command], cwd=ROOT, check=True)
    finally:
        inbox.terminate()
        inbox.wait(10)
        sandbox.terminate()
        told = sandbox.communicate(timeout=10)[0].decode()
    by_api = int(told.strip().splitlines()[-1].partition(" ")[0])  # "2 messages were sent"
    say(f"franking inbox --list --store {STORE}")
    subprocess.run([*FRANKING, "inbox", "--list", "--store", str(STORE)], cwd=ROOT, check=True)
    say(f"franking status --outbox sqlite:///{LEDGER}")
    subprocess.run([*FRANKING, "status", "--outbox", f"sqlite:///{LEDGER}"], cwd=ROOT, check=True)
    kept = len(list((ROOT / STORE).glob("*.eml")))
    if kept + by_api != expected:
        raise SystemExit(f"the inbox holds {kept} messages, the API {by_api}, {expected} were sent")
    say(f"{kept} messages by email, {by_api} by the API, each once. Previews: build/previews/index.html")
    say(f"Read the inbox: franking inbox --store {STORE}")


if __name__ == "__main__":
    main()
