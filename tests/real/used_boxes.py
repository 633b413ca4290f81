"""``python -m tests.real.used_boxes``: ask the installed Chromium for the boxes of ``tests/unit/used_boxes`` again."""

from __future__ import annotations

import json
import sys

from tests.real.judge import Judge, browser
from tests.unit.boxes_cases import EXPECTED, WIDTHS, cases

_READ = """() => Object.fromEntries([...document.querySelectorAll("[id]")].map(e => {
  const r = e.getBoundingClientRect();
  return [e.id, [Math.round((r.left + scrollX) * 100) / 100, Math.round(r.width * 100) / 100]];
}))"""


def boxes(judge: Judge, html: str) -> dict[str, dict[str, list[float]]]:
    """By width: the left edge and the width of each element with an ``id``."""
    found: dict[str, dict[str, list[float]]] = {}
    for width in WIDTHS:
        judge.lay_out(html, width)
        found[str(width)] = judge.page.evaluate(_READ)
    return found


def main() -> int:
    """Rewrite the numbers of all cases."""
    with browser() as judge:
        found = {case.name: boxes(judge, case.html) for case in cases()}
    lines = [f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(one)}" for name, one in found.items()]
    EXPECTED.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
