"""The results of building previews."""

from __future__ import annotations

from dataclasses import dataclass

from franking.model import Finding, Kind, Sample, Theme


@dataclass(frozen=True, slots=True)
class Preview:
    """One rendered sample. ``html`` shows registered images inline, so that it opens anywhere."""

    kind: Kind
    theme: Theme
    language: str
    sample: Sample
    folder: str
    subject: str
    html: str
    text: str
    size: int  # bytes of the HTML part as sent
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """The kind's title, with the markup if that is not HTML."""
        return self.kind.title if self.kind.markup == "html" else f"{self.kind.title} (MJML)"

    @property
    def verdict(self) -> str:
        """``permitted`` or ``rejected``."""
        return "rejected" if any(f.severity == "error" for f in self.findings) else "permitted"


@dataclass(frozen=True, slots=True)
class Broken:
    """A kind in a theme (or a theme in all kinds, ``*/theme``) that cannot be read, and the error with file and line."""

    folder: str
    problem: str
