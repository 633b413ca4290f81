"""Pictures of previews, and their comparison with the approved ones: ``python -m tests.real.pictures`` approves.

Compared is every kind in every theme, in German, at both widths of the policy. The browser itself compares: a pixel differs
where its luminance is off by more than ``LEVELS``, and a picture where more than ``SHARE`` of its pixels do. Pictures are kept as
WebP, whose losses stay below that.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.real.judge import CHROMIUM

ROOT = Path(__file__).parents[2]
APPROVED = ROOT / "tests" / "approved"
WIDTHS = (360, 600)
LEVELS = 48  # of 255
SHARE = 0.004
_COMPARE = """async ([one, other, levels]) => {
  const load = async url => { const image = new Image(); image.src = url; await image.decode(); return image; };
  const [a, b] = [await load(one), await load(other)];
  if (a.width !== b.width || Math.abs(a.height - b.height) > 2) return `${a.width} x ${a.height}, approved ${b.width} x ${b.height}`;
  const height = Math.min(a.height, b.height);
  const pixels = image => {
    const canvas = new OffscreenCanvas(image.width, height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, height).data;
  };
  const [p, q] = [pixels(a), pixels(b)];
  let off = 0;
  for (let i = 0; i < p.length; i += 4) {
    const luma = d => 0.299 * d[i] + 0.587 * d[i + 1] + 0.114 * d[i + 2];
    if (Math.abs(luma(p) - luma(q)) > levels) off++;
  }
  return off / (p.length / 4);
}"""
_WEBP = """async png => {
  const image = new Image(); image.src = png; await image.decode();
  const canvas = document.createElement("canvas"); canvas.width = image.width; canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.9);
}"""


def chosen(previews: Path) -> Iterator[tuple[str, Path]]:
    """Name and file of each preview that is compared: the first sample without hard values."""
    for folder in sorted(previews.glob("*/*/de")):
        file = min(p for p in folder.glob("*.html") if "hard" not in p.name)
        yield f"{folder.parts[-3]}-{folder.parts[-2]}", file


def picture(page: Page, file: Path, width: int) -> str:
    """A message as a mailbox shows it, as a data URL of a PNG."""
    page.set_viewport_size({"width": width, "height": 400})
    page.goto(file.as_uri())
    page.add_style_tag(content="body { margin: 0 }")
    return "data:image/png;base64," + base64.b64encode(page.screenshot(full_page=True)).decode("ascii")


def approved(name: str, width: int) -> Path:
    """Where the approved picture is kept."""
    return APPROVED / f"{name}-{width}.webp"


def difference(page: Page, png: str, file: Path) -> float | str:
    """The share of pixels that differ, or what makes the pictures incomparable."""
    kept = "data:image/webp;base64," + base64.b64encode(file.read_bytes()).decode("ascii")
    page.goto("about:blank")
    result = page.evaluate(_COMPARE, [png, kept, LEVELS])
    return result if isinstance(result, str) else float(result)


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of a fresh Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened.new_page()
        opened.close()


def render(out: Path) -> Path:
    """The German previews, all kinds and themes."""
    franking = str(Path(sys.executable).with_name("franking"))
    subprocess.run([franking, "render", "--language", "de", "--out", str(out)], cwd=ROOT, check=True, capture_output=True)
    return out


def approve() -> int:
    """Take every picture as it is now; how many changed or are new."""
    APPROVED.mkdir(exist_ok=True)
    changed = 0
    wanted: set[Path] = set()
    with tempfile.TemporaryDirectory() as folder, browser_page() as page:
        for name, file in chosen(render(Path(folder))):
            for width in WIDTHS:
                path = approved(name, width)
                wanted.add(path)
                png = picture(page, file, width)
                seen = difference(page, png, path) if path.is_file() else "new"
                if not isinstance(seen, str) and seen <= SHARE:
                    continue
                page.goto("about:blank")
                path.write_bytes(base64.b64decode(page.evaluate(_WEBP, png).partition(",")[2]))
                changed += 1
    for path in set(APPROVED.glob("*.webp")) - wanted:
        path.unlink()
    return changed


if __name__ == "__main__":
    sys.stdout.write(f"{approve()} pictures approved in {APPROVED.relative_to(ROOT)}; look at them before you commit\n")
