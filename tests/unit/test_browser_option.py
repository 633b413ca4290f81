"""``--browser`` without what it needs: one line, exit code 2; and nothing of it is loaded without the option."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = "from franking.cli.entry import run; run()"
HIDDEN = f"import sys; sys.modules['playwright'] = None; {RUN}"
COMMANDS = [["check", "a.html", "--browser"], ["render", "--browser"]]


def ended(folder: Path, program: str, *arguments: str, **environment: str) -> tuple[int, str, str]:
    (folder / "a.html").write_text('<!DOCTYPE html><p style="margin-left:round(20px,1px)">Your order was sent.</p>')
    root = Path(__file__).parents[2]
    for name in ("templates", "themes"):
        if not (folder / name).exists():
            (folder / name).symlink_to(root / name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRANKING_")}
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=folder,
                          env=kept | environment, check=False)  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_the_extra(command: list[str], tmp_path: Path) -> None:
    line = 'franking: --browser needs Playwright: pip install "franking[browser]"\n'
    assert ended(tmp_path, HIDDEN, *command) == (2, "", line)
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_browser(command: list[str], tmp_path: Path) -> None:
    code, out, err = ended(tmp_path, RUN, *command, PATH=str(tmp_path))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    for name in ("chromium", "google-chrome", "FRANKING_CHROMIUM"):
        assert name in err
    code, out, err = ended(tmp_path, RUN, *command, FRANKING_CHROMIUM="/nowhere/chromium")
    assert (code, out) == (2, "")
    assert err == "franking: FRANKING_CHROMIUM=/nowhere/chromium: no program there, expected the path of a Chromium\n"


def test_nothing_is_loaded_without_the_option(tmp_path: Path) -> None:
    program = f"""import atexit, sys
atexit.register(lambda: print([name for name in sys.modules if "playwright" in name or "franking.browser" in name]))
{RUN}"""
    code, out, _ = ended(tmp_path, program, "check", "a.html")
    assert (code, out.splitlines()[-1]) == (1, "[]")
