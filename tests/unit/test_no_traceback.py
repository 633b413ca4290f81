"""Every command with input that cannot be used: exit codes 0 to 3, one line on stderr, and nothing of what must not be shown.

The commands and their parameters come from the program; ``COMMANDS`` says how each is called, ``VALUES`` what each parameter is
given. A new command or parameter without an entry fails the test.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from franking.cli.main import app
from tests.unit.hostile import (
    ADDRESSES,
    ESCAPES,
    GOOD,
    LONG,
    MAILBOXES,
    NUMBERS,
    OUTBOXES,
    OUTPUTS,
    PATIENCE,
    PERSON,
    RATES,
    SECRET,
    TIMES,
    TOML,
    TRANSPORTS,
    WORDS,
    contents,
    ended,
    files,
    house,
)

AT = "2026-11-24T12:00:00Z"
ORDERS = ["report.txt", "--kind", "order_confirmation", "--as-of", AT, "--policy", "basics"]
DIR = ["--transport", "dir:out"]
# How each command is called so that it gets far; {} is a parameter under test, which replaces what stands here.
COMMANDS: dict[str, list[str]] = {
    "render": ["order_confirmation", "--language", "en", "--theme", "plain"],
    "check": ["page.html"],
    "fetch": ["--since", "2d", "--marketplace", "Amazon.de", "--dry-run"],
    "plan": ORDERS,
    "send": [*ORDERS, "--sender", "shop@seller.example", "--dry-run", *DIR],
    "rules": [],
    "explain": ["emoji"],
    "inbox": ["--list"],
    "preview": ["--themes", "nowhere"],
    "lsp": [],
    "init": ["fresh", "--brand", "Fresh", "--sender", "shop@seller.example"],
    "new": ["theme", "fresh", "--brand", "Fresh"],
    "import": ["page.html", "--kind", "fresh", "--brand", "Fresh", "--out", "imported"],
    "i18n": [],
    "doctor": ["--sender", "shop@seller.example", *DIR],
    "status": [],
    "resolve": [],
    "retry": DIR,
    "cancel": ["--all", "--dry-run"],
    "bounces": ["mail.eml"],
    "evidence": ["302-1234567-0000001"],
    "resume": [],
    "adjust": ["302-1234567-0000001", "--orders", "report.txt", "--reason", "NoInventory", "--out", "out"],
    "ship-confirm": ["parcels.csv", "--marketplace", "Amazon.de", "--by", "flat", "--out", "out"],
    "feeds": [],
    "run": ["--file", "campaigns.toml", "--dry-run", *DIR],
    "sandbox": ["--script", "nowhere.json"],
    "worker": ["--until-idle", *DIR],
    "erase": [],
    "suppress add": ["b1@marketplace.amazon.de"],
    "suppress remove": ["b1@marketplace.amazon.de"],
    "suppress list": [],
    "suppress import": ["addresses.txt"],
    "policy list": [],
    "policy show": ["bol"],
    "policy diff": ["bol", "amazon"],
}
FILES: dict[str, tuple[str, str]] = {  # by parameter: the suffix and the good file
    "check paths": (".html", "page.html"), "plan orders": (".txt", "report.txt"), "send orders": (".txt", "report.txt"),
    "states": (".txt", "report.txt"), "items": (".json", "items.json"), "details": (".csv", "table.csv"), "attach": ("", "page.html"),
    "adjust file": (".txt", "report.txt"), "ship-confirm file": (".csv", "parcels.csv"), "ship-confirm orders": (".txt", "report.txt"),
    "baseline": (".json", "baseline.json"), "allow": (".toml", "allow.toml"), "ca_file": (".pem", "ca.pem"),
    "bounces source": (".eml", "mail.eml"), "file": (".txt", "addresses.txt"), "templates": ("", "page.html"),
    "themes": ("", "page.html"), "logo": (".png", "page.html"), "store": ("", "mail.eml"),
    "script": (".json", "page.html"), "import path": (".html", "page.html"), "fields": (".toml", "allow.toml"),
}  # fmt: skip
VALUES: dict[str, tuple[str, ...]] = {
    "kinds": WORDS, "theme": WORDS, "locale": WORDS[2:], "out": OUTPUTS, "inliner": WORDS[:8], "format": WORDS[:8], "width": NUMBERS,
    "kind": WORDS, "order_id": WORDS, "order": WORDS, "language": WORDS, "select": WORDS, "ignore": WORDS, "write_baseline": OUTPUTS, "jobs": NUMBERS,
    "policy": WORDS, "one": WORDS, "other": WORDS, "as_of": TIMES, "at": TIMES, "encoding": (*WORDS, "utf-7", "base64", "rot13", "hex", "idna", "undefined", "zip"),
    "marketplace": WORDS, "outbox": OUTBOXES, "channel": WORDS[:8], "seller": WORDS, "sender": ADDRESSES, "reply_to": ADDRESSES,
    "transport": TRANSPORTS, "rate": RATES, "connections": NUMBERS, "limit": NUMBERS, "slug": WORDS, "port": NUMBERS,
    "web_port": NUMBERS, "what": WORDS[:8], "name": WORDS, "brand": WORDS, "orders": WORDS, "to": WORDS[:8], "batch": WORDS,
    "chunks": NUMBERS, "metrics": (*WORDS, "127.0.0.1:x", "[::1:9", "h:99999", "300.1.1.1:9100"), "older_than": (*NUMBERS, "9999d", "1y"),
    "only": WORDS, "without": WORDS, "after": WORDS, "between": WORDS, "days": WORDS, "daily": NUMBERS, "names": WORDS,
    "item": WORDS, "tax": WORDS[:8], "form": WORDS[:8], "by": WORDS[:8], "wait": NUMBERS, "number": NUMBERS, "settled": WORDS,
    "since": TIMES, "report": WORDS, "marketplaces": WORDS, "address": ADDRESSES, "reason": WORDS[:8], "source": MAILBOXES, "folder": OUTPUTS,
    "dialect": WORDS[:8], "like": WORDS,
}  # fmt: skip
CLASS = re.compile(r"\b(?!Type)[A-Za-z]*(?:Error|Exception|Interrupt)\b|Traceback|\bErrno\b|<class|object at 0x")
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def commands(command: Any = None, name: str = "") -> Iterator[tuple[str, Any]]:
    command = command or typer.main.get_command(app)
    if not hasattr(command, "commands"):
        yield name, command
    for part, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{name} {part}".strip())


def told(code: int, out: str, err: str) -> list[str]:
    """What is wrong with how a command ended."""
    lines = [line for line in err.splitlines() if line.startswith("franking: ")]
    return [what for what, wrong in {
        f"exit code {code}": code not in range(4),
        "a class name": CLASS.search(err),
        "steers the terminal": STEERING.search(out + err),
        "a password": SECRET in (out + err if code == 2 else err),
        "a buyer": PERSON in err,
        "no line, or several": code == 2 and len(lines) != 1 and "problem " not in out and '"problem"' not in out,
        "more than that line": code == 2 and len(lines) == 1 and len(err.splitlines()) > 1 and "problem" not in out,
        "a long line": any(len(line) > 6000 for line in err.splitlines()),
    }.items() if wrong]  # fmt: skip


def with_value(command: Any, base: list[str], parameter: Any, value: str) -> list[str]:
    """The command's arguments with a parameter's value replaced, or added."""
    if parameter.param_type_name == "argument":
        position = [p for p in command.params if p.param_type_name == "argument"].index(parameter)
        rest = base[position + 1 :] if len(base) > position and not base[position].startswith("-") else base[position:]
        return [*base[:position], *rest, "--", value] if value.startswith("-") else [*base[:position], value, *rest]
    option = parameter.opts[0]
    if option in base:
        place = base.index(option)
        base = base[:place] + base[place + 2 :]
    return [*base, f"{option}={value}"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture
def here(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh house, which commands run in. A bug of the program is raised, and the option parser made once: it is slow."""
    monkeypatch.setattr("typer.main.get_command", PARSER)
    monkeypatch.setenv("FRANKING_TRACEBACK", "1")
    folder = place / f"house {len(list(place.iterdir()))}"
    monkeypatch.chdir(house(folder))
    return folder


PARSER = functools.cache(typer.main.get_command)
ALL = dict(commands())
EVERYTHING = bool(os.environ.get("EVERYTHING"))  # every value for every command: some minutes


def of(name: str, parameter: Any) -> str | None:
    """The key of a parameter's files."""
    return next((key for key in (f"{name} {parameter.name}", parameter.name) if key in FILES), None)


def takes_value(parameter: Any) -> bool:
    return not getattr(parameter, "is_flag", False)


def share(values: list[tuple[str, str]], name: str, parameter: Any) -> list[tuple[str, str]]:
    """What a command is given of the values of a parameter that several commands have in the same words and code."""
    users = [other for other, command in ALL.items() if any(p.name == parameter.name for p in command.params)]
    number = min(len(users), len(values) // 4 or 1)
    return values if EVERYTHING else values[users.index(name) % number :: number]


def test_every_command_and_parameter_has_an_entry() -> None:
    assert set(COMMANDS) == set(ALL)
    parameters = [(name, p) for name, command in ALL.items() for p in command.params if takes_value(p)]
    assert [f"{name} {p.name}" for name, p in parameters if p.name not in VALUES and of(name, p) is None] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_hostile_values(name: str, here: Path, place: Path) -> None:
    wrong: list[str] = []
    for parameter in filter(takes_value, ALL[name].params):
        key = of(name, parameter)
        values = (
            []
            if key in ("plan orders", "send orders", "check paths")
            else [(repr(v)[:80], v) for v in VALUES.get(parameter.name, ())]
        )
        if key is not None:
            values += files(place / f"files {name} {key}", FILES[key][0], GOOD[FILES[key][1]]).items()
        for what, value in share(values, name, parameter):
            arguments = [*name.split(), *with_value(ALL[name], COMMANDS[name], parameter, value)]
            code, out, err = ended(arguments)
            if problems := told(code, out, err):
                wrong.append(f"{name}, {parameter.name} {what}: {', '.join(problems)}: {err[-1500:]}")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("name", COMMANDS)
def test_in_an_empty_folder(name: str, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = ended([*name.split(), *COMMANDS[name]])
    assert told(code, out, err) == [], err


@pytest.mark.parametrize("flags", [["--fix"], ["--diff"], ["--fix", "--diff"], ["--format", "json"], ["--format", "sarif"],
                                   ["--format", "junit"], ["--format", "github"]], ids=" ".join)  # fmt: skip
def test_check_with_hostile_files(flags: list[str], here: Path, tmp_path: Path) -> None:
    for suffix, good in ((".html", "page.html"), (".eml", "mail.eml")):
        for what, path in files(tmp_path / suffix, suffix, GOOD[good]).items():
            code, out, err = ended(["check", path, *flags])
            problems = [problem for problem in told(code, out, err) if problem != "more than that line"]
            assert problems == [], (what, err[-900:])


READERS = ("status", "doctor", "i18n", "plan", "send", "bounces", "suppress list", "worker", "new")


@pytest.mark.parametrize("what", TOML)
def test_a_broken_configuration(what: str, here: Path) -> None:
    (here / "franking.toml").write_bytes(TOML[what])
    for name in READERS:
        code, out, err = ended([*name.split(), *COMMANDS[name]])
        assert told(code, out, err) == [], (name, err[-900:])


def test_a_broken_environment(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"DAILY_CAPS": "x", "CONNECTIONS": "x", "VOUCHED_MAILBOXES": "{", "TIMEOUT": "-", "DEMO": "perhaps",
                        "TRANSPORT": f"smtp://u:{SECRET}@[::1", "SELLER": ESCAPES, "TEMPLATES": LONG}.items():  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setenv(f"FRANKING_{name}", value)
            for command in ("status", "doctor", "send"):
                code, out, err = ended([command, *COMMANDS[command]])
                assert told(code, out, err) == [], (name, command, err)
    code, out, err = ended(["send", *ORDERS, "--demo", "--transport", f"smtp://u:{SECRET}@[::1"])
    assert told(code, out, err) == [], err


DESIGNS = ("templates/order_confirmation/kind.toml", "templates/order_confirmation/message.html.j2", "themes/plain/theme.toml",
           "themes/plain/theme.css", "themes/plain/layout.html.j2", "templates/locales/de.po", "templates/order_confirmation/samples/plain.json",
           "templates/_parts/text.html.j2")  # fmt: skip


@pytest.mark.parametrize("path", DESIGNS)
def test_broken_designs(path: str, here: Path) -> None:
    file = here / path
    good = file.read_text("utf-8")
    for what, data in {**contents(good), "folder": None, "missing": None, "dangling": None}.items():
        file.unlink()
        if data is not None:
            file.write_bytes(data)
        elif what == "folder":
            file.mkdir()
        elif what == "dangling":
            file.symlink_to("nowhere")
        for name in ("render", "plan", "doctor", "i18n", "check") if what in SHORT or EVERYTHING else ("plan",):
            base = [*COMMANDS[name], "--kind", "order_confirmation"] if name == "check" else COMMANDS[name]
            code, out, err = ended([name, *base])
            assert told(code, out, err) == [], (what, name, err[-900:])
        file.rmdir() if what == "folder" else file.unlink(missing_ok=True)
        file.write_text(good, "utf-8")


SHORT = ("binary", "truncated", "deep", "latin1", "folder", "json-list")
FRANKING = [sys.executable, "-c", "from franking.cli.entry import run; run()"]


@pytest.mark.parametrize("shell", ["rules >&-", "rules >/dev/full", "rules --format json >/dev/full", "check page.html >/dev/full",
                                   "check - <&-", "check page.html >&- 2>&-", "rules 2>/dev/full >/dev/full", "plan $ORDERS >&-",
                                   "--help >/dev/full", "check $'\\xff.html'", "explain emoji >&-", "explain x 2>&-"])  # fmt: skip
def test_streams_that_take_nothing(shell: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRANKING_TRACEBACK")
    command = f"{shlex.join(FRANKING)} {shell.replace('$ORDERS', shlex.join(ORDERS))}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=PATIENCE, check=False)
    err = done.stderr.decode("utf-8")
    assert told(done.returncode, "problem ", err) == [], err
    assert len(err.splitlines()) <= 1, err
    assert "a bug in Franking" not in err


@pytest.mark.parametrize(
    ("shell", "code"), [("check page.html --format json", 0), ("check bad.html", 1), ("rules", 0), ("doctor", 2)]
)
def test_a_reader_that_goes_away_changes_no_exit_code(shell: str, code: int, here: Path) -> None:
    (here / "page.html").write_text("<p>Thank you for your order.</p>", "utf-8")
    (here / "bad.html").write_text("<h1>🎉</h1>" * 3000, "utf-8")
    command = f"{shlex.join(FRANKING)} {shell} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize("arguments", [["inbox", "--port", "0", "--web-port", "0"], ["inbox", "--port", "0", "--no-web"],
                                       ["status", "--watch"], ["check", "-"], ["sandbox"]], ids=" ".join)  # fmt: skip
def test_interrupted(arguments: list[str], here: Path) -> None:
    assert ended(["suppress", "add", "b1@marketplace.amazon.de"])[0] == 0
    with subprocess.Popen([*FRANKING, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as running:  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(4)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=PATIENCE)
    assert running.returncode in (0, 130), err
    assert CLASS.search(err) is None, err
