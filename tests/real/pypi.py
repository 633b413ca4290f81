"""Packages from PyPI that tests compare with, beside the environment and not in it. They are fetched by the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WORK = Path(__file__).parents[2] / "build" / "pypi"
SDK = "amzn-sp-api==1.13.0"  # Amazon's own client


def install(package: str) -> Path:
    """The folder of a package, given as ``name==version``, with all that it depends on."""
    target = WORK / package.replace("==", "-")
    if not target.is_dir():
        WORK.mkdir(parents=True, exist_ok=True)
        making = WORK / f"{target.name}.{os.getpid()}"
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--target",
            str(making),
            package,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"pip install {package}: {done.stderr[-500:]}"
        making.rename(target)
    return target
