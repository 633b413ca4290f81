"""Values in a form to take digests of: equal for equal values in every process, different for all others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass


class Undescribed(Exception):
    """A value of a type that has no such form."""


def digest_of(*values: object) -> bytes:
    """The SHA-256 of values. Raises ``Undescribed``."""
    return hashlib.sha256("\n".join(described(values)).encode("utf-8", "surrogatepass")).digest()


def described(value: object) -> Iterator[str]:
    """The parts of a value's form. Raises ``Undescribed``."""
    if value is None or isinstance(value, bool | int | float | str):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, bytes):
        yield f"bytes {hashlib.sha256(value).hexdigest()}"
    elif is_dataclass(value) and not isinstance(value, type):
        yield f"object {type(value).__name__}"
        for one in fields(value):
            yield one.name
            yield from described(getattr(value, one.name))
    elif isinstance(value, Mapping):
        yield f"mapping {len(value)}"
        for _, part in sorted(("\n".join(described(k)), "\n".join([*described(k), *described(v)])) for k, v in value.items()):
            yield part
    elif isinstance(value, set | frozenset):
        yield f"set {len(value)}"
        yield from sorted("\n".join(described(one)) for one in value)
    elif isinstance(value, list | tuple):
        yield f"list {len(value)}"
        for one in value:
            yield from described(one)
    else:
        raise Undescribed
