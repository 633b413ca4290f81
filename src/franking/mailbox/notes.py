"""Whether a note of caniemail concerns a use: "negative values are not supported" concerns only a negative value.

A note that is not understood concerns every use, so that nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """A feature in use. ``name`` is the property, at-rule, attribute or element, ``value`` its value; both are in lower case.
    ``text`` is the declaration or start tag as written, ``tags`` those of the elements that it applies to, ``block`` the
    declarations beside it, all as text. ``inline``: it is, or becomes, part of a ``style`` attribute. ``within`` are the
    features of the at-rules around it. The offsets are those of the source."""

    slug: str
    name: str
    value: str
    text: str
    tags: frozenset[str]
    offset: int
    end: int
    inline: bool = False
    block: str = ""
    in_body: bool = True
    within: frozenset[str] = frozenset()


_TAG = re.compile(r"`<(\w+)>`")
_CODE = re.compile(r"`([^`<]+)`")
_NEGATIVE = re.compile(r"(?:^|[\s,(])-\.?\d")
_PX = re.compile(r"(\d+(?:\.\d+)?)px")
_ARGUMENTS = re.compile(r"\([^()]*\)")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.%])")
_FEATURES = re.compile(r"\(\s*([a-z-]+)")
_NO_SPACE = re.compile(r"\S!\s*important", re.IGNORECASE)
_FILLED = frozenset("p div h1 h2 h3 h4 h5 h6 li".split())


def concerns(note: str, use: Use) -> bool:
    """Whether what a note reports happens to a use."""
    for fragment, test in _TESTS:
        if fragment in note:
            return test(use)
    return _by_words(note, use)


def _by_words(note: str, use: Use) -> bool:
    """By the elements and values that a note lists."""
    tags = set(_TAG.findall(note))
    if tags and ("Only works on" in note or "Only supported on" in note):
        return bool(use.tags - tags)
    if tags and ("ot supported on" in note or "used on" in note):
        return bool(use.tags & tags)
    listed = set(_CODE.findall(note.partition("but not")[2] or note))
    if listed and re.search(r"n.t support|not support|but not", note) and use.slug.startswith("css-"):
        return any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", f"{use.name}:{use.value}") for word in listed)
    return True


def _never(_: Use) -> bool:
    return False


def _heavy(use: Use) -> bool:
    return any(float(width) > 8 for width in _PX.findall(use.value))


def _space_syntax(use: Use) -> bool:
    return any("," not in arguments for arguments in re.findall(r"rgba?\(([^()]*)\)", use.value))


def _unusual_weight(use: Use) -> bool:
    return any(int(number) % 100 or not 100 <= int(number) <= 900 for number in _NUMBER.findall(use.value))


def _unnamed_media(use: Use) -> bool:
    return bool(set(_FEATURES.findall(use.value)) - {"min-width", "max-width", "min-height", "max-height"})


# By a fragment of the note; the first that fits decides.
_TESTS: tuple[tuple[str, Callable[[Use], bool]], ...] = (
    ("non Google", _never),  # of another account, which ``Client.about`` reports
    ("non-google", _never),
    ("Non Gmail", _never),
    ("epends on browser support", _never),
    ("Supports the vendor prefixed", _never),
    ("in a new window anyway", _never),
    ("all cells of a same row", _never),  # cells of one row differ rarely
    ("Negative values", lambda u: bool(_NEGATIVE.search(u.value))),
    ("negative values", lambda u: bool(_NEGATIVE.search(u.value))),
    ("Only supported in lowercase", lambda u: "!" in u.text and u.text.rpartition("!")[2] != u.text.rpartition("!")[2].lower()),
    ("`background-image` property. (See", lambda u: u.name == "background-image" and bool(_NO_SPACE.search(u.text))),
    ("Does not work inline in the `background-image`", lambda u: u.inline and u.name == "background-image"),
    ("with a space before", lambda u: bool(_NO_SPACE.search(u.text))),
    ("Not supported inline", lambda u: u.inline),
    ("Only supported on table cells", lambda u: bool(u.tags - {"td", "th"}) and "mso-padding-alt" not in u.block),
    ("included inside the `margin`", lambda u: "background" in u.block and bool(u.tags & _FILLED)),
    ("`auto` value", lambda u: "auto" in u.value),
    ("Only `background-color` values", lambda u: "(" in u.value.replace("rgb(", "").replace("rgba(", "")),
    ("not support multiple values", lambda u: "," in _ARGUMENTS.sub("", u.value)),
    ("with multiple values", lambda u: " " in u.value.strip()),
    ("`/ value` shorthand", lambda u: "/" in _ARGUMENTS.sub("", u.value)),
    ("slash `/` notation", lambda u: "/" in u.value),
    ("bigger than 8px", _heavy),
    ("Logical property values", lambda u: "inline-" in u.value),
    ("URL is not supported", lambda u: "url(" in u.value),
    ("`list-style-image` values", lambda u: "url(" in u.value),
    ("Only `list-style-type` values", lambda u: bool(re.search(r"url\(|\binside\b|\boutside\b", u.value))),
    ("Only supports `display:none`", lambda u: u.value != "none"),
    ("nested `<table>`", lambda u: u.value == "none"),
    ("inner tables", lambda u: u.value == "none"),
    ("applied directly to an `<img>`", lambda u: u.value == "none" and "img" in u.tags),
    ("`<number>` values are not supported", _unusual_weight),
    ("`<number>` values between", lambda u: any(n not in ("400", "700") for n in _NUMBER.findall(u.value))),
    ("`rem`", lambda u: "rem" in u.value),
    ("hitespace syntax", _space_syntax),
    ("Alpha value", lambda u: bool(re.search(r"rgb\([^()]*,[^()]*,[^()]*,", u.value))),
    ("height based media", lambda u: "height" in u.value),
    ("based media queries", _unnamed_media),
    ("ested media", lambda u: u.text.lower().count("@media") > 1),
    ("`reversed`", lambda u: "reversed" in u.text),
    ("`value` attribute to an `<li>`", lambda u: bool(re.search(r"<li\b[^>]*\svalue\s*=", u.text))),
    ("Replaced by a `<div>`", lambda u: bool(re.search(r"<body\s+[^>]*\b(background|bgcolor)\b", u.text))),
    ("inside the `<body>`", lambda u: u.in_body),
    ("declared before their rules", lambda u: u.in_body),
    ("limited to 16 KB", lambda u: len(u.text) > 16 * 1024),
    ("Percentage width on `<img>`", lambda u: "img" in u.tags and "%" in u.value),
    ("120 dpi", lambda u: "img" in u.tags),
    ("Requires `word-break:normal`", lambda u: "word-break" not in u.block),
    ("`word-wrap:break-word` is applied", lambda u: u.value not in ("normal", "")),
    ("Requires a background on the `<body>`", lambda u: True),
    ("`<td>` elements", lambda u: bool(u.tags & {"td"})),
    ("Only works on the `<table>` tag", lambda u: bool(u.tags - {"table"})),
    ("on anchor `<a>` tags", lambda u: "a" in u.tags),
    ("Only `<time>` is supported", lambda u: u.name != "time"),
    ("`<details>`, `<main>`", lambda u: u.name in ("details", "main", "nav", "summary")),
)
