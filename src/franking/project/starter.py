"""The templates, themes and sample reports that the package ships for new projects. Only this module knows their location."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from franking.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Starter:
    """Folders of kinds and of themes, and the files of sample reports."""

    templates: Path
    themes: Path
    samples: tuple[Path, ...]


@contextmanager
def starter() -> Iterator[Starter]:
    """The folders as files: those of the wheel, or of the checkout, where they are beside ``src``.

    Raises ``ConfigurationError`` if the installation has neither.
    """
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
    """The files with placeholders for a new ``project``, ``kind`` or ``theme``."""
    return resources.files("franking.project").joinpath("starts", what)


def _in(templates: Path, themes: Path, samples: Path) -> Starter:
    reports = tuple(sorted(file for file in samples.iterdir() if file.suffix in {".txt", ".json"}))
    return Starter(templates, themes, reports)
