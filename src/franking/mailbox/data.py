"""caniemail's data: which mail program supports what, and since when it is known."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from franking.files.packaged import packaged_text

Support = Literal["yes", "partial", "no", "unknown"]
_SUPPORT: dict[str, Support] = {"y": "yes", "a": "partial", "n": "no", "u": "unknown"}
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of one feature in one mail program, with caniemail's notes in plain text."""

    support: Support
    notes: tuple[str, ...] = ()


UNKNOWN = Result("unknown")


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature as caniemail names it. ``results`` are by the client's name."""

    slug: str
    title: str
    results: dict[str, Result]

    @property
    def url(self) -> str:
        """Its page at caniemail."""
        return f"https://www.caniemail.com/features/{self.slug}/"

    def result(self, client: str) -> Result:
        """The result for a client; ``UNKNOWN`` if it was not tested."""
        return self.results.get(client, UNKNOWN)


@dataclass(frozen=True, slots=True)
class SupportData:
    """All features by slug, and the day on which caniemail's data were last changed (ISO 8601)."""

    features: dict[str, Feature]
    updated: str
    package: str

    def result(self, slug: str, client: str) -> Result:
        """The result of a feature for a client."""
        feature = self.features.get(slug)
        return feature.result(client) if feature is not None else UNKNOWN


@cache
def support_data() -> SupportData:
    """The packaged data, read once."""
    read = json.loads(packaged_text("franking.mailbox", "caniemail.json"))
    features = {
        slug: Feature(slug, entry["title"], {c: _result(r, entry["notes"]) for c, r in entry["results"].items()})
        for slug, entry in read["features"].items()
    }
    return SupportData(features, read["updated"], read["package"])


def _result(written: str, notes: dict[str, str]) -> Result:
    letter, *numbers = written.split("#")
    return Result(_SUPPORT[letter], tuple(_LINK.sub(r"\1", notes[n]) for n in numbers if n in notes))
