"""``python -m tests.real.containers``: boxes of flex and grid containers and of justified blocks, as Chromium lays them out.

Writes ``tests/unit/boxes/{flex,grid,justified}.json``: named messages, the one of each seed drawn at random, with the left edge and
the width of every named box at 360 and 600 px. Nothing of the checker's code is used.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.real.drawn import flex, grid, justified
from tests.real.judge import PIXELS, Judge, browser

FOLDER = Path(__file__).parents[1] / "unit" / "boxes"
FRAME = "<!DOCTYPE html><style>*{font-size:0;line-height:0}body{margin:0}i{display:inline-block;height:5px}</style>"
READ = """() => [...document.querySelectorAll('[data-n]')].filter(e => e.getClientRects().length).map(e => {
  const r = e.getBoundingClientRect(); return [e.dataset.n, Math.round((r.left + scrollX) * 100) / 100, Math.round(r.width * 100) / 100]; })"""
WIDTHS = (360, 600)
DRAWN: dict[str, tuple[Callable[[random.Random], str], int]] = {
    "flex": (flex, 260),
    "grid": (grid, 260),
    "justified": (justified, 90),
}


def laid_out(judge: Judge, html: str, width: int) -> dict[str, list[float]]:
    """The boxes of the named elements as the browser lays them out."""
    judge.page.set_viewport_size({"width": width, "height": 800})
    judge.page.set_content(FRAME + html.replace("@img", PIXELS))
    return {name: [left, wide] for name, left, wide in judge.page.evaluate(READ)}


def cases(judge: Judge, kind: str) -> list[dict[str, Any]]:
    """All cases of a kind, made anew."""
    draw, number = DRAWN[kind]
    made = []
    for seed in range(number):
        html = draw(random.Random(f"{kind} {seed}"))
        made.append({"name": f"{kind} {seed}", "html": html, "boxes": {str(w): laid_out(judge, html, w) for w in WIDTHS}})
    return made


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    with browser() as judge:
        for kind in DRAWN:
            rows = ",\n".join(json.dumps(case) for case in cases(judge, kind))
            (FOLDER / f"{kind}.json").write_text(f"[\n{rows}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
