"""The document of what was judged of a message, which the ledger keeps for ``franking evidence``.

It holds nothing personal: no value of the order, no text of the message, no address. What all messages of a batch and shape
have in common is written once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from franking.catalog import Catalog
from franking.check.rules.api_text import RULE as API_TEXT
from franking.model import Draft, Kind, Theme
from franking.model.evidence import Facts, Judged, Judgement
from franking.permit import permit_rules
from franking.policy import Policy

SCHEMA = 1


class FactSheets:
    """Makes the documents for messages of one kind in one theme under one policy."""

    def __init__(self, catalog: Catalog, kind: Kind, theme: Theme, policy: Policy) -> None:
        self._catalog = catalog
        self._kind = kind
        self._theme = theme
        self._policy = policy

    def of(self, judged: Judgement, draft: Draft, warned: tuple[str, ...], channel: str) -> Facts:
        """The document of a message; ``warned`` are the permission rules that warned of its order. Made once for all that
        share it."""
        key = (draft.locale, draft.language, draft.marketplace, draft.thread is None, warned, channel)
        facts = judged.documents.get(key)
        if facts is None:
            document = json.dumps(
                self._said(judged, draft, warned, channel), ensure_ascii=False, sort_keys=True, separators=(",", ":")
            ).encode()
            facts = judged.documents[key] = Facts(hashlib.sha256(document).hexdigest(), document)
        return facts

    def _said(self, judged: Judgement, draft: Draft, warned: Collection[str], channel: str) -> dict[str, Any]:
        place = draft.marketplace
        return {
            "schema": SCHEMA,
            "channel": channel,
            "kind": self._kind.name,
            "theme": self._theme.name,
            "locale": draft.locale,
            "language": draft.language,
            "marketplace": place.id if place is not None else "",
            "templates": self._template_digest,
            "theme_files": self._theme_digest,
            "policy": self._policy_said,
            "widths": list(self._policy.widths),
            "by_shape": judged.by_shape,
            "extents": list(judged.extents),
            "rules": [_rule(rule) for rule in judged.rules if channel == "api" or rule.rule != API_TEXT.slug],
            "permission": self._permission(warned),
        }

    def _permission(self, warned: Collection[str]) -> list[dict[str, str]]:
        off = self._policy.rules_off
        slugs = [entry.rule.slug for entry in permit_rules()]
        return [{"rule": s, "verdict": "off" if s in off else "warned" if s in warned else "kept"} for s in sorted(slugs)]

    @cached_property
    def _policy_said(self) -> dict[str, Any]:
        policy = self._policy
        return {
            "name": policy.name,
            "version": policy.version,
            "digest": policy.digest,
            "values": {name: threshold.value for name, threshold in sorted(policy.thresholds.items())},
            "sources": {
                name: [policy.sources.get(threshold.source, ""), str(threshold.effective)]
                for name, threshold in sorted(policy.thresholds.items())
            },
        }

    @cached_property
    def _template_digest(self) -> str:
        """Of every file that the kind's messages are made of, but for its samples."""
        root = self._catalog.templates
        folders = [Path(self._kind.path), *(root / name for name in ("_parts", "locales"))]
        return _digest(root, (path for folder in folders for path in _files(folder) if "samples" not in path.parts))

    @cached_property
    def _theme_digest(self) -> str:
        root = Path(self._theme.path)
        return _digest(root, _files(root))


def _rule(judged: Judged) -> dict[str, Any]:
    said: dict[str, Any] = {"rule": judged.rule, "verdict": judged.verdict, "basis": judged.basis}
    if judged.findings:
        said["findings"] = judged.findings
    if judged.threshold:
        said |= {
            "value": judged.threshold,
            "limit": judged.limit,
            "measured": {str(width): list(values) if values is not None else None for width, values in judged.measured.items()},
        }
    return said


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


def _digest(root: Path, files: Iterator[Path]) -> str:
    """SHA-256 over the names, sizes and contents of files, in the order of their names: what ``sha256sum`` gives of each is
    one line of what it is taken over."""
    lines = sorted(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}\n" for path in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
