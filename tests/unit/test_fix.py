"""``check --fix``: what it changes, what it leaves, and what it must never do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

from franking.check import inspect
from franking.check.fix import fix_message
from franking.check.rule_context import RuleContext
from franking.cli.main import app
from franking.model import Message
from franking.policy import load
from tests.real.hostile import mail

POLICY = load()
FIXED = [
    # the rule, the source, what comes of it: everything else byte for byte
    ("font-color", '<p style="margin: 0; color: red; padding:1px">x</p>', '<p style="margin: 0; padding:1px">x</p>'),
    ("font-color", '<p style="color:red; margin: 0">x</p>', '<p style="margin: 0">x</p>'),
    ("font-color", '<p style="color:red">x</p>', "<p>x</p>"),
    ("font-color", "<p STYLE='COLOR : RED !important ;' id=a>x</p>", "<p id=a>x</p>"),
    ("font-color", "<font color=red size=2>x</font>", "<font size=2>x</font>"),
    ("font-color", "<body text='#333' bgcolor='#fff'>x", "<body bgcolor='#fff'>x"),
    ("font-color", "<style>p { color: red; margin: 0 }\n</style><p>x</p>", "<style>p { margin: 0 }\n</style><p>x</p>"),
    ("font-color", "<style>p{color:red}</style><p>x</p>", "<style>p{}</style><p>x</p>"),
    ("font-color", "<style>p{color:red}p{color:blue}</style><p>x</p>", "<style>p{}p{}</style><p>x</p>"),
    ("font-family", '<p style="font-family:&quot;A;B&quot;, serif; margin:0">x</p>', '<p style="margin:0">x</p>'),
    ("font-family", "<p style='font: italic bold 14px/20px Arial'>x</p>",
     "<p style='font-style: italic; font-weight: bold; font-size: 14px'>x</p>"),
    ("font-family", "<style>p{background:url('a;b.png');font-family:A}</style><p>x</p>",
     "<style>p{background:url('a;b.png');}</style><p>x</p>"),
    ("line-height", '<p style="line-height:1.5;">x</p>', "<p>x</p>"),
    ("text-align", "<CENTER class=a>x</CENTER>", "<div class=a>x</div>"),
    ("text-align", '<td align="center">x', '<td align="center">x'),  # a cell without a table is none
    ("text-align", '<table><td align="center">x</table>', "<table><td>x</table>"),
    ("centered-body", '<div style="width:300px;margin:4px auto">x</div>', '<div style="width:300px;margin: 4px 0">x</div>'),
    ("centered-body", '<table align=center width=200><td>x</table>', "<table width=200><td>x</table>"),
    ("margin-width", '<div style="padding:0 30%">x</div>', '<div style="padding: 0 72px">x</div>'),
    ("margin-width", '<div style="margin:1px 2px 3px 40%">x</div>', '<div style="margin: 1px 2px 3px 72px">x</div>'),
    ("line-breaks", "<p>a<br>\n<BR />\n<br/><br>b</p>", "<p>a<br>\n<BR />\nb</p>"),
    ("line-breaks", "<p>a</p><p>&nbsp;</p><p></p><div> </div><p>b</p>", "<p>a</p><p>&nbsp;</p><p></p><p>b</p>"),
    ("line-breaks", "<pre>a\n\n\n\nb</pre>", "<pre>a\n\nb</pre>"),
    ("image-width", '<img src="a.png" alt="A" width="600">', '<img src="a.png" alt="A" width="288">'),
    ("image-width", '<img src="a.png" alt="A">', '<img style="max-width: 80%" src="a.png" alt="A">'),
    ("font-sizes", "<h1>aaa</h1><p>bbb</p><small>ccc</small><p style='font-size:15px'>d</p>",
     "<h1>aaa</h1><p>bbb</p><small>ccc</small><p style='font-size: 16px'>d</p>"),
    ("active-content", "<p onclick='x()'>a</p><script>x</script>", "<p>a</p>"),
    ("active-content", "<style>@import url(a.css);p{margin:0}</style><p>a</p>", "<style>p{margin:0}</style><p>a</p>"),
    ("insecure-url", '<a href="http://www.amazon.de/x">a</a>', '<a href="https://www.amazon.de/x">a</a>'),
    ("insecure-url", '<a href=" //www.amazon.de/x">a</a>', '<a href=" https://www.amazon.de/x">a</a>'),
    ("insecure-url", '<a href="http://example.com/x">a</a>', '<a href="http://example.com/x">a</a>'),
    ("tracking-pixel", '<p>a</p><img src="https://t.example/o.gif" width=1 height=1 alt="">', "<p>a</p>"),
    ("contrast", '<p style="background:#000;margin:0">a</p>', '<p style="margin:0">a</p>'),
]  # fmt: skip
LEFT = [  # for a person: the source stays as it is
    ("image-alt", '<img src="a.png" width=9>'),
    ("emoji", "<p>\U0001f600</p>"),
    ("active-content", '<form action="https://www.amazon.de/x"><input name=a>x</form>'),
    ("font-color", '<p style="color:{{ colour }}">x</p>'),
    ("font-color", '<p style="{% if a %}color:red{% endif %}">x</p>'),
    ("text-align", '<p align="<%= side %>">x</p><p align="{{ a }}">y</p>'),
    ("font-color", '<style>@container (min-width:1px) {p {color:red}}</style><p>x</p>'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "after"), FIXED)
def test_mending_changes_one_thing_and_nothing_else(rule: str, before: str, after: str) -> None:
    assert fix_message(Message("case", before), POLICY, select=[rule]).html == after


@pytest.mark.parametrize(("rule", "before", "after"), FIXED)
def test_byte_order_marks_and_line_ends_stay(rule: str, before: str, after: str) -> None:
    source, wanted = (f"\ufeff<!-- a\r\n\r\n -->\r\n{text}\r\n<!-- ä\n -->\r\n" for text in (before, after))
    if "\n" not in before:
        assert fix_message(Message("case", source), POLICY, select=[rule]).html == wanted


@pytest.mark.parametrize(("rule", "source"), LEFT)
def test_what_a_person_must_decide_stays(rule: str, source: str) -> None:
    fixed = fix_message(Message("case", source), POLICY, select=[rule])
    assert fixed.html == source
    assert fixed.changes == ()


def facts(html: str) -> tuple[list[str], list[str]]:
    """Visible text at both widths, and links."""
    context = RuleContext(Message("m", html), POLICY, POLICY.widths)
    texts = [" ".join(" ".join(run.text.data for run in page.runs).split()) for page in context.pages]
    assert context.document is not None
    return texts, [e.attrs["href"] for e in context.document.elements if "href" in e.attrs]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(mail())
def test_hostile_mail_keeps_its_words_and_links_and_gets_no_worse(html: str) -> None:
    before = inspect(Message("m", html), POLICY)
    fixed = fix_message(Message("m", html), POLICY)
    assert facts(fixed.html) == facts(html)
    errors = {f.rule for f in before if f.severity == "error"}
    assert {f.rule for f in fixed.findings if f.severity == "error"} <= errors
    assert sum(f.severity == "error" for f in fixed.findings) <= sum(f.severity == "error" for f in before)
    assert list(fixed.findings) == inspect(Message("m", fixed.html), POLICY)
    again = fix_message(Message("m", fixed.html), POLICY)
    assert again.html == fixed.html


def test_the_command_mends_in_place_and_keeps_encoding_and_mode(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_bytes("<meta charset=cp1252>\r\n<p style='color:red'>Grüße</p>\r\n".encode("cp1252"))
    page.chmod(0o640)
    result = CliRunner().invoke(app, ["check", str(page), "--fix"])
    assert result.exit_code == 0, result.output
    assert page.read_bytes() == "<meta charset=cp1252>\r\n<p>Grüße</p>\r\n".encode("cp1252")
    assert page.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [page]


def test_diff_shows_and_changes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<p>a</p>\n<p style='color:red'>b</p>\n")
    result = CliRunner().invoke(app, ["check", str(page), "--diff"])
    assert result.exit_code == 1
    assert "-<p style='color:red'>b</p>\n+<p>b</p>" in result.stdout
    assert page.read_text() == "<p>a</p>\n<p style='color:red'>b</p>\n"
    page.write_text("<p>a</p>\n")
    assert CliRunner().invoke(app, ["check", str(page), "--diff"]).exit_code == 0


def test_standard_input_cannot_be_mended() -> None:
    result = CliRunner().invoke(app, ["check", "-", "--fix"], input="<p>x</p>")
    assert result.exit_code != 0
    assert "expected paths" in str(result.exception)
