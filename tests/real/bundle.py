"""The preview's editor: CodeMirror from npm as one minified module, with the licences of what is in it. `make bundle` writes it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "frontend"
PAGE = ROOT / "src" / "franking" / "preview" / "page"
WORK = ROOT / "build" / "frontend"
NAME = "codemirror.js"
LICENSES = "codemirror.LICENSE.txt"


def build(target: Path) -> None:
    """Write the module and its licences into a folder, from the versions in ``frontend/package-lock.json``."""
    WORK.mkdir(parents=True, exist_ok=True)
    lock = WORK / "package-lock.json"
    fresh = not lock.is_file() or lock.read_bytes() != (SOURCE / lock.name).read_bytes()
    for path in SOURCE.iterdir():
        shutil.copyfile(path, WORK / path.name)
    if fresh or not (WORK / "node_modules").is_dir():
        _run("npm", "ci", "--ignore-scripts", "--loglevel=error", "--no-fund", "--no-audit")
    script = WORK / "node_modules" / "esbuild" / "bin" / "esbuild"
    _run(
        str(script), NAME, "--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8", "--legal-comments=none",
        "--log-level=warning", "--metafile=meta.json", f"--outfile=out/{NAME}",
    )  # fmt: skip
    packages = _packages(json.loads((WORK / "meta.json").read_text("utf-8"))["inputs"])
    listed = ", ".join(f"{name} {version}" for name, version, _ in packages)
    banner = f"/* Built by make bundle; the licences are in {LICENSES}. {listed} */\n"
    (target / NAME).write_text(banner + (WORK / "out" / NAME).read_text("utf-8"), "utf-8")
    (target / LICENSES).write_text(_licences(packages), "utf-8")


def _packages(inputs: dict[str, object]) -> list[tuple[str, str, str]]:
    """Name, version and licence text of each package that is in the module."""
    folders = set()
    for name in inputs:
        parts = Path(name).parts
        if parts[0] == "node_modules":
            folders.add(Path(*parts[: 3 if parts[1].startswith("@") else 2]))
    found = []
    for folder in sorted(folders, key=str):
        about = json.loads((WORK / folder / "package.json").read_text("utf-8"))
        assert about["license"] == "MIT", f"{about['name']}: {about['license']}"
        found.append((about["name"], about["version"], (WORK / folder / "LICENSE").read_text("utf-8").strip()))
    return found


def _licences(packages: list[tuple[str, str, str]]) -> str:
    """Each licence text once, under the packages that it is of."""
    texts: dict[str, list[str]] = {}
    for name, version, text in packages:
        texts.setdefault(text, []).append(f"{name} {version}")
    parts = [f"{NAME} contains, under the MIT licence:"]
    parts += [f"{chr(10).join(names)}\n\n{text}" for text, names in texts.items()]
    return ("\n\n" + "-" * 78 + "\n\n").join(parts) + "\n"


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=WORK, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{Path(command[0]).name}: {(done.stderr or done.stdout)[-500:]}"


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE)
