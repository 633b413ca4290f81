"""Loops as shops write them around Python libraries, each in a process of its own: ``peer_loops.py WHICH REPORT PORT``.

``django``: Jinja2, premailer and smtplib, as a management command of a Django shop does it. ``redmail``: red-mail with its own
Jinja2. Both keep one connection open, and compile their templates and read their style sheet once. Nothing is checked.
This file shares nothing with Franking.
"""

from __future__ import annotations

import csv
import importlib
import smtplib
import sys
from collections.abc import Iterator
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import jinja2

SHOP = "shop@example.com"
STYLE = """body { font-family: Arial, sans-serif; font-size: 14px; color: #222222; }
h1 { font-size: 24px; margin: 0 0 14px; } p { margin: 0 0 14px; line-height: 1.5; }
table.items { width: 100%; border-collapse: collapse; } table.items td { padding: 10px 12px; border-top: 1px solid #dddddd; }
td.price { text-align: right; } a.button { display: inline-block; padding: 12px 18px; background: #1f4e3d; color: #ffffff; }"""
HTML = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Your order {{ id }}</title>STYLE</head><body>
<h1>We have received your order</h1><p>Hello {{ buyer }},</p>
<p>Thank you for your order {{ id }}. We will write again when it is on its way.</p>
<table class="items">{% for item in items %}<tr><td>{{ item.title }}</td><td>{{ item.quantity }}</td>
<td class="price">{{ item.price }}</td></tr>{% endfor %}</table><p>Total: {{ total }} {{ currency }}</p>
<p><a class="button" href="https://www.amazon.com/gp/css/order-details?orderId={{ id }}">Your order</a></p>
<p>Hallam &amp; Rowe</p></body></html>"""
TEXT = """We have received your order

Hello {{ buyer }},

Thank you for your order {{ id }}. We will write again when it is on its way.
{% for item in items %}
{{ item.quantity }} x {{ item.title }}: {{ item.price }}{% endfor %}
Total: {{ total }} {{ currency }}

Hallam & Rowe
"""


def orders(report: Path) -> Iterator[dict[str, Any]]:
    """The orders of a report, whose rows of one order follow each other."""
    with report.open(encoding="utf-8", newline="") as file:
        order: dict[str, Any] = {}
        for row in csv.DictReader(file, delimiter="\t"):
            if order.get("id") != row["order-id"]:
                if order:
                    yield order
                order = {
                    "id": row["order-id"], "buyer": row["buyer-name"], "email": row["buyer-email"],
                    "currency": row["currency"], "total": Decimal(0), "items": [],
                }  # fmt: skip
            price = Decimal(row["item-price"])
            order["total"] += price
            order["items"].append({"title": row["product-name"], "quantity": row["quantity-purchased"], "price": price})
        if order:
            yield order


def django(report: Path, port: int) -> None:
    """Render, inline, send."""
    from premailer import Premailer

    environment = jinja2.Environment(autoescape=True, auto_reload=False)
    html, text = environment.from_string(HTML.replace("STYLE", f"<style>{STYLE}</style>")), jinja2.Template(TEXT)
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for order in orders(report):
            mail = EmailMessage()
            mail["Subject"], mail["From"], mail["To"] = f"Your order {order['id']}", SHOP, order["email"]
            mail.set_content(text.render(order))
            inlined = Premailer(html.render(order), disable_validation=True, cache_css_parsing=True).transform()
            mail.add_alternative(inlined, subtype="html")
            connection.send_message(mail)


def redmail(report: Path, port: int) -> None:
    """Hand each order's values to red-mail, which renders and sends. It does not inline styles."""
    sender = importlib.import_module("redmail").EmailSender(host="127.0.0.1", port=port, use_starttls=False)
    sender.templates_html = jinja2.Environment(autoescape=True, auto_reload=False, loader=_loader())
    sender.templates_text = jinja2.Environment(auto_reload=False, loader=_loader())  # noqa: S701 - plain text
    with sender:
        for order in orders(report):
            sender.send(
                subject=f"Your order {order['id']}", sender=SHOP, receivers=[order["email"]],
                html_template="mail.html", text_template="mail.txt", body_params=order,
            )  # fmt: skip


def _loader() -> jinja2.DictLoader:
    return jinja2.DictLoader({"mail.html": HTML.replace("STYLE", f"<style>{STYLE}</style>"), "mail.txt": TEXT})


def mailmerge(report: Path, folder: Path, port: int) -> None:
    """Write what ``mailmerge`` reads: a database with a row per order, a template, and a configuration."""
    with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "id", "buyer", "total", "currency", "lines"])
        for order in orders(report):
            lines = "\n".join(f"{item['quantity']} x {item['title']}: {item['price']}" for item in order["items"])
            writer.writerow([order["email"], order["id"], order["buyer"], order["total"], order["currency"], lines])
    text = TEXT.replace(
        "{% for item in items %}\n{{ item.quantity }} x {{ item.title }}: {{ item.price }}{% endfor %}", "{{ lines }}"
    )
    headers = f"TO: {{{{ email }}}}\nSUBJECT: Your order {{{{ id }}}}\nFROM: {SHOP}\n\n"
    (folder / "template.txt").write_text(headers + text, "utf-8")
    (folder / "server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\n", "utf-8")


if __name__ == "__main__":
    {"django": django, "redmail": redmail}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
