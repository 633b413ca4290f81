"""Scripted faults: which requests fail, how often, and how."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from franking.errors import InputError
from franking.files.strict_json import BadJson, fault_of, read_json

_APART = ("login", "upload", "download")


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong for requests to an operation ("" for all), of one order ("" for all), so many ``times``, once
    ``after`` requests went through. ``login``, ``upload`` and ``download`` (where files are stored) are no operations, and are
    named.

    ``status`` is answered in place of what would be, with ``body`` (a text as it is, else JSON; by default an error of the
    models' form) and ``headers``, and nothing is done. ``drop`` ends the connection without an answer: before anything is done,
    or after it was; ``within`` a download. ``delay`` are seconds before anything is done, ``late`` those
    between what was done and its answer. ``cut`` bytes are left out at the end of a download.
    """

    operation: str = ""
    order: str = ""
    times: int = 1_000_000_000
    status: int = 0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: Literal["", "before", "after", "within"] = ""
    delay: float = 0.0
    late: float = 0.0
    after: int = 0
    cut: int = 0


@dataclass(slots=True)
class Script:
    """The behaviour of the server.

    ``orders`` are the pages of ``searchOrders``, ``orders_v0`` those of ``getOrders``, ``items`` those of ``getOrderItems`` by
    the order's ID: lists of pages, each a list of what the API answers. ``orders`` and ``orders_v0`` may be None: the account
    has no access. ``reports`` says by the type what becomes of a report that is asked for (``account``),
    ``feeds`` what becomes of a feed by its type (``sandbox.feeds``).

    ``actions`` are what an order allows by its ID (others: everything), ``disabled`` those of them that are named and disabled,
    with the reason; ``locales`` the buyers' by the order's ID. ``rate`` is the usage plan that answers name, in calls a second;
    None is each operation's own, and then it is enforced.
    """

    faults: list[Fault] = field(default_factory=list)
    actions: Mapping[str, list[str]] = field(default_factory=dict)
    disabled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    locales: Mapping[str, str] = field(default_factory=dict)
    rate: float | None = 100.0
    orders: list[list[Any]] | None = field(default_factory=list)
    orders_v0: list[list[Any]] | None = field(default_factory=list)
    items: Mapping[str, list[list[Any]]] = field(default_factory=dict)
    reports: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    feeds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    def next(self, operation: str, order: str) -> Fault | None:
        """What goes wrong with a request, None for nothing."""
        with self._lock:
            for fault in self.faults:
                named = fault.operation == operation or (not fault.operation and operation not in _APART)
                if fault.times > 0 and named and fault.order in ("", order):
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    fault.times -= 1
                    return fault
        return None


def read_script(path: Path) -> Script:
    """A script in JSON: ``{"faults": [{"operation": "…", "status": 503}], "actions": {…}, "locales": {…}}``. Raises
    ``InputError``."""
    from pydantic import ValidationError

    from franking.sandbox.script_file import ScriptForm

    try:
        form = ScriptForm.model_validate(read_json(path.read_bytes()))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except BadJson as error:
        raise InputError(f"{path}:{error.line}: no valid JSON: {error.reason}") from None
    except ValidationError as error:
        raise InputError(
            f"{path}: {fault_of(error)}; a script has faults, actions, disabled, locales, rate, orders, orders_v0, items, "
            "reports or feeds; a fault has operation, order, times, after, status, body, headers, drop, delay, late or cut"
        ) from None
    faults = [Fault(**{name: getattr(fault, name) for name in type(fault).model_fields}) for fault in form.faults]
    others = {name: getattr(form, name) for name in type(form).model_fields if name != "faults"}
    return Script(faults, **others)
