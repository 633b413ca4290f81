"""Packages from npm for tests against real third-party parts. They are fetched by the tests and are not committed."""

from __future__ import annotations

import subprocess
from pathlib import Path

WORK = Path(__file__).parents[2] / "build" / "npm"


def npm(*arguments: str) -> str:
    """Run npm in the work folder. Its failure is the test's."""
    WORK.mkdir(parents=True, exist_ok=True)
    if not (WORK / "package.json").exists():
        (WORK / "package.json").write_text('{"private": true}\n')
    done = subprocess.run(["npm", *arguments], cwd=WORK, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"npm {arguments[0]}: {done.stderr[-500:]}"
    return done.stdout


def install(package: str) -> Path:
    """A package with all it depends on, without running its scripts; the folder of its modules."""
    name = package.rpartition("@")[0]
    if not (WORK / "node_modules" / name).is_dir():
        npm("install", "--loglevel=error", "--ignore-scripts", "--no-fund", "--no-audit", package)
    return WORK / "node_modules"


def unpack(package: str, folder: str, member: str) -> Path:
    """One folder of a package, without what the package depends on."""
    target = WORK / folder
    if not target.is_dir():
        archive = npm("pack", "--silent", package).strip().splitlines()[-1]
        target.mkdir()
        subprocess.run(["tar", "xzf", archive, "-C", folder, "--strip-components=1", f"package/{member}"], cwd=WORK, check=True)
    return target
