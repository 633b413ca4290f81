"""The layout and type rules applied to a browser's measurements, with the same limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from franking.browser.facts import Facts
from franking.check.page import Page
from franking.check.registry import check_rules
from franking.check.rule_context import percent
from franking.model.counted import counted
from franking.policy import Policy

_SLACK = 0.01  # CSS px: rounding, not a tolerance of the policy
_SIDES = ("margin left", "margin right", "padding left", "padding right")
_IMAGES = frozenset(["img", "svg", "video", "object", "canvas", "embed"])


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is violated; ``element`` is the index of the element that shows it."""

    element: int
    text: str
    measured: float | str
    limit: float | str


def _margins(facts: Facts, policy: Policy, _page: Page) -> Iterator[Violation]:
    limit = policy.value("margin_share")
    most = limit * facts.width + _SLACK
    for index, box in enumerate(facts.boxes):
        for name, used, own in zip(_SIDES, box.spaces, box.default_spaces, strict=True):
            if used > most and abs(used - own) > _SLACK:
                share = used / facts.width
                text = f"{name} is {percent(share)} of the message width at {facts.width} px (limit {percent(limit)})"
                yield Violation(index, text, round(share, 4), limit)
    for side, name in ((1, "left"), (2, "right")):
        nearest = min(facts.pieces, key=lambda piece: piece[side], default=None)
        if nearest is None or nearest[side] <= most:
            continue
        owners = {piece[0] for piece in facts.pieces if piece[side] <= nearest[side] + _SLACK}
        alone = min((piece[side] for piece in facts.default_pieces if piece[0] in owners), default=0.0)
        if nearest[side] > alone + 0.5:
            share = nearest[side] / facts.width
            yield Violation(
                nearest[0],
                f"all content stands {percent(share)} of the message width in from the {name} at {facts.width} px "
                f"(limit {percent(limit)})",
                round(share, 4),
                limit,
            )


def _images(facts: Facts, policy: Policy, _page: Page) -> Iterator[Violation]:
    limit = policy.value("image_share")
    with_text = {ancestor for element in facts.texts for ancestor in facts.around(element)}
    for index, box in enumerate(facts.boxes):
        if not box.laid_out or not box.visible:
            continue
        if box.object:
            wide = box.inner[1] - box.inner[0] if box.tag in _IMAGES else 0.0
        else:
            wide = box.width if box.pictured and box.display != "inline" and index not in with_text else 0.0
        if wide > limit * facts.width + _SLACK:
            share = wide / facts.width
            text = f"the image is {percent(share)} of the message width at {facts.width} px (limit {percent(limit)})"
            yield Violation(index, text, round(share, 4), limit)


def _centred(facts: Facts, _policy: Policy, _page: Page) -> Iterator[Violation]:
    leaves = {*facts.texts, *(i for i, box in enumerate(facts.boxes) if box.object and box.laid_out and box.visible)}
    counts: dict[int, int] = {}
    for leaf in leaves:
        for ancestor in facts.around(leaf):
            counts[ancestor] = counts.get(ancestor, 0) + 1
    for index, number in counts.items():
        box = facts.boxes[index]
        if number == len(leaves) and box.centred and box.width < facts.width - 0.5:
            text = f"the whole message is centred by {box.centred}: it is {box.width:.0f} px wide in {facts.width} px"
            yield Violation(index, text, round(box.width, 1), facts.width)


def _typed(name: str, what: str, limit: str) -> Callable[[Facts, Policy, Page], Iterator[Violation]]:
    def find(facts: Facts, _policy: Policy, _page: Page) -> Iterator[Violation]:
        for one in facts.types:
            value: str | None = getattr(one, name)
            if value is not None:
                yield Violation(one.element, f"{what} ({value}); the policy requires the default", value, limit)

    return find


def _sizes(facts: Facts, policy: Policy, _page: Page) -> Iterator[Violation]:
    limit = int(policy.value("font_sizes"))
    first: dict[float, int] = {}
    for one in facts.types:
        first.setdefault(round(one.size * 2) / 2, one.element)
    if len(first) > limit:
        sizes = ", ".join(f"{size:g}" for size in sorted(first))
        text = f"{counted(len(first), 'font size')} ({sizes} px), the policy allows {limit}"
        yield Violation(list(first.values())[limit], text, len(first), limit)


def _breaks(facts: Facts, policy: Policy, page: Page) -> Iterator[Violation]:
    """The rule itself, on a page with the browser's ``display`` values. Both sides must have the same elements."""
    styles = [
        replace(
            style,
            display=box.display,
            white_space="pre-wrap" if box.breaks_kept else "normal",
            visibility="visible" if box.visible else "hidden",
            plain=False,  # the browser's values are not the engine's
        )
        for style, box in zip(page.styles, facts.boxes, strict=True)
    ]
    shown = Page(page.document, styles, facts.width, page.frame.files)
    shown.frame.rendered = [box.rendered for box in facts.boxes]
    by_path = {element.path: element.index for element in reversed(page.document.elements)}
    rule = next(entry for entry in check_rules() if entry.rule.slug == "line-breaks")
    assert rule.on_page is not None
    for finding in rule.on_page(shown, policy):
        if finding.measured is not None and finding.limit is not None:
            yield Violation(by_path[finding.path], finding.message, finding.measured, finding.limit)


DECIDABLE: dict[str, Callable[[Facts, Policy, Page], Iterator[Violation]]] = {
    "margin-width": _margins,
    "image-width": _images,
    "centered-body": _centred,
    "text-align": _typed("align", "text is aligned otherwise", "the default"),
    "line-height": _typed("line_height", "the line height is overridden", "normal"),
    "font-family": _typed("family", "the font is overridden", "the default"),
    "font-color": _typed("color", "the font colour is overridden", "the default"),
    "font-sizes": _sizes,
    "line-breaks": _breaks,
}
