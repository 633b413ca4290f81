"""What the package carries for ``franking init``: templates, themes, sample reports. No other module knows where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from franking.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Carried:
    """Folders of kinds and of themes, and the files of sample reports."""

    templates: Path
    themes: Path
    samples: tuple[Path, ...]


@contextmanager
def carried() -> Iterator[Carried]:
    """The folders as files. In a checkout they lie beside ``src``, and a wheel has them in the package: what designers edit is
    at the top of the repository. Raises ``ConfigurationError`` where the installation lacks them."""
    package = resources.files("franking")
    with resources.as_file(package.joinpath("starter")) as packed:
        if packed.is_dir():
            yield _in(packed / "templates", packed / "themes", packed / "samples")
            return
    with resources.as_file(package) as here:
        root = here.resolve().parents[1]
        if not (root / "templates").is_dir():
            raise ConfigurationError("this installation carries no templates; install franking again")
        yield _in(root / "templates", root / "themes", root / "docs" / "examples")


def start(what: str) -> Traversable:
    """The files to fill in for a new ``project``, ``kind`` or ``theme``."""
    return resources.files("franking.cli").joinpath("starts", what)


def _in(templates: Path, themes: Path, samples: Path) -> Carried:
    reports = tuple(sorted(file for file in samples.iterdir() if file.suffix in {".txt", ".json"}))
    return Carried(templates, themes, reports)
