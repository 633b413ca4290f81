"""Tables inside cells, flex and grid containers: browsers leave percentages of their columns out of what they ask for.

That is ``AllowColumnPercentages`` in Blink; CSS Tables 3 is silent.
"""

from __future__ import annotations

from franking.layout.frame import FLEX, GRID, PARTS, TABLES, Frame

_ANONYMOUS = TABLES | {"table-row", "table-row-group", "table-header-group", "table-footer-group"}


def sheltered(frame: Frame) -> list[bool]:
    """For each element, whether a cell, a flex or a grid container is around it."""
    styles, found = frame.styles, [False]
    for element in frame.document.elements[1:]:
        assert element.parent is not None
        around = element.parent.index
        if found[around]:
            found.append(True)
            continue
        display = styles[around].display
        if display in _ANONYMOUS:  # what is no part of a table stands in an anonymous cell
            found.append(styles[element.index].display not in PARTS)
        else:
            found.append(display == "table-cell" or display in FLEX or display in GRID)
    return found
