"""The live preview beside react-email's dev server: save to seen, memory; and what only ours does, all verdicts.

``python -m bench.studio`` prints it. An open Chromium watches each page for a text that a save has put into the template. Of
ours the time and the processor time of all verdicts are taken as well, from a start without any cache, the time after a change
of one kind, and how long the next message (`j`) takes meanwhile.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from tests.ports import free_port, wait_for

from bench.processes import Family, started

ROUNDS = 7  # saves
NEXT = 30  # messages looked at while all are checked
_LONGEST = 60.0  # seconds of waiting
_ROOT = Path(__file__).parents[1]
_PROGRAM = str(Path(sys.executable).with_name("franking"))
PACKAGES = ("react@19.3.1", "react-dom@19.3.1", "react-email@6.11.6", "@react-email/ui@6.11.6")
_FIRST = "We have received your order"
_SEEN = "t => [...document.querySelectorAll('iframe')].some(f => f.contentDocument?.body?.textContent.includes(t))"
_EMAIL = """import { Body, Button, Column, Container, Head, Heading, Html, Preview, Row, Section, Text } from "react-email";
const items = ["Hallam oak shelf", "Reading lamp", "Cushion", "Wall hook"];
export default function Order() {
  return (
    <Html lang="en"><Head /><Preview>Your order</Preview>
      <Body style={{ fontFamily: "Arial, sans-serif", color: "#222222" }}><Container>
        <Heading style={{ fontSize: "24px" }}>We have received your order</Heading>
        <Text style={{ fontSize: "14px" }}>Hello Ada Fenwick, thank you for your order 302-4410982-0000000.</Text>
        <Section>{items.map((title) => (
          <Row key={title}><Column style={{ padding: "10px" }}>{title}</Column><Column>1</Column><Column>79.90</Column></Row>
        ))}</Section>
        <Text style={{ fontSize: "14px" }}>We will write again when it is on its way.</Text>
        <Button href="https://www.example.com/order">Your order</Button>
      </Container></Body></Html>
  );
}
"""


@contextmanager
def _page() -> Iterator[Page]:
    from tests.real.judge import CHROMIUM

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield chromium.new_page(viewport={"width": 1280, "height": 900})
        finally:
            chromium.close()


def _seen(page: Page, path: Path) -> list[float]:
    """Seconds from each save to the new text in the page. The first save is not counted."""
    text = path.read_text("utf-8")
    found = []
    for number in range(ROUNDS + 1):
        wanted = f"Round {number} of your order"
        path.write_text(text.replace(_FIRST, wanted), "utf-8")
        start = time.perf_counter()
        page.wait_for_function(_SEEN, arg=wanted, polling=5, timeout=_LONGEST * 1000)
        found.append(time.perf_counter() - start)
        time.sleep(0.3)
    path.write_text(text, "utf-8")
    return found[1:]


class _Ours:
    """A running preview without a cache, and the verdicts that it has told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.verdicts: dict[str, str] = {}
        self._listening, self.changed = threading.Event(), threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        self._listening.wait(_LONGEST)
        listed = self.ask("api/list")
        self.choices: list[list[str]] = listed["choices"]
        self.verdicts |= listed["verdicts"]  # those of before
        self.show(self.choices[0])  # the checks start when the page has its message

    def ask(self, path: str, value: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer to a request of the page."""
        data = json.dumps(value).encode() if value is not None else None
        request = urllib.request.Request(self._url + path, data, {"Content-Type": "application/json", "X-Franking": "preview"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=_LONGEST) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found

    def show(self, choice: list[str]) -> None:
        """Show a message."""
        self.ask("api/show", dict(zip(("kind", "theme", "language", "sample"), choice, strict=True)))

    def _listen(self) -> None:
        with urllib.request.urlopen(self._url + "api/events", timeout=10 * _LONGEST) as stream:  # noqa: S310
            for line in stream:
                self._listening.set()
                event = json.loads(line[5:]) if line.startswith(b"data:") else {}
                if "changed" in event:
                    self.changed.set()
                if "verdict" in event:
                    self.verdicts[event["verdict"][0]] = event["verdict"][1]

    def wait(self, number: int) -> None:
        """Until so many verdicts have been told. Raises ``RuntimeError`` after five times the patience."""
        end = time.monotonic() + 5 * _LONGEST
        while len(self.verdicts) < number:
            if time.monotonic() > end:
                raise RuntimeError(f"{len(self.verdicts)} of {number} verdicts")
            time.sleep(0.01)

    def next_messages(self) -> Iterator[float]:
        """Seconds of showing one message after the other, as `j` does."""
        for choice in self.choices[:: len(self.choices) // NEXT]:
            start = time.perf_counter()
            self.show(choice)
            yield time.perf_counter() - start
            time.sleep(0.1)


def ours() -> dict[str, list[float]]:
    """The figures of the live preview."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("templates", "themes"):
            shutil.copytree(_ROOT / part, folder / part)
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        found = _alone(folder, environment)
        port = free_port()
        command = [_PROGRAM, "preview", "--port", str(port)]
        with started(command, folder, {**environment, "FRANKING_CACHE": str(folder / "cache")}), _page() as page:
            wait_for(port)
            page.goto(f"http://127.0.0.1:{port}/")
            page.wait_for_function(_SEEN, arg=_FIRST, timeout=_LONGEST * 1000)
            found["seconds_studio_seen"] = _seen(page, folder / "templates/order_confirmation/message.html.j2")
    return found


def _alone(folder: Path, environment: dict[str, str]) -> dict[str, list[float]]:
    """What all verdicts cost, from cold, in two starts: undisturbed, and with somebody who looks at messages meanwhile."""
    found: dict[str, list[float]] = {}
    for start in ("all", "next"):
        port = free_port()
        command = [_PROGRAM, "preview", "--port", str(port)]
        begun = time.perf_counter()
        with started(command, folder, {**environment, "FRANKING_CACHE": str(folder / start)}) as family:
            wait_for(port)
            preview = _Ours(f"http://127.0.0.1:{port}/")
            if start == "next":
                preview.wait(60)
                found["seconds_studio_next"] = list(preview.next_messages())
                continue
            preview.wait(len(preview.choices))
            found["seconds_studio_all"] = [time.perf_counter() - begun]
            found["cpu_studio_all"] = [family.cpu_seconds()]
            found["seconds_studio_kind"] = [_kind(preview, folder)]
            found["megabytes_studio"] = [family.megabytes]
    return found


def _kind(preview: _Ours, folder: Path) -> float:
    """Seconds from a change of one kind to all its verdicts."""
    number = sum(kind == "order_confirmation" for kind, _, _, _ in preview.choices)
    path = folder / "templates/order_confirmation/message.html.j2"
    preview.verdicts.clear()
    text = path.read_text("utf-8")
    start = time.perf_counter()
    path.write_text(text + "\n", "utf-8")
    preview.changed.wait(_LONGEST)
    preview.show(next(choice for choice in preview.choices if choice[0] == "order_confirmation"))
    preview.wait(number)
    seconds = time.perf_counter() - start
    path.write_text(text, "utf-8")
    return seconds


def react_email() -> dict[str, list[float]]:
    """The figures of react-email's dev server, for one message of the same parts."""
    from tests.real import npm

    studio = npm.WORK.parent / "npm-studio"
    studio.mkdir(parents=True, exist_ok=True)
    (studio / "package.json").write_text('{"private": true}\n')
    program = studio / "node_modules/.bin/email"
    if not program.exists():
        npm.npm(
            "install", "--prefix", str(studio), "--loglevel=error", "--ignore-scripts", "--no-fund", "--no-audit", *PACKAGES
        )
    path = studio / "emails/order.tsx"
    path.parent.mkdir(exist_ok=True)
    path.write_text(_EMAIL, "utf-8")
    port = free_port()
    command = [str(program), "dev", "--dir", "emails", "--port", str(port)]
    with started(command, studio, {**os.environ, "NEXT_TELEMETRY_DISABLED": "1"}) as family, _page() as page:
        wait_for(port)
        page.goto(f"http://localhost:{port}/preview/order", timeout=_LONGEST * 1000)
        page.wait_for_function(_SEEN, arg=_FIRST, timeout=_LONGEST * 1000)
        return {"seconds_react_email_seen": _seen(page, path), "megabytes_react_email": [_settled(family)]}


def _settled(family: Family) -> float:
    time.sleep(0.5)
    return family.megabytes


MEASURES: tuple[Callable[[], dict[str, list[float]]], ...] = (ours, react_email)


def ratios(runs: dict[str, list[float]]) -> dict[str, float]:
    """Theirs over ours: how many times as quick, and how many times as small."""
    middle = {name: statistics.median(values) for name, values in runs.items()}
    found = {}
    for name, kind in (("studio_seen_vs_react_email", "seconds_{}_seen"), ("studio_memory_vs_react_email", "megabytes_{}")):
        mine, theirs = kind.format("studio"), kind.format("react_email")
        if mine in middle and theirs in middle:
            found[name] = middle[theirs] / middle[mine]
    return found


def main() -> None:
    """Measure and print."""
    runs: dict[str, list[float]] = {}
    for measure in MEASURES:
        try:
            runs |= measure()
        except Exception as problem:  # named, and the others are measured all the same
            sys.stdout.write(f"could not run: {measure.__name__}: {type(problem).__name__}: {str(problem)[:300]}\n")
    for name, values in runs.items():
        sys.stdout.write(f"{name:>26}  {statistics.median(values):8.3f} (from {min(values):.3f} to {max(values):.3f})\n")
    for name, ratio in ratios(runs).items():
        sys.stdout.write(f"{name}: {ratio:.2f}\n")


if __name__ == "__main__":
    main()
