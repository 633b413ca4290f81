"""Data files of a package."""

from __future__ import annotations

from pkgutil import get_data


def packaged_text(package: str, *names: str) -> str:
    """The text of a file in a package. Faster than ``importlib.resources``, which loads modules for archives and temporary
    files. Raises ``FileNotFoundError`` if there is no such file."""
    data = get_data(package, "/".join(names))
    if data is None:
        raise FileNotFoundError(f"{package}: no file {'/'.join(names)}")
    return data.decode("utf-8").replace("\r\n", "\n")


def packaged_bytes(package: str, *names: str) -> bytes:
    """The bytes of a file in a package. Raises ``FileNotFoundError`` if there is no such file."""
    data = get_data(package, "/".join(names))
    if data is None:
        raise FileNotFoundError(f"{package}: no file {'/'.join(names)}")
    return data
