"""``make bench``: our way per message against named peers, on the same orders, in the same run. Writes build/bench.json.

Only what was measured is written; a ratio that this run did not measure is listed under "not_measured".
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from bench import checking, memory, node, peers, small, smtp, studio
from bench.letters import MOST_ORDERS, ORDERS, letters, orders, pipelines
from franking.batch.collector import settle
from franking.batch.pipeline import Pipeline
from franking.check import as_message, inspect
from franking.mail import Mailbox, Sender, build_message
from franking.model import Franked, Order
from franking.policy import load
from franking.rendering import InlinerName
from franking.rendering.inline import inline

ROUNDS = 7
TURN = 0.6  # seconds
WARM = 10
RATIOS = (
    "render_check_mime_vs_premailer", "render_check_mime_vs_css_inline", "render_check_mime_vs_jinja", "check_vs_chromium",
    "cold_check_vs_imports", "smtp_loopback_vs_smtp_source", "smtp_rtt20_vs_aiosmtplib", "smtp_rtt20_vs_nodemailer",
    "send_vs_dispatch", "memory_1m_vs_10k", *(f"{name}_vs_libraries" for name in small.COMMANDS),
    "studio_seen_vs_react_email", "studio_memory_vs_react_email",
    *(f"send_{size}_vs_{peer}" for size in peers.SIZES for peer in peers.OTHERS),
)  # fmt: skip


def rates(contests: dict[str, Callable[[Order], object]]) -> dict[str, list[float]]:
    """Messages per second of each contestant in each round, taking turns: a machine that slows down slows all. Each is
    warmed up with orders of its own, and gets as many orders per round as take it about as long as the others."""
    number: dict[str, int] = {}
    for name, work in contests.items():
        for order in orders(0, WARM):
            work(order)
        start = time.perf_counter()
        for order in orders(1, WARM):
            work(order)
        number[name] = min(MOST_ORDERS, max(ORDERS, int(WARM * TURN / (time.perf_counter() - start))))
    settle()  # as ``franking send`` does; it helps whoever makes garbage
    found: dict[str, list[float]] = {name: [] for name in contests}
    for turn in range(1, ROUNDS + 1):
        for place, (name, work) in enumerate(contests.items()):
            # Each gets other orders: what was learnt about a buyer's name is no help to the next.
            sample = orders(turn * len(contests) + place, number[name])
            gc.collect()  # nobody clears up what others left
            start = time.perf_counter()
            for order in sample:
                work(order)
            found[name].append(len(sample) / (time.perf_counter() - start))
    return found


def contestants() -> dict[str, Callable[[Order], object]]:
    """Our pipeline, bare rendering, and the pipelines that people build from libraries."""
    policy = load()
    pipeline, mjml = pipelines()
    sender = Sender("bench", Mailbox("shop@example.com"))
    now = datetime(2026, 11, 24, tzinfo=UTC)

    def ours(way: Pipeline) -> Callable[[Order], None]:
        def work(order: Order) -> None:
            franked = way.franked(order)
            assert isinstance(franked, Franked)
            build_message(franked, sender, "b@marketplace.amazon.de", now)

        return work

    def whole(order: Order) -> None:
        franked = pipeline.whole(order)
        assert isinstance(franked, Franked)
        build_message(franked, sender, "b@marketplace.amazon.de", now)

    def jinja(order: Order) -> None:
        pipeline._renderer.render(order, "de", "de_DE")

    def naive(name: InlinerName) -> Callable[[Order], None]:
        def work(order: Order) -> None:
            draft = pipeline._renderer.render(order, "de", "de_DE")
            inlined = inline(draft, name)
            inspect(as_message(inlined), policy)
            mail = EmailMessage()
            mail["Subject"], mail["From"], mail["To"] = draft.subject, "shop@example.com", "b@marketplace.amazon.de"
            mail.set_content(inlined.text)
            mail.add_alternative(inlined.html, subtype="html")
            mail.as_bytes()

        return work

    return {
        "franking": ours(pipeline), "franking_mjml": ours(mjml), "franking_whole": whole, "jinja": jinja,
        "css_inline": naive("css-inline"), "premailer": naive("premailer"),
    }  # fmt: skip


def cold(command: list[str]) -> list[float]:
    """Wall seconds of a process, from cold imports, in each round. Modules are compiled before, as an installation does."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, capture_output=True, env=surroundings)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=surroundings)
        times.append(time.perf_counter() - start)
    return times


def main() -> None:
    """Run, print a table, write the file."""
    runs = rates(contestants())
    page = Path("build/bench.html")
    page.parent.mkdir(exist_ok=True)
    page.write_text("<p>Hello</p>", "utf-8")
    runs["cold_check"] = cold([str(Path(sys.executable).with_name("franking")), "check", str(page)])
    runs["cold_imports"] = cold([sys.executable, "-c", "import turbohtml, tinycss2"])
    subprocess.run([str(Path(sys.executable).with_name("franking")), "render"], check=True, capture_output=True)
    runs["seconds_check"] = checking.check_seconds(checking.mail(), ROUNDS * 4)
    lacking: dict[str, str] = {}
    groups: dict[str, Callable[[], dict[str, list[float]]]] = {
        "check_vs_chromium": lambda: checking.apart(ROUNDS * 2),
        "node": lambda: node.rates(*pipelines(), orders(1), 3),
        "smtp": lambda: smtp.rates(5, letters()),
        "memory": memory.megabytes,
        "small batches": small.seconds,
        "studio": studio.ours,
        "react-email's dev server": studio.react_email,
        "peers": lambda: peers.seconds(lacking),
    }
    for group, measure in groups.items():
        try:
            runs |= measure()
        except Exception as problem:  # a peer that is not there is named, and the others are measured all the same
            lacking[group] = f"{type(problem).__name__}: {problem}"
    middle = {name: statistics.median(values) for name, values in runs.items()}
    ratios = {
        f"render_check_mime_vs_{peer}": middle["franking"] / middle[peer] for peer in ("premailer", "css_inline", "jinja")
    }
    ratios["mjml_vs_html"] = middle["franking_mjml"] / middle["franking"]
    ratios["cold_check_vs_imports"] = middle["cold_check"] / middle["cold_imports"]
    for name, mine, theirs in (
        ("check_vs_chromium", "seconds_chromium", "seconds_check"),  # rates: theirs in seconds over ours
        ("smtp_loopback_vs_smtp_source", "smtp_loopback", "smtp_loopback_smtp_source"),
        ("smtp_rtt20_vs_aiosmtplib", "smtp_rtt20", "smtp_rtt20_aiosmtplib"),
        ("smtp_rtt20_vs_nodemailer", "smtp_rtt20", "smtp_rtt20_nodemailer"),
        ("send_vs_dispatch", "smtp_loopback_ledger", "smtp_loopback"),
        ("memory_1m_vs_10k", "megabytes_1000000", "megabytes_10000"),
    ):
        if mine in middle and theirs in middle:
            ratios[name] = middle[mine] / middle[theirs]
    ratios |= small.ratios(runs) | studio.ratios(runs) | peers.ratios(runs)
    for name, values in runs.items():
        unit = "s" if name.startswith(("cold", "cpu", "seconds")) else "MB" if name.startswith("megabytes") else "messages/s"
        sys.stdout.write(f"{name:>30}  {middle[name]:10.3f} {unit} (from {min(values):.3f} to {max(values):.3f})\n")
    for name, ratio in ratios.items():
        sys.stdout.write(f"{name}: {ratio:.3f}\n")
    missing = [name for name in RATIOS if name not in ratios]
    for group, why in lacking.items():
        sys.stdout.write(f"could not run: {group}: {why}\n")
    sys.stdout.write(f"not measured: {', '.join(missing)}\n")
    result = {"schema": 1, "ratios": {n: round(r, 4) for n, r in ratios.items()}, "not_measured": missing,
              "could_not_run": lacking, "runs": runs}  # fmt: skip
    Path("build/bench.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
