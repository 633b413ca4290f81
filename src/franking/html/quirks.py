"""Quirks mode (HTML, section 13.2.6.4.1)."""

from __future__ import annotations

import re

from franking.html.parser import Doctype, Element, Tree

_QUIRKS_PUBLIC = re.compile(
    r"^(?:-//W3C//DTD HTML (?:3|Experimental|4\.0 (?:Frameset|Transitional))|-//IETF//DTD HTML|-//W3C//DTD W3 HTML|"
    r"-//Netscape|-//Microsoft|-//WebTechs|-//Sun|-//SoftQuad|-//Spyglass|-//AdvaSoft|-//AS//|-//O'Reilly|-/W3C/DTD|"
    r"html$|\+//Silmaril|-//Metrius|-//SQ//)",
    re.IGNORECASE,
)


def is_quirks(tree: Tree) -> bool:
    """Whether browsers lay the document out in quirks mode (HTML, section 13.2.6.4.1)."""
    for node in tree.children:
        if isinstance(node, Doctype):
            public = node.public_id or ""
            if node.name.lower() != "html" or _QUIRKS_PUBLIC.match(public):
                return True
            loose = re.match(r"-//W3C//DTD HTML 4\.01 (?:Frameset|Transitional)//", public, re.IGNORECASE)
            return bool(loose) and not node.system_id
        if isinstance(node, Element):
            break
    return True
