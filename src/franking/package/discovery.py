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
    found: list[T] = []
    for info in pkgutil.iter_modules(package.__path__):
        value = vars(import_module(f"{package.__name__}.{info.name}")).get(name)
        if not isinstance(value, kind):
            file = f"{package.__name__.removeprefix('franking.').replace('.', '/')}/{info.name}.py"
            raise TypeError(f"{file}: found no {what}, expected {name} = {kind.__name__}(…)")
        found.append(value)
    return found
