"""The base install: commands as where no extra is installed. ``python base_install.py FILE`` reads a list of commands as JSON and
prints as JSON how each ended: exit code, stdout, stderr. A command may begin with settings, as in a shell: ``FRANKING_…=VALUE``."""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.metadata
import io
import json
import os
import re
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path


def only_in_extras() -> frozenset[str]:
    """The modules that no requirement of the base install brings, by what the installed package itself requires."""
    required = importlib.metadata.requires("franking") or []
    extra = {_name(line) for line in required if "extra ==" in line}
    base: set[str] = set()
    left = [_name(line) for line in required if "extra ==" not in line]
    while left:
        one = left.pop()
        if one not in base:
            base.add(one)
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):  # for another system
                left += [_name(line) for line in importlib.metadata.requires(one) or [] if "extra ==" not in line]
    modules = importlib.metadata.packages_distributions()
    owners = {module: {_name(owner) for owner in names} for module, names in modules.items()}
    return frozenset(module for module, names in owners.items() if names <= extra - base)


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()


class Absent(importlib.abc.MetaPathFinder):
    """Finds nothing under some names."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def ended(arguments: list[str]) -> tuple[int, str, str]:
    from franking.cli.entry import run

    out, err = io.StringIO(), io.StringIO()
    set_here = dict(word.split("=", 1) for word in arguments if word.startswith("FRANKING_"))
    os.environ.update(set_here)
    sys.argv = ["franking", *arguments[len(set_here) :]]
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            run()
        except SystemExit as end:
            code = int(end.code or 0)
    for name in set_here:
        del os.environ[name]
    return code, out.getvalue(), err.getvalue()


if __name__ == "__main__":
    sys.meta_path.insert(0, Absent(only_in_extras()))
    results = [ended(command) for command in json.loads(Path(sys.argv[1]).read_text("utf-8"))]
    sys.stdout.write(json.dumps(results))
