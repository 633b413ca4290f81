"""Values that the modules of a package define under one name: rules, report types, transports."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def defined_in(package: ModuleType, name: str, kind: type[T], what: str) -> list[T]:
    """The value called ``name`` of each module of a package, in the order of the modules' names. ``what`` is the word for such
    a value in the error. Raises ``TypeError`` with the file for a module that defines none of type ``kind``."""
    return [value_in(package, info.name, name, kind, what) for info in pkgutil.iter_modules(package.__path__)]


def value_in(package: ModuleType, module: str, name: str, kind: type[T], what: str) -> T:
    """The value called ``name`` of one module of a package. Raises ``TypeError`` as ``defined_in`` does."""
    value = vars(import_module(f"{package.__name__}.{module}")).get(name)
    if not isinstance(value, kind):
        file = f"{package.__name__.removeprefix('franking.').replace('.', '/')}/{module}.py"
        raise TypeError(f"{file}: found no {what}, expected {name} = {kind.__name__}(…)")
    return value
