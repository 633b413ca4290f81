"""Tags compared with the tree: plain sources take a shorter way, which finds what the longer one finds."""

from __future__ import annotations

import random

from franking.html.document import Document
from franking.html.nesting import faults

_BITS = (
    "<p> </p> <b> </b> <td> </td> <tr> </tr> <table> </table> <TD> <br> <h1> </h1> <o:p> </o:p> <svg> </svg> <foreignObject> "
    "<style> </style> <style </style <style-x> <stylefoo> </stylefoo> <title> </title> <textarea> </textarea> <script> </script> "
    '<xmp> </xmp> <é> <İ> <x<b> > < " word a{b:c<d}'
).split()
_COMMENT = "<!-- -->"  # the longer way is taken where there is one
_SOUPS = 3_000


def _found(source: str, shift: int = 0) -> list[tuple[int, str]]:
    return [(fault.offset - shift, fault.what) for fault in faults(Document(source))]


def test_the_shorter_way_finds_the_same_faults() -> None:
    rng = random.Random(15)
    differing = []
    for _ in range(_SOUPS):
        soup = "".join(rng.choice(_BITS) for _ in range(rng.randint(1, 7)))
        source = f"<html><head><style>p{{}}</style><title>mail</title></head><body>{soup}</body></html>"
        if _found(source) != _found(_COMMENT + source, len(_COMMENT)):
            differing.append(soup)
    assert not differing


def test_a_raw_text_ends_where_browsers_end_it() -> None:
    assert _found("<p>a</p><style>b{}</style><p>c</p>") == []
    assert _found("<p>a</p><style </style><p>c</p>") != []
