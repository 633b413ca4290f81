"""``revert-layer``: the cascade without a layer and those behind it (CSS Cascade 5, section 7.3.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from franking.css.declaration_origin import CascadedValue, CascadedValues, Sheet
from franking.css.logical import PAIRS, is_logical, left_to_right_only, winner
from franking.css.sheets import REVERT_LAYER, StyleRule
from franking.css.values import Wide

_Level = tuple[int, int]  # hints, style sheets or the style attribute; the layer
_Candidates = list[tuple[_Level, CascadedValue]]


def rolls_back(cascaded: CascadedValues) -> bool:
    """Whether any of them says ``revert-layer``."""
    return any(
        value.value == REVERT_LAYER or (value.beside is not None and value.beside.value == REVERT_LAYER)
        for value in cascaded.values()
    )


def rolled_back(cascaded: CascadedValues, applied: Sequence[tuple[int, StyleRule]]) -> CascadedValues:
    """The cascaded values of an element, with those of attributes and the rules that apply, each with its order: where one says
    ``revert-layer``, what wins among the layers before it; ``revert`` where nothing does."""
    candidates: dict[str, _Candidates] = {}
    for name, cascaded_value in cascaded.items():
        found = [cascaded_value] if cascaded_value.below is None else [cascaded_value, cascaded_value.below]
        candidates[name] = [((one.rank[1], 0), one) for one in found]
    for order, rule in applied:
        level = (0, rule.layer.place)
        for longhand in rule.longhands:
            rank = (longhand.important, 0, rule.rank(longhand.important), order)
            candidates.setdefault(longhand.name, []).append((level, CascadedValue(longhand.value, rank, Sheet(rule, longhand))))
    result = {name: _winner(found) for name, found in candidates.items()}
    for pair in PAIRS:
        _keep_both(pair, candidates, result)
    return result


def _keep_both(pair: tuple[str, str], candidates: Mapping[str, _Candidates], result: CascadedValues) -> None:
    """From right to left, the logical value of one side competes with the physical one of the other: where neither says
    ``revert-layer`` both are kept (``logical.winner``), and else what wins is known from left to right alone."""
    sides = [(name, [found for _, found in candidates.get(name, ())]) for name in pair]
    found = [one for _, values in sides for value in values for one in (value, value.beside) if one is not None]
    if not any(is_logical(value) for value in found):
        return
    rolls_back = any(value.value == REVERT_LAYER for value in found)
    for name, values in sides:
        if values:
            result[name] = left_to_right_only(result[name]) if rolls_back else reduce(winner, values)


def _winner(candidates: _Candidates) -> CascadedValue:
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
