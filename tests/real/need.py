"""Says in one line what ``make test-real`` still needs on this machine, and fails then."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

# The program that shows it, and Debian's package.
PROGRAMS = {
    "chromium": "chromium", "postfix": "postfix", "dovecot": "dovecot-imapd", "dkimproxy-verify": "libmail-dkim-perl",
    "node": "nodejs", "npm": "npm", "faketime": "faketime",
    "tesseract": "tesseract-ocr", "msgfmt": "gettext",
}  # fmt: skip


def postgres_bin() -> Path | None:
    """The folder of the newest PostgreSQL server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parent.parent.name))
    return found[-1].parent if found else None


def missing() -> list[str]:
    """The packages that are not installed, by their names in Debian."""
    path = "/usr/bin:/usr/sbin:/usr/local/bin"
    lacking = [package for name, package in PROGRAMS.items() if shutil.which(name, path=path) is None]
    return lacking if postgres_bin() else [*lacking, "postgresql"]


def command() -> str:
    """What installs the rest; a package that came from elsewhere (NodeSource's node) is not asked for again."""
    return f"apt-get install -y --no-install-recommends fonts-liberation {' '.join(missing())}"


def unfetched() -> str:
    """What of the packages that requests are judged by cannot be fetched, and why; "" for nothing. They are kept in build."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.real import npm, prism, pypi

    for package, install in ((prism.PACKAGE, npm.install), (pypi.SDK, pypi.install)):
        try:
            install(package)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            return f"{package}: {error}"
    return ""


if __name__ == "__main__":
    if missing():
        if "--command" in sys.argv:
            sys.stdout.write(command())
        sys.exit(f"make test-real needs {', '.join(missing())}. As root: {command()}")
    if "--command" not in sys.argv and (why := unfetched()):
        sys.exit(f"make test-real needs packages that it fetches by npm and pip. {why}")
