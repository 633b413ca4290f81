"""A batch through a real Postfix over STARTTLS into a local mailbox, parsed back and compared."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path

import pytest

from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog
from franking.model import Order
from franking.orders import open_orders
from franking.policy import load
from tests.brand import own_themes
from tests.real.postfix import Postfix, running

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
FRANKING = str(Path(sys.executable).with_name("franking"))
BATCHES = {
    "docs/examples/amazon.com-unshipped.txt": ("order_confirmation", "brand"),
    "docs/examples/amazon.co.jp-new-orders.txt": ("order_confirmation", "plain"),
    "docs/examples/amazon.de-fba-shipments.txt": ("review_request", "brand"),
}


@pytest.fixture
def postfix(tmp_path: Path) -> Iterator[Postfix]:
    with running(tmp_path) as server:
        yield server


def send(tmp_path: Path, report: str, kind: str, theme: str, *more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [FRANKING, "send", report, "--themes", own_themes(), "--kind", kind, "--theme", theme, "--sender", "Fjörd & Pine <shop@fjord.example>",
         "--as-of", "2026-11-24T12:00:00+00:00", "--outbox", f"sqlite:///{tmp_path / 'ledger.db'}", "--format", "json", *more],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip


def body(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def test_batches_arrive_as_composed(tmp_path: Path, postfix: Postfix) -> None:
    catalog = Catalog(ROOT / "templates", Path(own_themes()))
    expected: dict[str, tuple[str, str, str]] = {}
    sent = 0
    for report, (kind, theme) in BATCHES.items():
        result = send(
            tmp_path, report, kind, theme, "--transport", f"smtp://127.0.0.1:{postfix.port}", "--ca-file", str(postfix.ca)
        )
        assert result.returncode in (0, 1), result.stderr.decode()
        counts = json.loads(result.stdout)
        assert counts["failed"] == counts["ambiguous"] == counts["deferred"] == counts["queued"] == 0
        sent += counts["sent"]
        pipeline = Pipeline(catalog, catalog.kind(kind), catalog.theme(theme), load())
        for order in open_orders(ROOT / report):
            assert isinstance(order, Order)
            inlined = pipeline.compose(order)
            expected[order.buyer_email] = (inlined.draft.subject, inlined.text, inlined.html)
    raw = postfix.mails(sent)
    assert len(raw) == sent == 11
    for data in raw:
        mail = message_from_bytes(data, policy=default_policy)
        assert isinstance(mail, EmailMessage)
        subject, text, html = expected.pop(str(mail["X-Original-To"] or mail["To"]))
        assert mail["Subject"] == subject
        assert body(mail, "plain") == text
        assert body(mail, "html") == html
        assert mail["From"] == "Fjörd & Pine <shop@fjord.example>"
        assert "with ESMTPS" in " ".join(mail.get_all("Received", [])), "the message did not come over TLS"


def test_an_untrusted_certificate_stops_before_anything_is_sent(tmp_path: Path, postfix: Postfix) -> None:
    report, (kind, theme) = next(iter(BATCHES.items()))
    result = send(tmp_path, report, kind, theme, "--transport", f"smtp://127.0.0.1:{postfix.port}")
    assert result.returncode == 2
    assert b"the server's certificate is not trusted" in result.stderr
    assert result.stderr.count(b"\n") == 1
    assert postfix.mails(0) == []
