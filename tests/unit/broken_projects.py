"""Broken projects, each with the file and the line that is to blame.

The line is written down as its text, before anything was run; it stands once in its file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

KIND = "order_confirmation"
MESSAGE = f"templates/{KIND}/message.html.j2"
MJML = f"templates/{KIND}/message.mjml.j2"
ORDER = "templates/_parts/order.html.j2"
CSS = "themes/plain/theme.css"
GERMAN = "templates/locales/de.po"
SAMPLE = f"templates/{KIND}/samples/plain.json"
Edits = Sequence[tuple[str, str | None, str | None]]
BLOCK = "{% block content %}\n"
END = "{% endblock %}\n"
FROM = '{% from "_parts/text.html.j2" import action %}\n'


@dataclass(frozen=True)
class Case:
    """What is changed (file, old text, new text; no old text: the whole file; None: deleted), the rule that finds it
    ("": the message cannot be made), and the line to be named: its file and what stands in it."""

    edits: Edits
    rule: str
    file: str
    line: str
    kind: str = KIND
    theme: str = "plain"
    language: str = "en"
    places: int = 1
    number: int = 0  # the line's number where no text can name it
    sample: str = "plain"


def macro(name: str, body: str, call: str) -> Edits:
    """A macro in a part of its own, and its call in the message."""
    return [
        ("templates/_parts/own.html.j2", None, f"{{# own parts #}}\n{{% macro {name} %}}\n{body}\n{{% endmacro %}}\n"),
        (MESSAGE, FROM, FROM + f'{{% from "_parts/own.html.j2" import {name.partition("(")[0]} %}}\n'),
        (MESSAGE, BLOCK, BLOCK + call + "\n"),
    ]


TEXTS = "<p>{{ _('Good day') }}</p>\n"
CASES: dict[str, Case] = {
    "a declaration of the theme on many elements": Case(
        [(CSS, None, "p {\n  padding: 0;\n  margin: 0 30%;\n}\n")], "margin-width", CSS, "margin: 0 30%;", places=6),
    "a declaration of the theme on cells beside each other": Case(
        [(CSS, ".items th { text-align: left; }", ".items th { text-align: center; }")],
        "text-align", CSS, "text-align: center;", places=3),
    "a declaration that a more specific one overrides": Case(
        [(CSS, None, ".lead { margin: 0 26%; }\np { margin: 0 5%; }\nh1 { margin: 0; }\n"),
         (MESSAGE, "<h1>", '<h1 class="lead">')], "margin-width", CSS, ".lead"),
    "an inline style in the message": Case(
        [(MESSAGE, BLOCK, BLOCK + '<p\n  style="margin-bottom: 0;\n  margin-left: 44%">Text</p>\n')],
        "margin-width", MESSAGE, "margin-left: 44%"),
    "an inline style in an included file": Case(
        [("templates/_parts/extra.html.j2", None, '<p>One</p>\n<p style="text-align: center">Two</p>\n'),
         (MESSAGE, BLOCK, BLOCK + '{% include "_parts/extra.html.j2" %}\n')],
        "text-align", "templates/_parts/extra.html.j2", "center"),
    "a width in the body of a macro": Case(
        macro("picture(src)", '<p>Look</p>\n<img src="{{ src }}" alt="Lamp" width="560">',
              '{{ picture("https://www.amazon.com/lamp.png") }}'),
        "image-width", "templates/_parts/own.html.j2", 'width="560"'),
    "a width given to a macro": Case(
        macro("picture(src, width)", '<p>Look</p>\n<img src="{{ src }}" alt="Lamp" width="{{ width }}">',
              '{{ picture(\n  "https://www.amazon.com/lamp.png",\n  width=560,\n) }}'),
        "image-width", MESSAGE, "width=560"),
    "in a loop": Case(
        [(MESSAGE, BLOCK, BLOCK + "{% for word in ['one', 'two', 'three'] %}\n<p>Item</p>\n"
          '<p align="right">{{ word }}</p>\n{% endfor %}\n')], "text-align", MESSAGE, 'align="right"', places=3),
    "in a conditional": Case(
        [(MESSAGE, BLOCK, BLOCK + "{% if total is none %}\n<p>No</p>\n{% else %}\n<p\n style='color: #ff0000'>Red</p>\n{% endif %}\n")],
        "font-color", MESSAGE, "#ff0000"),
    "an attribute with a colour": Case(
        [(MESSAGE, BLOCK, BLOCK + '<table><tr><td\n  width="100"\n  bgcolor="#222222">Dark</td></tr></table>\n')],
        "contrast", MESSAGE, "bgcolor"),
    "a word of the German catalogue": Case(
        [(GERMAN, 'msgstr "Ihre Bestellung ist eingegangen"', 'msgstr ""\n"Ihre Bestellung "\n"zum Schnäppchenpreis"')],
        "promotion", GERMAN, "Schnäppchenpreis", language="de"),
    "a text of the brand": Case(
        [("themes/plain/theme.toml", 'name = "Fjord & Pine"', 'name = "Fjord 🎁 Pine"')],
        "emoji", "themes/plain/theme.toml", "🎁", places=3),
    "a text of the sample": Case(
        [(f"templates/{KIND}/samples/plain.json", None, json.dumps(
            {"title": "x", "order": {"id": "302-4410982-1175338", "buyer_name": "Anna", "purchased_at": "2026-11-20T08:15:42",
             "items": [{"sku": "A", "title": "Lamp", "quantity": 1, "price": "1.00"}]}}, indent=1)),
         ("templates/order_confirmation/kind.toml", "[variables]", '[variables]\nnote = { given = true, about = "A note" }'),
         (f"templates/{KIND}/samples/plain.json", '"buyer_name"', '"details": {\n "note": "Call +49 30 901820 now"\n },\n "buyer_name"'),
         *((f"templates/{KIND}/samples/{n}.json", None, None) for n in ("many_items", "unknown_price")),
         (MESSAGE, BLOCK, BLOCK + "<p>{{ note }}</p>\n")],
        "phone-number", SAMPLE, '"note"'),
    "a link whose host the kind does not allow": Case(
        [(f"templates/{KIND}/kind.toml", "[variables]", '[links.allowed]\n"dhl.example" = "the carrier"\n\n[variables]'),
         (MESSAGE, FROM, FROM + '{% set track = "https://track.ups.example/1" %}\n'),
         (MESSAGE, BLOCK, BLOCK + "{{ action(track, 'Track') }}\n")],
        "external-link", MESSAGE, "ups.example"),
    "an image of the theme that is too wide": Case(
        [("themes/brand/layout.html.j2", 'image("logo", width=184)', 'image("logo",\n  width=590)')],
        "image-width", "themes/brand/layout.html.j2", "width=590", theme="brand"),
    "a tag that is not closed": Case(
        [(MESSAGE, BLOCK, BLOCK + "<p>One</p>\n<p>Two <b>bold</p>\n<p>Three</p>\n")], "markup", MESSAGE, "<b>bold"),
    "hidden text": Case(
        [(CSS, None, "p { margin: 0; }\n.quiet { margin: 0; }\n.quiet { display: none; }\n"),
         (MESSAGE, "{{ greeting(buyer_name) }}\n", '{{ greeting(buyer_name) }}\n<p class="quiet">Not shown</p>\n')], "hidden-text", CSS, "display: none"),
    "an MJML message": Case(
        [(MJML, "{{ greeting(buyer_name) }}\n", '{{ greeting(buyer_name) }}\n<p style="margin: 0 31%">Hi</p>\n')],
        "margin-width", MJML, "31%", kind=f"{KIND}:mjml"),
    "a missing include": Case(
        [(MESSAGE, BLOCK, BLOCK + '<p>x</p>\n{% include "_parts/nowhere.html.j2" %}\n')], "", MESSAGE, "nowhere"),
    "includes in a circle": Case(
        [("templates/_parts/a.html.j2", None, '<p>a</p>\n{% include "_parts/b.html.j2" %}\n'),
         ("templates/_parts/b.html.j2", None, '<p>b</p>\n\n{% include "_parts/a.html.j2" %}\n'),
         (MESSAGE, BLOCK, BLOCK + '{% include "_parts/a.html.j2" %}\n')], "", "templates/_parts/b.html.j2", "include"),
    "an undefined variable": Case(
        [(ORDER, '<table class="facts"', '{{ nonsense }}\n<table class="facts"')], "", ORDER, "nonsense"),
    "a macro that is not imported": Case(
        [(MESSAGE, "import code, facts, greeting,", "import code, facts,")], "", MESSAGE, "{{ greeting"),
    "a syntax error": Case(
        [(MESSAGE, BLOCK, BLOCK + "<p>x</p>\n<p>{{ order_id | }}</p>\n")], "", MESSAGE, "order_id | }}"),
    "a sample that is no JSON": Case(
        [(SAMPLE, '"buyer_name": "Anna Berger",', '"buyer_name": "Anna Berger"')], "", SAMPLE, '"purchased_at"'),
    "a deleted file": Case([(CSS, None, None)], "", CSS, "", number=1),
}  # fmt: skip
