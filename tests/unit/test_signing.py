"""DKIM signatures: made with a real key, verified as receivers do, with the DNS record handed over."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from typer.testing import CliRunner

from franking.cli.main import app
from franking.errors import FrankingError
from franking.mail import Signer, open_signer
from tests.unit.test_commands import run, send_arguments

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RECORD = b"v=DKIM1; k=rsa; p=" + base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
MESSAGE = b"From: Shop <shop@mail.example.com>\r\nTo: b@x.example\r\nSubject: one\r\n\r\nbody\r\n"


def pem(form: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8) -> str:
    return KEY.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def key_file(folder: Path, text: str | None = None) -> Path:
    path = folder / "dkim.pem"
    path.write_text(pem() if text is None else text)
    path.chmod(0o600)
    return path


def record(name: bytes, timeout: int = 5) -> bytes:
    assert name == b"s1._domainkey.example.com."
    return RECORD


@pytest.mark.parametrize("form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL])
def test_a_signature_holds_until_something_that_counts_changes(form: serialization.PrivateFormat) -> None:
    signer = open_signer("example.com", "s1", pem(form), Path("k"), "mail.example.com")
    signed = signer.sign(MESSAGE)
    assert signed.endswith(MESSAGE)
    assert dkim.verify(signed, dnsfunc=record)
    for old, new in ((b"body", b"bodies"), (b"Subject: one", b"Subject: two"), (b"b@x.example", b"c@x.example")):
        assert not dkim.verify(signed.replace(old, new), dnsfunc=record)


def test_the_thread_of_a_reply_is_signed() -> None:
    signer = open_signer("example.com", "s1", pem(), Path("k"), "mail.example.com")
    signed = signer.sign(b"In-Reply-To: <b@x.example>\r\nReferences: <a@x.example>\r\n <b@x.example>\r\n" + MESSAGE)
    assert dkim.verify(signed, dnsfunc=record)
    for field in (b"In-Reply-To: <b", b"References: <a"):
        assert not dkim.verify(signed.replace(field, field + b"z"), dnsfunc=record)
        assert not dkim.verify(field + b"2@x.example>\r\n" + signer.sign(MESSAGE), dnsfunc=record)  # nor can one be added


@pytest.mark.parametrize("text", ["nonsense", pem()[:400], PUBLIC])
def test_a_key_that_is_none_is_told_at_once(text: str) -> None:
    with pytest.raises(FrankingError, match=r"^k\.pem: the DKIM key cannot sign .*expected a private RSA key in PEM"):
        open_signer("", "s1", text, Path("k.pem"), "example.com")


@pytest.mark.parametrize("domain", ["other.example", "ample.com", "mail.example.com"])
def test_a_domain_that_would_not_count(domain: str) -> None:
    with pytest.raises(FrankingError, match="receivers would not count it"):
        open_signer(domain, "s1", pem(), Path("k"), "example.com")


def test_the_key_shows_in_no_text() -> None:
    assert "PRIVATE" not in repr(open_signer("", "s1", pem(), Path("k"), "example.com"))


def test_whether_the_key_is_published() -> None:
    signer = Signer("example.com", "s1", pem().encode())
    assert signer.published(record)
    assert not signer.published(lambda _name, timeout=5: b"v=DKIM1; k=rsa; p=" + base64.b64encode(b"another"))
    assert not signer.published(lambda _name, timeout=5: None)

    def away(_name: bytes, timeout: int = 5) -> bytes:
        raise dkim.DnsTimeoutError("no answer")

    with pytest.raises(FrankingError, match="the DNS cannot be asked"):
        signer.published(away)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_sent_messages_are_signed(tmp_path: Path, jobs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_DKIM_SELECTOR", "s1")
    monkeypatch.setenv("FRANKING_DKIM_KEY_FILE", str(key_file(tmp_path)))
    run(*send_arguments(tmp_path, f"dir:{tmp_path / 'out'}", "--jobs", jobs, sender="shop@example.com"), status=1)
    mails = [path.read_bytes() for path in (tmp_path / "out").glob("*.eml")]
    assert mails
    assert all(dkim.verify(mail, dnsfunc=record) for mail in mails)


def test_settings_that_do_not_go_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_SENDER", "shop@example.com")
    monkeypatch.setenv("FRANKING_TRANSPORT", f"dir:{tmp_path / 'out'}")
    monkeypatch.setenv("FRANKING_OUTBOX", f"sqlite:///{tmp_path}/l.db")
    monkeypatch.setenv("FRANKING_DKIM_SELECTOR", "s1")

    def told() -> str:
        result = CliRunner().invoke(app, ["doctor", "--format", "json"])
        return " ".join(f["seen"] for f in json.loads(result.stdout)["findings"] if f["state"] == "problem")

    assert "DKIM needs both settings" in told()
    path = key_file(tmp_path, "")
    monkeypatch.setenv("FRANKING_DKIM_KEY_FILE", str(path))
    assert "no DKIM key can be read from it" in told()
    path.write_text(pem())
    path.chmod(0o644)
    assert "others can read it (mode 0644)" in told()
