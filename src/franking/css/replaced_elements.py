"""Elements whose box is filled from outside (CSS Display 3: replaced elements)."""

from __future__ import annotations

# The default size of each in CSS px: width, height.
REPLACED = {
    "img": (0.0, 0.0),
    "svg": (300.0, 150.0),
    "video": (300.0, 150.0),
    "object": (300.0, 150.0),
    "embed": (300.0, 150.0),
    "canvas": (300.0, 150.0),
    "iframe": (300.0, 150.0),
    "audio": (300.0, 54.0),
}

# Elements that show nothing of what is in them, or only some of it.
HOLLOW = frozenset([*REPLACED, "picture", "meter", "progress"])
