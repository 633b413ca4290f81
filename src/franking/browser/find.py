"""Find the installed browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from franking.errors import ConfigurationError

VARIABLE = "FRANKING_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def installed_browser() -> str:
    """The path of a Chromium. Raises ``ConfigurationError`` if there is none, with the names that were searched."""
    named = os.environ.get(VARIABLE, "")
    if named:
        found = shutil.which(named)
        if found is None:
            raise ConfigurationError(f"{VARIABLE}={named}: no program there, expected the path of a Chromium")
        return found
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    for place in _PLACES:
        if Path(place).is_file():
            return place
    raise ConfigurationError(
        f"no Chromium is installed: looked for {', '.join(NAMES)} on the PATH; install one, or name it in {VARIABLE}"
    )
