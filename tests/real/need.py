"""Says in one line what ``make test-real`` still needs on this machine, and fails then."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

COMMAND = "apt-get install -y --no-install-recommends chromium postfix postgresql fonts-liberation nodejs npm faketime"


def postgres_bin() -> Path | None:
    """The folder of the newest PostgreSQL server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parent.parent.name))
    return found[-1].parent if found else None


def missing() -> list[str]:
    """What is not installed."""
    lacking = [
        name
        for name in ("chromium", "postfix", "node", "npm", "faketime")
        if shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin") is None
    ]
    return lacking if postgres_bin() else [*lacking, "postgresql"]


if __name__ == "__main__":
    if missing():
        sys.exit(f"make test-real needs {', '.join(missing())}. As root: {COMMAND}")
