"""More broken projects of the same kinds: values of the theme, the sample and the catalogue, filters, and tags without a
partner. As in ``broken_projects``, the line to change is written down before anything was run.
"""

from __future__ import annotations

from tests.unit.broken_projects import (
    BLOCK,
    CSS,
    FROM,
    GERMAN,
    KIND,
    MESSAGE,
    MJML,
    SAMPLE,
    Case,
    Edits,
    macro,
)

BRAND, LAYOUT = "themes/brand/theme.toml", "themes/brand/layout.html.j2"
PLAIN = "themes/plain/theme.toml"
OWN = "templates/_parts/own.html.j2"
PARTS = "templates/_parts/text.html.j2"
LOGO = '{{ header(image("logo", width=184)) }}'
ALT = 'alt = "Fjord & Pine"'
NAME = [(PLAIN, 'name = "Fjord & Pine"', 'name = "Fjord 🎁 Pine"')]
GIFT = 'alt = "Fjord 🎁 Pine"'
ON = '(_("Ordered on"), purchased_at|day)'


def ordered_on(shown: str) -> Edits:
    """A German text with an emoji, shown in the message in another way."""
    return [
        (GERMAN, 'msgid "Ordered on"\nmsgstr "', 'msgid "Ordered on"\nmsgstr "🎁 '),
        (MESSAGE, ON, '("x", purchased_at|day)'),
        (MESSAGE, BLOCK, f"{BLOCK}<p>{shown}</p>\n"),
    ]


def given(shown: str, value: str = '"Call +49 30 901820 now"') -> Edits:
    """A value that the seller gives, in the sample."""
    return [
        (f"templates/{KIND}/kind.toml", "[variables]", '[variables]\nnote = { given = true, about = "A note" }'),
        (SAMPLE, '    "buyer_name"', f'    "details": {{\n      "note": {value}\n    }},\n    "buyer_name"'),
        *((f"templates/{KIND}/samples/{name}.json", None, None) for name in ("many_items", "unknown_price")),
        (MESSAGE, BLOCK, BLOCK + shown + "\n"),
    ]


def text(markup: str) -> Edits:
    return [(MESSAGE, BLOCK, f"{BLOCK}<p>One</p>\n{markup}\n<p>End</p>\n")]


def signed(shown: str) -> Edits:
    return [*NAME, (MESSAGE, "{{ sign_off(theme.brand) }}", shown)]


OTHERS: dict[str, Case] = {
    "a word of the template's own English": Case(
        [(MESSAGE, BLOCK, BLOCK + "<p>{% trans %}\nA word.\nGrab our flash sale now.\n{% endtrans %}</p>\n")],
        "promotion", MESSAGE, "flash sale"),
    "a width that is a macro's default": Case(
        macro("picture(src,\n  width=560)", '<img src="{{ src }}" alt="Lamp" width="{{ width }}"><p>x</p>',
              '{{ picture("https://www.amazon.com/lamp.png") }}'),
        "image-width", "templates/_parts/own.html.j2", "width=560"),
    "a width that two macros hand on": Case(
        [("templates/_parts/own.html.j2", None,
          '{% macro inner(w) %}<img src="https://www.amazon.com/a.png" alt="A" width="{{ w }}"><p>x</p>{% endmacro %}\n'
          "{% macro outer(w) %}\n{{ inner(w) }}\n{% endmacro %}\n"),
         (MESSAGE, FROM, FROM + '{% import "_parts/own.html.j2" as own %}\n'),
         (MESSAGE, BLOCK, BLOCK + "<p>x</p>\n{{ own.outer(570) }}\n")], "image-width", MESSAGE, "570"),
    "a style given to a macro": Case(
        macro("box(side)", '<p style="margin: 0; padding-left: {{ side }}">x</p>', "{{ box(side='0') }}\n{{ box(side='33%') }}"),
        "margin-width", MESSAGE, "33%"),
    "the subject's translation": Case(
        [(GERMAN, 'msgstr "Ihre Bestellung %(order_id)s ist eingegangen"', 'msgstr "🎁 Ihre Bestellung %(order_id)s"')],
        "emoji", GERMAN, "🎁", language="de"),
    "a size of the theme that is one too many": Case(
        [(CSS, None, "h1 { font-size: 22px; }\nh2 { font-size: 19px; }\n.signature { font-size: 13px; }\n"),
         (MESSAGE, BLOCK, BLOCK + "<h2>Two</h2>\n")], "font-sizes", CSS, "13px"),
    "an include of itself": Case(
        [("templates/_parts/a.html.j2", None, '<p>a</p>\n{% include "_parts/a.html.j2" %}\n'),
         (MESSAGE, BLOCK, BLOCK + '{% include "_parts/a.html.j2" %}\n')], "", "templates/_parts/a.html.j2", "include"),
    "a deleted sample": Case([(SAMPLE, None, None)], "", SAMPLE, "", number=1),
    "a deleted template": Case([(MESSAGE, None, None), (MJML, None, None)], "", MESSAGE, "", number=1),
    "a component of MJML": Case(
        [("themes/plain/layout.mjml.j2", "<mj-text>\n", '<mj-text\n  padding="0"\n  align="center">\n')],
        "text-align", "themes/plain/layout.mjml.j2", 'align="center"', kind=f"{KIND}:mjml"),
    "the style sheet in an MJML message": Case(
        [(CSS, None, "p {\n  padding: 0;\n  margin: 0 30%;\n}\n")], "margin-width", CSS, "margin: 0 30%;", places=6, kind=f"{KIND}:mjml"),
    "an unknown component of MJML": Case(
        [(MJML, "{{ greeting(buyer_name) }}\n", "{{ greeting(buyer_name) }}\n<p>x</p>\n<mj-nonsense />\n")], "", MJML, "mj-nonsense", kind=f"{KIND}:mjml"),
    # Values of the theme.
    "the alt text of a registered image": Case([(BRAND, ALT, GIFT)], "emoji", BRAND, "🎁", theme="brand"),
    "an alt text that shows a website": Case(
        [(BRAND, ALT, 'alt = "www.fjord.example"')], "logo-link", BRAND, "www.fjord", theme="brand"),
    "an alt text that is empty": Case([(BRAND, ALT, 'alt = ""')], "", BRAND, "alt =", theme="brand"),
    "an alt text in an MJML message": Case(
        [(BRAND, ALT, GIFT), ("themes/brand/layout.mjml.j2", f"<mj-text>{LOGO}</mj-text>",
          '<mj-image width="100px" src="{{ image.source("logo") }}" alt="{{ image.alt("logo") }}" />')],
        "emoji", BRAND, "🎁", theme="brand", kind=f"{KIND}:mjml"),
    "the alt text as a value of the theme": Case(
        [(BRAND, ALT, GIFT), (LAYOUT, LOGO, "{% for one in theme.assets %}{{ one.alt }}{% endfor %}")],
        "emoji", BRAND, "🎁", theme="brand"),
    "a line about the brand over several lines": Case(
        [(PLAIN, 'about = "Furniture and homeware, made to last."', 'about = """\\\nFurniture\nand homeware,\nmade 🎁 to last."""')],
        "emoji", PLAIN, "🎁"),
    "the brand in another variable": Case(
        signed("{% set t = theme %}{% with b = t.brand %}\n{{ b|upper }}\n{% endwith %}"), "emoji", PLAIN, "🎁", places=3),
    "the brand in a list": Case(
        signed("{% for one in [order_id, theme.brand] %}\n<p>{{ one }}</p>\n{% endfor %}"), "emoji", PLAIN, "🎁", places=3),
    "the brand in a filtered block": Case(
        signed("{% filter title %}\n{{ theme.brand }}\n{% endfilter %}"), "emoji", PLAIN, "🎁", places=3),
    "a word of the vocabulary": Case(
        [(PLAIN, '["Fjord", "Pine"]', '[\n "Fjord",\n "🎁",\n]'),
         (MESSAGE, "{{ sign_off(theme.brand) }}", "{% for one in theme.vocabulary %}{{ one }} {% endfor %}")], "emoji", PLAIN, "🎁"),
    "the logo in a link": Case(
        [(LAYOUT, LOGO, f'<p>Hi</p>\n<a href="https://www.amazon.com/x">\n{LOGO}</a>')], "logo-link", LAYOUT, "<a href", theme="brand"),
    "a layout without its language": Case(
        [("themes/plain/layout.html.j2", ' lang="{{ lang }}"', "")], "message-language", "themes/plain/layout.html.j2", "<html"),
    # Declarations that end up in elements.
    "a URL in the style sheet": Case(
        [(CSS, "h1 {", "h1 { background-image: url(http://x.example/a.png); }\nh1 {")], "insecure-url", CSS, "a.png"),
    "an image in the style sheet": Case(
        [(CSS, "h1 {", "h1 { background-image: url(https://x.example/a.png); }\nh1 {")], "image-provenance", CSS, "a.png"),
    "a text in the style sheet": Case(
        [(CSS, "h1 {", "h1::after { content: '🎁'; }\nh1 {")], "emoji", CSS, "🎁"),
    "a marker in the style sheet": Case(
        [(CSS, "h1 {", "ul { list-style-type: '🎁 '; }\nh1 {"), *text("<ul><li>one</li></ul>")], "emoji", CSS, "🎁"),
    # Values of the catalogue and the sample.
    "a translation through filters": Case(
        ordered_on('{{ [_("Ordered on")|upper, "x"]|join(", ") ~ "." }}'), "emoji", GERMAN, "🎁", language="de"),
    "a filter that measures a translation": Case(
        text('<p>{{ _("Ordered on")[:3] ~ _("Ordered on")|truncate(5) }}</p>\n<p style="margin: 0 31%">x</p>'),
        "margin-width", MESSAGE, "31%"),
    "a block that is empty": Case(
        text('{% set a %}{% endset %}{% if a or a == "x" %}<p>A</p>{% endif %}\n<p style="margin: 0 31%">x</p>'),
        "margin-width", MESSAGE, "31%"),
    "a value of the seller in a list": Case(
        given('{{ facts([("Buyer", buyer_name), ("Note", note)]) }}'), "phone-number", SAMPLE, '"note"'),
    "a value of the seller as a width": Case(
        given('<img src="https://www.amazon.com/a.png" alt="A" width="{{ note }}"><p>x</p>', '"570"'), "image-width", SAMPLE, '"note"'),
    # Custom properties: the value that is wrong.
    "a custom property of the theme": Case(
        [(CSS, None, ":root {\n  --w: 200px;\n}\nh1 { margin: 0 var(--w); }\n")], "margin-width", CSS, "--w: 200px;"),
    "a custom property that is another one": Case(
        [(CSS, None, ":root {\n  --b: 200px;\n  --w: var( --b );\n}\nh1 { margin: 0 var(--w) !important; }\n")],
        "margin-width", CSS, "--b: 200px;"),
    "a custom property that an element overrides": Case(
        [(CSS, None, ":root { --w: 5px; }\nh1 {\n  --w: 200px;\n  margin-left: var(--w);\n}\n")],
        "margin-width", CSS, "--w: 200px;"),
    "a custom property that is another one further out": Case(
        [(CSS, None, ":root { --w: var(--b);\n  --b: 200px;\n}\nh1 { --b: 5px; margin-left: var(--w); }\n")],
        "margin-width", CSS, "--b: 200px;"),
    "a custom property of the message": Case(
        text('<div style="--w: 200px">\n<p style="margin: 0 var(--w)">x</p>\n</div>'), "margin-width", MESSAGE, "--w: 200px"),
    "a custom property beside the value that is wrong": Case(
        [(CSS, None, ":root { --w: 5px; }\nh1 { margin: 0 var(--w) 0 200px; }\n")], "margin-width", CSS, "0 200px;"),
    "a custom property in a calculation": Case(
        [(CSS, None, ":root { --w: 40px; }\nh1 { margin-left: calc(5 * var(--w)); }\n")], "margin-width", CSS, "calc("),
    "the fallback of a custom property": Case(
        [(CSS, None, ":root { --v: 5px; }\nh1 { margin: 0 var(--w, 200px); }\n")], "margin-width", CSS, "200px"),
    "a colour in a custom property": Case(
        [(CSS, None, ":root { --c: red; }\nh1 { color: var(--c); }\n")], "font-color", CSS, "color: var"),
    "a misspelt field of the sample": Case([(SAMPLE, '"items"', '"itmes"')], "", SAMPLE, '"itmes"'),
    # Tags without a partner.
    "an end tag too many": Case(text("<p>Two</p>\n</div>"), "markup", MESSAGE, "</div>"),
    "an end tag that ends the layout's cell": Case(text("<p>Two</p>\n</td>"), "markup", MESSAGE, "</td>"),
    "an end tag that ends the layout's table": Case(text("<p>Two</p>\n</table>"), "markup", MESSAGE, "</table>"),
    "a table that is never closed": Case(
        text("<table class='q'>\n<tr><td>x</td></tr>\n<p>Three</p>"), "markup", MESSAGE, "class='q'"),
    "a tag that is open to the end": Case(text("<b class='q'>x\n<p>Three</p>"), "markup", MESSAGE, "class='q'"),
    "a heading with the end tag of another": Case(text("<h2 class='q'>x</h3>"), "markup", MESSAGE, "class='q'"),
    "an open tag in a branch": Case(text("{% if total %}\n<div class='q'>\n{% endif %}"), "markup", MESSAGE, "class='q'"),
    "an open table of the layout": Case(
        [("themes/plain/layout.html.j2", "</td></tr></table>\n</body>", "</td></tr>\n</body>")],
        "markup", "themes/plain/layout.html.j2", '<table class="page'),
    "an open link of a macro": Case(
        [(PARTS, "{{ text }}</a>", "{{ text }}")], "markup", PARTS, "<a href"),
    "an open tag in a translation": Case(
        [(GERMAN, 'msgid "Ordered on"\nmsgstr "', 'msgid "Ordered on"\nmsgstr "<b>')], "", GERMAN, '"<b>', language="de"),
}  # fmt: skip
