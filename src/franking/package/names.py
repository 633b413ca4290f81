"""Names of a package that are loaded when they are asked for (PEP 562).

``import franking`` and ``franking check`` start fast because of it. Beside the call, the package imports the same names under
``if TYPE_CHECKING``, and calls this under ``if not TYPE_CHECKING``: type checkers then see the names and no ``__getattr__``, so
that a misspelt name is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from sys import modules


def attach(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """The ``__getattr__``, ``__dir__`` and ``__all__`` of a package. ``homes`` gives the names, separated by blanks, by the
    module that they are defined in."""
    home = {name: module for module, names in homes.items() for name in names.split()}

    def get(name: str) -> object:
        """A name, from the module that it is defined in."""
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found: object = getattr(import_module(home[name]), name)
        setattr(modules[package], name, found)
        return found

    def names() -> list[str]:
        """Every public name."""
        return sorted({*vars(modules[package]), *home})

    return get, names, sorted(home)
