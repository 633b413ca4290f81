"""Verdicts by what was judged: equal messages are checked once, also by the next start of the preview.

A verdict is filed under a digest of the whole message, with all that the rules read of it; the entry on disk under a digest of
the policy, the program, its libraries and the OCR program. What differs in any of them is checked anew. An entry contains
digests and verdicts, no text of a message.
"""

from __future__ import annotations

from dataclasses import replace

from franking.files.disk_cache import DiskCache
from franking.html.pictures import reader
from franking.model import Message
from franking.package.described import Undescribed, digest_of
from franking.package.identity import program
from franking.policy import Policy

_FORMAT = "1"
_WORDS = {b"p": "permitted", b"r": "rejected"}
_LETTERS = {word: letter for letter, word in _WORDS.items()}
_KEY = 16  # bytes
_RECORD = _KEY + 1
_MOST = 4096  # verdicts of a language


class KnownVerdicts:
    """The verdicts of one policy, by language. ``cache`` keeps them on disk; None keeps them in memory only."""

    def __init__(self, policy: Policy, cache: DiskCache | None = None) -> None:
        self._cache = cache
        self._policy = policy
        self._described = b""  # the policy's digest
        self._languages: dict[str, dict[bytes, str]] = {}
        self._changed: set[str] = set()

    def of(self, message: Message) -> tuple[bytes, str]:
        """The key of a message, and its verdict if that is known, else "". An empty key: it can have none."""
        try:
            key = digest_of(replace(message, source="", styled=None))[:_KEY]  # the verdict does not depend on these two
        except Undescribed:
            return b"", ""
        known = self._of(message.language)
        if key in known:
            known[key] = known.pop(key)  # it is the newest now
        return key, known.get(key, "")

    def put(self, message: Message, key: bytes, verdict: str) -> None:
        """Note the verdict of a message."""
        if not key or verdict not in _LETTERS:
            return
        known = self._of(message.language)
        known[key] = verdict
        if len(known) > _MOST:
            del known[next(iter(known))]  # the oldest
        self._changed.add(message.language)

    def keep(self) -> None:
        """Write to disk what is new."""
        changed, self._changed = self._changed, set()
        for language in changed:
            entry = self._entry(language)
            if self._cache is not None and entry:
                records = self._languages[language].items()
                self._cache.write(entry, b"".join(key + _LETTERS[word] for key, word in records))

    def _of(self, language: str) -> dict[bytes, str]:
        known = self._languages.get(language)
        if known is None:
            known = self._languages[language] = self._read(language)
        return known

    def _read(self, language: str) -> dict[bytes, str]:
        entry = self._entry(language)
        content = self._cache.read(entry, _MOST * _RECORD) if self._cache is not None and entry else None
        if content is None or len(content) % _RECORD:
            return {}
        found = {}
        for at in range(0, len(content), _RECORD):
            word = _WORDS.get(content[at + _KEY : at + _RECORD])
            if word is None:
                return {}
            found[content[at : at + _KEY]] = word
        return found

    def _entry(self, language: str) -> str:
        """The name of a language's entry; "" if it can have none."""
        running = program()
        if running is None:
            return ""
        try:
            if not self._described:  # 1 ms, for every language after every change
                self._described = digest_of(self._policy)
            digest = digest_of(_FORMAT, running, self._described, reader(), language)
        except Undescribed:
            return ""
        return f"verdicts-{digest.hex()}"
