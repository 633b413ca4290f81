"""The intrinsic sizes of replaced elements, by their attributes (CSS Images 3, section 5.1)."""

from __future__ import annotations

from franking.css.lengths import Metrics
from franking.css.presentational_hints import dimension, graphic_size, integer
from franking.css.replaced_elements import REPLACED
from franking.css.values import Unmodelled
from franking.html.document import Element

_NO_METRICS = Metrics(16.0, 16.0, 0.0)
_FILES = {"embed": frozenset[str](), "object": frozenset(["data"]), "video": frozenset(["poster", "src"])}

Natural = tuple[float | None, float | None, float | None]  # width, height and ratio, each None where there is none


def is_asked_for(element: Element) -> bool:
    """Whether an element that is no ``img`` has the size of a file that is not asked for, or one that is not read."""
    attrs, tag = element.attrs, element.tag
    if tag == "svg":
        return any(isinstance(graphic_size(attrs[name]), Unmodelled) for name in ("width", "height") if name in attrs)
    return (
        tag == "embed" or (tag == "object" and "data" in attrs) or (tag == "video" and not {"poster", "src"}.isdisjoint(attrs))
    )


def has_alternatives(element: Element) -> bool:
    """Whether a browser chooses the file of an ``img`` among several: by ``srcset``, or by a ``source`` before it (HTML,
    section 4.8.4.3)."""
    return bool(element.attrs.get("srcset", "").strip()) or bool(_sources(element))


def _sources(element: Element) -> list[Element]:
    parent = element.parent
    if parent is None or parent.tag != "picture" or element.tag != "img":
        return []
    found = [child for child in parent.children if isinstance(child, Element) and child.index < element.index]
    return [one for one in found if one.tag == "source" and one.attrs.get("srcset", "").strip()]


def natural_graphic(element: Element, metrics: Metrics = _NO_METRICS) -> Natural:
    """The intrinsic size of what is no ``img``, by its attributes."""
    attrs = element.attrs
    if element.tag == "canvas":
        written = (integer(attrs.get(name, "")) for name in ("width", "height"))
        across, down = (size if own is None else float(own) for own, size in zip(written, REPLACED["canvas"], strict=True))
        return across, down, across / down if across and down else None
    sizes: list[float | None] = []
    for name in ("width", "height"):
        read = graphic_size if element.tag == "svg" else dimension
        size = read(attrs[name]) if name in attrs else None
        length = size(metrics) if callable(size) else None
        sizes.append(None if length is None or length.relative else length.px)
    width, height = sizes
    ratio = width / height if width and height else None
    if element.tag == "svg":
        if ratio is None:
            ratio = _viewbox_ratio(element)
        if ratio is None:
            return 300.0 if width is None else width, 150.0 if height is None else height, None
        return width, height, ratio
    default = REPLACED[element.tag]
    return default[0], default[1], ratio if element.tag == "video" else None


def _viewbox_ratio(element: Element) -> float | None:
    box = next((value for name, value in element.attrs.items() if name.lower() == "viewbox"), "")
    try:
        _, _, width, height = map(float, box.replace(",", " ").split())
        return width / height
    except (ValueError, ZeroDivisionError):
        return None
