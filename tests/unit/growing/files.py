"""Files that grow: mails, replies of servers, translations, reports and answers with orders."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.growing.texts import Family


def _mail(head: str, body: str = "Hello") -> str:
    return f"From: a@shop.example\nSubject: Hi\n{head}\n\n{body}\n"


MAILS: dict[str, Family] = {
    "header fields": lambda n: _mail("\n".join(f"X-{i}: y" for i in range(n))),
    "a long header field": lambda n: _mail("X-Long: " + "word " * n),
    "a folded header field": lambda n: _mail("X-Long: " + "word\n " * n),
    "comments in a header field": lambda n: _mail("Content-Type: text/plain " + "(a" * n),
    "encoded words": lambda n: _mail("Comments: " + "=?utf-8?q?a?= " * n),
    "sibling parts": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
                                     "--b\nContent-Type: text/plain\n\nx\n" * n + "--b--"),
    "pictures in a part": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b",
                                          "--b\nContent-Type: text/html\n\n" + "<p>x</p>" * n
                                          + "\n--b\nContent-Type: image/png\nContent-ID: <a>\n\nx\n" * n + "--b--"),
    "lines like a delimiter": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b", "--bb\n" * n),
    "received fields": lambda n: _mail("\n".join("Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0000" for _ in range(n))),
    "status fields": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
                                     "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n"
                                     + "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n" * n + "--b--"),
    "nested parts": lambda n: _mail(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0",
        "".join(f"--b{i}\nContent-Type: multipart/mixed; boundary=b{i + 1}\n\n" for i in range(n)) + f"--b{n}\n\nx\n",
    ),
    "nested mails": lambda n: _mail(
        "MIME-Version: 1.0\nContent-Type: message/rfc822", "Content-Type: message/rfc822\n\n" * n + "Subject: x\n\nx"
    ),
    "one boundary nested": lambda n: _mail("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
                                           "--b\nContent-Type: multipart/mixed; boundary=b\n\n" * n),
    "base64 lines": lambda n: _mail("MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64",
                                    "PHA+eDwvcD4K\n" * n),
    "quoted-printable": lambda n: _mail(
        "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable", "=C3=A4=\n" * n
    ),
    "parameters": lambda n: _mail("Content-Type: text/plain" + "".join(f"; a{i}=b" for i in range(n))),
    "continued parameters": lambda n: _mail("Content-Type: text/plain" + "".join(f"; a*{i}=b" for i in range(n))),
    "addresses": lambda n: _mail("To: " + "a@b.example, " * n),
    "references": lambda n: _mail("References: " + "<a@b.example> " * n),
    "quotes in a field": lambda n: _mail("X-A: " + '"' * n),
    "quoted lines": lambda n: _mail("Content-Type: text/plain", "> On Monday a@b.example wrote:\n" * n),
    "lines of a bounce": lambda n: _mail("Content-Type: text/plain", "550 5.1.1 <a@b.example> user unknown\n" * n),
}  # fmt: skip
REPLIES: dict[str, Family] = {
    "addresses": lambda n: "550 <a@b.example> " * n,
    "at signs": lambda n: "@" * n,
    "a long word": lambda n: "a" * n,
    "dots": lambda n: "a." * n + "@",
    "digits": lambda n: "1 " * n,
    "angles": lambda n: "<a" * n,
    "spaces": lambda n: "a" + " " * n,
}
ENTRIES: dict[str, Family] = {
    "entries": lambda n: "".join(f'msgid "a{i}"\nmsgstr "b{i}"\n\n' for i in range(n)),
    "lines of an entry": lambda n: 'msgid ""\n' + '"word "\n' * n + 'msgstr ""\n' + '"word "\n' * n,
    "escapes": lambda n: 'msgid "' + "\\n" * n + '"\nmsgstr "' + "\\t" * n + '"\n',
    "comments": lambda n: "# a\n" * n + 'msgid "a"\nmsgstr "b"\n',
}


def _grown(answer: dict[str, Any], change: Any) -> Family:
    return lambda n: json.dumps(change(json.loads(json.dumps(answer)), n))


def _many(answer: dict[str, Any], n: int) -> dict[str, Any]:
    order = answer["orders"][0]
    return {"orders": [{**order, "orderId": f"302-{i:07}-1234567"} for i in range(n)]}


def _items(answer: dict[str, Any], n: int) -> dict[str, Any]:
    order = answer["orders"][0]
    item = order["orderItems"][0]
    order["orderItems"] = [{**item, "orderItemId": f"{i:014}"} for i in range(n)]
    return answer


def _title(answer: dict[str, Any], n: int) -> dict[str, Any]:
    answer["orders"][0]["orderItems"][0]["product"]["title"] = "Lamp " * n
    return answer


def _unknown_keys(answer: dict[str, Any], n: int) -> dict[str, Any]:
    answer["orders"][0].update({f"key{i}": i for i in range(n)})
    return answer


def answers(answer: dict[str, Any]) -> dict[str, Family]:
    """Answers of the Orders API that grow out of one with one order."""
    return {
        "orders": _grown(answer, _many),
        "items": _grown(answer, _items),
        "a long title": _grown(answer, _title),
        "unknown keys": _grown(answer, _unknown_keys),
        "nested lists": lambda n: "[" * n + "]" * n,
        "nested objects": lambda n: '{"orders":' * n + "1" + "}" * n,
        "open strings": lambda n: '{"orders":["' + '\\"' * n,
        "numbers": lambda n: '{"orders":[' + "1" * n + "]}",
    }


def reports(head: str, row: str) -> dict[str, Family]:
    """Order reports that grow out of a header line and a row. ``n`` distinct orders, columns, or characters of a cell."""
    names = head.split("\t")
    number = row.split("\t")[names.index("order-id")]
    title = row.split("\t")[names.index("product-name")]
    return {
        "rows": lambda n: "\n".join([head, *(row.replace(number, f"302-{i:07}-1234567") for i in range(n))]),
        "rows of one order": lambda n: "\n".join([head, *[row] * n]),
        "columns": lambda n: "\n".join([head + "".join(f"\tx{i}" for i in range(n)), row + "\ty" * n]),
        "a long cell": lambda n: "\n".join([head, row.replace(title, "Lamp " * n)]),
        "quotes in a cell": lambda n: "\n".join([head, row.replace(title, '"' * n)]),
        "an open quote": lambda n: "\n".join([head, row.replace(title, '"Lamp'), *[row] * n]),
        "digits of an amount": lambda n: "\n".join([head, row.replace(title, "1" * n)]),
        "empty lines": lambda n: "\n".join([head, "\n" * n, row]),
        "rows that are short": lambda n: "\n".join([head, *["302-1234567-1234567"] * n]),
        "marks": lambda n: "\n".join([head, row.replace(title, "a" + "\u0301" * n)]),
        "mojibake": lambda n: "\n".join([head, row.replace(title, "Ã¤" * n)]),
    }
