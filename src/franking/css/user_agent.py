"""The user agent's style sheet, ``user_agent.css``: what a browser declares for an element before any author does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

import tinycss2

from franking.css.declarations import from_tokens
from franking.css.values import Value
from franking.files.packaged import packaged_text
from franking.html.document import Element

Declared = Mapping[str, Value]  # by longhand
_SELECTOR = re.compile(r'(?P<tag>[a-z0-9]*)(?:\[(?P<attribute>[a-z]+)(?:="(?P<value>[a-z]+)")?\])?')


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """One selector with its declarations. An attribute's value is compared without regard to case."""

    tag: str  # "" for every element
    attribute: str  # "" where none is asked for
    value: str | None
    left_to_right: Declared
    right_to_left: Declared

    def matches(self, element: Element) -> bool:
        """Whether the rule applies to an element of its tag."""
        if not self.attribute:
            return True
        found = element.attrs.get(self.attribute)
        return found is not None and self.value in (None, found.lower())


def declared(element: Element, direction: str) -> Declared:
    """What the user agent declares for an element in text of a ``direction`` (``ltr`` or ``rtl``)."""
    tag, attrs = element.tag, element.attrs
    if not attrs or _attributes_of(tag).isdisjoint(attrs):
        return declared_for_tag(tag, direction)
    return _merged(tuple(rule for rule in _rules_of(tag) if rule.matches(element)), direction)


@lru_cache(maxsize=1024)
def declared_for_tag(tag: str, direction: str = "ltr") -> Declared:
    """What the user agent declares for an element of a tag that has no attributes."""
    return _merged(tuple(rule for rule in _rules_of(tag) if not rule.attribute), direction)


@cache
def _sheet() -> tuple[_Rule, ...]:
    """The sheet, parsed on first use. Raises ``ValueError`` for a selector that it cannot read."""
    found: list[_Rule] = []
    text = packaged_text(__package__, "user_agent.css")
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            raise ValueError(f"user_agent.css:{rule.source_line}: found {rule.type}, expected a style rule")
        longhands = from_tokens(rule.content, False)
        left_to_right = {one.name: one.value for one in longhands}
        right_to_left = {_mirrored(one.name) if "inline" in one.written else one.name: one.value for one in longhands}
        for selector in tinycss2.serialize(rule.prelude).split(","):
            match = _SELECTOR.fullmatch(selector.strip())
            if match is None:
                raise ValueError(f"user_agent.css: found the selector {selector.strip()!r}, expected tag[attribute]")
            found.append(_Rule(match["tag"], match["attribute"] or "", match["value"], left_to_right, right_to_left))
    return tuple(found)


def _mirrored(name: str) -> str:
    """The longhand of the other side."""
    return name.replace("left", "right") if "left" in name else name.replace("right", "left")


@lru_cache(maxsize=1024)
def _rules_of(tag: str) -> tuple[_Rule, ...]:
    return tuple(rule for rule in _sheet() if rule.tag in ("", tag))


@lru_cache(maxsize=1024)
def _attributes_of(tag: str) -> frozenset[str]:
    """The attributes that rules for a tag ask for."""
    return frozenset(rule.attribute for rule in _rules_of(tag) if rule.attribute)


@lru_cache(maxsize=1024)
def _merged(rules: tuple[_Rule, ...], direction: str) -> Declared:
    merged: dict[str, Value] = {}
    for rule in rules:
        merged |= rule.right_to_left if direction == "rtl" else rule.left_to_right
    return MappingProxyType(merged)
