"""``revert-layer``: the cascade without a layer and those behind it (CSS Cascade 5, section 7.3.5)."""

from __future__ import annotations

from collections.abc import Sequence

from franking.css.declaration_origin import CascadedValue, CascadedValues, Sheet
from franking.css.sheets import REVERT_LAYER, StyleRule
from franking.css.values import Wide

_Level = tuple[int, int]  # hints, style sheets or the style attribute; the layer


def rolled_back(cascaded: CascadedValues, applied: Sequence[tuple[int, StyleRule]]) -> CascadedValues:
    """The cascaded values of an element, with those of attributes and the rules that apply, each with its order: where one says
    ``revert-layer``, what wins among the layers before it; ``revert`` where nothing does."""
    candidates: dict[str, list[tuple[_Level, CascadedValue]]] = {}
    for name, cascaded_value in cascaded.items():
        found = [cascaded_value] if cascaded_value.below is None else [cascaded_value, cascaded_value.below]
        candidates[name] = [((one.rank[1], 0), one) for one in found]
    for order, rule in applied:
        level = (0, rule.layer.place)
        for longhand in rule.longhands:
            rank = (longhand.important, 0, rule.rank(longhand.important), order)
            candidates.setdefault(longhand.name, []).append((level, CascadedValue(longhand.value, rank, Sheet(rule, longhand))))
    return {name: _winner(found) for name, found in candidates.items()}


def _winner(candidates: list[tuple[_Level, CascadedValue]]) -> CascadedValue:
    # Of equal ranks the later one wins.
    ordered = [found for _, found in sorted(enumerate(candidates), key=lambda one: (one[1][1].rank, one[0]), reverse=True)]
    highest = ordered[0][1]
    ceiling: _Level | None = None
    for level, cascaded_value in ordered:
        if ceiling is not None and level >= ceiling:
            continue
        if cascaded_value.value != REVERT_LAYER:
            return cascaded_value
        ceiling = level
        highest = cascaded_value
    return CascadedValue(Wide("revert"), highest.rank, highest.source)
