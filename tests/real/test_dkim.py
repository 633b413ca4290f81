"""A signed batch through a real Postfix, verified by Mail::DKIM, which shares no code with what signed it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.real.postfix import running
from tests.real.test_postfix import ROOT, send
from tests.unit.test_signing import RECORD, key_file

pytestmark = pytest.mark.real
VERIFY = str(Path(__file__).with_name("verify.pl"))


def verdict(mail: bytes) -> str:
    message = mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")  # as it went over the wire
    done = subprocess.run(["perl", VERIFY, RECORD.decode()], input=message, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_receivers_accept_what_was_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_DKIM_SELECTOR", "s1")
    monkeypatch.setenv("FRANKING_DKIM_KEY_FILE", str(key_file(tmp_path)))
    monkeypatch.chdir(ROOT)
    (tmp_path / "postfix").mkdir()
    with running(tmp_path / "postfix") as server:
        result = send(
            tmp_path, "docs/examples/amazon.co.jp-new-orders.txt", "order_confirmation", "brand",
            "--transport", f"smtp://127.0.0.1:{server.port}", "--ca-file", str(server.ca),
        )  # fmt: skip
        assert b'"sent": 3' in result.stdout, result.stdout + result.stderr
        mails = server.mails(3)
    assert [verdict(mail) for mail in mails] == ["pass fjord.example s1"] * 3
    assert verdict(mails[0].replace(b"Subject: ", b"Subject: x")).startswith("fail")
