"""What speaks for a message that was sent: what was judged of it, and the document of it that the ledger keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# What a rule's verdict rests on: the message itself as a whole; a proof about all messages of its shape; the texts of the
# message itself; or the last two, each for its part of the rule.
Basis = Literal["message", "shape", "own texts", "shape and own texts"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule of the checker said of a message. ``measured`` are by width (CSS px) the lowest and the highest value that
    was measured; None where there was nothing to measure, such as an image's width in a message without images. ``findings``
    are those that do not forbid the message."""

    rule: str
    verdict: Literal["kept", "warned", "off"]
    basis: Basis
    findings: int = 0
    threshold: str = ""  # of the policy, what is measured against; "" where the rule measures nothing
    limit: float | None = None
    measured: Mapping[int, tuple[float, float] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """A document of what was judged, without anything personal: canonical JSON in UTF-8, and its SHA-256 (hexadecimal).
    Messages that have the same facts share it."""

    digest: str
    document: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What the checker said of a franked message, or of all messages of a shape whose values are no wider than ``extents``:
    the widths of their widest unbreakable parts, in digits. ``documents`` are those made of it so far."""

    rules: tuple[Judged, ...]
    by_shape: bool = False
    extents: tuple[float, ...] = ()
    documents: dict[object, Facts] = field(default_factory=dict, repr=False)

    def __call__(self) -> Judgement:
        """Itself, where one that is made when it is asked for could stand."""
        return self
