"""The files of an imported kind and theme."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from franking.importing.emission import Written
from franking.importing.pictures import Pictures
from franking.importing.values import TYPES, Given, Values, quoted
from franking.model import Kind

_WORD = re.compile(r"[^\W\d_]{2,}")
_ABOUT = {
    "order_id": "The 17-digit order ID, 3-7-7",
    "buyer_name": "The buyer's name as the report gives it",
    "recipient_name": "Whom the parcel is addressed to",
    "items": "The order's items: title, quantity, price, sku",
    "item_count": "Pieces in all",
    "total": "Sum of the item prices; none where a price is unknown",
    "currency": "ISO 4217 code of the order's currency",
    "purchased_at": "When the order was placed, in the marketplace's time",
    "shipped_at": "When the parcel left, in the marketplace's time",
    "delivered_at": "When it should arrive, in the marketplace's time",
    "ship_city": "The city of the delivery address",
    "carrier": "Who carries the parcel",
    "tracking_number": "The carrier's number for the parcel",
    "marketplace_name": "Where the order was placed, such as Amazon.de",
    "order_url": "The order's page in the buyer's marketplace account",
}
_OPTIONAL = frozenset(
    ["buyer_name", "recipient_name", "total", "shipped_at", "delivered_at", "ship_city", "carrier", "tracking_number"]
)
_SHIPMENT = frozenset(["carrier", "tracking_number", "shipped_at"])
_ORDER = {
    "id": "302-4410982-1175338",
    "buyer_name": "Anna Berger",
    "recipient_name": "Anna Berger",
    "purchased_at": "2026-11-20T08:15:42",
    "shipped_at": "2026-11-21T14:00:00",
    "delivered_at": "2026-11-24T18:00:00",
    "carrier": "DHL",
    "tracking_number": "0034043411010019283746",
    "ship_city": "Lübeck",
    "items": [
        {"sku": "LAMP-OAK", "title": "Desk lamp, solid oak, warm white", "quantity": 1, "price": "89.90"},
        {"sku": "RUG-WOOL", "title": "Wool rug, moss green", "quantity": 2, "price": "249.00"},
    ],
}
_EXAMPLES = {"date": "2026-11-24", "money": "12.50", "number": "2"}
LAYOUT = """<!DOCTYPE html>
<html lang="{{ lang }}" dir="{{ dir }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ title }}</title>
<style>
{{ css }}
</style>
</head>
<body@BODY@>
{% block content %}{% endblock %}
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """The files below ``templates/`` and ``themes/``, by their paths there."""

    kind: dict[str, bytes] = field(default_factory=dict)
    theme: dict[str, bytes] = field(default_factory=dict)


def kind_files(name: str, written: Written, values: Values, like: Kind | None, command: str) -> dict[str, bytes]:
    """The files of ``templates/NAME``."""
    title = like.title if like is not None else name.replace("_", " ").capitalize()
    subject = written.subject or f"{{{{ _({quoted(title)}) }}}}"
    files = {
        "message.html.j2": f'{{% extends "layout.html.j2" %}}\n{{% block content %}}\n{written.message}{{% endblock %}}\n',
        "subject.txt.j2": subject.replace("{{ title }}", f"{{{{ _({quoted(title)}) }}}}") + "\n",
        "kind.toml": _kind(title, values, like),
        "fields.toml": _fields(values, command),
        "samples/plain.json": _sample(values),
    }
    return {file: text.encode() for file, text in files.items()}


def _kind(title: str, values: Values, like: Kind | None) -> str:
    used = sorted(values.used)
    needs = set(like.needs) if like is not None else set()
    needs |= {"items"} if "items" in used else set()
    needs |= {"shipment"} if _SHIPMENT.intersection(used) else set()
    purpose = like.purpose if like is not None else "additional information required to complete the order"
    states = sorted(like.states) if like is not None else ["pending", "unshipped", "partiallyshipped", "shipped"]
    window = like.window if like is not None else "contact"
    lines = [
        f"title = {_toml(title)}",
        f"purpose = {_toml(purpose)}",
        f"window = {_toml(window)}",
        f"states = [{', '.join(map(_toml, states))}]",
        f"needs = [{', '.join(map(_toml, sorted(needs)))}]",
    ]
    if like is not None and like.duplicates_marketplace:
        lines.append("duplicates_marketplace = true")
    lines += ["", "[variables]"]
    for variable in used:
        type_ = TYPES.get(variable, "text")
        about = _ABOUT.get(variable, variable.replace("_", " ").capitalize())
        form = f"type = {_toml(type_)}, " if type_ != "text" else ""
        lines.append(f"{variable} = {{ {form}about = {_toml(about)}{', optional = true' if variable in _OPTIONAL else ''} }}")
    for given in sorted(values.given.values(), key=lambda g: g.name):
        form = f"type = {_toml(given.type)}, " if given.type != "text" else ""
        optional = ", optional = true" if given.optional else ""
        lines.append(f"{given.name} = {{ given = true, {form}about = {_toml(given.about or given.name)}{optional} }}")
    if like is not None and like.allowed_links:
        lines += ["", "[links.allowed]", *(f"{_toml(host)} = {_toml(why)}" for host, why in like.allowed_links.items())]
    return "\n".join(lines) + "\n"


def _fields(values: Values, command: str) -> str:
    """The table of fields, for a person to edit."""
    lines = [
        "# The fields of the source, and the variables for them. Edit the right side, then run:",
        f"#   {_printable(command)}",
        '# Possible: a variable of an order (order_id, buyer_name …), "theme.brand", "title", "given" (you give it),',
        '# "" (leave it out).',
        "[fields]",
    ]
    for key, match in values.matching.found.items():
        if key not in values.matching.lines:
            continue
        file, line = values.matching.lines[key]
        how = match.how or "no order has it"
        fit = f"; did you mean {' or '.join(match.candidates)}?" if match.candidates else ""
        lines.append(f"{_toml(key)} = {_toml(match.variable)}  # {_printable(Path(file).name)}:{line}: {how}{fit}")
    return "\n".join(lines) + "\n"


def _sample(values: Values) -> str:
    details = {given.name: _example(given) for given in sorted(values.given.values(), key=lambda g: g.name)}
    return (
        json.dumps(
            {"title": "As imported", "order": _ORDER | ({"details": details} if details else {})}, ensure_ascii=False, indent=2
        )
        + "\n"
    )


def _example(given: Given) -> str:
    if given.type in _EXAMPLES:
        return _EXAMPLES[given.type]
    return "https://www.amazon.com/your-orders" if given.link else given.name.replace("_", " ")


def theme_files(written: Written, pictures: Pictures, brand: str) -> dict[str, bytes]:
    """The files of ``themes/NAME``."""
    lines = [f"vocabulary = [{', '.join(map(_toml, _WORD.findall(brand)))}]  # words that are in no dictionary", "", "[brand]"]
    lines.append(f"name = {_toml(brand)}")
    files: dict[str, bytes] = {}
    for picture in pictures.found.values():
        lines += ["", "[[assets]]", f"file = {_toml(picture.file)}", f"alt = {_toml(picture.alt)}"]
        lines += [f"purpose = {_toml(picture.purpose)}", f'sha256 = "{picture.sha256}"']
        files[f"assets/{picture.file}"] = picture.content
    body = re.sub(r"\s+", " ", written.body).rstrip()
    files["theme.toml"] = ("\n".join(lines) + "\n").encode()
    files["theme.css"] = (written.css.strip() + "\n").encode()
    files["layout.html.j2"] = LAYOUT.replace("@BODY@", body).encode()
    return files


def _printable(text: str) -> str:
    """Text as one line that any file can hold."""
    return "".join(c if c.isprintable() else " " for c in text)


def _toml(text: str) -> str:
    """A basic string of TOML 1.0."""
    clean = _printable(html.unescape(text))
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
