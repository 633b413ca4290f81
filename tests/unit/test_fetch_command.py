"""``franking fetch``, and ``api:`` as the orders of ``plan`` and ``send``, by the commands and the Python API."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from franking import Batch
from franking.batch.live import LiveOrders
from franking.batch.since import read_since
from franking.batch.watch import Unwatched
from franking.cli.main import app
from franking.errors import FrankingError, InputError
from franking.sandbox import Fault, SandboxServer, Script
from tests.brand import own_themes
from tests.unit.fetching import UNSHIPPED, account, expected, fetch_from, lines, order, script_2026, script_report, wish

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@contextmanager
def project(folder: Path, script: Script, **more: str) -> Iterator[SandboxServer]:
    """A working folder whose configuration names a sandbox; it is the working folder meanwhile."""
    with account(script) as server, chdir(folder):
        settings = {
            "amazon_endpoint": server.url, "amazon_client_id": "app", "sender": "Fjord <shop@fjord.example>", "transport": "dir:out",
            "templates": str(ROOT / "templates"), "themes": own_themes(), "outbox": "sqlite:///ledger.db",
        } | more  # fmt: skip
        text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items() if value)
        Path("franking.toml").write_text(text + 'amazon_marketplaces = ["Amazon.de"]\n', "utf-8")
        yield server


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_AMAZON_CLIENT_SECRET", "s")
    monkeypatch.setenv("FRANKING_AMAZON_REFRESH_TOKEN", "r")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def test_the_command_writes_a_file_and_says_what_it_holds(tmp_path: Path) -> None:
    with project(tmp_path, script_2026()):
        result = run("fetch", "--since", "10d", "--format", "json", "--out", "orders.json")
        assert result.exit_code == 0, result.stderr
        told = json.loads(result.stdout)
        assert (told["orders"], told["source"], told["marketplaces"]) == (4, "Orders 2026-01-01", ["Amazon.de"])
        assert (told["file"], told["unreadable"], told["begun"], told["report"]) == ("orders.json", 0, None, None)
        ago = datetime.now(UTC) - datetime.fromisoformat(told["since"])
        assert timedelta(days=10) <= ago < timedelta(days=10, minutes=2)
        assert [one["orderId"][-1] for one in lines(Path("orders.json"))] == ["1", "2", "3", "4"]
        text = run("fetch", "--since", "last", "--marketplace", "Amazon.de")
    assert "4 orders, Orders 2026-01-01" in text.stdout


def test_a_dry_run_asks_for_nothing_and_stores_nothing(tmp_path: Path) -> None:
    with project(tmp_path, script_2026()) as server:
        told = json.loads(run("fetch", "--since", "2026-11-20T00:00:00+01:00", "--dry-run", "--format", "json").stdout)
        assert told["since"] == "2026-11-20T00:00:00+01:00"
        assert (told["begun"], told["report"], told["dry_run"]) == (None, None, True)
        assert "unshipped" not in run("fetch", "--since", "3d", "--dry-run").stdout
        assert UNSHIPPED in run("fetch", "--since", "3d", "--report", "unshipped", "--dry-run").stdout
        assert server.state.called == {}
        assert not Path("fetched").exists()


def test_a_report_by_its_short_name(tmp_path: Path) -> None:
    with project(tmp_path, script_report(polls=0)):
        told = json.loads(run("fetch", "--since", "2d", "--report", "unshipped", "--format", "json").stdout)
        assert (told["report"], told["orders"], told["source"]) == (UNSHIPPED, 9, "Reports 2021-06-30")
        assert Path(told["file"]).name.startswith("unshipped-")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--since", "soon"), "--since 'soon': expected ISO 8601"), (("--since", "0d"), "no time back"), (("--since", "9999-01-01"), "time to come"),
        (("--since", "last"), "no complete fetch"), (("--since", "1m"), "two minutes"), (("--since", "2d", "--report", "GET_NOTHING"), "--report"),
        (("--since", "2d", "--marketplace", "Amazon.xx"), "Amazon.xx"), (("--since", "2d", "--marketplace", "bol-nl"), "no Selling Partner API"),
        (("--since", "2d", "--marketplace", "Amazon.de", "--marketplace", "Amazon.com"), "different regions"),
        (("--since", "2d", "--report", "unshipped", "--no-buyer-data"), "--no-buyer-data"), (("--since", "2d", "--out", "/proc/x"), "/proc/x"),
    ],
)  # fmt: skip
def test_what_cannot_be_fetched_is_told(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    script = Script(orders=[[]], reports={})
    if "Amazon.com" in arguments or "bol-nl" in arguments:
        with project(tmp_path, script, amazon_endpoint=""):
            error = run("fetch", *arguments).exception
    else:
        with project(tmp_path, script):
            error = run("fetch", *arguments).exception
    assert isinstance(error, FrankingError)
    assert words in str(error)


def test_nothing_is_fetched_without_credentials_or_marketplaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with project(tmp_path, Script(), amazon_client_id=""):
        assert "no amazon_client_id" in str(run("fetch", "--since", "2d").exception)
        Path("franking.toml").write_text("")
        assert "no marketplace: pass --marketplace" in str(run("fetch", "--since", "2d").exception)
    monkeypatch.setenv("FRANKING_AMAZON_REFRESH_TOKEN", "")
    with project(tmp_path, Script()) as server:
        assert "amazon_refresh_token" in str(run("fetch", "--since", "2d").exception)
        assert server.state.called == {}


RECENT = datetime.now(UTC) - timedelta(days=20)


def delivered(number: int) -> dict[str, Any]:
    """An order whose buyer may be asked for a review now."""
    made = order(number)
    window = {
        name: (RECENT + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, day in (("earliestDateTime", 8), ("latestDateTime", 9))
    }
    made["fulfillment"]["deliverByWindow"] = window
    return made | {"createdTime": RECENT.strftime("%Y-%m-%dT%H:%M:%SZ")}


def test_plan_and_send_do_with_live_orders_what_they_do_with_the_fetched_file(tmp_path: Path) -> None:
    pages = [[delivered(1), delivered(2) | {"createdTime": "nonsense"}], [order(3, status="CANCELLED"), delivered(4)]]
    with project(tmp_path, Script(orders=pages)) as server:
        kind = ("--kind", "review_request", "--format", "json")
        live = json.loads(run("plan", "api:", "--since", "30d", *kind).stdout)
        assert run("fetch", "--since", "30d", "--out", "orders.json").exit_code == 0
        assert server.state.called["searchOrders"] == 2  # what plan fetched serves again
        assert json.loads(run("plan", "orders.json", *kind).stdout) == live
        assert len(live["permitted"]) == 2
        assert live["refused"]["broken-row"] == 1
        sent = run("send", "api:", "--since", "30d", *kind)
        assert sent.exit_code == 0, sent.stderr
        counts = json.loads(sent.stdout)
        assert (counts["orders"], counts["sent"]) == (4, 2)
        assert server.state.called["searchOrders"] == 4
        again = json.loads(run("send", "api:", "--since", "30d", *kind).stdout)
        assert (again["sent"], again["refused"]["once-per-order"]) == (0, 2)
        assert json.loads(run("send", "orders.json", *kind).stdout)["refused"]["once-per-order"] == 2
        assert len(list(Path("out").glob("*.eml"))) == 2
        assert list(Path("fetched").glob("*.live.json*")) == []  # nothing of the buyers stays
        assert b"marketplace.amazon.de" not in Path("fetched/default.db").read_bytes()


def test_sending_does_not_count_as_a_fetch(tmp_path: Path) -> None:
    with project(tmp_path, script_2026()):
        assert run("send", "api:", "--since", "30d", "--kind", "review_request").exit_code == 0
        assert "no complete fetch" in str(run("plan", "api:", "--since", "last", "--kind", "review_request").exception)


@pytest.mark.parametrize("command", ["plan", "send"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("api:",), "api: needs --since"), (("report.txt", "--since", "2d"), "expected api: in place of a file"),
        (("api:", "--since", "2d", "--encoding", "utf-8"), "for files"), (("api:", "--since", "2d", "--items", "x.json"), "for files"),
        (("api:", "--since", "2d", "--marketplace", "Amazon.xx"), "Amazon.xx"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_live_orders(command: str, arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    with project(tmp_path, Script()) as server:
        error = run(command, *arguments, "--kind", "review_request").exception
        assert isinstance(error, InputError)
        assert words in str(error)
        assert server.state.called == {}


def test_the_python_api_takes_live_orders(tmp_path: Path) -> None:
    with project(tmp_path, Script(orders=[[delivered(1), delivered(2)]])):
        batch = Batch("api:", "review_request", since="30d")
        assert len(batch.plan().permitted) == 2
        assert asyncio.run(batch.send()).sent == 2
        with pytest.raises(InputError, match="api:"):
            Batch([], "review_request", since="30d")


def test_stdout_is_json_alone_and_an_interrupted_fetch_says_that_it_goes_on(tmp_path: Path) -> None:
    script = script_2026(faults=[Fault("searchOrders", times=1, after=2, status=403)])
    with project(tmp_path, script) as server:
        command = [str(Path(sys.executable).with_name("franking")), "fetch", "--since", "10d", "--format", "json"]
        first = subprocess.run(command, capture_output=True, text=True, env={**os.environ})
        assert (first.returncode, first.stdout) == (2, "")
        assert first.stderr.count("\n") == 1
        second = subprocess.run(command, capture_output=True, text=True, env={**os.environ})
        assert second.returncode == 0
        told = json.loads(second.stdout)
        assert told["begun"] is not None
        assert "continuing the fetch" in second.stderr
        assert server.state.called["searchOrders"] == 2 + 1 + 1
        assert script.orders is not None
        assert lines(Path(told["file"])) == expected(script.orders)


@pytest.mark.parametrize(
    ("text", "back"),
    [("2d", timedelta(days=2)), (" 36 h ", timedelta(hours=36)), ("90m", timedelta(minutes=90)), ("1w", timedelta(days=7))],
)
def test_a_time_back(text: str, back: timedelta) -> None:
    assert read_since(text, NOW, None) == NOW - back


def test_moments_with_zones_days_and_last() -> None:
    assert read_since("2026-11-20T01:00:00+01:00", NOW, None) == datetime(2026, 11, 20, tzinfo=UTC)
    assert read_since("2026-11-20T00:00:00Z", NOW, None) == datetime(2026, 11, 20, tzinfo=UTC)
    day = read_since("2026-11-20", NOW, None)
    assert (day.hour, day.minute, day.utcoffset() is not None) == (0, 0, True)
    assert read_since("last", NOW, NOW - timedelta(hours=5)) == NOW - timedelta(hours=5)
    for text in ("", "2", "d", "-2d", "2026-13-01", "99999d", "2d3h", "٢d", "yesterday"):
        with pytest.raises(InputError, match="expected"):
            read_since(text, NOW, None)


def test_live_orders_that_are_done_leave_no_file_and_can_be_fetched_again(tmp_path: Path) -> None:
    file = tmp_path / "a.live.json"
    with account(script_2026()) as server:
        orders = LiveOrders(lambda _watch: fetch_from(server.url, tmp_path), wish(), file)
        for _ in range(2):
            assert orders.file(Unwatched()).is_file()
            orders.done()
            assert not file.exists()
