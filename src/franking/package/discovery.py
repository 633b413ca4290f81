"""Values that the modules of a package define under one name: rules, report types, transports."""

from __future__ import annotations

import pkgutil
from collections.abc import Collection
from importlib import import_module
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def defined_in(package: ModuleType, name: str, kind: type[T], what: str, skipped: Collection[str] = ()) -> list[T]:
    """The value called ``name`` of each module of a package, in the order of the modules' names, except for the modules
    ``skipped``. ``what`` is the word for such a value in the error. Raises ``TypeError`` with the file for a module that
    defines none of type ``kind``."""
    names = (info.name for info in pkgutil.iter_modules(package.__path__))
    return [_value_in(package, module, name, kind, what) for module in names if module not in skipped]


def _value_in(package: ModuleType, module: str, name: str, kind: type[T], what: str) -> T:
    value = vars(import_module(f"{package.__name__}.{module}")).get(name)
    if not isinstance(value, kind):
        file = f"{package.__name__.removeprefix('franking.').replace('.', '/')}/{module}.py"
        raise TypeError(f"{file}: found no {what}, expected {name} = {kind.__name__}(…)")
    return value
