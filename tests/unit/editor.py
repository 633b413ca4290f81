"""An editor for tests: JSON-RPC 2.0 over the stdin and stdout of a language server, written from the LSP 3.17 specification.

It shares no code with the server and its libraries: texts, edits and positions are its own.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote


def uri(path: Path) -> str:
    return "file://" + quote(str(path))


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def position(text: str, offset: int) -> dict[str, int]:
    before = text[:offset].split("\n")
    return {"line": len(before) - 1, "character": utf16(before[-1])}


def offset(text: str, at: dict[str, int]) -> int:
    lines = text.split("\n")
    line = lines[at["line"]]
    units = line.encode("utf-16-le")[: 2 * at["character"]]
    return sum(len(one) + 1 for one in lines[: at["line"]]) + len(units.decode("utf-16-le"))


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """The text after edits, which all refer to the text before."""
    placed = sorted(
        ((offset(text, e["range"]["start"]), offset(text, e["range"]["end"]), e["newText"]) for e in edits), reverse=True
    )
    for start, end, new in placed:
        text = text[:start] + new + text[end:]
    return text


class Editor:
    """An editor with open documents, driving one server process."""

    def __init__(
        self,
        cwd: Path,
        *,
        folders: list[Path] | None = None,
        capabilities: dict[str, Any] | None = None,
        command: Sequence[str] = (sys.executable, "-c", "from franking.cli.entry import run; run()", "lsp"),
    ) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=cwd, stdin=pipe, stdout=pipe, stderr=pipe)
        self.texts: dict[Path, str] = {}
        self.versions: dict[Path, int] = {}
        self.diagnostics: dict[Path, list[dict[str, Any]]] = {}
        self.published: list[tuple[Path, int | None]] = []
        self.messages: list[dict[str, Any]] = []
        self.registered: list[dict[str, Any]] = []
        self.garbage: list[bytes] = []
        self.complaints = b""
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._changed = threading.Condition()
        self._number = 0
        self._sending = threading.Lock()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._complain)]
        for thread in self._threads:
            thread.start()
        given = {"workspace": {"workspaceEdit": {"documentChanges": True}}} if capabilities is None else capabilities
        named = [{"uri": uri(folder), "name": folder.name} for folder in folders or [cwd]]
        self.abilities = self.ask(
            "initialize", {"processId": None, "rootUri": named[0]["uri"], "workspaceFolders": named, "capabilities": given}
        )["capabilities"]
        self.tell("initialized", {})

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                elif not line.lower().startswith(b"content-type:"):
                    self.garbage.append(line)
            if not line:
                return
            self._got(json.loads(stream.read(length)))

    def _complain(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        while chunk := stream.read1():  # type: ignore[attr-defined]
            self.complaints += chunk

    def _got(self, message: dict[str, Any]) -> None:
        with self._changed:
            if "method" not in message:
                self._answers[message["id"]].put(message)
            elif message["method"] == "textDocument/publishDiagnostics":
                params = message["params"]
                path = Path(unquote(params["uri"].removeprefix("file://")))
                self.diagnostics[path] = params["diagnostics"]
                self.published.append((path, params.get("version")))
            elif message["method"] == "client/registerCapability":
                self.registered += message["params"]["registrations"]
                self._send({"id": message["id"], "result": None})
            else:
                self.messages.append(message)
            self._changed.notify_all()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        with self._sending:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.process.stdin.flush()

    def tell(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> int:
        self._number += 1
        self._answers[self._number] = queue.Queue()
        self._send({"id": self._number, "method": method, "params": params})
        return self._number

    def answer(self, number: int, seconds: float = 60) -> dict[str, Any]:
        return self._answers[number].get(timeout=seconds)

    def ask(self, method: str, params: Any) -> Any:
        answer = self.answer(self.request(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, path: Path, text: str | None = None) -> str:
        self.texts[path] = path.read_bytes().decode() if text is None else text
        self.versions[path] = 1
        document = {"uri": uri(path), "languageId": "jinja", "version": 1, "text": self.texts[path]}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return self.texts[path]

    def change(self, path: Path, text: str) -> None:
        """Replace the text by an incremental edit of what differs."""
        old = self.texts[path]
        start = next((i for i, (a, b) in enumerate(zip(old, text, strict=False)) if a != b), min(len(old), len(text)))
        rest = min(len(old), len(text)) - start
        tail = next((i for i in range(rest) if old[-1 - i] != text[-1 - i]), rest)
        where = {"start": position(old, start), "end": position(old, len(old) - tail)}
        self.texts[path] = text
        self.versions[path] += 1
        self.tell("textDocument/didChange", {
            "textDocument": {"uri": uri(path), "version": self.versions[path]},
            "contentChanges": [{"range": where, "text": text[start : len(text) - tail]}],
        })  # fmt: skip

    def close(self, path: Path) -> None:
        del self.texts[path]
        self.tell("textDocument/didClose", {"textDocument": {"uri": uri(path)}})

    def until(self, met: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for what the server sends; fails with what there is."""
        end = time.monotonic() + seconds
        with self._changed:
            while not met():
                assert self._changed.wait(end - time.monotonic()), (self.diagnostics, self.messages, self.complaints)

    def rules(self, path: Path, line: int | None = None) -> set[str]:
        """The codes of the diagnostics of a file, of one line (1-based) or of all."""
        return {d["code"] for d in self.diagnostics.get(path, []) if line is None or d["range"]["start"]["line"] == line - 1}

    def at(self, path: Path, offset: int) -> dict[str, Any]:
        return {"textDocument": {"uri": uri(path)}, "position": position(self.texts[path], offset)}

    def actions(self, path: Path, line: int) -> list[dict[str, Any]]:
        here = {"line": line - 1, "character": 0}
        return self.ask("textDocument/codeAction", {  # type: ignore[no-any-return]
            "textDocument": {"uri": uri(path)}, "range": {"start": here, "end": here}, "context": {"diagnostics": []},
        })  # fmt: skip

    def apply(self, action: dict[str, Any]) -> set[Path]:
        """Apply a code action's edits to open documents and to files."""
        edit = action["edit"]
        listed = [
            (c["textDocument"]["uri"], c["textDocument"]["version"], c["edits"]) for c in edit.get("documentChanges") or []
        ]
        listed += [(name, None, edits) for name, edits in (edit.get("changes") or {}).items()]
        touched = set()
        for name, version, edits in listed:
            path = Path(unquote(name.removeprefix("file://")))
            touched.add(path)
            if path in self.texts:
                assert version in (None, self.versions[path])
                self.change(path, edited(self.texts[path], edits))
            else:
                path.write_text(edited(path.read_text("utf-8"), edits), "utf-8")
                self.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": name, "type": 2}]})
        return touched

    def end(self) -> int:
        self.ask("shutdown", None)
        self.tell("exit", {})
        return self.process.wait(20)

    def kill(self) -> None:
        """End the process and close its streams."""
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
