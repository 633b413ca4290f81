"""Reports in every encoding that was met, whole and damaged."""

from __future__ import annotations

from tests.data.report_rows import report, row, text

_UMLAUTS = (("Jürgen Groß", "Wollteppich, moosgrün"), ("Zoë Lefèvre", "Café-Tisch"), ("Søren Åberg", "Hängeleuchte weiß"))
_JAPANESE = (("山田 花子", "麻のキッチンタオル"), ("髙橋 健太郎", "デスクランプ オーク無垢材"), ("ﾔﾏﾀﾞ ﾀﾛｳ", "湯呑み 二客"))


def _western(count: int = 3, first: int = 1, encoding: str = "utf-8") -> list[bytes]:
    rows = [row(first + n, buyer_name=_UMLAUTS[n % 3][0], product_name=_UMLAUTS[n % 3][1]) for n in range(count)]
    return text(rows).encode(encoding).splitlines(keepends=True)


def _japanese() -> bytes:
    rows = [
        row(n, "co.jp", buyer_name=name, product_name=title, item_price="4980") for n, (name, title) in enumerate(_JAPANESE, 1)
    ]
    return text(rows).encode("cp932")


def _named(name: bytes, before: int = 2, encoding: str = "utf-8") -> bytes:
    """A report whose row after ``before`` good ones has these bytes for a buyer's name."""
    last = report(row(before + 1, buyer_name="NAME")).splitlines(keepends=True)[1]
    return b"".join(_western(before, encoding=encoding)) + last.replace(b"NAME", name)


def _others(encoding: str, market: str, *names: str) -> bytes:
    return text(row(n, market, buyer_name=name) for n, name in enumerate(names, 1)).encode(encoding)


_cp932 = _japanese()
_half = _western(4)
FILES: dict[str, bytes] = {
    "encoding-utf8.txt": b"".join(_western()),
    "encoding-utf8-bom.txt": b"\xef\xbb\xbf" + b"".join(_western()),
    "encoding-utf8-title-cut.txt": b"".join(_western()).replace("Café-Tisch".encode(), b"Caf\xc3"),
    "encoding-utf8-one-0x92.txt": _named(b"Pat O\x92Neill"),
    "encoding-ascii-one-0x92.txt": report(row(1), row(2, buyer_name="Pat O'Neill")).replace(b"'", b"\x92"),
    "encoding-ascii-cut.txt": report(row(1), row(2, product_name="Cafe"), row(3)).replace(b"Cafe", b"Caf\xc3"),
    "encoding-ascii-cut-capitals.txt": report(row(1), row(2, product_name="CAFE"), row(3)).replace(b"CAFE", b"CAF\xc3"),
    "encoding-ascii-cut-apostrophe.txt": report(row(1), row(2, buyer_name="Pat O~"), row(3)).replace(b"~", b"\xe2"),
    "encoding-cp850.txt": _others("cp850", "de", "Jürgen Müller", "Zoë Lefèvre", "Björn Möller"),
    "encoding-utf8-order-of-two-rows.txt": report(
        row(1), row(2, product_name="Shelf"), row(3), row(2, order_item_id="99", product_name="Grisé")
    ).replace("é".encode(), b"\xc3"),
    "encoding-utf8-surrogates.txt": _named(b"Lea \xed\xa0\xbd\xed\xb8\x80 Licht"),
    "encoding-utf8-overlong.txt": _named(b"Lea\xc0\xafLicht"),
    "encoding-utf8-c1-control.txt": _named("Pat O\u0092Neill".encode()),
    "encoding-utf8-nul.txt": _named(b"Pat\x00Neill"),
    "encoding-utf8-escape.txt": _named(b"Pat \x1b[31mNeill"),
    "encoding-utf8-ctrl-z.txt": b"".join(_western()) + b"\x1a",
    "encoding-utf8-two-files.txt": b"\xef\xbb\xbf" + b"".join(_western()) + b"\xef\xbb\xbf" + b"".join(_western(2, first=4)),
    "encoding-cp1252.txt": b"".join(_western(encoding="cp1252")),
    "encoding-cp1252-undefined-byte.txt": _named(b"Lea \x81 Licht", 3, encoding="cp1252"),
    "encoding-cp1252-one-utf8-row.txt": b"".join(_western(11, encoding="cp1252")) + _western(1, first=12)[1],
    "encoding-half-utf8-half-cp1252.txt": b"".join(_half) + b"".join(_western(4, first=5, encoding="cp1252")[1:]),
    "encoding-cp932.txt": _cp932,
    "encoding-cp932-cut-at-line-end.txt": _cp932.replace(b"Amazon.co.jp\n", b"Amazon.co.jp\x8e\n", 1),
    "encoding-cp932-lead-byte-before-tab.txt": _cp932.replace("タオル".encode("cp932") + b"\t", "タオ".encode("cp932") + b"\x83\t"),
    "encoding-cp932-one-utf8-row.txt": _cp932
    + report(row(4, "co.jp", buyer_name="佐藤 一", item_price="980")).splitlines(keepends=True)[1],
    "encoding-euc-jp.txt": _others("euc_jp", "co.jp", "山田 花子", "高橋 健太郎", "佐藤 一"),
    "encoding-gbk.txt": _others("gbk", "com", "王小明", "李小龙", "张伟"),
    "encoding-cp1251.txt": _others("cp1251", "de", "Анна Каренина", "Пётр Первый", "Лев Толстой"),
    "encoding-mac-roman.txt": _others("mac_roman", "de", "Jürgen Müller", "Zoë Lefèvre", "Björn Möller"),
    "encoding-cp1250-pl.txt": _others("cp1250", "pl", "Łukasz Żak", "Świętosława Ćwiek", "Jan Śnieg"),
    "encoding-cp1254-tr.txt": _others("cp1254", "com.tr", "Şule Şahin", "Çağrı Işık", "Ayşe Yıldız"),
    "encoding-utf16.txt": b"".join(_western()).decode().encode("utf-16-le").join([b"\xff\xfe", b""]),
    "encoding-utf16-be-unmarked.txt": b"".join(_western()).decode().encode("utf-16-be"),
    "encoding-utf16-lone-surrogate.txt": b"\xff\xfe" + _named(b"Lea @ Licht").decode().encode("utf-16-le").replace(b"@\x00 ", b"\x3d\xd8 "),
    "encoding-utf16-cut.txt": b"\xff\xfe" + b"".join(_western()).decode().encode("utf-16-le")[:-1],
    "encoding-utf32.txt": b"".join(_western()).decode().encode("utf-32-be").join([b"\x00\x00\xfe\xff", b""]),
}  # fmt: skip
