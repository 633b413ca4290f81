"""What the user agent styles by itself, as Chromium does (HTML, section 15.3, and the engine's own sheet).

These are facts of the layout and never a violation. One departure: ``body`` has no margin, because the mailbox lays
the message out in a box of its own (the frame of reference of the layout rules).
"""

from __future__ import annotations

BLOCK = frozenset(
    (
        "html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure "
        "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend listing main menu nav ol optgroup option p "
        "plaintext pre search section summary ul xmp"
    ).split()
)
NOT_RENDERED = frozenset(
    "area base basefont datalist head link meta noembed noframes param rp script source style template title track".split()
)
DISPLAY = {
    "li": "list-item", "table": "table", "thead": "table-header-group", "tbody": "table-row-group",
    "tfoot": "table-footer-group", "tr": "table-row", "td": "table-cell", "th": "table-cell", "caption": "table-caption",
    "col": "table-column", "colgroup": "table-column-group", "button": "inline-block", "input": "inline-block",
    "select": "inline-block", "textarea": "inline-block", "meter": "inline-block", "progress": "inline-block",
    "ruby": "ruby", "rt": "ruby-text", "slot": "contents", "marquee": "inline-block",
}  # fmt: skip
# Elements whose box is filled from outside (CSS Display 3: replaced elements), and their default size in CSS px.
REPLACED = {
    "img": (0.0, 0.0), "svg": (300.0, 150.0), "video": (300.0, 150.0), "object": (300.0, 150.0), "embed": (300.0, 150.0),
    "canvas": (300.0, 150.0), "iframe": (300.0, 150.0), "audio": (300.0, 54.0),
}  # fmt: skip

# Elements that show nothing of what stands in them, or only some of it.
HOLLOW = frozenset([*REPLACED, "picture", "meter", "progress"])

# Factor on the parent's font size.
FONT_SCALE = {
    "h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 1 / 1.2, "big": 1.2, "sub": 1 / 1.2, "sup": 1 / 1.2,
    "rt": 0.5,
}  # fmt: skip
BOLD = frozenset("b strong th h1 h2 h3 h4 h5 h6".split())
MONOSPACE = frozenset("code kbd samp tt pre xmp plaintext listing textarea".split())
CONTROL_FONT = frozenset(["button", "input", "select"])  # 13.333px in the system's font
PREFORMATTED = {"pre": "pre", "xmp": "pre", "plaintext": "pre", "listing": "pre", "textarea": "pre-wrap", "nobr": "nowrap"}

# Horizontal margins and paddings in CSS px; -1 is ``auto``.
MARGINS = {"blockquote": (40.0, 40.0), "figure": (40.0, 40.0), "dd": (40.0, 0.0), "fieldset": (2.0, 2.0), "hr": (-1.0, -1.0)}
PADDINGS = {
    "ul": (40.0, 0.0), "ol": (40.0, 0.0), "menu": (40.0, 0.0), "dir": (40.0, 0.0), "td": (1.0, 1.0), "th": (1.0, 1.0),
    "fieldset": (12.0, 12.0), "legend": (2.0, 2.0), "button": (6.0, 6.0), "input": (2.0, 2.0), "textarea": (2.0, 2.0),
}  # fmt: skip
BORDERS = {"fieldset": 2.0, "hr": 1.0, "iframe": 2.0, "button": 2.0, "input": 2.0, "textarea": 1.0, "select": 1.0}
BORDER_BOX = frozenset(["table", "button", "select"])

BORDER_FIELDS = tuple((f"border-{side}-style", f"border-{side}-width", f"border_{side}") for side in ("left", "right"))
WEIGHTS = {"normal": 400.0, "bold": 700.0, "bolder": 700.0, "lighter": 400.0}
# CSS Display 3, section 2.7.
BLOCKIFYING = frozenset(["flex", "inline-flex", "grid", "inline-grid"])
BLOCKIFIED = {
    "inline": "block", "inline-block": "block", "inline-table": "table", "inline-flex": "flex", "inline-grid": "grid",
    "table-cell": "block", "table-row": "block", "table-row-group": "block", "table-header-group": "block",
    "table-footer-group": "block", "table-caption": "block", "ruby": "block",
}  # fmt: skip


def display_of(tag: str) -> str:
    """The default ``display`` of a tag."""
    if tag in NOT_RENDERED:
        return "none"
    return "block" if tag in BLOCK else DISPLAY.get(tag, "inline")
