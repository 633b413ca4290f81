"""MIME: a built message parses back to the same subject, text and HTML, and nothing breaks out of a header."""

from __future__ import annotations

import base64
import dataclasses
import quopri
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, compat32
from email.policy import default as default_policy
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from franking.errors import FrankingError
from franking.mail import Mailbox, Sender, build_message, message_id
from franking.mail.message import _text_part
from franking.mail.words import file_name, unstructured
from franking.model import _TOKEN, Asset, AttachedFile, Draft, Franked, Inlined, Key, OutgoingMessage

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
SENDER = Sender("acme", Mailbox.parse("Fjörd & Pine <shop@fjord.example>"), Mailbox.parse("help@fjord.example"))
LOGO = Asset("logo.png", "Logo", "logo", "", b"\x89PNG" + bytes(range(256)))


def franked(subject: str, html: str, text: str, images: dict[str, Asset] | None = None) -> Franked:
    draft = Draft("reply", "plain", "de_DE", "de", "302-1234567-1234567", subject, html, images or {})
    return Franked(Inlined(draft, html, text), "amazon", (), _TOKEN)


def parse(outgoing: OutgoingMessage) -> EmailMessage:
    mail = message_from_bytes(outgoing.content, policy=default_policy)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    for part in mail.walk():
        assert not part.defects
    return mail


LINES = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300).map(
    lambda t: t.replace("\r\n", "\n")
)
ONE_LINE = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=150
).map(lambda t: " ".join(t.split()) or "x")


@given(ONE_LINE, LINES, LINES, st.booleans())
def test_what_is_sealed_parses_back(subject: str, html: str, text: str, with_image: bool) -> None:
    html, text = html + "\n", text + "\n"
    outgoing = build_message(
        franked(subject, html, text, {"logo": LOGO} if with_image else {}), SENDER, "a@marketplace.amazon.de", NOW
    )
    mail = parse(outgoing)
    assert mail["Subject"] == subject
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert bytes(plain.get_payload(decode=True)).decode().replace("\r\n", "\n") == text
    assert bytes(rich.get_payload(decode=True)).decode().replace("\r\n", "\n") == html
    images = [p for p in mail.walk() if p.get_content_maintype() == "image"]
    assert [(p["Content-ID"], p.get_payload(decode=True)) for p in images] == ([("<logo>", LOGO.content)] if with_image else [])
    lines = outgoing.content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 998  # RFC 5322, section 2.1.1
    assert b"\n" not in outgoing.content.replace(b"\r\n", b"")
    assert b"\r" not in outgoing.content.replace(b"\r\n", b"")
    assert outgoing.content.isascii()


def test_headers() -> None:
    outgoing = build_message(
        franked("Ihre Bestellung 302-1234567-1234567", "<p>x</p>", "x\n"), SENDER, "a@marketplace.amazon.de", NOW
    )
    mail = parse(outgoing)
    assert mail["From"] == "Fjörd & Pine <shop@fjord.example>"
    assert mail["To"] == "a@marketplace.amazon.de"
    assert mail["Reply-To"] == "help@fjord.example"
    assert mail["Date"] == "Tue, 24 Nov 2026 12:30:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Message-ID"] == outgoing.message_id
    # The standard library's own generator agrees that the structure is sound.
    assert message_from_bytes(mail.as_bytes(policy=SMTP), policy=default_policy)["Subject"] == mail["Subject"]


def test_the_message_id_comes_from_the_ledger_key() -> None:
    key = Key("acme", "302-1234567-1234567", "reply")
    first = build_message(franked("a", "<p>x</p>", "x\n"), SENDER, "a@marketplace.amazon.de", NOW)
    assert first.message_id == message_id(key, "fjord.example")
    assert message_id(Key("other", key.order_id, key.kind), "fjord.example") != first.message_id
    assert "1234567" not in first.message_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "a@b@c",
        "a b@c.de",
        "a@b.de\r\nBcc: x@y.z",
        "<a@b.de",
        "a@b.de, c@d.de",
        "é@b.de",
        "a@-.de\x00",
        ".a@b.de",
        "a..b@c.de",
    ],
)
def test_no_mailbox(text: str) -> None:
    with pytest.raises(FrankingError, match=r"mail address|control character"):
        Mailbox.parse(text)


@pytest.mark.parametrize("recipient", ["a@b.de\nBcc: x@y.z", "a@b.de>\r\nX: y", "x", ""])
def test_no_recipient_breaks_out_of_its_header(recipient: str) -> None:
    with pytest.raises(FrankingError):
        build_message(franked("s", "<p>x</p>", "x\n"), SENDER, recipient, NOW)


def test_only_mail_seals_and_only_what_is_franked() -> None:
    with pytest.raises(TypeError, match=r"only franking\.mail"):
        OutgoingMessage(Key("a", "b", "c"), "", "", "", b"")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=200))
def test_any_subject_comes_back(subject: str) -> None:
    clean = "".join(c for c in subject if c.isprintable() or c == " ").strip()
    written = unstructured(clean, len("Subject: "))
    lines = f"Subject: {written}".split("\r\n")
    assert all(len(line) <= 78 for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])
    read = message_from_bytes(f"Subject: {written}\r\n\r\n".encode("ascii"), policy=default_policy)["Subject"] or ""
    assert re.sub(r"\s+", " ", str(read)).strip() == re.sub(r"\s+", " ", clean).strip()


@given(
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=300),
        st.lists(
            st.one_of(st.text(max_size=90), st.sampled_from(["</td>", "><", "<p></p>"]), st.just("x" * 700)), max_size=12
        ).map("".join),
    )
)
def test_quoted_printable_by_line_is_that_of_the_whole(text: str) -> None:
    text = "".join(c for c in text.replace("\r\n", "\n") if not "\ud800" <= c <= "\udfff")
    part = "".join(_text_part("plain", text))
    body = part.split("\r\n\r\n", 1)[1]
    assert all(len(line) <= 76 for line in body.split("\r\n"))
    assert quopri.decodestring(body.replace("\r\n", "\n").encode()).decode("utf-8") == text


# -- what any reader must find again ------------------------------------------------------------------------------------

ANY_LINE = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200),
    st.text("=?utf-8qb_ ABC.", min_size=1, max_size=120),
    st.text("abc \"\\\\(),:;<>@[]'%*", min_size=1, max_size=90),
    st.sampled_from(
        [
            "=?utf-8?q?x?=",
            "a =?utf-8?b?eA==?= b",
            "=?",
            "?=",
            "x" * 998,
            "x" * 3000,
            "a " * 100,
            "  two  spaces  ",
            "é" * 500,
            "😀" * 60,
        ]
    ),
)


def read_header(value: str) -> str:
    """A header value as RFC 2047 has it read, by a reader of our own: the line ends out, then the encoded words."""
    text = value.replace("\r\n", "")
    text = re.sub(r"(\?=)[ \t]+(=\?)", r"\1\2", text)
    return re.sub(
        r"=\?utf-8\?([bBqQ])\?([^?]*)\?=",
        lambda m: (base64.b64decode(m[2]) if m[1] in "bB" else quopri.decodestring(m[2].encode(), header=True)).decode(),
        re.sub(r"(=\?utf-8\?b\?[^?]*)\?==\?utf-8\?b\?", r"\1?==?utf-8?b?", text),
    )


@given(ANY_LINE)
def test_a_subject_arrives_as_written(subject: str) -> None:
    content = build_message(franked(subject, "<p>x</p>", "x\n"), SENDER, "a@marketplace.amazon.de", NOW).content
    head = content.split(b"\r\n\r\n")[0].decode("ascii")
    assert all(len(line) <= 78 for line in head.split("\r\n"))
    written = re.search(r"^Subject: ((?:.*\r\n )*.*)\r\n(?! )", head, re.MULTILINE)
    assert written is not None
    assert read_header(written[1]) == subject
    for word in re.findall(r"=\?utf-8\?b\?[^?]*\?=", written[1]):
        assert len(word) <= 75
        base64.b64decode(word[10:-2]).decode("utf-8")  # no word cuts a character
    # The older parser of the standard library, and the newer one where it keeps spaces.
    assert str(make_header(decode_header(message_from_bytes(content)["Subject"]))) == subject
    if subject == " ".join(subject.split()):
        assert message_from_bytes(content, policy=default_policy)["Subject"] == subject


@given(ANY_LINE)
def test_a_display_name_arrives_as_written(name: str) -> None:
    sender = Sender("acme", Mailbox("shop@fjord.example", name))
    content = build_message(franked("s", "<p>x</p>", "x\n"), sender, "a@marketplace.amazon.de", NOW).content
    head = content.split(b"\r\n\r\n")[0].decode("ascii")
    assert all(len(line) <= 78 for line in head.split("\r\n"))
    old = message_from_bytes(content)["From"]
    read, address = parseaddr(re.sub(r"\r?\n", "", old))
    assert address == "shop@fjord.example"
    assert str(make_header(decode_header(read))) == name if name.strip() else True
    (mailbox,) = message_from_bytes(content, policy=default_policy)["From"].addresses
    assert mailbox.addr_spec == "shop@fjord.example"
    # This parser leaves the space between two encoded words of a phrase (RFC 2047, section 6.2, has it ignored).
    assert "".join(mailbox.display_name.split()) == "".join(name.split())


@given(ANY_LINE.filter(lambda n: "/" not in n))
@example("<>")
@example('"offer"')
@example('"offer" <2>')
def test_a_file_name_arrives_as_written(name: str) -> None:
    made = franked("s", "<p>x</p>", "x\n")
    draft = dataclasses.replace(made.inlined.draft, files=(AttachedFile(name, "application/pdf", b"%PDF-1.7"),))
    content = build_message(
        Franked(Inlined(draft, "<p>x</p>", "x\n"), "amazon", (), _TOKEN), SENDER, "a@marketplace.amazon.de", NOW
    ).content
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    for policy in (default_policy, compat32):
        (part,) = [p for p in message_from_bytes(content, policy=policy).walk() if p.get_content_type() == "application/pdf"]
        # Under this policy, get_filename takes a pair of quotes or angle brackets off a name; the parsed header keeps it.
        read = part["Content-Disposition"].params["filename"] if policy is default_policy else part.get_filename()
        assert str(read).strip() == name.strip()
        assert part.get_payload(decode=True) == b"%PDF-1.7"


@pytest.mark.parametrize("name", ["a\r\nBcc: x@y.example", "a\x00b", "a\u2028b", "a\ud800b", "\x1b[2J"])
def test_no_file_name_breaks_out_of_its_header(name: str) -> None:
    assert "Bcc" not in file_name(name).split("\r\n")[0] or "=" in file_name(name)
    assert re.fullmatch(r"[ -~]+(\r\n [ -~]+)*", file_name(name))


@pytest.mark.parametrize(
    "text",
    ["a\rb\n", "\r", "a\r\r\nb", ".\n..\n.a\n", "From x\n>From y\n", "x" * 5000, "é\r" * 300, " \n\t\n", "\x00\x0b\x7f\n"],
)
def test_odd_bodies_come_back(text: str) -> None:
    content = build_message(franked("s", text, text), SENDER, "a@marketplace.amazon.de", NOW).content
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    mail = message_from_bytes(content, policy=default_policy)
    for kind in ("plain", "html"):
        (part,) = [p for p in mail.walk() if p.get_content_subtype() == kind]
        assert bytes(part.get_payload(decode=True)).replace(b"\r\n", b"\n").decode() == text.replace("\r\n", "\n")


@pytest.mark.parametrize("word", ["x" * 67, "x" * 68, "x" * 75, "y " + "x" * 75, "a" * 60 + " " + "x" * 8, ("w " * 40).strip()])
def test_no_line_of_a_header_is_longer_than_78(word: str) -> None:
    raw = f"Subject: {unstructured(word, 9)}\r\n\r\n".encode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert message_from_bytes(raw, policy=default_policy)["Subject"] == word


@pytest.mark.parametrize(
    "name",
    [
        "  lead",
        "trail ",
        "a  b",
        "x" * 60,
        "x" * 66,
        '"q" \\' * 8,
        "Order " * 12 + "x",
        "A, B; C: D (E)",
        "Dr. No",
        "",
        " ",
        "=?",
        "a =?b?= c",
    ],
)
def test_an_ascii_name_is_read_by_both_parsers_as_it_is_written(name: str) -> None:
    raw = f"Reply-To: {Mailbox('a.rather.long.address@shop.example.com', name).header()}\r\n\r\n".encode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    (read,) = message_from_bytes(raw, policy=default_policy)["Reply-To"].addresses
    if name.strip():
        assert read.addr_spec == "a.rather.long.address@shop.example.com"
        assert read.display_name == name
    legacy = message_from_bytes(raw)["Reply-To"].replace("\r\n", "")
    assert str(make_header(decode_header(parseaddr(legacy)[0]))) == name
