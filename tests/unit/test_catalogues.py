"""Translation catalogues: what is read, what is refused with file and line, and that no fault of one reaches a buyer."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from franking.batch.pipeline import Pipeline, Rejected
from franking.catalog import Catalog
from franking.catalog.catalogue import examine
from franking.catalog.translations import Catalogue
from franking.errors import TemplateError
from franking.policy import load
from franking.preview.build import build
from franking.preview.session import Choice, PreviewSession
from tests.brand import rebrand
from tests.unit.test_catalog_and_render import an_order
from tests.unit.test_design_commands import NOW, REPORT, ROOT, house, run

__all__ = ["house"]

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
TWO = HEADER + '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
SUBJECT = "Ihre Bestellung %(order_id)s ist eingegangen"


def problems(tmp_path: Path, text: str | bytes, language: str = "de") -> list[str]:
    """What is wrong with a catalogue, each with its line."""
    path = tmp_path / f"{language}.po"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        return [f"{p.line}: {p.what}" for p in examine(path, language).problems]
    except TemplateError as error:
        return [str(error).removeprefix(f"{path}:").replace(": no valid gettext catalogue", "", 1)]


def translations(tmp_path: Path, text: str | bytes) -> Catalogue:
    path = tmp_path / "de.po"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    examined = examine(path, "de")
    examined.demand()
    return Catalogue(examined.entries, examined.plurals.choose)


def entry(source: str, translation: str) -> str:
    return HEADER + f'\nmsgid "{source}"\nmsgstr "{translation}"\n'


FORMATS = [
    ("Order %(order_id)s", "100 % sicher: %(order_id)s", "found a bare %"),
    ("Order %(order_id)s", "100% sicher: %(order_id)s", "found a bare %"),
    ("Order %(order_id)s", "%(order_id)s: 100 %", "found a bare %"),
    ("Order %(order_id)s", "Bestellung %(orderid)s", "%(orderid)s is not in the text; expected %(order_id)s"),
    ("Order %(order_id)s", "Bestellung", "%(order_id)s of the text is missing"),
    ("Order", "Bestellung %(order_id)s", "%(order_id)s is not in the text; expected no value"),
    ("Order %(order_id)s", "Bestellung %(order_id)d", "%(order_id)d is not in the text; expected %(order_id)s"),
    ("Order %(order_id)s", "%(order_id)s %(order_id)d", "found both %(order_id)s and %(order_id)d"),
    ("Order %(order_id)s", "Bestellung %s", "found a bare %"),
    ("Order %(order_id)s", "Bestellung %d %(order_id)s", "found a bare %"),
    ("Order %(order_id)s", "Bestellung %i %(order_id)s", "found a bare %"),
    ("Order %(order_id)s", "Bestellung %(order_id)", "found '%(order_id)', expected %(name)s"),
    ("Order %(order_id)s", "Bestellung %(order_id) sofort", "found '%(order_id)"),
    ("Order %(order_id)s", "Bestellung %(order_id)20s", "found '%(order_id)2', expected %(name)s"),
    ("Order %(order_id)s", "Bestellung %(order_id", "found '%(order_id', expected %(name)s"),
    ("Order %(order_id)s", "Bestellung %(order_id)r", "found '%(order_id)r', expected %(name)s"),
    ("Order %(order_id)s", "Bestellung %%(order_id)s", "%(order_id)s of the text is missing"),
    ("Order %(order_id)s", "Bestellung %%%(order_id)s%", "found a bare %"),
    ("All of cotton", "100 % Baumwolle", "found a bare %"),
    ("All %(n)d", "Alle %(n)s", "%(n)s is not in the text; expected %(n)d"),
]


@pytest.mark.parametrize(("source", "translation", "told"), FORMATS)
def test_a_translation_that_is_no_format_of_the_same_values(tmp_path: Path, source: str, translation: str, told: str) -> None:
    (found,) = problems(tmp_path, entry(source, translation))
    assert found.startswith("6: ")
    assert told in found


SAME = [
    ("Order %(a)s of %(b)s", "%(b)s, %(a)s, %(a)s"),
    ("All %%", "100 %% %%"),
    ("%(n)d", "%(n)i"),
    ("a", ""),
    ("%(ä)s", "%(ä)s"),
]


@pytest.mark.parametrize(("source", "translation"), SAME)
def test_a_translation_with_the_same_values(tmp_path: Path, source: str, translation: str) -> None:
    assert problems(tmp_path, entry(source, translation)) == []


MARKUP = [
    ("<b>Now</b>", "Jetzt", "<b> of the text is missing"),
    ("Now", "<b>Jetzt</b>", "<b> is not in the text"),
    ("<b>Now</b>", "<b>Jetzt", "</b> of the text is missing"),
    ("<b>Now</b>", "<strong>Jetzt</strong>", "<b> of the text is missing, and <strong> stands there instead"),
    ("<b>Now</b> <i>go</i>", "<b>Jetzt <i>los</b></i>", "the tags are not nested as in the text"),
    ("<b>Now</b>", "</b>Jetzt<b>", "the tags are not nested as in the text"),
    ("<a href='https://a.example/'>x</a>", "<a href='https://b.example/'>x</a>", "of the text is missing, and <a href="),
    ("<a href='%(url)s'>x</a>", "<a>x</a> %(url)s", "of the text is missing, and <a>"),
    ("a<br>b", "a b", "<br> of the text is missing"),
    ("a", "a <!-- b -->", "<!-- b --> is not in the text"),
    ("<b>a</b>", "<b>a</b", "a tag that does not end"),
    ("a", "<script", "a tag that does not end"),
]


@pytest.mark.parametrize(("source", "translation", "told"), MARKUP)
def test_a_translation_keeps_the_markup(tmp_path: Path, source: str, translation: str, told: str) -> None:
    found = problems(tmp_path, entry(source, translation))
    assert any(one.startswith("6: ") and told in one for one in found), found


@pytest.mark.parametrize(
    ("source", "translation"),
    [("<b>a</b> <i>b</i>", "<i>b</i> <b>a</b>"), ("a<br>b", "a<BR />b"), ("<img alt='Logo' src='x'>", "<img src=x alt='Zeichen'>"),
     ("a & b < c", "d & e < f <3"), ("</p><p>a", "</p><p>b")],
)  # fmt: skip
def test_a_translation_with_the_same_markup(tmp_path: Path, source: str, translation: str) -> None:
    assert problems(tmp_path, entry(source, translation)) == []


CHARACTERS = [
    ("a\\n", "b", "the text ends with a line end"),
    ("a", "b\\n", "the translation ends with a line end"),
    ("\\na", "b", "the text begins with a line end"),
    ("a", "b\\rc", "U+000D"),
    ("a", "b\\x00 c", "U+0000"),
    ("a", "b\\033[0m", "U+001B"),
    ("a", "b\ufffdc", "U+FFFD"),
    ("a", "b\u202ec", "is not closed"),
    ("a", "b\u2067c", "is not closed"),
    ("a", "\u202a\u2067b\u202c\u2069", "closes none"),
    ("a", "b\u202c", "closes none"),
    ("a", "\u2069b", "closes none"),
    ("a", "\u2067b\u2069\u2069", "closes none"),
    ("a", "b\U0001fffe", "U+1FFFE"),
    ("a", "b\ufdd0", "U+FDD0"),
    ("a", "b\x85", "U+0085"),
]


@pytest.mark.parametrize(("source", "translation", "told"), CHARACTERS)
def test_characters_of_a_translation(tmp_path: Path, source: str, translation: str, told: str) -> None:
    (found,) = problems(tmp_path, entry(source, translation))
    assert told in found


PLURALS = [
    'nplurals=2; plural=__import__("os");', "nplurals=2; plural=n.__class__", "nplurals=2; plural=(n != 1", "nplurals=2; plural=;",
    "nplurals=2; plural=n;", "nplurals=2; plural=n==1 ? 0 : 2;", "nplurals=2; plural=n % 0;", "nplurals=2; plural=1/(n-7) > 0;", "nplurals=2;",
    "plural=n != 1", "nplurals=two; plural=n != 1;", "nplurals=0; plural=0;", "nplurals=-1; plural=0;", "nplurals=2; plural=0 - (n == 3);",
    "EXPRESSION", "nplurals=INTEGER; plural=EXPRESSION;", "nplurals=2; plural=" + "(" * 60 + "n" + ")" * 60, "nplurals=2; plural=" + "n+" * 600 + "n",
    "nplurals=2; plural=n**9**9;", "nplurals=2; plural=n==1?0:1; x=1",
]  # fmt: skip


@pytest.mark.parametrize("expression", PLURALS)
def test_a_bad_plural_forms_is_one_line(tmp_path: Path, expression: str) -> None:
    quoted = expression.replace('"', '\\"')
    (found,) = problems(tmp_path, HEADER + f'"Language: de\\n"\n"Plural-Forms: {quoted}\\n"\n')
    assert found.startswith("5: ")
    assert "lural" in found


def plural(*forms: str, source: str = "%(b)s: one", sources: str = "%(b)s: %(n)s") -> str:
    translated = "".join(f'msgstr[{number}] "{form}"\n' for number, form in enumerate(forms))
    return f'msgid "{source}"\nmsgid_plural "{sources}"\n{translated}'


def test_plural_forms_of_a_text(tmp_path: Path) -> None:
    assert problems(tmp_path, TWO + plural("%(b)s eins", "%(b)s %(n)s")) == []
    assert problems(tmp_path, TWO + plural("%(b)s eins")) == ["6: found 1 plural form, expected 2 (nplurals)"]
    assert problems(tmp_path, TWO + plural("%(b)s", "%(b)s %(n)s", "x")) == ["6: found 3 plural forms, expected 2 (nplurals)"]
    assert problems(tmp_path, TWO + plural("eins", "%(b)s %(n)s")) == ["8: %(b)s of the text is missing"]
    assert problems(tmp_path, TWO + plural("%(b)s eins", "%(b)s viele")) == ["9: %(n)s of the text is missing"]
    assert problems(tmp_path, HEADER + "\n" + plural("%(b)s", "%(b)s %(n)s")) == [
        "5: plural forms, and the header has no Plural-Forms"
    ]
    # One form for all numbers must name the number; one for 0 and 1 need not.
    one, french = ("nplurals=1; plural=0;", "nplurals=2; plural=(n > 1);")
    assert problems(tmp_path, HEADER + f'"Plural-Forms: {one}\\n"\n\n' + plural("%(b)s")) == ["8: %(n)s of the text is missing"]
    assert problems(tmp_path, HEADER + f'"Plural-Forms: {french}\\n"\n\n' + plural("%(b)s un", "%(b)s %(n)s")) == []

    # What only the text for one says has no place in a form for many.
    assert problems(tmp_path, TWO + plural("%(a)s", "%(n)s", source="%(a)s", sources="%(n)s")) == []
    assert problems(tmp_path, TWO + plural("%(a)s", "%(a)s: %(n)s", source="%(a)s", sources="%(n)s")) == [
        "9: %(a)s is not in the text; expected %(n)s"
    ]
    assert problems(
        tmp_path, HEADER + f'"Plural-Forms: {one}\\n"\n\n' + plural("%(a)s %(n)s", source="%(a)s", sources="%(n)s")
    ) == ["8: %(a)s is not in the text; expected %(n)s"]


SYNTAX = [
    ('msgid "a"\nmsgstr "b', "2: a text without its closing quotation mark"),
    ('msgid "a"\nmsgstr "b\\"', "2: a text without its closing quotation mark"),
    ('msgid "a\nmsgstr "b"', "1: a text without its closing quotation mark"),
    ('msgid "a"\nmsgstr ""\n"b', "3: a text without its closing quotation mark"),
    ('msgid "a"\nmsgstr "b" c', "2: found 'c', expected one of: msgctxt"),
    ('msgid "a"\nmsgstr „b“', "2: found '„', expected a keyword or a text in quotes"),
    ('msgid "a"\nmsgstr b', "2: found 'b'"),
    ('msgid "a"\nmsgstr "b\\qc"', "2: found \\q in a text"),
    ('msgid "a"\nmsgstr', "2: msgstr has no text in quotes"),
    ('msgid "a"\n\nmsgid "b"\nmsgstr "c"', "3: found msgid, expected msgid_plural or msgstr"),
    ('msgid "a"\n# comment\nmsgstr "c"', "2: the entry of line 1 has no msgstr"),
    ('msgid "a"', "1: the entry of line 1 has no msgstr"),
    ('msgstr "b"', "1: found msgstr, expected msgctxt or msgid"),
    ('"b"', "1: a text in quotes without a keyword before it"),
    ('msgctxt "a"\nmsgstr "b"', "2: found msgstr, expected msgid"),
    ('msgid "a"\nmsgstr[0] "b"', "2: msgstr[0] without a msgid_plural"),
    ('msgid "a"\nmsgid_plural "b"\nmsgstr "c"', "3: found msgstr, expected msgstr[0]"),
    ('msgid "a"\nmsgid_plural "b"\nmsgstr[1] "c"', "3: found msgstr[1], expected msgstr[0]"),
    ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[2] "c"', "4: found msgstr[2], expected msgctxt or msgid or msgstr[1]"),
    ('msgid "a"\nmsgstr "b"\nmsgstr "c"', "3: found msgstr"),
    ('msgid "a"\n#~ msgstr "b"', "2: an entry that is obsolete (#~) in part"),
    ('#~ msgid "a"\n#~ msgstr "b"\n"c"', "3: an entry that is obsolete (#~) in part"),
    ('#~ msgid "a"\n#~ msgstr "b', "2: a text without its closing quotation mark"),
    ('domain "x"\nmsgid "a"\nmsgstr "b"', "1: found 'domain'"),
    ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"', "4: the text of line 1 again"),
    ('#| msgid "a', "1: a text without its closing quotation mark"),
    ('#~| msgid "a"\n#~| "b', "2: a text without its closing quotation mark"),
    ("#| old", "1: found 'old', expected one of: msgctxt, msgid, msgid_plural"),
    ('#| msgstr "x"\nmsgid "a"\nmsgstr "b"', "1: found 'msgstr', expected one of: msgctxt, msgid, msgid_plural"),
    ('#| "x"\nmsgid "a"\nmsgstr "b"', "1: found 'a text in quotes', expected one of: msgctxt"),
    ('msgid "a" # comment\nmsgstr "c"', "1: the entry of line 1 has no msgstr"),
    ('msgid "a" #~ x\nmsgstr "c"', "1: found '#', expected a keyword"),
    ('msgid "a"\nmsgstr "\\u00e4"', "2: found \\u in a text"),
    ('msgid "a"\nmsgstr "\\x"', "2: found \\x in a text"),
    ('msgctxt "x"\nmsgid "a"\nmsgstr "b"\n\nmsgctxt "x"\nmsgid "a"\nmsgstr "c"', "6: the text of line 2 again"),
]


@pytest.mark.parametrize(("text", "told"), SYNTAX)
def test_what_is_no_po_file_is_one_line(tmp_path: Path, text: str, told: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(told)


ODD = (
    '# Comment\n#, fuzzy\n#~| msgctxt "x"\n#~| msgid "Old"\n#~ msgid "Older"\n#~ msgstr "Alt"\n\n#~ msgctxt "menu"\n#~ msgid "a %(b)s"\n'
    '#~ msgid_plural "c"\n#~ msgstr[0] "100 % d"\n\n#. told\n#: a.j2:1\n#, python-format, no-wrap\n#| msgid "Prev"\nmsgctxt "menu"\n'
    'msgid ""\n"Or"\n"der"\nmsgstr   "Bestel" "lung"\n\nmsgid\t"Order"\nmsgstr "Auftrag \\"A\\" \\\\ \\303\\244\\x41\\tb"\n\n#, fuzzy\n#| msgid "Nw"\n'
    'msgid "Now %(a)s"\nmsgstr "Jetzt 100 %"\n'
)


def test_what_po_files_hold_besides_texts_is_read(tmp_path: Path) -> None:
    made = translations(tmp_path, HEADER + "\n" + ODD)
    assert made.pgettext("menu", "Order") == "Bestellung"
    assert made.gettext("Order") == 'Auftrag "A" \\ äA\tb'
    assert made.gettext("Older") == "Older"
    assert made.gettext("Now %(a)s") == "Now %(a)s"  # a fuzzy translation is a guess
    assert made.gettext("") == ""  # not the header


ESCAPED = {
    "\\303\\244": "ä",
    "\\xc3\\xa4": "ä",
    "\\xe2\\202\\xaC!": "€!",
    "\\x41\\102\\103": "ABC",
    "\\1234": "S4",
    "\\\\303": "\\303",
}


@pytest.mark.parametrize("escaped", ESCAPED)
def test_escapes_are_bytes_of_the_file_s_character_set(tmp_path: Path, escaped: str) -> None:
    assert translations(tmp_path, entry("a", escaped)).gettext("a") == ESCAPED[escaped]
    latin = entry("a", "ü\\344\\xf6").replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert translations(tmp_path, latin).gettext("a") == "üäö"


@pytest.mark.parametrize("escaped", ["\\303", "\\xc3 \\xa4", "\\477", "\\x4142", "\\xC3A4", "\\344"])
def test_an_escape_that_is_no_character_is_told(tmp_path: Path, escaped: str) -> None:
    (found,) = problems(tmp_path, entry("a", escaped))
    assert found.startswith(f"6: found {escaped[:4]}")
    assert "which is no UTF-8" in found


COMMENTS = [
    'msgid "a"\nmsgstr "b" # said so\n',
    'msgid "a"\nmsgstr "b" #, fuzzy\n\nmsgid "c"\nmsgstr "d"\n',
    'msgid "a"\nmsgstr "b"\n#~ # was here\n#~ msgid "c"\n#~ msgstr "d"\n',
    '#~ #, fuzzy\n#~ msgid "c"\n#~ msgstr "d"\n\nmsgid "a"\nmsgstr "b"\n',
    'msgid "a"\n#|\nmsgstr "b"\n',
    '#| msgctxt "x"\n#| msgid "Old"\n#| msgid_plural "Olds"\nmsgid "a"\nmsgstr "b"\n',
    '#~\n#~|\n#\n#,\n#:\n#.\nmsgid "a"\nmsgstr "b"\n#~ msgid "c"\n#~|\n#~ msgstr "d"\n',
]


@pytest.mark.parametrize("text", COMMENTS)
def test_comments_may_stand_wherever_a_line_goes_on(tmp_path: Path, text: str) -> None:
    assert translations(tmp_path, HEADER + "\n" + text).gettext("a") == "b"


def test_the_text_before_stays_as_it_was(house: Path) -> None:
    path = house / "templates/locales/de.po"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace(
            'msgid "Our reply to your message"',
            '#, fuzzy\n#| msgctxt "x"\n#| msgid "Our \\"old\\" answer"\nmsgid "Our reply to your message"',
        ),
        "utf-8",
    )
    for _ in range(2):
        run(house, "i18n", code=1)
        assert '#| msgid "Our \\"old\\" answer"\nmsgid "Our reply to your message"' in path.read_text("utf-8")
    assert "#| msgid_plural" not in path.read_text("utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("charset", ["UTF-8", "utf8", "ISO-8859-1", "windows-1252"])
def test_line_ends_marks_and_character_sets(tmp_path: Path, end: str, mark: bytes, charset: str) -> None:
    if mark and not charset.lower().startswith("utf"):
        return
    text = HEADER.replace("UTF-8", charset) + '\nmsgid "Size"\nmsgstr "Größe"\n'
    made = translations(tmp_path, mark + text.replace("\n", end).encode(charset))
    assert made.gettext("Size") == "Größe"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            HEADER.replace("UTF-8", "ISO-8859-1") + '\nmsgid "a"\nmsgstr "ü"\n',
            "3: the header states charset ISO-8859-1, and the file is UTF-8",
        ),
        ((HEADER + '\nmsgid "a"\nmsgstr "ü"\n').encode("latin-1"), "6: byte 9 of the line is not UTF-8"),
        (HEADER.replace("UTF-8", "CHARSET"), "3: found charset 'CHARSET', expected UTF-8"),
        (HEADER.replace("UTF-8", "utf-16"), "3: found charset 'utf-16', expected UTF-8"),
        (HEADER.replace("UTF-8", "hex"), "3: found charset 'hex', expected UTF-8"),
        (HEADER.encode("utf-16"), "1: found UTF-16, expected UTF-8"),
        (HEADER + '"Language: fr\\n"\n', "1: the header states Language: fr; expected de"),
        (HEADER + '"Content-Type: x\\n"\n', "1: the header has Content-Type twice"),
    ],
)
def test_a_header_that_does_not_fit_the_file(tmp_path: Path, data: str | bytes, told: str) -> None:
    (found,) = problems(tmp_path, data)
    assert found.startswith(told)


def test_a_plural_form_that_is_empty_is_not_translated(tmp_path: Path) -> None:
    made = translations(tmp_path, TWO + plural("%(b)s eins", ""))
    assert made.ngettext("%(b)s: one", "%(b)s: %(n)s", 1) == "%(b)s: one"
    assert made.ngettext("%(b)s: one", "%(b)s: %(n)s", 2) == "%(b)s: %(n)s"


@pytest.mark.parametrize("language", Catalog(ROOT / "templates", ROOT / "themes").languages()[1:])
def test_the_catalogues_that_come_along(language: str) -> None:
    assert examine(ROOT / f"templates/locales/{language}.po", language).problems == ()


def test_a_faulty_catalogue_is_told_everywhere_and_never_printed(house: Path) -> None:
    path = house / "templates/locales/de.po"
    text = path.read_text("utf-8")
    line = next(number for number, one in enumerate(text.split("\n"), 1) if SUBJECT in one)
    path.write_text(text.replace(SUBJECT, "100 % sicher: Ihre Bestellung %(order_id)s"), "utf-8")
    told = f"templates/locales/de.po:{line}: found a bare %"
    before = {p: p.read_bytes() for p in (house / "templates").rglob("*") if p.is_file()}
    assert told in run(house, "i18n", code=2).stderr
    assert {p: p.read_bytes() for p in (house / "templates").rglob("*") if p.is_file()} == before
    doctor = json.loads(run(house, "doctor", "--format", "json", code=2).stdout)["findings"]
    assert any(f["state"] == "problem" and told in f["seen"] for f in doctor)
    catalog = Catalog(house / "templates", house / "themes")
    shown = PreviewSession(catalog, load()).show(Choice("order_confirmation", "plain", "de", "plain"))
    assert (shown["verdict"], shown["error"]["line"]) == ("broken", line)
    assert shown["error"]["file"].endswith("templates/locales/de.po")
    (preview, *_), _ = build(catalog, load(), house / "out", kinds=["reply"], themes=["plain"], languages=["de"])
    assert (preview.verdict, preview.html) == ("rejected", "")
    made = Pipeline(catalog, catalog.kind("order_confirmation"), catalog.theme("plain"), load())
    order = an_order(catalog)
    for number in range(4):  # as the first of its shape, and later
        result = made.franked(replace(order, id=f"112-1234567-123456{number}"))
        assert isinstance(result, Rejected)
        assert [f.rule for f in result.findings] == ["template"]
        assert f"de.po:{line}: " in result.findings[0].message
    american = made.franked(an_order(catalog, market="Amazon.com"))
    assert not isinstance(american, Rejected)  # other languages go on


def test_a_text_of_a_template_is_a_format_too(house: Path) -> None:
    template = house / "templates/reply/message.html.j2"
    text = template.read_text("utf-8")
    template.write_text(text.replace('_("Our reply to your message")', '_("Our 100 % answer")'), "utf-8")
    line = next(number for number, one in enumerate(text.split("\n"), 1) if "Our reply to your message" in one)
    assert f"templates/reply/message.html.j2:{line}: a text to translate: found a bare %" in run(house, "i18n", code=2).stderr
    assert "found a bare %" in run(house, "doctor", code=2).stdout
    catalog = Catalog(house / "templates", house / "themes")
    shown = PreviewSession(catalog, load()).show(Choice("reply", "plain", "en", "plain"))
    assert shown["verdict"] == "broken"
    assert "write a percent sign as %%" in shown["error"]["message"]


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ('{{ _("100%% of %(a)s", a="x & y") }}', "100% of x &amp; y"),
        ("{% trans a='x' %}100% of {{ a }}{% endtrans %}", "100% of x"),
        ("{% trans %}100% wool{% endtrans %}", "100% wool"),
        ('{{ _("%(n)d left", n=3) }}', "3 left"),
        ('{{ _("%(n)d left", n="3") }}', None),
        ('{{ _("Hello %(name)s") }}', None),
        ('{{ _("Hello %(name)s", nam="x") }}', None),
        ('{{ _("100 % s") }}', None),
        ('{{ _("%s", a=1) }}', None),
        ('{{ _("%(a)8s", a=1) }}', None),
    ],
)
def test_a_text_prints_its_words_and_its_values_or_nothing(template: str, shown: str | None) -> None:
    from jinja2 import DictLoader, TemplateRuntimeError

    from franking.rendering.environment import make_environment
    from franking.rendering.isolation import Sandbox
    from franking.shape_cache.fences import CLOSE, OPEN, FencedEnvironment

    for made in (Sandbox, FencedEnvironment):
        environment = make_environment(made, DictLoader({"t.html.j2": template}), Catalogue(), "de_DE")
        if shown is None:
            with pytest.raises(TemplateRuntimeError):
                environment.get_template("t.html.j2").render()
        else:
            assert environment.get_template("t.html.j2").render().replace(OPEN, "").replace(CLOSE, "") == shown


def test_a_percent_sign_in_trans_is_collected_as_it_is_looked_up(house: Path) -> None:
    template = house / "templates/reply/message.html.j2"
    template.write_text(
        template.read_text("utf-8").replace('{{ _("Our reply to your message") }}', "{% trans %}100% yes{% endtrans %}"),
        "utf-8",
    )
    run(house, "i18n", code=1)
    path = house / "templates/locales/de.po"
    path.write_text(
        path.read_text("utf-8").replace('msgid "100%% yes"\nmsgstr ""', 'msgid "100%% yes"\nmsgstr "100 %% ja"'), "utf-8"
    )
    catalog = Catalog(house / "templates", house / "themes")
    assert "100 % ja" in PreviewSession(catalog, load()).show(Choice("reply", "plain", "de", "plain"))["html"]


@pytest.mark.parametrize("command", ["i18n", "doctor"])
def test_an_empty_folder_is_one_line(tmp_path: Path, command: str) -> None:
    done = run(tmp_path, command, code=2)
    assert "templates: no such folder" in done.stderr + done.stdout
    if command == "i18n":
        assert done.stderr.count("\n") == 1
        assert list(tmp_path.iterdir()) == []


def test_send_rejects_the_orders_of_a_faulty_language_only(house: Path) -> None:
    shutil.copy(ROOT / "docs/examples/amazon.de-orders-api.json", house)
    rebrand(house / "themes")
    path = house / "templates/locales/de.po"
    path.write_text(path.read_text("utf-8") + '\nmsgid "Twice"\nmsgstr "Zwei %(mal)s"\n', "utf-8")
    done = run(
        house, "send", str(house / "amazon.de-orders-api.json"), "--kind", "delivery_scheduling", "--sender", "shop@example.com", "--dry-run",
        *NOW, "--format", "json", code=1,
    )  # fmt: skip
    assert json.loads(done.stdout)["rejected"] > 0
    english = ("send", str(REPORT), "--kind", "order_confirmation", "--sender", "shop@example.com", "--dry-run", *NOW)
    done = run(house, *english, "--format", "json", code=1)  # one order of the report is rejected for its own sake
    assert json.loads(done.stdout)["queued"] > 0


@pytest.mark.real
@pytest.mark.parametrize(
    "text",
    [
        *(text for text, _ in SYNTAX),
        *(entry(*one[:2]) for one in FORMATS),
        *(entry(*one) for one in SAME),
        HEADER + "\n" + ODD,
        *(HEADER + "\n" + text for text in COMMENTS),
        *(entry("a", text) for text in ESCAPED),
    ],
)
def test_msgfmt_agrees(tmp_path: Path, text: str) -> None:
    program = shutil.which("msgfmt")
    assert program is not None, "make test-real needs gettext"
    if text.startswith(HEADER):  # where msgfmt is to look at values, it must be told
        text = text.replace("\n\nmsgid", "\n\n#, python-format\nmsgid")
    path = tmp_path / "de.po"
    path.write_text(text, "utf-8")
    done = subprocess.run([program, "--check", "-o", "/dev/null", str(path)], capture_output=True, text=True, check=False)
    found = problems(tmp_path, path.read_bytes())
    # Conversions with a width, a flag or another letter are Python formats; here they are refused.
    stricter = any("expected %(name)s for a value" in one and "found '%(" in one for one in found)
    assert (done.returncode != 0) == bool(found) or (stricter and not done.returncode), done.stderr
