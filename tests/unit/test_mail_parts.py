"""All parts of a mail: each text that a mail program may show is judged, and what cannot be read is refused, never permitted."""

from __future__ import annotations

import base64
import quopri
from email.message import EmailMessage
from pathlib import Path

import pytest

from franking.check import inspect
from franking.check.engine import inspect_input
from franking.errors import InputError
from franking.mail.reading import read_message
from franking.model import Finding
from franking.policy import load

POLICY = load()
FINE = "<p>Your order is on its way.</p>"
BAD = '<p>Your order is on its way. Write to <a href="https://www.amazon.com/x">us</a>: service@northwind.example</p>'
BAD_TEXT = "Your order is on its way. Write to service@northwind.example\n"
TOP = b"From: a@b.example\r\nSubject: Your order\r\nMIME-Version: 1.0\r\n"


def found(data: bytes, tmp_path: Path) -> list[Finding]:
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    return inspect_input(read_message(path), POLICY)


def parts_of(data: bytes, tmp_path: Path, rule: str = "email-address") -> list[str]:
    return sorted({f.mime_part for f in found(data, tmp_path) if f.rule == rule})


def refused(data: bytes, tmp_path: Path, *words: str) -> None:
    with pytest.raises(InputError) as caught:
        found(data, tmp_path)
    told = str(caught.value)
    assert told.startswith(f"{tmp_path}/a.eml:1: "), told
    assert "\n" not in told
    assert all(word in told for word in words), told


def mixed(*parts: tuple[str, bytes], kind: str = "mixed") -> bytes:
    """A multipart by hand: each part's header fields, and its bytes."""
    body = b"".join(b"--BB\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
    return TOP + f'Content-Type: multipart/{kind}; boundary="BB"\r\n\r\n'.encode() + body + b"--BB--\r\n"


HTML = "Content-Type: text/html; charset=utf-8"
TEXT = "Content-Type: text/plain; charset=utf-8"


def _alternative() -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Your order"
    mail.set_content("Your order is on its way.\n")
    mail.add_alternative(FINE, subtype="html")
    return mail


def _second_alternative() -> bytes:
    mail = _alternative()
    mail.add_alternative(BAD, subtype="html")
    return mail.as_bytes()


def _in_text_alternative() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "x"
    mail.set_content(BAD_TEXT)
    mail.add_alternative(FINE, subtype="html")
    return mail.as_bytes()


def _footer(subtype: str = "plain", disposition: str = "", filename: str = "") -> bytes:
    mail = _alternative()
    mail.make_mixed()
    part = EmailMessage()
    part.set_content(
        BAD_TEXT if subtype == "plain" else BAD, subtype=subtype, disposition=disposition or None, filename=filename or None
    )
    mail.attach(part)
    return mail.as_bytes()


def _forwarded(inner: EmailMessage) -> bytes:
    mail = _alternative()
    mail.make_mixed()
    mail.add_attachment(inner)
    return mail.as_bytes()


def _related() -> bytes:
    mail = _alternative()
    html = mail.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(BAD.encode(), "text", "html", cid="<frame>", disposition="inline")
    return mail.as_bytes()


def _deep() -> bytes:
    inner = EmailMessage()
    inner["Subject"] = "Again"
    inner.set_content("Hello.\n")
    inner.add_alternative(BAD, subtype="html")
    middle = EmailMessage()
    middle["Subject"] = "Fwd"
    middle.set_content("See below.\n")
    middle.add_attachment(inner)
    return _forwarded(middle)


def _one(bad: bool = True) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Fwd"
    mail.set_content(BAD_TEXT if bad else "Hello.\n")
    return mail


SHOWN = {
    "the second of two HTML parts": (mixed((HTML, FINE.encode()), (HTML, BAD.encode())), ["2 text/html"]),
    "a third alternative": (_second_alternative(), ["3 text/html"]),
    "the text of an alternative": (_in_text_alternative(), ["1 text/plain"]),
    "a text behind the alternatives": (_footer(), ["2 text/plain"]),
    "a file shown inline": (_footer("html", disposition="inline", filename="page.html"), ["2 text/html"]),
    "a text with a name and no disposition": (mixed((HTML, FINE.encode()), (TEXT + '; name="a.txt"', BAD_TEXT.encode())), ["2 text/plain"]),
    "an unknown disposition": (mixed((HTML, FINE.encode()), (HTML + "\r\nContent-Disposition: form-data", BAD.encode())), ["2 text/html"]),
    "a related HTML part": (_related(), ["2.2 text/html"]),
    "a forwarded message": (_forwarded(_one()), ["2.1 text/plain"]),
    "a message forwarded twice": (_deep(), ["2.2.2 text/html"]),
    "a digest": (mixed(("X: y", b"Subject: x\r\n\r\n" + BAD_TEXT.encode()), kind="digest"), ["1.1 text/plain"]),
    "nested alternatives": (
        mixed((TEXT, b"Hi"), ('Content-Type: multipart/alternative; boundary="C"', b"--C\r\n" + HTML.encode() + b"\r\n\r\n" + FINE.encode()
               + b"\r\n--C\r\n" + HTML.encode() + b"\r\n\r\n" + BAD.encode() + b"\r\n--C--"), kind="alternative"), ["2.2 text/html"]),
    "AMP": (mixed((TEXT, b"Hi"), ("Content-Type: text/x-amp-html", BAD.encode()), (HTML, FINE.encode()), kind="alternative"), ["2 text/x-amp-html"]),
    "XHTML": (mixed((HTML, FINE.encode()), ("Content-Type: application/xhtml+xml", BAD.encode())), ["2 application/xhtml+xml"]),
    "another type of text": (mixed((HTML, FINE.encode()), ("Content-Type: text/markdown", BAD_TEXT.encode())), ["2 text/markdown"]),
    "a boundary that does not end": (mixed((HTML, FINE.encode()), (HTML, BAD.encode())).replace(b"--BB--\r\n", b""), ["2 text/html"]),
    "no type at all": (TOP + b"\r\n" + BAD_TEXT.encode(), [""]),
    "an HTML mail without charset": (TOP + b"Content-Type: text/html\r\n\r\n" + BAD.encode(), [""]),
    "type and charset in capitals, with a comment": (TOP + b"Content-Type: TEXT/HTML (page); CHARSET=\"UTF-8\"\r\n\r\n" + BAD.encode(), [""]),
    "signed": (mixed((HTML, BAD.encode()), ("Content-Type: application/pgp-signature", b"x"), kind="signed"), ["1 text/html"]),
    "base64 in capitals, with a comment": (
        mixed((HTML, FINE.encode()), (HTML + "\r\nContent-Transfer-Encoding: BASE64 (x)", base64.encodebytes(BAD.encode()))), ["2 text/html"]),
    "quoted-printable with a semicolon": (
        mixed((HTML, FINE.encode()), (TEXT + "\r\nContent-Transfer-Encoding: Quoted-Printable;", quopri.encodestring(BAD_TEXT.replace("@", "\u00ad@").encode()))), ["2 text/plain"]),
    "uuencoded": (mixed((TEXT + "\r\nContent-Transfer-Encoding: x-uuencode", b"begin 644 a.txt\r\n-2&5L;&\\@85MX+F-O;0  \r\n`\r\nend".replace(b"-2&5L;&\\@85MX+F-O;0  ", __import__("binascii").b2a_uu(b"Write to a@northwind.example").strip()))), ["1 text/plain"]),
    "a forwarded message in base64": (
        mixed((HTML, FINE.encode()), ("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", base64.encodebytes(_one().as_bytes()))), ["2.1 text/plain"]),
    "a forwarded message in quoted-printable": (
        mixed((HTML, FINE.encode()), ("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable", quopri.encodestring(_one().as_bytes()))), ["2.1 text/plain"]),
    "flowed, the address over two lines": (
        mixed((TEXT + "; format=flowed; delsp=yes", b"Hello.\r\n\r\nWrite to service@north \r\nwind.example")), ["1 text/plain"]),
    "UTF-16": (mixed(("Content-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64", base64.encodebytes(BAD.encode("utf-16")))), ["1 text/html"]),
    "a byte order mark over the label": (mixed(("Content-Type: text/html; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit", b"\xef\xbb\xbf" + BAD.replace("@", "\uff20").encode())), ["1 text/html"]),
    "a charset that nobody knows, in ASCII": (mixed(("Content-Type: text/plain; charset=x-unknown", BAD_TEXT.encode())), ["1 text/plain"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_each_part_that_is_shown_is_judged_and_named(name: str, tmp_path: Path) -> None:
    data, wanted = SHOWN[name]
    assert parts_of(data, tmp_path) == wanted


ATTACHED = {
    "an attached page": _footer("html", disposition="attachment", filename="page.html"),
    "an attached text": _footer("plain", disposition="attachment"),
    "a named table": mixed((HTML, FINE.encode()), ('Content-Type: text/csv; name="a.csv"', BAD_TEXT.encode())),
    "a program": mixed((HTML, FINE.encode()), ("Content-Type: application/octet-stream", BAD.encode())),
}


@pytest.mark.parametrize("name", ATTACHED)
def test_what_says_that_it_is_an_attachment_is_one(name: str, tmp_path: Path) -> None:
    assert parts_of(ATTACHED[name], tmp_path) == []
    assert len(read_message(tmp_path / "a.eml").attachments) == 1


UNREADABLE = {
    "no UTF-8": (mixed((HTML, FINE.encode()), (HTML, b"<p>Gr\xfc\xdfe</p>")), ["part 2 (text/html)", "byte 6", "0xFC", "utf-8"]),
    "UTF-8 that ends within a character": (mixed((TEXT, "Grüße €".encode()[:-1])), ["part 1 (text/plain)", "utf-8"]),
    "UTF-8 under another label": (mixed(("Content-Type: text/html; charset=iso-8859-1", "<p>Hallo 🎉</p>".encode())), ["part 1", "byte 10", "two ways"]),
    "UTF-8 labelled as ASCII": (mixed(("Content-Type: text/plain; charset=us-ascii", "Grüße".encode())), ["part 1", "two ways"]),
    "UTF-8 labelled as GBK": (mixed(("Content-Type: text/plain; charset=gb2312", "您的订单🎉订单".encode())), ["part 1"]),
    "ASCII labelled as UTF-16": (mixed(("Content-Type: text/html; charset=utf-16", BAD.encode()[:-1] if len(BAD) % 2 else BAD.encode())), ["part 1", "two ways"]),
    "UTF-16 labelled as UTF-8": (mixed((HTML + "\r\nContent-Transfer-Encoding: base64", base64.encodebytes(BAD.encode("utf-16-le")))), ["part 1", "U+0000"]),
    "UTF-16 with an odd byte": (mixed(("Content-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64", base64.encodebytes(BAD.encode("utf-16") + b"x"))), ["part 1"]),
    "no charset, no UTF-8": (mixed(("Content-Type: text/plain", b"Gr\xfc\xdfe")), ["part 1", "byte 3", "no charset"]),
    "a charset that browsers replace": (mixed(("Content-Type: text/html; charset=hz-gb-2312", BAD.encode())), ["part 1"]),
    "UTF-7": (mixed(("Content-Type: text/html; charset=utf-7", b"<p>+2Dzfwg-</p>")), ["part 1", "utf-7"]),
    "EBCDIC": (mixed(("Content-Type: text/html; charset=cp037", BAD.encode())), ["part 1", "cp037"]),
    "ISO-2022-JP without its label": (mixed((TEXT, "ご注文".encode("iso2022_jp"))), ["part 1", "U+001B"]),
    "an unknown charset": (mixed(("Content-Type: text/plain; charset=klingon", b"Gr\xfc\xdfe")), ["part 1", "klingon"]),
    "broken base64": (mixed((HTML + "\r\nContent-Transfer-Encoding: base64", b"PHA+SGVsbG8*8L3A+")), ["part 1", "byte 12", "base64"]),
    "base64 with more behind its end": (mixed((HTML + "\r\nContent-Transfer-Encoding: base64", b"PHA+eA==\r\nPHA+eA==")), ["part 1", "base64"]),
    "base64 that stops": (mixed((HTML + "\r\nContent-Transfer-Encoding: base64", b"PHA+SGVsb")), ["part 1", "base64"]),
    "an unknown transfer encoding": (mixed((HTML + "\r\nContent-Transfer-Encoding: x-zip", BAD.encode())), ["part 1", "x-zip"]),
    "two transfer encodings": (mixed((HTML + "\r\nContent-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: base64", b"PHA+eA==")), ["part 1", "two transfer"]),
    "two charsets": (mixed(("Content-Type: text/plain; charset=utf-8; charset=koi8-r", "Грüße".encode())), ["part 1", "two charsets"]),
    "two types": (mixed((HTML + "\r\nContent-Type: text/plain", BAD.encode())), ["part 1", "more than one Content-Type"]),
    "a type that is none": (mixed(("Content-Type: html", BAD.encode())), ["part 1", "Content-Type"]),
    "a multipart without boundary": (TOP + b"Content-Type: multipart/mixed\r\n\r\n" + BAD.encode(), ["boundary"]),
    "a boundary that never comes": (TOP + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + BAD.encode(), ["boundary"]),
    "a forwarded message without header": (mixed((HTML, FINE.encode()), ("Content-Type: message/rfc822", b"<p>x")), ["part 2"]),
    "a forwarded message with a wrong byte": (
        mixed((HTML, FINE.encode()), ("Content-Type: message/rfc822", b"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\xff")), ["part 2.1", "0xFF"]),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_decoded_is_refused_with_part_and_byte(name: str, tmp_path: Path) -> None:
    data, words = UNREADABLE[name]
    refused(data, tmp_path, *words)


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [("iso-8859-1", "cp1252", "“Grüße” – 5 €"), ("us-ascii", "cp1252", "’"), ("gb2312", "gb18030", "您的订单㐀"), ("shift_jis", "cp932", "ご注文①"),
     ("euc-kr", "cp949", "주문똠"), ("big5", "big5hkscs", "訂單"), ("iso-8859-9", "cp1254", "Siparişiniz"), ("iso-8859-11", "cp874", "สวัสดี"),
     ("iso-2022-jp", "iso2022_jp", "ご注文"), ("koi8-r", "koi8_r", "Ваш заказ"), ("utf-16be", "utf-16-be", "Grüße"), ("unicode-1-1-utf-8", "utf-8", "Grüße")],
)  # fmt: skip
def test_labels_mean_what_the_web_means(label: str, codec: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    head = f"Content-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: base64"
    path.write_bytes(mixed((head, base64.encodebytes(text.encode(codec)))))
    assert (read_message(path).text or "").strip() == text


def test_the_meta_of_a_part_counts_where_the_header_names_no_charset(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    page = "<html><head><meta charset=koi8-r></head><body><p>Ваш заказ</p></body></html>"
    path.write_bytes(mixed(("Content-Type: text/html", page.encode("koi8-r"))))
    assert "Ваш заказ" in (read_message(path).html or "")
    path.write_bytes(mixed(("Content-Type: text/html; charset=utf-8", page.encode())))
    assert "Ваш заказ" in (read_message(path).html or "")


FILES = {
    "meta utf-16 in UTF-8": ("<meta charset=utf-16><p>Grüße 🎉</p>".encode(), "🎉"),
    "meta utf-16 in ASCII": (b"<meta charset=utf-16><p>Hello</p>", "Hello"),
    "meta x-user-defined": ("<meta charset=x-user-defined><p>Grüße</p>".encode("cp1252"), "Grüße"),
    "meta latin-1": ("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'><p>€</p>".encode("cp1252"), "€"),
    "meta in a comment": ("<!-- <meta charset=koi8-r> --><p>Grüße</p>".encode(), "Grüße"),
    "a late meta": (b"<p>" + b"x" * 3000 + "<meta charset=koi8-r>Ваш".encode("koi8-r"), "Ваш"),
    "a mark over the meta": ("\ufeff<meta charset=koi8-r><p>Grüße</p>".encode(), "Grüße"),
    "no declaration": ("<p>Grüße</p>".encode("cp1252"), "Grüße"),
}


@pytest.mark.parametrize("name", FILES)
def test_html_files_are_read_as_a_browser_reads_them(name: str, tmp_path: Path) -> None:
    data, wanted = FILES[name]
    path = tmp_path / "a.html"
    path.write_bytes(data)
    assert wanted in (read_message(path).html or "")


NOISE = {
    "meta utf-8, bytes of windows-1252": (
        b"<meta charset=utf-8>\n<p>Gr\xfc\xdfe</p>",
        "a.html:2: at byte 27: found 0xFC, expected utf-8",
    ),
    "meta utf-16, an odd byte": (
        b"<meta charset=utf-16><p>Gr\xfc\xdfe</p>",
        "a.html:1: at byte 27: found 0xFC, expected utf-8",
    ),
    "UTF-16 with an odd byte": ("\ufeff<p>x</p>".encode("utf-16-le") + b"x", "a.html:1: at byte 19"),
    "UTF-8 under another label": ("<meta charset=iso-8859-1><p>Hallo 🎉</p>".encode(), "two ways"),
    "a zero byte far behind": (b"<p>" + b"x" * 70000 + b"\0", "U+0000"),
    "ISO-2022-JP without label": ("<p>ご注文</p>".encode("iso2022_jp"), "U+001B"),
}


@pytest.mark.parametrize("name", NOISE)
def test_html_files_that_read_as_noise_are_refused(name: str, tmp_path: Path) -> None:
    data, words = NOISE[name]
    path = tmp_path / "a.html"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_message(path)
    assert words in str(caught.value)


def test_a_forwarded_subject_is_judged(tmp_path: Path) -> None:
    inner = _one(bad=False)
    inner.replace_header("Subject", "[Important] Your order")
    assert [f.part for f in found(_forwarded(inner), tmp_path) if f.rule == "important-subject"] == ["subject"]


def test_findings_in_flowed_text_name_the_line_that_was_written(tmp_path: Path) -> None:
    text = (
        b"Hello, \r\nyour order \r\nis on its way.\r\n\r\n> a \r\n> b\r\nPlease write \r\nto a@northwind.example, \r\nor not."
    )
    mail = mixed((TEXT + "; format=flowed", text))
    (finding,) = [f for f in found(mail, tmp_path) if f.rule == "email-address"]
    assert (finding.line, finding.column) == (8, 4)


def test_all_parts_know_the_images_and_what_is_known_of_the_message(tmp_path: Path) -> None:
    gif = base64.b64encode(b"GIF89a\x0a\x00\x0a\x00\x00\x00\x00;")
    shown = b'<p>x</p><img src="cid:a" alt="Our house">'
    mail = mixed(
        (HTML, FINE.encode()),
        (HTML, shown),
        ("Content-Type: image/gif\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: base64", gif),
    )
    path = tmp_path / "a.eml"
    path.write_bytes(mail)
    message = read_message(path)
    assert message.attachments == ()
    assert [f.rule for f in inspect(message, POLICY)] == []
    wide = read_message(path)
    assert wide.files["cid:a"].startswith(b"GIF89a")
