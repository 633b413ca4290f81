"""What goes wrong, as told: which requests, how often, and how."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from franking.errors import InputError

_APART = ("login", "upload", "download")


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong for requests to an operation ("" for all), of one order ("" for all), so many ``times``.
    ``login``, ``upload`` and ``download`` (where files are stored) are no operations, and are named.

    ``status`` is answered in place of what would be, with ``body`` (a text as it is, else JSON; by default an error of the
    models' form) and ``headers``, and nothing is done. ``drop`` ends the connection without an answer: before anything is done,
    or after it was. ``delay`` are seconds before anything is done, ``late`` those between what was done and its answer.
    """

    operation: str = ""
    order: str = ""
    times: int = 1_000_000_000
    status: int = 0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: Literal["", "before", "after"] = ""
    delay: float = 0.0
    late: float = 0.0


@dataclass(slots=True)
class Script:
    """``actions`` are what an order allows by its ID (others: everything), ``disabled`` those of them that are named and
    disabled, with the reason; ``feeds`` what becomes of feeds by their type (``sandbox.feeds``); ``locales`` the buyers' by the
    order's ID. ``rate`` is the usage plan that answers name, in calls a second; None is each operation's own, and then it is
    enforced."""

    faults: list[Fault] = field(default_factory=list)
    actions: Mapping[str, list[str]] = field(default_factory=dict)
    disabled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    locales: Mapping[str, str] = field(default_factory=dict)
    rate: float | None = 100.0
    feeds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    def next(self, operation: str, order: str) -> Fault | None:
        """What goes wrong with a request, None for nothing."""
        with self._lock:
            for fault in self.faults:
                named = fault.operation == operation or (not fault.operation and operation not in _APART)
                if fault.times > 0 and named and fault.order in ("", order):
                    fault.times -= 1
                    return fault
        return None


def read_script(path: Path) -> Script:
    """A script in JSON: ``{"faults": [{"operation": "…", "status": 503}], "actions": {…}, "locales": {…}}``. Raises
    ``InputError``."""
    try:
        said = json.loads(path.read_text("utf-8"))
        faults = [Fault(**entry) for entry in said.pop("faults", [])]
        return Script(faults, **said)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: no valid JSON: {error.msg.lower()}") from None
    except (TypeError, AttributeError, ValueError, RecursionError):
        raise InputError(
            f"{path}:1: expected an object with faults, actions, disabled, feeds, locales or rate; a fault has operation, "
            "order, times, status, body, headers, drop, delay or late"
        ) from None
