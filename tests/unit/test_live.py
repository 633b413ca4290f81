"""The preview's server: the message in sight comes first, the others in a process of its own, and a failure is an answer."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from franking.catalog import Catalog
from franking.policy import load
from franking.preview.live import Live
from franking.preview.session import Choice, PreviewSession
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
FRANKING = str(Path(sys.executable).with_name("franking"))
KIND = "order_confirmation"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name in ("templates/locales", "templates/_parts", f"templates/{KIND}", "themes/plain", "themes/calm"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for file in (tmp_path / "templates" / "locales").glob("*.po"):
        if file.stem != "de":
            file.unlink()
    return tmp_path


def test_what_is_in_sight_comes_before_all_that_is_judged(house: Path) -> None:
    """By the order of events, not by time."""
    order: list[str] = []

    async def work() -> None:
        session = PreviewSession(Catalog(house / "templates", house / "themes"), load())
        live = Live(session, lambda: (_ for _ in ()).throw(AssertionError()))
        choices = list(session.choices())

        async def listen() -> None:
            async for told in live.events.listen():
                for line in told.splitlines():
                    event = json.loads(line[6:]) if line.startswith("data: ") else {}
                    order.append(
                        f"verdict {event['verdict'][0]}" if "verdict" in event else "changed" if "changed" in event else ""
                    )

        async def show(choice: Choice) -> None:
            await live.show(choice, None, None)
            order.append(f"shown {choice.name}")

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0)
        live.judge()
        looked_at = next(c for c in choices if (c.theme, c.language) == ("plain", "de"))
        await show(looked_at)
        while sum(o.startswith("verdict") and "/de/" in o for o in order) < 3:
            await asyncio.sleep(0.01)
        live.changed(["x"])
        await asyncio.sleep(0.2)  # what was judged before must not be told any more, and nothing new
        await asyncio.gather(*(show(c) for c in choices[:4]))
        while sum(o.startswith("verdict") for o in order[order.index("changed") :]) < len(choices):
            await asyncio.sleep(0.01)
        await live.end()
        live.events.end()
        await listening

    asyncio.run(work())
    order = [o for o in order if o]
    assert order[0].startswith("shown")
    ours = next(o for o in order if o.startswith("verdict") and "/de/" in o)  # another process checks another language
    assert ours.split("/")[1] == "plain"  # its theme first
    changed = order.index("changed")
    first = next(i for i, o in enumerate(order[changed:], changed) if o.startswith("verdict"))
    assert sum(o.startswith("shown") for o in order[changed:first]) == 4


def test_verdicts_come_from_one_process_that_goes_at_once(house: Path) -> None:
    async def work() -> tuple[list[int | None], list[str]]:
        session = PreviewSession(Catalog(house / "templates", house / "themes"), load())
        live = Live(session, lambda: (_ for _ in ()).throw(AssertionError()))
        choices = list(session.choices())[:3]
        pids, verdicts = [], []
        for choice in choices:
            verdicts.append(await live.judge_process.verdict(choice))
            pids.append(live.judge_process.pid)
        (house / "templates" / KIND / "message.html.j2").write_bytes(b"\xff\xfe")
        await live.judge_process.forget()
        verdicts.append(await live.judge_process.verdict(choices[0]))
        os.kill(int(pids[0] or 0), signal.SIGKILL)  # it does not survive: the next one is judged by a new one
        verdicts.append(await live.judge_process.verdict(choices[0]))
        verdicts.append(await live.judge_process.verdict(choices[0]))
        pids.append(live.judge_process.pid)
        asking = asyncio.create_task(live.judge_process.verdict(choices[1]))
        await asyncio.sleep(0)
        asking.cancel()
        await live.end()
        return pids, verdicts

    pids, verdicts = asyncio.run(work())
    assert verdicts == ["permitted"] * 3 + ["broken"] * 3
    assert len(set(pids[:3])) == 1
    assert pids[3] not in (None, pids[0], os.getpid())
    for pid in pids:
        assert not _alive(int(pid or 0))


def test_several_messages_are_judged_as_one_by_one(house: Path) -> None:
    async def work() -> tuple[list[str], list[str], list[str]]:
        session = PreviewSession(Catalog(house / "templates", house / "themes"), load())
        judge = Live(session, lambda: (_ for _ in ()).throw(AssertionError())).judge_process
        choices = [Choice(KIND, "calm", "de", sample) for sample in ("plain", "absent", "many_items")]
        single = [await judge.verdict(choice) for choice in choices]
        together = [verdict for verdict, _, _ in await judge.judged(choices)]
        await judge.keep()  # the dictionaries are read again when a word is looked up
        asking = asyncio.create_task(judge.judged(choices))
        await asyncio.sleep(0)
        os.kill(int(judge.pid or 0), signal.SIGKILL)  # one of them has killed it, for all that it knows
        killed = [verdict for verdict, _, _ in await asking]
        await judge.end()
        return single, together, killed

    single, together, killed = asyncio.run(work())
    assert single == ["permitted", "broken", "permitted"]
    assert single == together == killed


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def server(house: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    process = subprocess.Popen([FRANKING, "preview", "--port", str(port)], cwd=house, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "preview: http://127.0.0.1" in process.stderr.readline()
    yield f"http://127.0.0.1:{port}/", process
    process.kill()
    process.wait()
    process.stderr.close()


def ask(url: str, path: str, value: dict[str, Any] | None = None) -> tuple[int, Any]:
    body = json.dumps(value).encode() if value is not None else None
    request = urllib.request.Request(url + path, body, {"X-Franking": "preview"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


CHOICE = {"kind": KIND, "theme": "plain", "language": "de", "sample": "plain"}


def test_every_failure_is_an_answer_and_goes_once_mended(house: Path, server: tuple[str, subprocess.Popen[str]]) -> None:
    url, process = server
    path = house / "templates" / KIND / "message.html.j2"
    good = path.read_bytes()
    assert ask(url, "api/show", CHOICE)[1]["verdict"] == "permitted"
    for content in (b"{{ 1|nonsense }}", b"\xff\xfe\x00", "Grüße".encode("latin-1"), b"{{ 1 / 0 }}", b"{{ 'x' * 3000000000 }}"):
        path.write_bytes(content)
        while (shown := ask(url, "api/show", CHOICE))[1]["verdict"] == "permitted":  # until the change is noticed
            time.sleep(0.05)
        assert shown[0] == 200
        assert shown[1]["verdict"] == "broken"
        assert shown[1]["error"]["message"]
        path.write_bytes(good)
        while ask(url, "api/show", CHOICE)[1]["verdict"] != "permitted":
            time.sleep(0.05)
    shutil.rmtree(house / "themes")
    status, answer = ask(url, "api/list")
    assert (status, "themes" in answer["error"]["message"]) == (422, True)
    assert process.poll() is None


def test_an_interrupt_leaves_no_process_behind(house: Path, server: tuple[str, subprocess.Popen[str]]) -> None:
    url, process = server
    ask(url, "api/show", CHOICE)
    while len(ask(url, "api/list")[1]["verdicts"]) < 3:
        time.sleep(0.05)
    children = [int(p) for p in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    assert len(children) == min(2, os.cpu_count() or 1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors
    assert not any(map(_alive, children))


def test_the_judging_process_ends_when_the_preview_is_killed(house: Path, server: tuple[str, subprocess.Popen[str]]) -> None:
    url, process = server
    ask(url, "api/show", CHOICE)
    while not (children := Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()):
        time.sleep(0.05)
    process.kill()
    process.wait()
    while any(_alive(int(pid)) for pid in children):
        time.sleep(0.05)
