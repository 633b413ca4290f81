"""Places in the source: the short way to one of them says what the walk over the whole document says."""

from __future__ import annotations

from html import unescape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.html.document import Document, Element, Text

_PIECES = (
    "<p>", "</p>", "<div class=a>", "</div>", "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<b>", "</b>", "<i>", "</i>",
    "<pre>", "</pre>", "<textarea>", "</textarea>", "<title>", "</title>", "<a href='?a&amp;b'>", "</a>", "<br>", "<li>", "<svg>",
    "</svg>", "<select>", "<option>", "</select>", "<!-- a -->", "<!---->", "<!-", "<#", "&#", "&amp;#", "&eacute#", "&nbsp;#", "&eacute;#",
    "&notit;#", "x#", "x#", " #", "\n#", "\r\n#", "é#", "two words #", "\x00#", "<p", ">#", "</#", "<body>", "<html lang=en>", "<head>",
    "<style>p{}</style>", "<script>1<2</script>", "<template>", "</template>", "<form>", "</form>", "<center>",
)  # fmt: skip


def numbered(pieces: list[str]) -> str:
    """The pieces in a row; no two texts are alike."""
    return "".join(piece.replace("#", str(number)) for number, piece in enumerate(pieces))


def things(document: Document) -> list[Element | Text]:
    return [thing for element in document.elements for thing in (element, *element.children)]


@settings(max_examples=600, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=25).map(numbered))
def test_the_short_way_says_what_the_walk_says(html: str) -> None:
    whole = Document(html)
    whole.locate()
    for number, thing in enumerate(things(whole)):
        alone = things(Document(html))[number]  # whatever was asked before may have walked
        if alone.offset != thing._offset:
            # The walk passes by texts that tables hand to what is before them.
            assert isinstance(thing, Text)
            assert not unescape(whole.source[thing._offset :]).startswith(thing.data)
