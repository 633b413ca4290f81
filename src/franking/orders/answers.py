"""API answers in a file: one JSON document, several one after the other (pages, JSON Lines), or a list of answers.

Documents are read one by one, so that pages of any number take the memory of one. What the API answered with an error is
reported as that: ``{"errors": [{"code", "message", "details"}]}``, beside which an empty ``errors`` list means nothing.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from franking.errors import InputError
from franking.files.strict_json import Ambiguous, json_name, line_of_ambiguity, strict_decoder

_CHUNK = 1 << 20
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``path`` is its place in the document that begins in ``line``: "" or such as ``[3]``."""

    line: int
    path: str
    content: Mapping[str, object] = field(repr=False)


def _without_surrogates(value: object) -> object:
    """A value with U+FFFD for halves of a surrogate pair, which JSON can escape (RFC 8259, section 8.2) and no text holds: the
    order is damaged, and refused as that."""
    text = json.dumps(value, ensure_ascii=False)
    whole: object = json.loads(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
    return whole


NOT_UTF8 = "not UTF-8, as JSON is (RFC 8259, section 8.1); save the file again, or pass --encoding"


def json_encoding(path: Path) -> str:
    """The encoding of a JSON file: UTF-8, or what its byte order mark says (RFC 8259, section 8.1)."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def read_answers(path: Path, encoding: str) -> Iterator[Answer]:
    """The answers of a file. Raises ``InputError`` that names the line, for what is no JSON, no answer, or an error's."""
    for line, value in _documents(path, encoding):
        several = isinstance(value, list)
        for number, content in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(content, dict):
                raise InputError(f"{path}:{line}: found a JSON {json_name(content)}, expected an object")
            answer = Answer(line, f"[{number}]" if several else "", content)
            _no_errors(path, answer)
            yield answer


def _no_errors(path: Path, answer: Answer) -> None:
    errors = answer.content.get("errors")
    if not errors:
        return
    first = errors[0] if isinstance(errors, list) else errors
    parts = [str(first[name]) for name in ("code", "message") if first.get(name)] if isinstance(first, dict) else []
    text = "".join(c if c.isprintable() else " " for c in ": ".join(parts) or "no code, no message")
    raise InputError(f"{path}:{answer.line}: the API returned an error, {text[:200]}; ask for this page again")


def _invalid(path: Path, line: int, text: str, at: int, error: Exception) -> InputError:
    """What is wrong with the JSON that begins at ``at``, in ``line``."""
    reason = "a number with too many digits"
    if isinstance(error, json.JSONDecodeError):
        line += text.count("\n", at, error.pos)
        ends = not text[error.pos :].strip()
        reason = "the file ends before the JSON is complete; download it again" if ends else error.msg
    elif isinstance(error, RecursionError):
        reason = "nested too deeply"
    elif isinstance(error, Ambiguous):
        line += line_of_ambiguity(text, at)
        reason = f"{error}; expected JSON with one reading"
    return InputError(f"{path}:{line}: no valid JSON: {reason}")


def _documents(path: Path, encoding: str) -> Iterator[tuple[int, object]]:
    decoder = strict_decoder()
    with path.open(encoding=encoding) as file:
        text, at, line, more = "", 0, 1, True
        while True:
            begin = at
            while at < len(text) and text[at] in " \t\r\n\ufeff\x1e":
                at += 1
            line += text.count("\n", begin, at)
            if at == len(text):
                if not more:
                    return
                text, at = file.read(_CHUNK), 0
                more = bool(text)
                continue
            try:
                value, end = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                if more:  # perhaps cut by the chunk: twice as much is tried, so that the work stays linear
                    text, at = text[at:], 0
                    added = file.read(max(_CHUNK, len(text)))
                    more = bool(added)
                    text += added
                    continue
                raise _invalid(path, line, text, at, error) from None
            except (RecursionError, ValueError) as error:
                raise _invalid(path, line, text, at, error) from None
            if _SURROGATE.search(text, at, end):
                value = _without_surrogates(value)
            yield line, value
            line += text.count("\n", at, end)
            at = end
            if at > _CHUNK:
                text, at = text[at:], 0
