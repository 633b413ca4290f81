"""Makes indexes of the dictionaries' files themselves. Their packages load every word into a mapping first, which takes two to
four times as long and, for the largest, half a gigabyte. A file in another form than known is left to its package."""

from __future__ import annotations

import gzip
import json
import lzma
from array import array
from pathlib import Path

from franking.check.word_index import BLOCK, FIRST, WordIndex, packed, read_varint, varint

_STREAM = b"SMFC1\x00"  # keys that are not reversed
_SAME = 254  # in place of a value: the one before
_MOST = 256 << 20  # bytes of a file, unpacked


def everyday(path: Path | None, language: str) -> bytes:
    """The index of a word list of pyspellchecker."""
    if path is not None:
        try:
            with gzip.open(path) as file:
                words = json.loads(file.read(_MOST))
            if isinstance(words, dict):
                return WordIndex.of(map(str.lower, words))
        except (OSError, EOFError, ValueError):
            pass
    from spellchecker import SpellChecker

    return WordIndex.of(SpellChecker(language=language).word_frequency.dictionary)


def forms(path: Path | None, language: str) -> bytes:
    """The index of the word forms that simplemma knows."""
    if path is not None:
        try:
            with lzma.open(path) as file:
                return of_stream(file.read(_MOST))
        except (OSError, EOFError, lzma.LZMAError, ValueError, IndexError):
            pass
    from simplemma.strategies.dictionaries import StreamDictionaryFactory

    return WordIndex.of(StreamDictionaryFactory(cache_max_size=1).get_dictionary(language))


def of_stream(data: bytes) -> bytes:
    """The index of the keys of a front-coded stream as simplemma 2 has it: keys in the order of their bytes, each as in an
    index, with a value behind it. Raises ``ValueError`` or ``IndexError`` for other data."""
    if data[: len(_STREAM)] != _STREAM:
        raise ValueError("another form of dictionary")
    count, at = read_varint(data, len(_STREAM))
    parts, starts = bytearray(), array("I")
    end, number, key = len(data), 0, b""
    while at < end:
        start = at
        shared, length = data[at], data[at + 1]
        if shared < 0x80 and length < 0x80:
            at += 2
        else:
            shared, at = read_varint(data, at)
            length, at = read_varint(data, at)
        before, key = key, key[:shared] + data[at : at + length]
        at += length
        if key <= before:
            raise ValueError("words without order")
        if number % BLOCK:
            parts += data[start:at]
        else:
            starts.append(FIRST + len(parts))
            parts += varint(0) + varint(len(key)) + key
        number += 1
        trimmed = data[at]
        at += 1
        if trimmed != _SAME:
            length, at = read_varint(data, at)
            at += length
    if number != count or at != end:
        raise ValueError("a damaged dictionary")
    return packed(parts, starts)
