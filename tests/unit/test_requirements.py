"""``requirements.lock`` holds what ``pyproject.toml`` asks for, on every system, and names no place that it comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PINS = [Requirement(line) for line in re.findall(r"^([a-zA-Z0-9][^\\\n]*?) *\\$", LOCK, re.MULTILINE)]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = (("posix", "linux", "Linux"), ("nt", "win32", "Windows"), ("posix", "darwin", "Darwin"))


def pinned(python: str, system: tuple[str, str, str]) -> dict[str, str]:
    """The version of each package that is installed there."""
    here = dict(zip(("os_name", "sys_platform", "platform_system"), system, strict=True))
    here |= {"python_version": python, "python_full_version": f"{python}.0", "platform_python_implementation": "CPython",
             "implementation_name": "cpython"}  # fmt: skip
    found: dict[str, str] = {}
    for pin in PINS:
        if pin.marker is None or pin.marker.evaluate(dict(here)):
            assert canonicalize_name(pin.name) not in found
            (version,) = pin.specifier
            found[canonicalize_name(pin.name)] = version.version
    return found


def test_every_requirement_is_pinned_on_every_python_and_system() -> None:
    asked = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
    assert PINS
    for python in PYTHONS:
        for system in SYSTEMS:
            there = pinned(python, system)
            for requirement in map(Requirement, asked):
                assert requirement.specifier.contains(there[canonicalize_name(requirement.name)]), (python, system, requirement)
    assert "colorama" in pinned("3.11", SYSTEMS[1])  # what click needs on Windows alone
    assert "colorama" not in pinned("3.11", SYSTEMS[0])


def test_every_pin_has_hashes_and_no_address() -> None:
    blocks = re.split(r"^(?=[a-zA-Z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(PINS)
    assert [block.split()[0] for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)] == []
    assert re.findall(r"\w+://|^ *--(?!hash)\S+|file:", LOCK, re.MULTILINE) == []
