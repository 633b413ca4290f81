"""Whatever bytes come in, the checker gives a verdict: no exception, in HTML, CSS and mail alike."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from franking.check import inspect
from franking.check.fix import fix_message
from franking.errors import FrankingError
from franking.mail.reading import decode_bytes, read_message
from franking.model import Message
from franking.policy import load

POLICY = load()
TAGS = """a b body br center div font h1 h6 head hr html i img li meta ol p pre script span style svg table tbody td template
th title tr ul video picture source col colgroup caption button input select option math foreignObject iframe base link""".split()
ATTRIBUTES = """style class align width height colspan rowspan cellpadding cellspacing border dir lang href src srcset alt color face
size bgcolor background text link span id hidden role title type media rel http-equiv content charset""".split()
CSS = """color:red margin:0 auto padding:calc( font:12px/1.5 "a width:100%% max-width:min(1px, min-width:-1px display:table-cell
float:left position:absolute line-height:NaN all:unset --a:var(--a) --b:var(--c,var(--b)) content:'\\ @media @import @supports !important
{ } ; : ( ) [ ] /* */ \\ \\26 url( url(a) 1e999px 1e-999em 9999999999999999999px % # . * > + ~ :not( :is( ::before [a=""".split()
VALUES = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "1e9", "100%", "99999999999999999999", "left", "center", "rtl", "auto", "x", "\x00", "ﾟ", "𝟙", "²"]
    ),
    st.text(max_size=8),
    st.lists(st.sampled_from(CSS), max_size=6).map(" ".join),
)
attribute = st.tuples(st.sampled_from(ATTRIBUTES), VALUES).map(lambda a: f' {a[0]}="{a[1]}"')
opening = st.tuples(st.sampled_from(TAGS), st.lists(attribute, max_size=3)).map(lambda t: f"<{t[0]}{''.join(t[1])}>")
closing = st.sampled_from(TAGS).map(lambda t: f"</{t}>")
odd = st.sampled_from(
    [
        "<",
        ">",
        "&",
        "&#",
        "&#x110000;",
        "&#0;",
        "&nbsp",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE",
        "<?",
        "</",
        "\x00",
        "\ufeff",
        "\r\n",
        "\u202e",
    ]
)
html = st.lists(st.one_of(opening, opening, closing, odd, st.text(max_size=6)), max_size=40).map("".join)
css = st.lists(st.one_of(st.sampled_from(CSS), st.text(max_size=4)), max_size=40).map(" ".join)
COMMON = settings(max_examples=150, suppress_health_check=list(HealthCheck))


def verdict(text: str) -> None:
    for finding in inspect(Message("m", text, text, text[:80]), POLICY):
        assert finding.line >= 1
        assert finding.column >= 1


@COMMON
@given(html)
@example("<table><td colspan=²>x")
@example("<p style='margin:calc(1px*1e308*1e308)'>x")
@example(f"<p style='margin:calc({'(' * 3000}1px{')' * 3000})'>x")
@example(f"<style>{'@media (max-width:' * 2000}{'}' * 9}</style><p style='color:{'var(--a,' * 2000}'>x")
@example(f"<style>{'a{' * 500}color:red</style><a>x")
@example("<table><col span=1000><td colspan=1000 rowspan=65534>x" * 3)
def test_any_html_gets_a_verdict(text: str) -> None:
    verdict(text)


@COMMON
@given(css)
@example("p{@supports (x:y){color:red; b{color:red}}}")
@example("a{@layer{@layer{color:red}}}")
def test_any_style_sheet_gets_a_verdict(text: str) -> None:
    verdict(f"<style>{text}</style><p style='{text}'>x<td>y")


@COMMON
@given(
    st.one_of(
        st.binary(max_size=200),
        html.map(lambda t: t.encode("utf-8", "replace")),
        html.map(lambda t: t.encode("utf-16", "replace")),
    )
)
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes) -> None:
    try:
        text, encoding = decode_bytes("a.html", data)
    except FrankingError as error:
        assert "\n" not in str(error)
        return
    assert encoding
    verdict(text)


@COMMON
@given(
    data=st.binary(max_size=300),
    head=st.sampled_from(
        [
            b"",
            b"Subject: x\n\n",
            b"Content-Type: text/html; charset=\xff\n\n",
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
            b"Content-Transfer-Encoding: base64\nContent-Type: text/html\n\n",
        ]
    ),
)
def test_any_mail_is_read_or_refused_in_one_line(data: bytes, head: bytes, tmp_path_factory: object) -> None:
    path = Path("build") / "fuzz.eml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(head + data)
    with contextlib.suppress(FrankingError):
        inspect(read_message(path), POLICY)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(html)
def test_any_html_can_be_mended(text: str) -> None:
    once = fix_message(Message("m", text), POLICY)
    assert fix_message(Message("m", once.html), POLICY).html == once.html


def test_deep_nesting_gets_a_verdict() -> None:
    for tag in ("div", "b", "table><tr><td", "ul><li", "span style='margin:1px'"):
        verdict(f"<{tag}>" * 3000 + "x")
