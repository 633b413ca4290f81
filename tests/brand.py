"""A shop of its own for the tests that send: the example's brand leaves only with ``--demo``."""

from __future__ import annotations

import atexit
import hashlib
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path


def rebrand(themes: Path) -> Path:
    """Give every theme in a folder another name, no line about itself and another logo file."""
    for path in sorted(themes.glob("*/theme.toml")):
        text = path.read_text("utf-8").replace("Fjord & Pine", "Kiefer Nord").replace('"Fjord", "Pine"', '"Kiefer", "Nord"')
        text = re.sub(r"^about = .*\n", "", text, flags=re.MULTILINE)
        for logo in path.parent.glob("assets/*.png"):
            content = logo.read_bytes()
            before = hashlib.sha256(content).hexdigest()
            logo.write_bytes(content + b"\0")  # behind the picture's end
            text = text.replace(before, hashlib.sha256(content + b"\0").hexdigest())
        path.write_text(text, "utf-8")
    return themes


@cache
def own_themes() -> str:
    """A copy of the project's themes with that brand, made once."""
    folder = Path(tempfile.mkdtemp(prefix="franking-themes-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(Path(__file__).parents[1] / "themes", folder / "themes")
    return str(rebrand(folder / "themes"))
