"""Evidence for a sent message: the results of its checks, and the document that the ledger stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# The basis of a rule's verdict: the whole message; a proof for all messages of its shape; the texts of the message; or both of
# the last two, each for a part of the rule.
Basis = Literal["message", "shape", "own texts", "shape and own texts"]


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict of one rule on a message. ``measured`` maps each message width (CSS px) to the lowest and highest
    measured value; None if there was nothing to measure, such as the image width in a message without images. ``findings``
    are findings that do not reject the message."""

    rule: str
    verdict: Literal["kept", "warned", "off"]
    basis: Basis
    findings: int = 0
    threshold: str = ""  # name of the policy value that limits the measured value; "" if the rule measures nothing
    limit: float | None = None
    measured: Mapping[int, tuple[float, float] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """The results of the checks without personal data: canonical JSON in UTF-8, and its SHA-256 (hexadecimal). Messages
    with equal facts share a document."""

    digest: str
    document: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The verdicts on a franked message, or on all messages of a shape whose values are no wider than ``extents``: the
    widths of their widest unbreakable parts, in digits. ``documents`` caches the documents made from it."""

    rules: tuple[Judged, ...]
    by_shape: bool = False
    extents: tuple[float, ...] = ()
    documents: dict[object, Facts] = field(default_factory=dict, repr=False)

    def __call__(self) -> Judgement:
        """Return itself, so that it can be passed where a function that makes it later is expected."""
        return self
